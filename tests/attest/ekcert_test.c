#include "test.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ekcert.h"
#include "maker_ca.h"
#include "wire/trip.h"

#define NOW MAKER_CA_NOW
#define YEAR MAKER_CA_YEAR

/* One maker whose root is an anchor for Infineon. */
struct bench {
	struct maker_ca ca;
	struct anchors *anchors;
};

/* A judgement in which every row about the EK certificate is required. */
struct trial {
	struct verdict verdict;
	struct ekcert found;
	fault why;
};

static int open_bench(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	maker_ca_init(&b->ca);
	b->anchors = anchors_new();
	OK(anchors_put(b->anchors, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	*state = b;
	return 0;
}

static int close_bench(void **state)
{
	struct bench *b = *state;
	anchors_free(b->anchors);
	maker_ca_done(&b->ca);
	free(b);
	return 0;
}

static bool is_about_ek_certificate(size_t check)
{
	return verdict_checks[check].subject == SUBJECT_EK_CERT || check == CHECK_EK_CERTIFIED;
}

static struct trial judge(const struct ekcert_input *in)
{
	struct trial t = { 0 };
	ekcert_judge(in, t.verdict.of, &t.found);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		t.verdict.required[i] = is_about_ek_certificate(i);
	t.why = verdict_fault(&t.verdict);
	return t;
}

/* The trial of octets, for the RSA key of the bench. */
static struct trial judge_chain(const struct bench *b, const struct bytes_list *chain)
{
	uint8_t storage[SPKI_SIZE_MAX];
	struct wr w = wr_of(storage, sizeof(storage));
	struct spki ek = maker_ca_spki(b->ca.ek_rsa, &w);
	return judge(&(struct ekcert_input){ chain, &ek, b->anchors, NOW });
}

static struct trial judge_octets(const struct bench *b, struct bytes leaf)
{
	struct bytes_list chain = { 2, { leaf, b->ca.issuing } };
	return judge_chain(b, &chain);
}

/* The trial of a plan against other anchors than the bench's. */
static struct trial judge_below(const struct bench *b, const struct maker_ca_plan *plan,
				const struct anchors *anchors)
{
	uint8_t leaf[MAKER_CA_SIZE_MAX], storage[SPKI_SIZE_MAX];
	struct wr w = wr_of(storage, sizeof(storage));
	struct spki ek = maker_ca_spki(plan->key, &w);
	struct bytes_list chain = { 2, { maker_ca_issue(plan, leaf), b->ca.issuing } };
	struct trial t = judge(&(struct ekcert_input){ &chain, &ek, anchors, NOW });
	t.found.leaf = (struct ekleaf){ 0 }; /* its views end here */
	t.found.model = t.found.version = (struct bytes){ 0 };
	return t;
}

static struct trial judge_plan(const struct bench *b, const struct maker_ca_plan *plan)
{
	return judge_below(b, plan, b->anchors);
}

static size_t failed_rows(const struct trial *t)
{
	size_t n = 0;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		n += t->verdict.of[i] == FAILED;
	return n;
}

static void accepted(struct trial t)
{
	OK(t.why);
	CHECK(is_verdict_trusted(&t.verdict));
	CHECK(failed_rows(&t) == 0);
}

static void refused(enum check_id check, struct trial t)
{
	if (t.verdict.of[check] != FAILED || t.why != verdict_checks[check].why)
		fail_msg("%s is %s, and the verdict %s", verdict_checks[check].name,
			 verdict_word(t.verdict.of[check]), t.why ? t.why->name : "trusted");
	CHECK(!is_verdict_trusted(&t.verdict));
}

/* Refused, and by this row alone. */
static void refused_alone(enum check_id check, struct trial t)
{
	refused(check, t);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (t.verdict.of[i] == FAILED && i != (size_t)check)
			fail_msg("%s failed too", verdict_checks[i].name);
}

static struct maker_ca_plan rsa_plan(const struct bench *b)
{
	return maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
}

static struct maker_ca_plan curve_plan(const struct bench *b)
{
	return maker_ca_plan_ek(&b->ca, b->ca.ek_curve);
}

/* --- what is genuine --------------------------------------------------------------------------------- */

static void a_genuine_rsa_certificate_is_accepted_and_says_who_made_the_chip(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX], *der = NULL, hash[32];
	struct maker_ca_plan plan = rsa_plan(b);
	struct bytes certificate = maker_ca_issue(&plan, leaf);
	struct trial t = judge_octets(b, certificate);
	accepted(t);
	int n = i2d_PUBKEY(b->ca.ek_rsa, &der);
	SHA256(der, (size_t)n, hash);
	OPENSSL_free(der);
	CHECK(t.found.has_hash && is_bytes_equal(BYTES_OF(t.found.hash), BYTES_OF(hash)));
	SHA256(b->ca.root.p, b->ca.root.n, hash);
	CHECK(t.found.anchor && is_bytes_equal(BYTES_OF(t.found.anchor->fingerprint), BYTES_OF(hash)));
	CHECK(t.found.anchor->class == ANCHORS_DISCRETE);
	CHECK(t.found.maker && t.found.maker == maker_find(0x49465800));
	CHECK(is_bytes_text(t.found.model, "SLB 9999") && is_bytes_text(t.found.version, "id:0D0C"));
	CHECK(t.found.leaf.not_before == plan.not_before && t.found.leaf.not_after == plan.not_after);
	CHECK(t.found.leaf.leniencies == 0);
	CHECK(is_bytes_equal(t.found.leaf.der, certificate));
}

static void a_genuine_curve_certificate_is_accepted(void **state)
{
	struct maker_ca_plan plan = curve_plan(*state);
	accepted(judge_plan(*state, &plan));
}

static void an_issuing_ca_that_is_an_anchor_needs_no_root(void **state)
{
	const struct bench *b = *state;
	struct anchors *anchors = anchors_new();
	OK(anchors_put(anchors, b->ca.issuing, BYTES_TEXT("Infineon"), ANCHORS_DISCRETE));
	struct maker_ca_plan plan = rsa_plan(b);
	accepted(judge_below(b, &plan, anchors));
	anchors_free(anchors);
}

static void a_certificate_for_ever_is_accepted(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.not_after = INT64_C(253402300799);
	accepted(judge_plan(*state, &plan));
}

static void only_rows_about_the_certificate_are_touched(void **state)
{
	const struct bench *b = *state;
	struct bytes_list none = { 0 };
	struct ekcert found;
	uint8_t outcomes[CHECK_COUNT];
	memset(outcomes, PASSED, sizeof(outcomes));
	ekcert_judge(&(struct ekcert_input){ &none, NULL, b->anchors, NOW }, outcomes, &found);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		CHECK((outcomes[i] == PASSED) == !is_about_ek_certificate(i));
}

static void no_certificate_at_all_is_named(void **state)
{
	struct bytes_list none = { 0 };
	refused_alone(CHECK_EK_CERT_PRESENT, judge_chain(*state, &none));
}

/* --- the chain (H001 to H003, H016, H017, H019, H020, H028) ------------------------------------------ */

static void a_chain_to_an_unknown_root_is_refused(void **state)
{
	struct anchors *none = anchors_new();
	struct maker_ca_plan plan = rsa_plan(*state);
	refused_alone(CHECK_EK_CERT_CHAIN, judge_below(*state, &plan, none));
	anchors_free(none);
}

static void a_self_signed_certificate_is_refused(void **state)
{
	const struct bench *b = *state;
	struct maker_ca_plan plan = rsa_plan(b);
	plan.issuer = plan.subject = "EK";
	plan.signer = b->ca.ek_rsa;
	refused_alone(CHECK_EK_CERT_CHAIN, judge_plan(b, &plan));
}

static void a_root_that_the_device_sends_is_not_trusted(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[3][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan root = maker_ca_plan_ca("Mine", b->ca.other_key, "Mine", b->ca.other_key);
	struct maker_ca_plan issuing =
		maker_ca_plan_ca("Mine", b->ca.other_key, MAKER_CA_ISSUING, b->ca.issuing_key);
	struct maker_ca_plan leaf = rsa_plan(b);
	struct bytes_list chain = { 3,
				    { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]),
				      maker_ca_issue(&root, storage[2]) } };
	refused_alone(CHECK_EK_CERT_CHAIN, judge_chain(b, &chain));
}

static void an_issuer_of_the_right_name_and_another_key_is_refused(void **state)
{
	const struct bench *b = *state;
	struct maker_ca_plan plan = rsa_plan(b);
	plan.signer = b->ca.other_key;
	refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_plan(b, &plan));
}

/* The trial of a genuine certificate below an issuing CA made from this plan. */
static struct trial judge_issuing(const struct bench *b, const struct maker_ca_plan *issuing)
{
	uint8_t storage[2][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan leaf = rsa_plan(b);
	struct bytes_list chain = {
		2, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(issuing, storage[1]) }
	};
	return judge_chain(b, &chain);
}

static struct maker_ca_plan issuing_plan(const struct bench *b)
{
	return maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, MAKER_CA_ISSUING, b->ca.issuing_key);
}

static void an_issuer_that_is_no_ca_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	accepted(judge_issuing(*state, &issuing));
	issuing.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x00");
	refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_issuing(*state, &issuing));
}

static void an_issuer_that_may_not_sign_certificates_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x01\x02");
	refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_issuing(*state, &issuing));
}

static void a_chain_longer_than_a_ca_allows_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[3][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan upper =
		maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, "Upper", b->ca.other_key);
	struct maker_ca_plan issuing =
		maker_ca_plan_ca("Upper", b->ca.other_key, MAKER_CA_ISSUING, b->ca.issuing_key);
	struct maker_ca_plan leaf = rsa_plan(b);
	struct bytes_list chain = { 3,
				    { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]),
				      maker_ca_issue(&upper, storage[2]) } };
	accepted(judge_chain(b, &chain));
	upper.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x06\x01\x01\xFF\x02\x01\x00");
	chain.v[2] = maker_ca_issue(&upper, storage[2]);
	refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_chain(b, &chain));
}

static void an_issuer_with_an_unknown_critical_extension_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.extension[SLOT_OTHER] = (struct maker_ca_extension){ BYTES_TEXT("\x2A\x03\x04"),
								     BYTES_TEXT("\x05\x00"), CRITICAL_TRUE };
	refused_alone(CHECK_EK_CERT_CHAIN_VALID, judge_issuing(*state, &issuing));
}

static void an_expired_issuer_is_refused(void **state)
{
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.not_after = NOW - 1;
	refused_alone(CHECK_EK_CERT_CHAIN_TIME, judge_issuing(*state, &issuing));
	issuing.not_after = NOW + YEAR;
	issuing.not_before = NOW + 1;
	refused_alone(CHECK_EK_CERT_CHAIN_TIME, judge_issuing(*state, &issuing));
}

static void an_expired_anchor_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct anchors *anchors = anchors_new();
	struct maker_ca_plan root =
		maker_ca_plan_ca(MAKER_CA_ROOT, b->ca.root_key, MAKER_CA_ROOT, b->ca.root_key);
	root.not_after = NOW - 1;
	OK(anchors_put(anchors, maker_ca_issue(&root, storage), BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	struct maker_ca_plan plan = rsa_plan(b);
	refused_alone(CHECK_EK_CERT_CHAIN_TIME, judge_below(b, &plan, anchors));
	anchors_free(anchors);
}

static void signatures_with_sha1_and_md5_are_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.hash = EVP_sha1();
	refused_alone(CHECK_EK_CERT_SIGNATURE, judge_plan(*state, &plan));
	struct maker_ca_plan issuing = issuing_plan(*state);
	issuing.hash = EVP_sha1();
	refused_alone(CHECK_EK_CERT_SIGNATURE, judge_issuing(*state, &issuing));
}

static void longer_hashes_are_accepted(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.hash = EVP_sha384();
	accepted(judge_plan(*state, &plan));
	plan.hash = EVP_sha512();
	accepted(judge_plan(*state, &plan));
}

static void an_issuer_with_a_short_key_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[2][MAKER_CA_SIZE_MAX];
	EVP_PKEY *weak = EVP_RSA_gen(1024);
	struct maker_ca_plan issuing = issuing_plan(b), leaf = rsa_plan(b);
	issuing.key = leaf.signer = weak;
	struct bytes_list chain = {
		2, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&issuing, storage[1]) }
	};
	refused_alone(CHECK_EK_CERT_SIGNATURE, judge_chain(b, &chain));
	EVP_PKEY_free(weak);
}

static void more_certificates_than_a_chain_may_have_are_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = rsa_plan(b);
	struct bytes_list chain = { 1, { maker_ca_issue(&plan, leaf) } };
	while (chain.n < TRIP_CHAIN_MAX)
		CHECK(bytes_list_put(&chain, b->ca.issuing));
	accepted(judge_chain(b, &chain));
	CHECK(bytes_list_put(&chain, b->ca.issuing));
	refused_alone(CHECK_EK_CERT_CHAIN_SIZE, judge_chain(b, &chain));
}

static void a_chain_with_too_many_between_is_refused(void **state)
{
	const struct bench *b = *state;
	static const char *const names[] = { MAKER_CA_ISSUING, "1", "2", "3", "4", "5", "6", "7", "8" };
	uint8_t storage[TRIP_CHAIN_MAX][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan leaf = rsa_plan(b);
	struct bytes_list chain = { 1, { maker_ca_issue(&leaf, storage[0]) } };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *issuer = i + 1 < COUNT_OF(names) ? names[i + 1] : MAKER_CA_ROOT;
		EVP_PKEY *signer = i + 1 < COUNT_OF(names) ? b->ca.issuing_key : b->ca.root_key;
		struct maker_ca_plan plan = maker_ca_plan_ca(issuer, signer, names[i], b->ca.issuing_key);
		CHECK(bytes_list_put(&chain, maker_ca_issue(&plan, storage[chain.n])));
	}
	refused_alone(CHECK_EK_CERT_CHAIN_SIZE, judge_chain(b, &chain));
}

static void a_loop_of_issuers_ends(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[3][MAKER_CA_SIZE_MAX];
	struct maker_ca_plan one = maker_ca_plan_ca("Two", b->ca.other_key, "One", b->ca.other_key);
	struct maker_ca_plan two = maker_ca_plan_ca("One", b->ca.other_key, "Two", b->ca.other_key);
	struct maker_ca_plan leaf = rsa_plan(b);
	leaf.issuer = "One";
	leaf.signer = b->ca.other_key;
	struct bytes_list chain = { 3, { maker_ca_issue(&leaf, storage[0]), maker_ca_issue(&one, storage[1]),
					 maker_ca_issue(&two, storage[2]) } };
	refused_alone(CHECK_EK_CERT_CHAIN, judge_chain(b, &chain));
}

static void an_issuer_that_cannot_be_read_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = rsa_plan(b);
	struct bytes_list chain = { 2, { maker_ca_issue(&plan, leaf), BYTES_TEXT("\x30\x02\x05\x00") } };
	refused_alone(CHECK_EK_CERT_FORM, judge_chain(b, &chain));
}

/* --- the profile (H004 to H015, H018) ---------------------------------------------------------------- */

static void a_certificate_of_a_ca_is_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x03\x01\x01\xFF");
	refused_alone(CHECK_EK_CERT_LEAF, judge_plan(*state, &plan));
}

static void a_certificate_without_basic_constraints_is_accepted(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_CONSTRAINTS].value = (struct bytes){ 0 };
	accepted(judge_plan(*state, &plan));
}

static void a_certificate_of_version_1_is_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.version = 1;
	refused(CHECK_EK_CERT_VERSION, judge_plan(*state, &plan));
}

static void a_certificate_of_version_2_is_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.version = 2;
	struct trial t = judge_plan(*state, &plan);
	CHECK(t.verdict.of[CHECK_EK_CERT_VERSION] == FAILED);
	CHECK(t.why == FAIL(CERT_VERSION));
}

static void a_certificate_that_does_not_say_what_it_is_for_is_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_PURPOSES].value = (struct bytes){ 0 };
	refused(CHECK_EK_CERT_EKU, judge_plan(*state, &plan));
}

static void a_certificate_for_another_purpose_is_refused(void **state)
{
	static const struct bytes purposes[] = {
		BYTES_TEXT("\x30\x07\x06\x05\x67\x81\x05\x08\x03"), /* attestation key */
		BYTES_TEXT("\x30\x07\x06\x05\x67\x81\x05\x08\x02"), /* platform */
		BYTES_TEXT("\x30\x0A\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x02"), /* clientAuth */
		BYTES_TEXT("\x30\x06\x06\x04\x55\x1D\x25\x00"), /* any */
		BYTES_TEXT("\x30\x0E\x06\x05\x67\x81\x05\x08\x01\x06\x05\x67\x81\x05\x08\x03"), /* both */
	};
	struct maker_ca_plan plan = rsa_plan(*state);
	for (size_t i = 0; i < COUNT_OF(purposes); i++) {
		plan.extension[SLOT_PURPOSES].value = purposes[i];
		refused_alone(CHECK_EK_CERT_EKU_EK, judge_plan(*state, &plan));
	}
}

static void the_purpose_may_come_after_others_and_be_critical(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_PURPOSES].value = BYTES_TEXT("\x30\x11\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x02"
							 "\x06\x05\x67\x81\x05\x08\x01");
	plan.extension[SLOT_PURPOSES].critical = CRITICAL_TRUE;
	accepted(judge_plan(*state, &plan));
}

static void a_key_that_signs_is_refused(void **state)
{
	static const struct bytes usages[] = {
		BYTES_TEXT("\x03\x02\x05\xA0"), /* with digitalSignature */
		BYTES_TEXT("\x03\x02\x05\x60"), /* with nonRepudiation */
		BYTES_TEXT("\x03\x02\x02\x24"), /* with keyCertSign */
		BYTES_TEXT("\x03\x02\x01\x22"), /* with cRLSign */
	};
	struct maker_ca_plan plan = rsa_plan(*state);
	for (size_t i = 0; i < COUNT_OF(usages); i++) {
		plan.extension[SLOT_USAGE].value = usages[i];
		refused_alone(CHECK_EK_CERT_KU, judge_plan(*state, &plan));
	}
	plan.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x07\x80");
	refused(CHECK_EK_CERT_KU, judge_plan(*state, &plan));
	plan.extension[SLOT_USAGE].value = (struct bytes){ 0 };
	refused(CHECK_EK_CERT_KU, judge_plan(*state, &plan));
}

static void a_usage_that_does_not_fit_the_key_is_refused(void **state)
{
	struct maker_ca_plan rsa = rsa_plan(*state), curve = curve_plan(*state);
	rsa.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x03\x08");
	refused_alone(CHECK_EK_CERT_KU_KEY, judge_plan(*state, &rsa));
	rsa.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x03\x28");
	refused_alone(CHECK_EK_CERT_KU_KEY, judge_plan(*state, &rsa));
	curve.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x04\x10");
	refused_alone(CHECK_EK_CERT_KU_KEY, judge_plan(*state, &curve));
}

/* A plan that names these labels; w holds them. */
static struct maker_ca_plan labelled(const struct bench *b, const struct maker_ca_label *labels, size_t count,
				     struct wr *w)
{
	struct maker_ca_plan plan = rsa_plan(b);
	plan.extension[SLOT_ALTERNATIVES].value = maker_ca_labels(labels, count, false, w);
	return plan;
}

static struct trial judge_labels(const struct bench *b, const struct maker_ca_label *labels, size_t count)
{
	uint8_t storage[1024];
	struct wr w = wr_of(storage, sizeof(storage));
	struct maker_ca_plan plan = labelled(b, labels, count, &w);
	return judge_plan(b, &plan);
}

static void each_label_is_needed(void **state)
{
	static const struct maker_ca_label missing[][2] = {
		{ { 1, "id:49465800" }, { 2, "SLB" } },
		{ { 1, "id:49465800" }, { 3, "id:01" } },
		{ { 2, "SLB" }, { 3, "id:01" } },
	};
	for (size_t i = 0; i < COUNT_OF(missing); i++)
		refused_alone(CHECK_EK_CERT_SAN, judge_labels(*state, missing[i], 2));
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_ALTERNATIVES].value = BYTES_TEXT("\x30\x05\x82\x03tpm");
	refused_alone(CHECK_EK_CERT_SAN, judge_plan(*state, &plan));
	plan.extension[SLOT_ALTERNATIVES].value = (struct bytes){ 0 };
	refused_alone(CHECK_EK_CERT_SAN, judge_plan(*state, &plan));
}

static void a_label_that_cannot_be_shown_counts_as_missing(void **state)
{
	static const char *const models[] = {
		"", "SLB\n", "\xC2\x85", "12345678901234567890123456789012345678901234567890123456789012345",
	};
	for (size_t i = 0; i < COUNT_OF(models); i++) {
		struct maker_ca_label labels[] = { { 1, "id:49465800" }, { 2, models[i] }, { 3, "id:01" } };
		refused_alone(CHECK_EK_CERT_SAN, judge_labels(*state, labels, COUNT_OF(labels)));
	}
}

static void a_label_that_is_not_utf_8_makes_the_certificate_unreadable(void **state)
{
	static const char *const models[] = { "\xFF", "\xC0\x80" };
	for (size_t i = 0; i < COUNT_OF(models); i++) {
		struct maker_ca_label labels[] = { { 1, "id:49465800" }, { 2, models[i] }, { 3, "id:01" } };
		refused(CHECK_EK_CERT_FORM, judge_labels(*state, labels, COUNT_OF(labels)));
	}
}

static void a_label_named_twice_is_refused(void **state)
{
	for (uint8_t number = 1; number <= 3; number++) {
		struct maker_ca_label labels[] = {
			{ 1, "id:49465800" }, { 2, "SLB" }, { 3, "id:01" }, { number, "id:49465800" },
		};
		refused_alone(CHECK_EK_CERT_SAN_ONCE, judge_labels(*state, labels, COUNT_OF(labels)));
	}
}

static void labels_may_come_in_any_order_and_share_an_rdn(void **state)
{
	static const struct maker_ca_label labels[] = { { 3, "id:01" }, { 1, "id:49465800" }, { 2, "SLB" } };
	uint8_t storage[1024];
	struct wr w = wr_of(storage, sizeof(storage));
	accepted(judge_labels(*state, labels, COUNT_OF(labels)));
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_ALTERNATIVES].value = maker_ca_labels(labels, COUNT_OF(labels), true, &w);
	accepted(judge_plan(*state, &plan));
}

static struct trial judge_maker(const struct bench *b, const char *id, const char *maker,
				enum anchors_class class)
{
	uint8_t storage[1024];
	struct wr w = wr_of(storage, sizeof(storage));
	struct maker_ca_label labels[] = { { 1, id }, { 2, "Chip" }, { 3, "id:01" } };
	struct maker_ca_plan plan = labelled(b, labels, COUNT_OF(labels), &w);
	struct anchors *anchors = anchors_new();
	OK(anchors_put(anchors, b->ca.root, bytes_text(maker), class));
	struct trial t = judge_below(b, &plan, anchors);
	anchors_free(anchors);
	t.found.anchor = NULL; /* it ends here */
	return t;
}

static void a_manufacturer_outside_the_registry_is_refused(void **state)
{
	static const char *const ids[] = { "id:00001014", "id:53494D30", "id:FFFFF1D0", "id:12345678",
					   "1414747215" };
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		refused(CHECK_EK_CERT_SAN_MAKER, judge_maker(*state, ids[i], "IFX", ANCHORS_DISCRETE));
}

static void ids_of_virtual_tpms_need_an_anchor_that_says_so(void **state)
{
	accepted(judge_maker(*state, "id:00001014", "SWTPM", ANCHORS_VIRTUAL));
	accepted(judge_maker(*state, "id:564D5700", "VMware", ANCHORS_VIRTUAL));
	refused_alone(CHECK_EK_CERT_SAN_MAKER, judge_maker(*state, "id:00001014", "SWTPM", ANCHORS_UNKNOWN));
	refused_alone(CHECK_EK_CERT_SAN_MAKER, judge_maker(*state, "id:54535430", "TST0", ANCHORS_VIRTUAL));
}

static void an_anchor_of_class_test_may_vouch_for_any_id(void **state)
{
	accepted(judge_maker(*state, "id:54535430", "TST0", ANCHORS_TEST));
	accepted(judge_maker(*state, "id:12345678", "", ANCHORS_TEST));
	accepted(judge_maker(*state, "id:49465800", "Test maker", ANCHORS_TEST));
	refused_alone(CHECK_EK_CERT_SAN_MAKER, judge_maker(*state, "IFX", "IFX", ANCHORS_TEST));
}

static void an_anchor_vouches_for_its_own_maker_alone(void **state)
{
	accepted(judge_maker(*state, "id:53544D20", "stm", ANCHORS_DISCRETE));
	refused_alone(CHECK_EK_CERT_MAKER, judge_maker(*state, "id:53544D20", "IFX", ANCHORS_DISCRETE));
	refused_alone(CHECK_EK_CERT_MAKER, judge_maker(*state, "id:53544D20", "", ANCHORS_DISCRETE));
	refused_alone(CHECK_EK_CERT_MAKER, judge_maker(*state, "id:53544D20", "Nobody", ANCHORS_DISCRETE));
}

static void an_unknown_critical_extension_is_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_OTHER] = (struct maker_ca_extension){ BYTES_TEXT("\x2A\x03\x04"),
								  BYTES_TEXT("\x05\x00"), CRITICAL_ABSENT };
	accepted(judge_plan(*state, &plan));
	plan.extension[SLOT_OTHER].critical = CRITICAL_TRUE;
	refused_alone(CHECK_EK_CERT_CRITICAL, judge_plan(*state, &plan));
}

static void an_extension_that_comes_twice_is_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_OTHER] = plan.extension[SLOT_PURPOSES];
	refused_alone(CHECK_EK_CERT_FORM, judge_plan(*state, &plan));
}

static void an_empty_list_is_refused(void **state)
{
	static const enum maker_ca_slot lists[] = { SLOT_PURPOSES, SLOT_ALTERNATIVES, SLOT_POLICIES };
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct maker_ca_plan plan = rsa_plan(*state);
		plan.extension[lists[i]].value = BYTES_TEXT("\x30\x00");
		refused_alone(CHECK_EK_CERT_FORM, judge_plan(*state, &plan));
	}
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x05\x00");
	refused_alone(CHECK_EK_CERT_FORM, judge_plan(*state, &plan));
}

static void a_certificate_outside_its_validity_is_refused(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.not_after = NOW - 1;
	refused_alone(CHECK_EK_CERT_TIME, judge_plan(*state, &plan));
	plan.not_after = NOW;
	accepted(judge_plan(*state, &plan));
	plan.not_after = NOW + YEAR;
	plan.not_before = NOW + 1;
	refused_alone(CHECK_EK_CERT_BEGUN, judge_plan(*state, &plan));
	plan.not_before = NOW;
	accepted(judge_plan(*state, &plan));
}

static void a_certificate_that_breaks_two_rules_fails_both(void **state)
{
	struct maker_ca_plan plan = rsa_plan(*state);
	plan.not_after = NOW - 1;
	plan.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x03\x01\x01\xFF");
	struct trial t = judge_plan(*state, &plan);
	CHECK(t.verdict.of[CHECK_EK_CERT_TIME] == FAILED);
	CHECK(t.verdict.of[CHECK_EK_CERT_LEAF] == FAILED);
	CHECK(failed_rows(&t) == 2);
}

/* --- the key (H021, H026, H031) ---------------------------------------------------------------------- */

static void a_short_rsa_key_is_refused(void **state)
{
	EVP_PKEY *weak = EVP_RSA_gen(1024);
	struct maker_ca_plan plan = maker_ca_plan_ek(&((const struct bench *)*state)->ca, weak);
	refused_alone(CHECK_EK_CERT_KEY, judge_plan(*state, &plan));
	EVP_PKEY_free(weak);
}

/* The trial of a genuine plan whose RSA key has these numbers. */
static struct trial judge_numbers(const struct bench *b, struct bytes modulus, struct bytes exponent)
{
	uint8_t leaf[MAKER_CA_SIZE_MAX], storage[SPKI_SIZE_MAX];
	struct spki key = { .kind = SPKI_RSA, .a = modulus, .b = exponent };
	struct wr w = wr_of(storage, sizeof(storage));
	spki_write(&key, &w);
	struct maker_ca_plan plan = rsa_plan(b);
	plan.spki = wr_done(&w);
	struct bytes_list chain = { 2, { maker_ca_issue(&plan, leaf), b->ca.issuing } };
	struct trial t = judge(&(struct ekcert_input){ &chain, &key, b->anchors, NOW });
	return t;
}

static void an_rsa_key_of_bad_numbers_is_refused(void **state)
{
	uint8_t storage[SPKI_SIZE_MAX], modulus[256];
	struct wr w = wr_of(storage, sizeof(storage));
	struct spki key = maker_ca_spki(((const struct bench *)*state)->ca.ek_rsa, &w);
	static const struct bytes exponents[] = { BYTES_TEXT("\x01"), BYTES_TEXT("\x02"),
						  BYTES_TEXT("\x01\x00\x00") };
	CHECK(bytes_copy(key.a, modulus, sizeof(modulus)));
	accepted(judge_numbers(*state, BYTES_OF(modulus), key.b));
	for (size_t i = 0; i < COUNT_OF(exponents); i++)
		refused(CHECK_EK_CERT_KEY, judge_numbers(*state, BYTES_OF(modulus), exponents[i]));
	modulus[0] &= 0x7F;
	refused(CHECK_EK_CERT_KEY, judge_numbers(*state, BYTES_OF(modulus), key.b));
	modulus[0] |= 0x80;
	modulus[255] &= 0xFE;
	refused(CHECK_EK_CERT_KEY, judge_numbers(*state, BYTES_OF(modulus), key.b));
}

static void a_key_on_a_short_curve_is_refused(void **state)
{
	EVP_PKEY *weak = EVP_EC_gen("P-224");
	struct maker_ca_plan plan = maker_ca_plan_ek(&((const struct bench *)*state)->ca, weak);
	refused(CHECK_EK_CERT_KEY, judge_plan(*state, &plan));
	EVP_PKEY_free(weak);
}

static void a_key_of_a_tpm_1_2_is_named(void **state)
{
	const struct bench *b = *state;
	uint8_t *der = NULL, oaep[512];
	int n = i2d_PUBKEY(b->ca.ek_rsa, &der);
	CHECK(n > 0 && (size_t)n <= sizeof(oaep));
	memcpy(oaep, der, (size_t)n);
	OPENSSL_free(der);
	/*
	 * SEQUENCE, SEQUENCE, OID: the last octet of rsaEncryption (…1.1.1) becomes that of RSAES-OAEP
	 * (…1.1.7).
	 */
	CHECK(oaep[16] == 1);
	oaep[16] = 7;
	struct maker_ca_plan plan = rsa_plan(b);
	plan.spki = bytes_of(oaep, (size_t)n);
	struct trial t = judge_plan(b, &plan);
	refused_alone(CHECK_EK_CERT_TPM2, t);
	CHECK(t.verdict.of[CHECK_EK_CERTIFIED] == PASSED);
}

static void a_certificate_for_another_key_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = curve_plan(b);
	refused_alone(CHECK_EK_CERTIFIED, judge_octets(b, maker_ca_issue(&plan, leaf)));
	EVP_PKEY *other = EVP_RSA_gen(2048);
	plan = maker_ca_plan_ek(&b->ca, other);
	refused_alone(CHECK_EK_CERTIFIED, judge_octets(b, maker_ca_issue(&plan, leaf)));
	EVP_PKEY_free(other);
}

static void without_a_key_to_compare_nothing_is_certified(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = rsa_plan(b);
	struct bytes_list chain = { 2, { maker_ca_issue(&plan, leaf), b->ca.issuing } };
	struct trial t = judge(&(struct ekcert_input){ &chain, NULL, b->anchors, NOW });
	CHECK(t.verdict.of[CHECK_EK_CERTIFIED] == NOT_RUN);
	CHECK(t.verdict.of[CHECK_EK_CERT_CHAIN] == PASSED);
	CHECK(t.why == FAIL(EKPUB_CERT_MISMATCH));
}

static void an_unreadable_certificate_yields_no_facts(void **state)
{
	struct trial t = judge_octets(*state, BYTES_TEXT("\x30\x03\x02\x01\x01"));
	refused_alone(CHECK_EK_CERT_FORM, t);
	CHECK(!t.found.has_hash && !t.found.anchor && !t.found.maker && !t.found.model.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_genuine_rsa_certificate_is_accepted_and_says_who_made_the_chip),
		TEST(a_genuine_curve_certificate_is_accepted),
		TEST(an_issuing_ca_that_is_an_anchor_needs_no_root),
		TEST(a_certificate_for_ever_is_accepted),
		TEST(only_rows_about_the_certificate_are_touched),
		TEST(no_certificate_at_all_is_named),
		TEST(a_chain_to_an_unknown_root_is_refused),
		TEST(a_self_signed_certificate_is_refused),
		TEST(a_root_that_the_device_sends_is_not_trusted),
		TEST(an_issuer_of_the_right_name_and_another_key_is_refused),
		TEST(an_issuer_that_is_no_ca_is_refused),
		TEST(an_issuer_that_may_not_sign_certificates_is_refused),
		TEST(a_chain_longer_than_a_ca_allows_is_refused),
		TEST(an_issuer_with_an_unknown_critical_extension_is_refused),
		TEST(an_expired_issuer_is_refused),
		TEST(an_expired_anchor_is_refused),
		TEST(signatures_with_sha1_and_md5_are_refused),
		TEST(longer_hashes_are_accepted),
		TEST(an_issuer_with_a_short_key_is_refused),
		TEST(more_certificates_than_a_chain_may_have_are_refused),
		TEST(a_chain_with_too_many_between_is_refused),
		TEST(a_loop_of_issuers_ends),
		TEST(an_issuer_that_cannot_be_read_is_refused),
		TEST(a_certificate_of_a_ca_is_refused),
		TEST(a_certificate_without_basic_constraints_is_accepted),
		TEST(a_certificate_of_version_1_is_refused),
		TEST(a_certificate_of_version_2_is_refused),
		TEST(a_certificate_that_does_not_say_what_it_is_for_is_refused),
		TEST(a_certificate_for_another_purpose_is_refused),
		TEST(the_purpose_may_come_after_others_and_be_critical),
		TEST(a_key_that_signs_is_refused),
		TEST(a_usage_that_does_not_fit_the_key_is_refused),
		TEST(each_label_is_needed),
		TEST(a_label_that_cannot_be_shown_counts_as_missing),
		TEST(a_label_that_is_not_utf_8_makes_the_certificate_unreadable),
		TEST(a_label_named_twice_is_refused),
		TEST(labels_may_come_in_any_order_and_share_an_rdn),
		TEST(a_manufacturer_outside_the_registry_is_refused),
		TEST(ids_of_virtual_tpms_need_an_anchor_that_says_so),
		TEST(an_anchor_of_class_test_may_vouch_for_any_id),
		TEST(an_anchor_vouches_for_its_own_maker_alone),
		TEST(an_unknown_critical_extension_is_refused),
		TEST(an_extension_that_comes_twice_is_refused),
		TEST(an_empty_list_is_refused),
		TEST(a_certificate_outside_its_validity_is_refused),
		TEST(a_certificate_that_breaks_two_rules_fails_both),
		TEST(a_short_rsa_key_is_refused),
		TEST(an_rsa_key_of_bad_numbers_is_refused),
		TEST(a_key_on_a_short_curve_is_refused),
		TEST(a_key_of_a_tpm_1_2_is_named),
		TEST(a_certificate_for_another_key_is_refused),
		TEST(without_a_key_to_compare_nothing_is_certified),
		TEST(an_unreadable_certificate_yields_no_facts),
	};
	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
