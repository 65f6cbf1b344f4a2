#include "policy/claims.h"

#include "test.h"

static struct verdict closed(enum vouch_by by)
{
	struct verdict v = { 0 };
	for (size_t i = 0; i < CHECK_COUNT; i++)
		v.of[i] = PASSED;
	vouch_require(by, 2, &v);
	return v;
}

static void fail_subject(struct verdict *v, enum check_subject subject)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == subject)
			v->of[i] = FAILED;
}

static void a_registered_key_with_certificate_has_both_assurances(void **state)
{
	(void)state;
	struct verdict v = closed(VOUCH_BY_KEY);
	struct claims c = claims_of(&v, VOUCH_BY_KEY);
	CHECK(c.is_attested);
	CHECK(c.assurance == (TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE));
}

static void a_registered_key_without_certificate_has_the_first_alone(void **state)
{
	(void)state;
	struct verdict v = closed(VOUCH_BY_KEY);
	fail_subject(&v, SUBJECT_EK_CERT);
	struct claims c = claims_of(&v, VOUCH_BY_KEY);
	CHECK(c.is_attested);
	CHECK(c.assurance == TRIP_ASSURED_KEY);
}

static void a_certificate_for_another_key_assures_nothing(void **state)
{
	(void)state;
	struct verdict v = closed(VOUCH_BY_KEY);
	v.of[CHECK_EK_CERTIFIED] = FAILED;
	CHECK(claims_of(&v, VOUCH_BY_KEY).assurance == TRIP_ASSURED_KEY);
}

static void a_label_with_certificate_has_the_second_alone(void **state)
{
	(void)state;
	struct verdict v = closed(VOUCH_BY_CERTIFICATE);
	struct claims c = claims_of(&v, VOUCH_BY_CERTIFICATE);
	CHECK(c.is_attested);
	CHECK(c.assurance == TRIP_ASSURED_CERTIFICATE);
}

static void an_untrusted_verdict_proves_nothing(void **state)
{
	(void)state;
	for (int by = VOUCH_NOBODY; by <= VOUCH_BY_LAST; by++) {
		struct verdict v = closed((enum vouch_by)by);
		v.of[CHECK_TICKET_NONCE] = FAILED;
		struct claims c = claims_of(&v, (enum vouch_by)by);
		CHECK(!c.is_attested && c.assurance == 0);
		v = (struct verdict){ 0 };
		c = claims_of(&v, (enum vouch_by)by);
		CHECK(!c.is_attested && c.assurance == 0);
	}
}

static void a_token_attests_nothing(void **state)
{
	(void)state;
	struct verdict v = closed(VOUCH_BY_TOKEN);
	struct claims c = claims_of(&v, VOUCH_BY_TOKEN);
	CHECK(is_verdict_trusted(&v));
	CHECK(!c.is_attested && c.assurance == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_registered_key_with_certificate_has_both_assurances),
		TEST(a_registered_key_without_certificate_has_the_first_alone),
		TEST(a_certificate_for_another_key_assures_nothing),
		TEST(a_label_with_certificate_has_the_second_alone),
		TEST(an_untrusted_verdict_proves_nothing),
		TEST(a_token_attests_nothing),
	};
	return RUN(tests);
}
