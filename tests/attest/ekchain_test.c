#include "test.h"

#include <string.h>

#include "ektrial.h"
#include "wire/trip.h"

/* --- who signed (H001 to H003, H016, H019) ----------------------------------------------------------- */

static void a_chain_to_an_unknown_root_is_refused(void **state)
{
	struct anchors *none = anchors_new();
	struct maker_ca_plan plan = ektrial_rsa(*state);
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN, ektrial_below(*state, &plan, none));
	anchors_free(none);
}

static void a_self_signed_certificate_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	struct maker_ca_plan plan = ektrial_rsa(b);
	plan.issuer = plan.subject = "EK";
	plan.signer = b->ca.ek_rsa;
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN, ektrial_plan(b, &plan));
}

static void a_root_that_the_device_sends_is_not_trusted(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t storage[3][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan root = maker_ca_plan_ca("Mine", b->ca.other_key, "Mine", b->ca.other_key);
	struct maker_ca_plan issuing =
		maker_ca_plan_ca("Mine", b->ca.other_key, MAKER_CA_ISSUING, b->ca.issuing_key);
	struct maker_ca_plan leaf = ektrial_rsa(b);
	struct bytes_list chain = { 3,
				    { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]),
				      maker_ca_issue(&root, storage[2]) } };
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN, ektrial_chain(b, &chain));
}

static void an_issuer_of_the_right_name_and_another_key_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	struct maker_ca_plan plan = ektrial_rsa(b);
	plan.signer = b->ca.other_key;
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_VALID, ektrial_plan(b, &plan));
}

/* The trial of a genuine certificate below an issuing CA made from this plan. */
static struct ektrial judge_issuing(const struct ektrial_bench *b, const struct maker_ca_plan *issuing)
{
	uint8_t storage[2][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan leaf = ektrial_rsa(b);
	struct bytes_list chain = {
		2, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(issuing, storage[1]) }
	};
	return ektrial_chain(b, &chain);
}

static struct maker_ca_plan issuing_plan(const struct ektrial_bench *b)
{
	return maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, MAKER_CA_ISSUING, b->ca.issuing_key);
}

static void an_issuer_that_is_no_ca_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	ektrial_accepted(judge_issuing(*state, &issuing));
	issuing.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x00");
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_issuing(*state, &issuing));
}

static void an_issuer_that_may_not_sign_certificates_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x01\x02");
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_issuing(*state, &issuing));
}

static void a_chain_longer_than_a_ca_allows_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t storage[3][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan upper =
		maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, "Upper", b->ca.other_key);
	struct maker_ca_plan issuing =
		maker_ca_plan_ca("Upper", b->ca.other_key, MAKER_CA_ISSUING, b->ca.issuing_key);
	struct maker_ca_plan leaf = ektrial_rsa(b);
	struct bytes_list chain = { 3,
				    { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]),
				      maker_ca_issue(&upper, storage[2]) } };
	ektrial_accepted(ektrial_chain(b, &chain));
	upper.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x06\x01\x01\xFF\x02\x01\x00");
	chain.v[2] = maker_ca_issue(&upper, storage[2]);
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_VALID, ektrial_chain(b, &chain));
}

static void an_issuer_with_an_unknown_critical_extension_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.extension[SLOT_OTHER] = (struct maker_ca_extension){ BYTES_TEXT("\x2A\x03\x04"),
								     BYTES_TEXT("\x05\x00"), CRITICAL_TRUE };
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_issuing(*state, &issuing));
}

/* policyConstraints: requireExplicitPolicy from here on (RFC 5280 §4.2.1.11). */
static struct maker_ca_plan demanding_plan(const struct ektrial_bench *b)
{
	struct maker_ca_plan issuing = issuing_plan(b), leaf = ektrial_rsa(b);
	issuing.extension[SLOT_POLICIES] = leaf.extension[SLOT_POLICIES];
	issuing.extension[SLOT_OTHER] = (struct maker_ca_extension){
		BYTES_TEXT("\x55\x1D\x24"), BYTES_TEXT("\x30\x03\x80\x01\x00"), CRITICAL_TRUE
	};
	return issuing;
}

static void a_certificate_without_the_policies_that_its_issuer_demands_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t storage[2][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan issuing = demanding_plan(b), leaf = ektrial_rsa(b);
	ektrial_accepted(judge_issuing(b, &issuing));
	leaf.extension[SLOT_POLICIES].value = (struct bytes){ 0 };
	struct bytes_list chain = {
		2, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]) }
	};
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_VALID, ektrial_chain(b, &chain));
}

static void an_issuer_without_the_policies_that_it_demands_is_refused(void **state)
{
	struct maker_ca_plan issuing = demanding_plan(*state);
	issuing.extension[SLOT_POLICIES].value = (struct bytes){ 0 };
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_issuing(*state, &issuing));
}

static void an_expired_issuer_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.not_after = MAKER_CA_NOW - 1;
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_TIME, judge_issuing(*state, &issuing));
	issuing.not_after = MAKER_CA_NOW + MAKER_CA_YEAR;
	issuing.not_before = MAKER_CA_NOW + 1;
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_TIME, judge_issuing(*state, &issuing));
}

static void an_expired_anchor_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct anchors *anchors = anchors_new();
	struct maker_ca_plan root =
		maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, MAKER_CA_ROOT, b->ca.root_key);
	root.not_after = MAKER_CA_NOW - 1;
	OK(anchors_put(anchors, maker_ca_issue(&root, storage), BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	struct maker_ca_plan plan = ektrial_rsa(b);
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_TIME, ektrial_below(b, &plan, anchors));
	anchors_free(anchors);
}

static void an_issuer_is_good_to_the_end_of_its_last_second(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.not_after = MAKER_CA_NOW;
	ektrial_accepted(judge_issuing(*state, &issuing));
	issuing.not_after = MAKER_CA_NOW - 1;
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_TIME, judge_issuing(*state, &issuing));
}

/* --- expired CAs (H017) ------------------------------------------------------------------------------ */

/* The trial of a certificate issued then, below a CA that ended a second ago, where that may pass. */
static struct ektrial judge_issued(const struct ektrial_bench *b, int64_t issued)
{
	uint8_t storage[2][MAKER_CA_SIZE_MAX];
	struct ektrial_bench lenient = *b;
	struct maker_ca_plan leaf = ektrial_rsa(b), issuing = issuing_plan(b);
	lenient.admits_expired_ca = true;
	issuing.not_after = MAKER_CA_NOW - 1;
	leaf.not_before = issued;
	struct bytes_list chain = {
		2, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]) }
	};
	return ektrial_chain(&lenient, &chain);
}

static void what_a_ca_issued_before_it_expired_may_stay_good_and_it_is_said(void **state)
{
	const int64_t begin = MAKER_CA_NOW - 5 * MAKER_CA_YEAR, end = MAKER_CA_NOW - 1;
	const int64_t within[] = { begin, begin + MAKER_CA_YEAR, end };
	const int64_t outside[] = { begin - 1, end + 1 };
	for (size_t i = 0; i < COUNT_OF(within); i++) {
		struct ektrial t = judge_issued(*state, within[i]);
		ektrial_accepted(t);
		CHECK(t.found.leniencies == LENIENCY_BIT(CA_EXPIRED));
	}
	for (size_t i = 0; i < COUNT_OF(outside); i++) {
		struct ektrial t = judge_issued(*state, outside[i]);
		ektrial_refused_alone(CHECK_EK_CERT_CHAIN_TIME, t);
		CHECK(t.found.leniencies == 0);
	}
}

/* The trial of a genuine certificate below a root of that validity, where expired CAs may pass. */
static struct ektrial judge_root(const struct ektrial_bench *b, int64_t not_before, int64_t not_after)
{
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct ektrial_bench lenient = *b;
	struct maker_ca_plan plan = ektrial_rsa(b);
	struct maker_ca_plan root =
		maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, MAKER_CA_ROOT, b->ca.root_key);
	root.not_before = not_before;
	root.not_after = not_after;
	lenient.admits_expired_ca = true;
	lenient.anchors = anchors_new();
	OK(anchors_put(lenient.anchors, maker_ca_issue(&root, storage), BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	struct ektrial t = ektrial_plan(&lenient, &plan);
	anchors_free(lenient.anchors);
	t.found.anchor = NULL; /* it ends here */
	return t;
}

static void an_anchor_that_expired_since_may_stay_good_and_it_is_said(void **state)
{
	const int64_t issued = MAKER_CA_NOW - 5 * MAKER_CA_YEAR;
	struct ektrial t = judge_root(*state, issued, MAKER_CA_NOW - 1);
	ektrial_accepted(t);
	CHECK(t.found.leniencies == LENIENCY_BIT(CA_EXPIRED));
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_TIME,
			      judge_root(*state, issued - MAKER_CA_YEAR, issued - 1));
}

/* The trial of a genuine certificate where a CA with the issuer's name and that key is denied. */
static struct ektrial judge_denied(const struct ektrial_bench *b, EVP_PKEY *key)
{
	uint8_t storage[2][MAKER_CA_SIZE_MAX];
	const struct anchors_record denial = { .role = ANCHORS_DENIED };
	struct ektrial_bench denying = *b;
	struct maker_ca_plan plan = ektrial_rsa(b);
	struct maker_ca_plan root =
		maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, MAKER_CA_ROOT, b->ca.root_key);
	struct maker_ca_plan ca = maker_ca_plan_ca("Another", b->ca.other_key, MAKER_CA_ISSUING, key);
	root.not_after = MAKER_CA_NOW - 1;
	denying.admits_expired_ca = true;
	denying.anchors = anchors_new();
	OK(anchors_put(denying.anchors, maker_ca_issue(&root, storage[0]), BYTES_TEXT("IFX"),
		       ANCHORS_DISCRETE));
	OK(anchors_put_stored(denying.anchors, maker_ca_issue(&ca, storage[1]), &denial));
	struct ektrial t = ektrial_plan(&denying, &plan);
	anchors_free(denying.anchors);
	t.found.anchor = NULL; /* it ends here */
	return t;
}

static void a_denied_ca_vouches_for_nobody_though_an_expired_one_may(void **state)
{
	const struct ektrial_bench *b = *state;
	ektrial_accepted(judge_denied(b, b->ca.ek_curve));
	ektrial_refused_alone(CHECK_EK_CERT_CA_ALLOWED, judge_denied(b, b->ca.issuing_key));
}

/* Whoever judges by them alone, as from a dossier, must find what refused. */
static void a_denied_ca_is_among_those_that_were_tried(void **state)
{
	const struct ektrial_bench *b = *state;
	CHECK(judge_denied(b, b->ca.ek_curve).found.tried.n == 2);
	CHECK(judge_denied(b, b->ca.issuing_key).found.tried.n == 2);
}

static void a_denied_root_is_named_though_no_way_to_it_is_left(void **state)
{
	const struct ektrial_bench *b = *state;
	const struct anchors_record denial = { .role = ANCHORS_DENIED };
	struct maker_ca_plan plan = ektrial_rsa(b);
	struct anchors *denying = anchors_new();
	OK(anchors_put_stored(denying, b->ca.root, &denial));
	ektrial_refused_alone(CHECK_EK_CERT_CA_ALLOWED, ektrial_below(b, &plan, denying));
	anchors_free(denying);
}

static void a_ca_that_is_not_yet_valid_is_never_let_pass(void **state)
{
	struct ektrial t = judge_root(*state, MAKER_CA_NOW + 1, MAKER_CA_NOW + MAKER_CA_YEAR);
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_TIME, t);
	CHECK(t.found.leniencies == 0);
}

static void an_expired_certificate_is_refused_whatever_is_let_pass_above_it(void **state)
{
	struct ektrial_bench lenient = *(const struct ektrial_bench *)*state;
	struct maker_ca_plan plan = ektrial_rsa(&lenient);
	lenient.admits_expired_ca = true;
	plan.not_after = MAKER_CA_NOW - 1;
	ektrial_refused_alone(CHECK_EK_CERT_TIME, ektrial_plan(&lenient, &plan));
}

/* --- the others above -------------------------------------------------------------------------------- */

/* The trial of a genuine certificate below these octets of an issuing CA. */
static struct ektrial judge_above(const struct ektrial_bench *b, struct bytes issuing)
{
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan leaf = ektrial_rsa(b);
	struct bytes_list chain = { 2, { maker_ca_issue(&leaf, storage), issuing } };
	return ektrial_chain(b, &chain);
}

static void what_is_let_pass_of_an_issuer_is_said_too(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t nv[MAKER_CA_SIZE_MAX] = { 0 };
	CHECK(b->ca.issuing.n < sizeof(nv));
	memcpy(nv, b->ca.issuing.p, b->ca.issuing.n);
	struct ektrial t = judge_above(b, BYTES_OF(nv));
	ektrial_accepted(t);
	CHECK(t.found.leniencies == LENIENCY_BIT(PADDING));
	nv[sizeof(nv) - 1] = 1;
	ektrial_refused_alone(CHECK_EK_CERT_FORM, judge_above(b, BYTES_OF(nv)));
}

static void an_issuer_outside_der_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t copy[MAKER_CA_SIZE_MAX];
	memcpy(copy, b->ca.issuing.p, b->ca.issuing.n);
	uint8_t *truth = memmem(copy, b->ca.issuing.n, "\x01\x01\xFF", 3);
	CHECK(truth);
	truth[2] = 1;
	ektrial_refused_alone(CHECK_EK_CERT_DER, judge_above(b, bytes_of(copy, b->ca.issuing.n)));
}

/* --- with what they signed (H020, H028) -------------------------------------------------------------- */

static void signatures_with_sha1_and_md5_are_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.hash = EVP_sha1();
	ektrial_refused_alone(CHECK_EK_CERT_SIGNATURE, ektrial_plan(*state, &plan));
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.hash = EVP_sha1();
	ektrial_refused_alone(CHECK_EK_CERT_SIGNATURE, judge_issuing(*state, &issuing));
}

static void longer_hashes_are_accepted(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.hash = EVP_sha384();
	ektrial_accepted(ektrial_plan(*state, &plan));
	plan.hash = EVP_sha512();
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static void an_issuer_with_a_short_key_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t storage[2][MAKER_CA_SIZE_MAX];
	EVP_PKEY *weak = EVP_RSA_gen(1024);
	struct maker_ca_plan issuing = issuing_plan(b), leaf = ektrial_rsa(b);
	issuing.key = leaf.signer = weak;
	struct bytes_list chain = {
		2, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]) }
	};
	ektrial_refused_alone(CHECK_EK_CERT_SIGNATURE, ektrial_chain(b, &chain));
	EVP_PKEY_free(weak);
}

static void more_certificates_than_a_chain_may_have_are_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = ektrial_rsa(b);
	struct bytes_list chain = { 1, { maker_ca_issue(&plan, leaf) } };
	while (chain.n < TRIP_CHAIN_MAX)
		CHECK(bytes_list_put(&chain, b->ca.issuing));
	ektrial_accepted(ektrial_chain(b, &chain));
	CHECK(bytes_list_put(&chain, b->ca.issuing));
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_SIZE, ektrial_chain(b, &chain));
}

static void a_chain_with_too_many_between_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	static const char *const names[] = { MAKER_CA_ISSUING, "1", "2", "3", "4", "5", "6", "7", "8" };
	uint8_t storage[TRIP_CHAIN_MAX][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan leaf = ektrial_rsa(b);
	struct bytes_list chain = { 1, { maker_ca_issue(&leaf, storage[0]) } };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *issuer = i + 1 < COUNT_OF(names) ? names[i + 1] : MAKER_CA_ROOT;
		EVP_PKEY *signer = i + 1 < COUNT_OF(names) ? b->ca.issuing_key : b->ca.root_key;
		struct maker_ca_plan plan = maker_ca_plan_ca(issuer, signer, names[i], b->ca.issuing_key);
		CHECK(bytes_list_put(&chain, maker_ca_issue(&plan, storage[chain.n])));
	}
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN_SIZE, ektrial_chain(b, &chain));
}

static void a_loop_of_issuers_ends(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t storage[3][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan one = maker_ca_plan_ca("Two", b->ca.other_key, "One", b->ca.other_key);
	struct maker_ca_plan two = maker_ca_plan_ca("One", b->ca.other_key, "Two", b->ca.other_key);
	struct maker_ca_plan leaf = ektrial_rsa(b);
	leaf.issuer = "One";
	leaf.signer = b->ca.other_key;
	struct bytes_list chain = { 3, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&one, storage[1]),
					 maker_ca_issue(&two, storage[2]) } };
	ektrial_refused_alone(CHECK_EK_CERT_CHAIN, ektrial_chain(b, &chain));
}

static void an_issuer_that_cannot_be_read_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = ektrial_rsa(b);
	struct bytes_list chain = { 2, { maker_ca_issue(&plan, leaf), BYTES_TEXT("\x30\x02\x05\x00") } };
	ektrial_refused_alone(CHECK_EK_CERT_FORM, ektrial_chain(b, &chain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_chain_to_an_unknown_root_is_refused),
		TEST(a_self_signed_certificate_is_refused),
		TEST(a_root_that_the_device_sends_is_not_trusted),
		TEST(an_issuer_of_the_right_name_and_another_key_is_refused),
		TEST(an_issuer_that_is_no_ca_is_refused),
		TEST(an_issuer_that_may_not_sign_certificates_is_refused),
		TEST(a_chain_longer_than_a_ca_allows_is_refused),
		TEST(an_issuer_with_an_unknown_critical_extension_is_refused),
		TEST(a_certificate_without_the_policies_that_its_issuer_demands_is_refused),
		TEST(an_issuer_without_the_policies_that_it_demands_is_refused),
		TEST(an_expired_issuer_is_refused),
		TEST(an_issuer_is_good_to_the_end_of_its_last_second),
		TEST(an_expired_anchor_is_refused),
		TEST(what_a_ca_issued_before_it_expired_may_stay_good_and_it_is_said),
		TEST(an_anchor_that_expired_since_may_stay_good_and_it_is_said),
		TEST(a_denied_ca_vouches_for_nobody_though_an_expired_one_may),
		TEST(a_denied_ca_is_among_those_that_were_tried),
		TEST(a_denied_root_is_named_though_no_way_to_it_is_left),
		TEST(a_ca_that_is_not_yet_valid_is_never_let_pass),
		TEST(an_expired_certificate_is_refused_whatever_is_let_pass_above_it),
		TEST(what_is_let_pass_of_an_issuer_is_said_too),
		TEST(an_issuer_outside_der_is_refused),
		TEST(signatures_with_sha1_and_md5_are_refused),
		TEST(longer_hashes_are_accepted),
		TEST(an_issuer_with_a_short_key_is_refused),
		TEST(more_certificates_than_a_chain_may_have_are_refused),
		TEST(a_chain_with_too_many_between_is_refused),
		TEST(a_loop_of_issuers_ends),
		TEST(an_issuer_that_cannot_be_read_is_refused),
	};
	return cmocka_run_group_tests(tests, ektrial_open, ektrial_close);
}
