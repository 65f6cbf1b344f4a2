#include "policy/vouch.h"

#include <string.h>

#include "test.h"

/* Outcomes of a first trip in which everything that verify judges there passed. */
static struct verdict all_passed(void)
{
	struct verdict v = { 0 };
	for (size_t i = 0; i < CHECK_COUNT; i++)
		v.of[i] = PASSED;
	return v;
}

static struct vouch_case attested_case(const struct verdict *first)
{
	return (struct vouch_case){ .mode = VOUCH_MODE_REQUIRED, .has_tpm = true, .is_registered_label = true,
				    .first = first };
}

static void a_registered_key_is_vouched_for_by_its_registration(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	c.is_registered_key = true;
	OK(vouch_find(&c, &by));
	CHECK(by == VOUCH_BY_KEY);
}

static void a_label_needs_the_makers_certificate(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	OK(vouch_find(&c, &by));
	CHECK(by == VOUCH_BY_CERTIFICATE);
	v.of[CHECK_EK_CERT_CHAIN] = FAILED;
	REFUSES(EK_CHAIN_UNTRUSTED, vouch_find(&c, &by));
	v.of[CHECK_EK_CERT_PRESENT] = FAILED;
	REFUSES(EK_CERT_MISSING, vouch_find(&c, &by));
}

static void a_bad_certificate_beside_a_registered_key_is_no_refusal(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	c.is_registered_key = true;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == SUBJECT_EK_CERT)
			v.of[i] = FAILED;
	v.of[CHECK_EK_CERTIFIED] = FAILED;
	OK(vouch_find(&c, &by));
	CHECK(by == VOUCH_BY_KEY);
}

static void a_device_that_nobody_names_is_not_registered(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	c.is_registered_label = false;
	for (int mode = 0; mode <= VOUCH_MODE_LAST; mode++) {
		c.mode = (enum vouch_mode)mode;
		REFUSES(DEVICE_NOT_REGISTERED, vouch_find(&c, &by));
	}
}

static void an_unknown_mode_allows_nothing(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	c.has_token = c.is_registered_key = true;
	c.mode = (enum vouch_mode)0;
	REFUSES(POL_MISSING, vouch_find(&c, &by));
	c.mode = (enum vouch_mode)(VOUCH_MODE_LAST + 1);
	REFUSES(POL_MISSING, vouch_find(&c, &by));
}

static void required_attestation_needs_a_tpm_whatever_else_there_is(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	c.has_tpm = false;
	c.has_token = c.is_registered_key = true;
	REFUSES(TPM_REQUIRED, vouch_find(&c, &by));
}

static void without_attestation_a_token_is_needed(void **state)
{
	(void)state;
	struct verdict v = { 0 };
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	c.has_tpm = false;
	c.mode = VOUCH_MODE_OFF;
	REFUSES(TOK_MISSING, vouch_find(&c, &by));
	c.has_token = true;
	OK(vouch_find(&c, &by));
	CHECK(by == VOUCH_BY_TOKEN);
}

static void preferred_attestation_takes_a_good_tpm_and_else_a_token(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	struct vouch_case c = attested_case(&v);
	enum vouch_by by;
	c.mode = VOUCH_MODE_PREFERRED;
	c.has_token = true;
	OK(vouch_find(&c, &by));
	CHECK(by == VOUCH_BY_CERTIFICATE);
	v.of[CHECK_EK_CERT_CHAIN] = FAILED;
	OK(vouch_find(&c, &by));
	CHECK(by == VOUCH_BY_TOKEN);
	c.has_token = false;
	REFUSES(TOK_MISSING, vouch_find(&c, &by));
}

/* Every way asks for freshness, and no way is satisfied by a verdict in which a row it needs was not run. */
static void each_required_row_that_did_not_run_is_a_refusal(void **state)
{
	(void)state;
	for (int by = VOUCH_BY_KEY; by <= VOUCH_BY_LAST; by++) {
		struct verdict whole = all_passed();
		vouch_require((enum vouch_by)by, 2, &whole);
		OK(verdict_fault(&whole));
		size_t required = 0;
		for (size_t i = 0; i < CHECK_COUNT; i++) {
			struct verdict v = whole;
			v.of[i] = NOT_RUN;
			CHECK((verdict_fault(&v) != NULL) == (whole.required[i] != 0));
			required += whole.required[i];
		}
		CHECK(required > 6);
		CHECK(whole.required[CHECK_TICKET_SEAL] && whole.required[CHECK_TICKET_NONCE]);
	}
}

static void nobody_vouching_requires_nothing_and_so_trusts_nothing(void **state)
{
	(void)state;
	struct verdict v = all_passed();
	vouch_require(VOUCH_NOBODY, 2, &v);
	CHECK(!is_verdict_trusted(&v));
}

/* All rows belong to somebody: a new check that no way requires would be a check that cannot fail. */
static void every_row_is_required_by_some_way(void **state)
{
	(void)state;
	bool needed[CHECK_COUNT] = { false };
	for (int by = VOUCH_BY_KEY; by <= VOUCH_BY_LAST; by++) {
		struct verdict v = all_passed();
		vouch_require((enum vouch_by)by, 2, &v);
		for (size_t i = 0; i < CHECK_COUNT; i++)
			needed[i] |= v.required[i] != 0;
	}
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (!needed[i])
			fail_msg("nobody requires %s", verdict_checks[i].name);
}

static void the_first_trip_asks_for_no_ticket_and_no_statement(void **state)
{
	(void)state;
	for (int by = VOUCH_BY_KEY; by <= VOUCH_BY_LAST; by++) {
		struct verdict v = { 0 };
		vouch_require((enum vouch_by)by, 1, &v);
		for (size_t i = 0; i < CHECK_COUNT; i++) {
			enum check_subject s = verdict_checks[i].subject;
			bool is_early = s == SUBJECT_EK || s == SUBJECT_AK || s == SUBJECT_EK_CERT;
			CHECK(!v.required[i] || is_early);
			CHECK(!v.required[i] || verdict_checks[i].by == BY_VERIFY ||
			      i == CHECK_EK_REGISTERED || i == CHECK_EK_NOT_VIRTUAL || i == CHECK_EK_CLASS);
		}
	}
}

static void the_words_of_the_modes_are_read_back(void **state)
{
	(void)state;
	for (int m = VOUCH_MODE_REQUIRED; m <= VOUCH_MODE_LAST; m++)
		CHECK(vouch_mode_find(bytes_text(vouch_mode_word((enum vouch_mode)m))) == (enum vouch_mode)m);
	CHECK(vouch_mode_find(BYTES_TEXT("Required")) == 0);
	CHECK(vouch_mode_find(BYTES_TEXT("")) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_registered_key_is_vouched_for_by_its_registration),
		TEST(a_label_needs_the_makers_certificate),
		TEST(a_bad_certificate_beside_a_registered_key_is_no_refusal),
		TEST(a_device_that_nobody_names_is_not_registered),
		TEST(an_unknown_mode_allows_nothing),
		TEST(required_attestation_needs_a_tpm_whatever_else_there_is),
		TEST(without_attestation_a_token_is_needed),
		TEST(preferred_attestation_takes_a_good_tpm_and_else_a_token),
		TEST(each_required_row_that_did_not_run_is_a_refusal),
		TEST(nobody_vouching_requires_nothing_and_so_trusts_nothing),
		TEST(every_row_is_required_by_some_way),
		TEST(the_first_trip_asks_for_no_ticket_and_no_statement),
		TEST(the_words_of_the_modes_are_read_back),
	};
	return RUN(tests);
}
