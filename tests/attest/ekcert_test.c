#include "test.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

#include "ektrial.h"

/* --- what is genuine --------------------------------------------------------------------------------- */

static void a_genuine_rsa_certificate_is_accepted_and_says_who_made_the_chip(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX], *der = NULL, hash[32];
	struct maker_ca_plan plan = ektrial_rsa(b);
	struct bytes certificate = maker_ca_issue(&plan, leaf);
	struct ektrial t = ektrial_octets(b, certificate);
	ektrial_accepted(t);
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
	CHECK(t.found.leniencies == 0);
	CHECK(is_bytes_equal(t.found.leaf.der, certificate));
}

static void a_genuine_curve_certificate_is_accepted(void **state)
{
	struct maker_ca_plan plan = ektrial_curve(*state);
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static void an_issuing_ca_that_is_an_anchor_needs_no_root(void **state)
{
	const struct ektrial_bench *b = *state;
	struct anchors *anchors = anchors_new();
	OK(anchors_put(anchors, b->ca.issuing, BYTES_TEXT("Infineon"), ANCHORS_DISCRETE));
	struct maker_ca_plan plan = ektrial_rsa(b);
	ektrial_accepted(ektrial_below(b, &plan, anchors));
	anchors_free(anchors);
}

static void a_certificate_for_ever_is_accepted(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.not_after = INT64_C(253402300799);
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static void only_rows_about_the_certificate_are_touched(void **state)
{
	const struct ektrial_bench *b = *state;
	struct bytes_list none = { 0 };
	struct ekcert found;
	uint8_t outcomes[CHECK_COUNT];
	memset(outcomes, PASSED, sizeof(outcomes));
	const struct ekcert_input in = { &none, NULL, b->anchors, MAKER_CA_NOW, false, false, NULL };
	ekcert_judge(&in, outcomes, &found);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		CHECK((outcomes[i] == PASSED) == !is_ektrial_row(i));
}

static void no_certificate_at_all_is_named(void **state)
{
	struct bytes_list none = { 0 };
	ektrial_refused_alone(CHECK_EK_CERT_PRESENT, ektrial_chain(*state, &none));
}

/* --- the profile (H004 to H015, H018) ---------------------------------------------------------------- */

static void a_certificate_of_a_ca_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x03\x01\x01\xFF");
	ektrial_refused_alone(CHECK_EK_CERT_LEAF, ektrial_plan(*state, &plan));
}

static void a_certificate_without_basic_constraints_is_accepted(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_CONSTRAINTS].value = (struct bytes){ 0 };
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static void a_certificate_of_version_1_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.version = 1;
	ektrial_refused(CHECK_EK_CERT_VERSION, ektrial_plan(*state, &plan));
}

static void a_certificate_of_version_2_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.version = 2;
	struct ektrial t = ektrial_plan(*state, &plan);
	CHECK(t.verdict.of[CHECK_EK_CERT_VERSION] == FAILED);
	CHECK(t.why == FAIL(CERT_VERSION));
}

static void a_certificate_that_does_not_say_what_it_is_for_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_PURPOSES].value = (struct bytes){ 0 };
	ektrial_refused(CHECK_EK_CERT_EKU, ektrial_plan(*state, &plan));
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
	struct maker_ca_plan plan = ektrial_rsa(*state);
	for (size_t i = 0; i < COUNT_OF(purposes); i++) {
		plan.extension[SLOT_PURPOSES].value = purposes[i];
		ektrial_refused_alone(CHECK_EK_CERT_EKU_EK, ektrial_plan(*state, &plan));
	}
}

static void the_purpose_may_come_after_others_and_be_critical(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_PURPOSES].value = BYTES_TEXT("\x30\x11\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x02"
							 "\x06\x05\x67\x81\x05\x08\x01");
	plan.extension[SLOT_PURPOSES].critical = CRITICAL_TRUE;
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static void a_key_that_signs_is_refused(void **state)
{
	static const struct bytes usages[] = {
		BYTES_TEXT("\x03\x02\x05\xA0"), /* with digitalSignature */
		BYTES_TEXT("\x03\x02\x05\x60"), /* with nonRepudiation */
		BYTES_TEXT("\x03\x02\x02\x24"), /* with keyCertSign */
		BYTES_TEXT("\x03\x02\x01\x22"), /* with cRLSign */
	};
	struct maker_ca_plan plan = ektrial_rsa(*state);
	for (size_t i = 0; i < COUNT_OF(usages); i++) {
		plan.extension[SLOT_USAGE].value = usages[i];
		ektrial_refused_alone(CHECK_EK_CERT_KU, ektrial_plan(*state, &plan));
	}
	plan.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x07\x80");
	ektrial_refused(CHECK_EK_CERT_KU, ektrial_plan(*state, &plan));
	plan.extension[SLOT_USAGE].value = (struct bytes){ 0 };
	ektrial_refused(CHECK_EK_CERT_KU, ektrial_plan(*state, &plan));
}

static void a_usage_that_does_not_fit_the_key_is_refused(void **state)
{
	struct maker_ca_plan rsa = ektrial_rsa(*state), curve = ektrial_curve(*state);
	rsa.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x03\x08");
	ektrial_refused_alone(CHECK_EK_CERT_KU_KEY, ektrial_plan(*state, &rsa));
	rsa.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x03\x28");
	ektrial_refused_alone(CHECK_EK_CERT_KU_KEY, ektrial_plan(*state, &rsa));
	curve.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x04\x10");
	ektrial_refused_alone(CHECK_EK_CERT_KU_KEY, ektrial_plan(*state, &curve));
}

static void an_unknown_critical_extension_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_OTHER] = (struct maker_ca_extension){ BYTES_TEXT("\x2A\x03\x04"),
								  BYTES_TEXT("\x05\x00"), CRITICAL_ABSENT };
	ektrial_accepted(ektrial_plan(*state, &plan));
	plan.extension[SLOT_OTHER].critical = CRITICAL_TRUE;
	ektrial_refused_alone(CHECK_EK_CERT_CRITICAL, ektrial_plan(*state, &plan));
}

static void an_extension_that_comes_twice_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_OTHER] = plan.extension[SLOT_PURPOSES];
	ektrial_refused_alone(CHECK_EK_CERT_FORM, ektrial_plan(*state, &plan));
}

static void an_empty_list_is_refused(void **state)
{
	static const enum maker_ca_slot lists[] = { SLOT_PURPOSES, SLOT_ALTERNATIVES, SLOT_POLICIES };
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct maker_ca_plan plan = ektrial_rsa(*state);
		plan.extension[lists[i]].value = BYTES_TEXT("\x30\x00");
		ektrial_refused_alone(CHECK_EK_CERT_FORM, ektrial_plan(*state, &plan));
	}
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x05\x00");
	ektrial_refused_alone(CHECK_EK_CERT_FORM, ektrial_plan(*state, &plan));
}

static void an_issuer_without_a_name_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.issuer = NULL;
	ektrial_refused_alone(CHECK_EK_CERT_FORM, ektrial_plan(*state, &plan));
}

static void names_that_stand_for_a_subject_must_be_critical(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_ALTERNATIVES].critical = CRITICAL_ABSENT;
	ektrial_refused_alone(CHECK_EK_CERT_FORM, ektrial_plan(*state, &plan));
	plan.subject = "EK";
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static void a_certificate_outside_its_validity_is_refused(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.not_after = MAKER_CA_NOW - 1;
	ektrial_refused_alone(CHECK_EK_CERT_TIME, ektrial_plan(*state, &plan));
	plan.not_after = MAKER_CA_NOW;
	ektrial_accepted(ektrial_plan(*state, &plan));
	plan.not_after = MAKER_CA_NOW + MAKER_CA_YEAR;
	plan.not_before = MAKER_CA_NOW + 1;
	ektrial_refused_alone(CHECK_EK_CERT_BEGUN, ektrial_plan(*state, &plan));
	plan.not_before = MAKER_CA_NOW;
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static void a_certificate_that_breaks_two_rules_fails_both(void **state)
{
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.not_after = MAKER_CA_NOW - 1;
	plan.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x03\x01\x01\xFF");
	struct ektrial t = ektrial_plan(*state, &plan);
	CHECK(t.verdict.of[CHECK_EK_CERT_TIME] == FAILED);
	CHECK(t.verdict.of[CHECK_EK_CERT_LEAF] == FAILED);
	CHECK(ektrial_failed(&t) == 2);
}

/* --- the key (H021, H026, H031) ---------------------------------------------------------------------- */

static void a_short_rsa_key_is_refused(void **state)
{
	EVP_PKEY *weak = EVP_RSA_gen(1024);
	struct maker_ca_plan plan = maker_ca_plan_ek(&((const struct ektrial_bench *)*state)->ca, weak);
	ektrial_refused_alone(CHECK_EK_CERT_KEY, ektrial_plan(*state, &plan));
	EVP_PKEY_free(weak);
}

/* The trial of a genuine plan whose RSA key has these numbers. */
static struct ektrial judge_numbers(const struct ektrial_bench *b, struct bytes modulus,
				    struct bytes exponent)
{
	uint8_t leaf[MAKER_CA_SIZE_MAX], storage[SPKI_SIZE_MAX];
	struct spki key = { .kind = SPKI_RSA, .a = modulus, .b = exponent };
	struct wr w = wr_of(storage, sizeof(storage));
	spki_write(&key, &w);
	struct maker_ca_plan plan = ektrial_rsa(b);
	plan.spki = wr_done(&w);
	struct bytes_list chain = { 2, { maker_ca_issue(&plan, leaf), b->ca.issuing } };
	const struct ekcert_input in = { &chain, &key, b->anchors, MAKER_CA_NOW, false, false, NULL };
	return ektrial_judge(&in);
}

static void an_rsa_key_of_bad_numbers_is_refused(void **state)
{
	uint8_t storage[SPKI_SIZE_MAX], modulus[256];
	struct wr w = wr_of(storage, sizeof(storage));
	struct spki key = maker_ca_spki(((const struct ektrial_bench *)*state)->ca.ek_rsa, &w);
	static const struct bytes exponents[] = { BYTES_TEXT("\x01"), BYTES_TEXT("\x02"),
						  BYTES_TEXT("\x01\x00\x00") };
	CHECK(bytes_copy(key.a, modulus, sizeof(modulus)));
	ektrial_accepted(judge_numbers(*state, BYTES_OF(modulus), key.b));
	for (size_t i = 0; i < COUNT_OF(exponents); i++)
		ektrial_refused(CHECK_EK_CERT_KEY, judge_numbers(*state, BYTES_OF(modulus), exponents[i]));
	modulus[0] &= 0x7F;
	ektrial_refused(CHECK_EK_CERT_KEY, judge_numbers(*state, BYTES_OF(modulus), key.b));
	modulus[0] |= 0x80;
	modulus[255] &= 0xFE;
	ektrial_refused(CHECK_EK_CERT_KEY, judge_numbers(*state, BYTES_OF(modulus), key.b));
}

static void a_key_on_a_short_curve_is_refused(void **state)
{
	EVP_PKEY *weak = EVP_EC_gen("P-224");
	struct maker_ca_plan plan = maker_ca_plan_ek(&((const struct ektrial_bench *)*state)->ca, weak);
	ektrial_refused(CHECK_EK_CERT_KEY, ektrial_plan(*state, &plan));
	EVP_PKEY_free(weak);
}

static void a_key_of_a_tpm_1_2_is_named(void **state)
{
	const struct ektrial_bench *b = *state;
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
	struct maker_ca_plan plan = ektrial_rsa(b);
	plan.spki = bytes_of(oaep, (size_t)n);
	struct ektrial t = ektrial_plan(b, &plan);
	ektrial_refused_alone(CHECK_EK_CERT_TPM2, t);
	CHECK(t.verdict.of[CHECK_EK_CERTIFIED] == PASSED);
}

static void a_certificate_for_another_key_is_refused(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = ektrial_curve(b);
	ektrial_refused_alone(CHECK_EK_CERTIFIED, ektrial_octets(b, maker_ca_issue(&plan, leaf)));
	EVP_PKEY *other = EVP_RSA_gen(2048);
	plan = maker_ca_plan_ek(&b->ca, other);
	ektrial_refused_alone(CHECK_EK_CERTIFIED, ektrial_octets(b, maker_ca_issue(&plan, leaf)));
	EVP_PKEY_free(other);
}

static void without_a_key_to_compare_nothing_is_certified(void **state)
{
	const struct ektrial_bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = ektrial_rsa(b);
	struct bytes_list chain = { 2, { maker_ca_issue(&plan, leaf), b->ca.issuing } };
	const struct ekcert_input in = { &chain, NULL, b->anchors, MAKER_CA_NOW, false, false, NULL };
	struct ektrial t = ektrial_judge(&in);
	CHECK(t.verdict.of[CHECK_EK_CERTIFIED] == NOT_RUN);
	CHECK(t.verdict.of[CHECK_EK_CERT_CHAIN] == PASSED);
	CHECK(t.why == FAIL(EKPUB_CERT_MISMATCH));
}

static void an_unreadable_certificate_yields_no_facts(void **state)
{
	struct ektrial t = ektrial_octets(*state, BYTES_TEXT("\x30\x03\x02\x01\x01"));
	ektrial_refused_alone(CHECK_EK_CERT_FORM, t);
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
		TEST(a_certificate_of_a_ca_is_refused),
		TEST(a_certificate_without_basic_constraints_is_accepted),
		TEST(a_certificate_of_version_1_is_refused),
		TEST(a_certificate_of_version_2_is_refused),
		TEST(a_certificate_that_does_not_say_what_it_is_for_is_refused),
		TEST(a_certificate_for_another_purpose_is_refused),
		TEST(the_purpose_may_come_after_others_and_be_critical),
		TEST(a_key_that_signs_is_refused),
		TEST(a_usage_that_does_not_fit_the_key_is_refused),
		TEST(an_unknown_critical_extension_is_refused),
		TEST(an_extension_that_comes_twice_is_refused),
		TEST(an_empty_list_is_refused),
		TEST(an_issuer_without_a_name_is_refused),
		TEST(names_that_stand_for_a_subject_must_be_critical),
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
	return cmocka_run_group_tests(tests, ektrial_open, ektrial_close);
}
