#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "ektrial.h"

#define NV_SIZE 2048

/* A genuine certificate, and how to change octets of it. */
struct bench {
	struct maker_ca ca;
	struct anchors *anchors;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct bytes leaf;
};

static int open_bench(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	maker_ca_init(&b->ca);
	b->anchors = anchors_new();
	OK(anchors_put(b->anchors, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	struct maker_ca_plan plan = maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
	b->leaf = maker_ca_issue(&plan, b->storage);
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

/* Why octets read from NV are not trusted as the EK certificate of the bench's key; NULL when they are. */
static fault judge(const struct bench *b, struct bytes nv)
{
	uint8_t storage[SPKI_SIZE_MAX];
	struct wr w = wr_of(storage, sizeof(storage));
	struct spki ek = maker_ca_spki(b->ca.ek_rsa, &w);
	struct bytes_list chain = { 2, { nv, b->ca.issuing } };
	const struct ekcert_input in = { &chain, &ek, b->anchors, MAKER_CA_NOW, false, false, NULL };
	return ektrial_judge(&in).why;
}

/* The leniencies of octets read from NV, which must hold a readable certificate. */
static uint32_t leniencies_of(struct bytes nv)
{
	struct bytes der;
	struct ekleaf leaf;
	uint32_t used;
	OK(ekleaf_unwrap(nv, &der, &used));
	OK(ekleaf_parse(der, &leaf));
	return used | leaf.leniencies;
}

/* --- what NV holds (H022, H023) ---------------------------------------------------------------------- */

static void every_truncation_is_refused(void **state)
{
	const struct bench *b = *state;
	for (size_t n = 0; n < b->leaf.n; n++)
		REFUSES(CERT_TRUNCATED, judge(b, bytes_slice(b->leaf, 0, n)));
	OK(judge(b, b->leaf));
}

static void every_flipped_bit_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t copy[MAKER_CA_SIZE_MAX];
	memcpy(copy, b->leaf.p, b->leaf.n);
	for (size_t i = 0; i < b->leaf.n; i++) {
		copy[i] ^= (uint8_t)(1u << i % 8);
		CHECK(judge(b, bytes_of(copy, b->leaf.n)) != NULL);
		copy[i] ^= (uint8_t)(1u << i % 8);
	}
}

static void uniform_padding_is_stripped_and_said(void **state)
{
	const struct bench *b = *state;
	uint8_t nv[NV_SIZE];
	for (size_t i = 0; i < 2; i++) {
		memset(nv, i ? 0xFF : 0x00, sizeof(nv));
		memcpy(nv, b->leaf.p, b->leaf.n);
		OK(judge(b, BYTES_OF(nv)));
		CHECK(leniencies_of(BYTES_OF(nv)) == LENIENCY_BIT(PADDING));
	}
}

static void anything_else_after_the_certificate_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t nv[NV_SIZE] = { 0 };
	memcpy(nv, b->leaf.p, b->leaf.n);
	REFUSES(CERT_TRAILING_DATA, judge(b, bytes_of(nv, (nv[b->leaf.n] = 1, b->leaf.n + 1))));
	nv[b->leaf.n] = 0;
	nv[NV_SIZE - 1] = 0xFF;
	REFUSES(CERT_TRAILING_DATA, judge(b, BYTES_OF(nv)));
}

/* What a TCG header of this size and tag holds, with the certificate after it and `after` zeros. */
static struct bytes wrap(const struct bench *b, size_t size, bool full, size_t after, struct wr *w)
{
	wr_be16(w, 0x1001);
	wr_u8(w, 0);
	wr_be16(w, (uint16_t)size);
	if (full)
		wr_be16(w, 0x1002);
	wr_bytes(w, b->leaf);
	while (after--)
		wr_u8(w, 0);
	return wr_done(w);
}

static void the_header_of_nv_is_unwrapped_and_said(void **state)
{
	const struct bench *b = *state;
	for (size_t full = 0; full < 2; full++) {
		uint8_t nv[NV_SIZE];
		struct wr w = wr_of(nv, sizeof(nv));
		struct bytes whole = wrap(b, b->leaf.n + 2 * full, full, 0, &w);
		OK(judge(b, whole));
		CHECK(leniencies_of(whole) == LENIENCY_BIT(NV_HEADER));
	}
}

static void padding_may_be_inside_or_outside_of_the_header(void **state)
{
	const struct bench *b = *state;
	for (size_t inside = 0; inside < 2; inside++) {
		uint8_t nv[NV_SIZE];
		struct wr w = wr_of(nv, sizeof(nv));
		struct bytes whole = wrap(b, b->leaf.n + 2 + 100 * inside, true, 100, &w);
		OK(judge(b, whole));
		CHECK(leniencies_of(whole) == (LENIENCY_BIT(NV_HEADER) | LENIENCY_BIT(PADDING)));
	}
}

static void padding_of_two_kinds_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t nv[NV_SIZE];
	struct wr w = wr_of(nv, sizeof(nv));
	struct bytes whole = wrap(b, b->leaf.n + 2 + 100, true, 200, &w);
	OK(judge(b, whole));
	memset(nv + whole.n - 100, 0xFF, 100);
	REFUSES(CERT_TRAILING_DATA, judge(b, whole));
	memset(nv + whole.n - 200, 0xFF, 100);
	OK(judge(b, whole));
}

static void a_header_of_another_kind_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t nv[NV_SIZE];
	struct wr w = wr_of(nv, sizeof(nv));
	struct bytes whole = wrap(b, b->leaf.n, false, 0, &w);
	nv[2] = 1; /* the digest of a certificate that is elsewhere */
	REFUSES(CERT_MALFORMED, judge(b, whole));
	nv[2] = 0;
	nv[1] = 2;
	REFUSES(CERT_MALFORMED, judge(b, whole));
}

static void a_header_that_lies_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t nv[3][NV_SIZE];
	struct wr longer = wr_of(nv[0], NV_SIZE), shorter = wr_of(nv[1], NV_SIZE),
		  empty = wr_of(nv[2], NV_SIZE);
	REFUSES(CERT_TRUNCATED, judge(b, wrap(b, b->leaf.n + 1, false, 0, &longer)));
	REFUSES(CERT_TRUNCATED, judge(b, wrap(b, b->leaf.n - 1, false, 0, &shorter)));
	REFUSES(CERT_TRUNCATED, judge(b, wrap(b, 0, false, 0, &empty)));
	REFUSES(CERT_TRUNCATED, judge(b, BYTES_TEXT("\x10\x01\x00\x04")));
}

static void what_is_no_certificate_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t blank[NV_SIZE];
	memset(blank, 0xFF, sizeof(blank));
	REFUSES(CERT_MALFORMED, judge(b, BYTES_OF(blank)));
	memset(blank, 0x00, sizeof(blank));
	REFUSES(CERT_MALFORMED, judge(b, BYTES_OF(blank)));
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("{\"certificate\":\"MIIE\"}")));
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x00")));
	REFUSES(CERT_TRUNCATED, judge(b, BYTES_TEXT("")));
}

/* --- DER and its exceptions (H024) ------------------------------------------------------------------- */

static void lengths_outside_der_are_refused(void **state)
{
	const struct bench *b = *state;
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x80\x05\x00\x00\x00"))); /* indefinite */
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x81\x02\x05\x00")));     /* one octet too many */
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x82\x00\x81\x05\x00")));
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x04\x30\x80\x00\x00"))); /* ... inside */
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x05\x04\x81\x02\x05\x00")));
}

static void values_outside_der_are_refused(void **state)
{
	const struct bench *b = *state;
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x03\x01\x01\x01")));     /* BOOLEAN */
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x04\x02\x02\x00\x01"))); /* INTEGER */
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x04\x02\x02\xFF\x80")));
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x04\x03\x02\x01\x01")));     /* BIT STRING */
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x04\x24\x02\x04\x00")));     /* constructed string */
	REFUSES(CERT_NOT_DER, judge(b, BYTES_TEXT("\x30\x05\x06\x03\x2A\x80\x01"))); /* OID */
}

static void values_that_cannot_be_are_refused(void **state)
{
	const struct bench *b = *state;
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x02\x02\x00")));         /* empty INTEGER */
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x03\x03\x01\x07")));     /* bits of nothing */
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x03\x05\x01\x00")));     /* NULL with content */
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x02\x10\x00")));         /* primitive SEQUENCE */
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x03\x1F\x81\x01")));     /* long tag */
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x03\x04\x02\x00")));     /* leaves its parent */
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x04\x06\x02\x2A\x80"))); /* OID cut short */
	REFUSES(CERT_MALFORMED, judge(b, BYTES_TEXT("\x30\x03\x01\x02\x00")));     /* BOOLEAN */
}

static void values_too_deep_are_refused(void **state)
{
	uint8_t nest[80];
	for (size_t i = 0; i < sizeof(nest); i += 2) {
		nest[i] = 0x30;
		nest[i + 1] = (uint8_t)(sizeof(nest) - i - 2);
	}
	REFUSES(CERT_MALFORMED, judge(*state, BYTES_OF(nest)));
}

/* The genuine plan with one change is accepted, and names this one leniency. */
static void accepted_with(const struct bench *b, const struct maker_ca_plan *plan, enum leniency_id leniency)
{
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct bytes certificate = maker_ca_issue(plan, leaf);
	OK(judge(b, certificate));
	CHECK(leniencies_of(certificate) == UINT32_C(1) << leniency);
}

static void exceptions_known_of_real_chips_are_let_pass_and_said(void **state)
{
	const struct bench *b = *state;
	const struct maker_ca_plan genuine = maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
	struct maker_ca_plan plan = genuine;
	plan.serial = BYTES_TEXT("\x80\x01");
	accepted_with(b, &plan, LENIENCY_SERIAL);
	plan.serial = BYTES_TEXT("\x00");
	accepted_with(b, &plan, LENIENCY_SERIAL);
	plan = genuine;
	plan.extension[SLOT_PURPOSES].critical = CRITICAL_FALSE;
	accepted_with(b, &plan, LENIENCY_CRITICAL_FALSE);
	plan = genuine;
	plan.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x03\x01\x01\x00");
	accepted_with(b, &plan, LENIENCY_CA_FALSE);
	plan = genuine;
	plan.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x00\x20");
	accepted_with(b, &plan, LENIENCY_USAGE_ZEROS);
}

static void the_parts_of_a_name_may_be_unsorted_and_it_is_said(void **state)
{
	static const struct maker_ca_label labels[] = { { 3, "id:01" }, { 1, "id:49465800" }, { 2, "SLB" } };
	const struct bench *b = *state;
	uint8_t storage[256];
	struct wr w = wr_of(storage, sizeof(storage));
	struct maker_ca_plan plan = maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
	plan.extension[SLOT_ALTERNATIVES].value = maker_ca_labels(labels, COUNT_OF(labels), true, &w);
	accepted_with(b, &plan, LENIENCY_NAME_ORDER);
}

/* A policy with a qualifier that is a SET of these two numbers. */
#define POLICY_OF_SET(first, second)                                                                      \
	BYTES_TEXT("\x30\x19\x30\x17\x06\x04\x55\x1D\x20\x00\x30\x0F\x30\x0D\x06\x03\x2A\x03\x04\x31\x06" \
		   "\x02\x01" first "\x02\x01" second)

static void a_set_outside_a_name_must_be_sorted(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
	plan.extension[SLOT_POLICIES].value = POLICY_OF_SET("\x01", "\x02");
	OK(judge(b, maker_ca_issue(&plan, leaf)));
	plan.extension[SLOT_POLICIES].value = POLICY_OF_SET("\x02", "\x01");
	REFUSES(CERT_NOT_DER, judge(b, maker_ca_issue(&plan, leaf)));
}

static void a_version_that_is_spelled_out_though_it_is_the_first_is_refused(void **state)
{
	static const uint8_t version_3[] = { 0xA0, 0x03, 0x02, 0x01, 0x02 };
	const struct bench *b = *state;
	uint8_t copy[MAKER_CA_SIZE_MAX];
	memcpy(copy, b->leaf.p, b->leaf.n);
	uint8_t *version = memmem(copy, b->leaf.n, version_3, sizeof(version_3));
	CHECK(version);
	version[sizeof(version_3) - 1] = 0;
	REFUSES(CERT_VERSION, judge(b, bytes_of(copy, b->leaf.n)));
}

static void the_issuers_key_may_be_left_out_and_it_is_said(void **state)
{
	const struct bench *b = *state;
	struct maker_ca_plan plan = maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
	plan.extension[SLOT_AUTHORITY].value = (struct bytes){ 0 };
	accepted_with(b, &plan, LENIENCY_AUTHORITY_ABSENT);
}

static void a_subject_and_names_of_any_criticality_need_no_leniency(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
	plan.subject = "TPM";
	for (int critical = CRITICAL_ABSENT; critical <= CRITICAL_TRUE; critical++) {
		plan.extension[SLOT_ALTERNATIVES].critical = (enum maker_ca_critical)critical;
		struct bytes certificate = maker_ca_issue(&plan, leaf);
		OK(judge(b, certificate));
		CHECK(leniencies_of(certificate) == 0);
	}
}

static void every_leniency_has_a_name_and_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENIENCY_COUNT; i++) {
		const struct leniency *l = &leniency_rows[i];
		CHECK(leniency_find(bytes_text(l->name)) == l);
		CHECK(strlen(l->clause) > 0 && l->sentence[strlen(l->sentence) - 1] == '.');
	}
	CHECK(!leniency_find(BYTES_TEXT("")) && !leniency_find(BYTES_TEXT("NV_HEADERS")));
}

static void a_curve_key_may_be_marked_for_encipherment_and_it_is_said(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = maker_ca_plan_ek(&b->ca, b->ca.ek_curve);
	plan.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x05\x20");
	struct bytes certificate = maker_ca_issue(&plan, leaf);
	CHECK(leniencies_of(certificate) == LENIENCY_BIT(EC_ENCIPHERMENT));
	REFUSES(EKPUB_CERT_MISMATCH, judge(b, certificate));
}

static void a_serial_number_may_not_be_padded_or_endless(void **state)
{
	const struct bench *b = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
	plan.serial = BYTES_TEXT("\x00\x01");
	REFUSES(CERT_NOT_DER, judge(b, maker_ca_issue(&plan, leaf)));
	plan.serial = BYTES_TEXT("1234567890123456789012");
	REFUSES(CERT_MALFORMED, judge(b, maker_ca_issue(&plan, leaf)));
}

static void an_algorithm_told_in_two_ways_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t copy[MAKER_CA_SIZE_MAX];
	static const uint8_t ecdsa_sha256[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
	memcpy(copy, b->leaf.p, b->leaf.n);
	uint8_t *inner = memmem(copy, b->leaf.n, ecdsa_sha256, sizeof(ecdsa_sha256));
	CHECK(inner);
	inner[sizeof(ecdsa_sha256) - 1] = 3;
	REFUSES(CERT_MALFORMED, judge(b, bytes_of(copy, b->leaf.n)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_truncation_is_refused),
		TEST(every_flipped_bit_is_refused),
		TEST(uniform_padding_is_stripped_and_said),
		TEST(anything_else_after_the_certificate_is_refused),
		TEST(the_header_of_nv_is_unwrapped_and_said),
		TEST(padding_may_be_inside_or_outside_of_the_header),
		TEST(padding_of_two_kinds_is_refused),
		TEST(a_header_of_another_kind_is_refused),
		TEST(a_header_that_lies_is_refused),
		TEST(what_is_no_certificate_is_refused),
		TEST(lengths_outside_der_are_refused),
		TEST(values_outside_der_are_refused),
		TEST(values_that_cannot_be_are_refused),
		TEST(values_too_deep_are_refused),
		TEST(exceptions_known_of_real_chips_are_let_pass_and_said),
		TEST(the_parts_of_a_name_may_be_unsorted_and_it_is_said),
		TEST(a_set_outside_a_name_must_be_sorted),
		TEST(a_version_that_is_spelled_out_though_it_is_the_first_is_refused),
		TEST(the_issuers_key_may_be_left_out_and_it_is_said),
		TEST(a_subject_and_names_of_any_criticality_need_no_leniency),
		TEST(every_leniency_has_a_name_and_a_sentence),
		TEST(a_curve_key_may_be_marked_for_encipherment_and_it_is_said),
		TEST(a_serial_number_may_not_be_padded_or_endless),
		TEST(an_algorithm_told_in_two_ways_is_refused),
	};
	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
