#include "test.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/anchors.h"
#include "maker_ca.h"

#define MANY 2000

struct bench {
	struct maker_ca ca;
};

static int open_bench(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	maker_ca_init(&b->ca);
	*state = b;
	return 0;
}

static int close_bench(void **state)
{
	struct bench *b = *state;
	maker_ca_done(&b->ca);
	free(b);
	return 0;
}

static const X509_NAME *name_of(X509 **x, struct bytes der)
{
	const uint8_t *p = der.p;
	*x = d2i_X509(NULL, &p, (long)der.n);
	CHECK(*x);
	return X509_get_subject_name(*x);
}

static void an_empty_snapshot_holds_nothing(void **state)
{
	const struct bench *b = *state;
	struct anchors *a = anchors_new();
	X509 *x;
	uint8_t hash[ANCHORS_HASH_SIZE] = { 0 };
	CHECK(anchors_count(a) == 0);
	CHECK(!anchors_find(a, BYTES_OF(hash)));
	CHECK(anchors_find_subject(a, name_of(&x, b->ca.root)).n == 0);
	X509_free(x);
	anchors_free(a);
}

static void an_anchor_is_found_by_fingerprint_and_by_subject(void **state)
{
	const struct bench *b = *state;
	struct anchors *a = anchors_new();
	X509 *x;
	uint8_t hash[ANCHORS_HASH_SIZE];
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	OK(anchors_put(a, b->ca.issuing, BYTES_TEXT(""), ANCHORS_UNKNOWN));
	CHECK(anchors_count(a) == 2);
	SHA256(b->ca.root.p, b->ca.root.n, hash);
	const struct anchors_entry *e = anchors_find(a, BYTES_OF(hash));
	CHECK(e && strcmp(e->maker, "IFX") == 0 && e->class == ANCHORS_DISCRETE);
	CHECK(is_bytes_equal(BYTES_OF(e->fingerprint), BYTES_OF(hash)));
	struct anchors_range range = anchors_find_subject(a, name_of(&x, b->ca.root));
	CHECK(range.n == 1 && range.v[0] == e);
	X509_free(x);
	anchors_free(a);
}

static void what_is_no_ca_certificate_is_refused(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX + 1];
	struct anchors *a = anchors_new();
	struct maker_ca_plan leaf = maker_ca_plan_ek(&b->ca, b->ca.ek_curve);
	REFUSES(ANCHOR_INVALID,
		anchors_put(a, maker_ca_issue(&leaf, storage), BYTES_TEXT("IFX"), ANCHORS_TEST));
	struct maker_ca_plan old = maker_ca_plan_ca("Old", b->ca.root_key, "Old", b->ca.root_key);
	old.version = 1;
	REFUSES(ANCHOR_INVALID,
		anchors_put(a, maker_ca_issue(&old, storage), BYTES_TEXT("IFX"), ANCHORS_TEST));
	memcpy(storage, b->ca.root.p, b->ca.root.n);
	storage[b->ca.root.n] = 0;
	struct bytes longer = bytes_of(storage, b->ca.root.n + 1);
	REFUSES(ANCHOR_INVALID, anchors_put(a, longer, BYTES_TEXT("IFX"), ANCHORS_TEST));
	for (size_t n = 0; n < b->ca.root.n; n++)
		REFUSES(ANCHOR_INVALID,
			anchors_put(a, bytes_slice(b->ca.root, 0, n), BYTES_TEXT("IFX"), ANCHORS_TEST));
	CHECK(anchors_count(a) == 0);
	anchors_free(a);
}

static void a_maker_that_cannot_be_shown_or_kept_is_refused(void **state)
{
	const struct bench *b = *state;
	struct anchors *a = anchors_new();
	REFUSES(ANCHOR_INVALID, anchors_put(a, b->ca.root, BYTES_TEXT("a\nb"), ANCHORS_TEST));
	REFUSES(ANCHOR_INVALID,
		anchors_put(a, b->ca.root, BYTES_TEXT("123456789012345678901234567890123"), ANCHORS_TEST));
	REFUSES(ANCHOR_INVALID, anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_CLASS_LAST + 1));
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("12345678901234567890123456789012"), ANCHORS_TEST));
	anchors_free(a);
}

static void an_anchor_is_kept_once(void **state)
{
	const struct bench *b = *state;
	struct anchors *a = anchors_new();
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	REFUSES(CONFLICT, anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	REFUSES(CONFLICT, anchors_put(a, b->ca.root, BYTES_TEXT("STM"), ANCHORS_TEST));
	CHECK(anchors_count(a) == 1);
	anchors_free(a);
}

/* The digest of a snapshot of root and issuing CA, in this order, with the root's maker and class. */
static void digest(const struct bench *b, bool root_first, struct bytes maker, enum anchors_class class,
		   uint8_t *ret)
{
	struct anchors *a = anchors_new();
	if (!root_first)
		OK(anchors_put(a, b->ca.issuing, BYTES_TEXT("STM"), ANCHORS_DISCRETE));
	OK(anchors_put(a, b->ca.root, maker, class));
	if (root_first)
		OK(anchors_put(a, b->ca.issuing, BYTES_TEXT("STM"), ANCHORS_DISCRETE));
	anchors_digest(a, ret);
	anchors_free(a);
}

static void the_digest_does_not_depend_on_the_order(void **state)
{
	uint8_t one[ANCHORS_HASH_SIZE], other[ANCHORS_HASH_SIZE];
	digest(*state, true, BYTES_TEXT("IFX"), ANCHORS_DISCRETE, one);
	digest(*state, false, BYTES_TEXT("IFX"), ANCHORS_DISCRETE, other);
	CHECK(is_bytes_equal(BYTES_OF(one), BYTES_OF(other)));
}

static void the_digest_depends_on_everything_else(void **state)
{
	const struct bench *b = *state;
	uint8_t seen[5][ANCHORS_HASH_SIZE];
	struct anchors *a = anchors_new();
	anchors_digest(a, seen[0]);
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	anchors_digest(a, seen[1]);
	anchors_free(a);
	digest(b, true, BYTES_TEXT("IFX"), ANCHORS_DISCRETE, seen[2]);
	digest(b, true, BYTES_TEXT("INTC"), ANCHORS_DISCRETE, seen[3]);
	digest(b, true, BYTES_TEXT("IFX"), ANCHORS_TEST, seen[4]);
	for (size_t i = 0; i < COUNT_OF(seen); i++)
		for (size_t j = 0; j < i; j++)
			CHECK(!is_bytes_equal(BYTES_OF(seen[i]), BYTES_OF(seen[j])));
}

static void records_in_order_have_the_digest_of_their_snapshot(void **state)
{
	const struct bench *b = *state;
	uint8_t own[ANCHORS_HASH_SIZE], other[ANCHORS_HASH_SIZE], storage[2 * ANCHORS_RECORD_MAX];
	uint8_t hashes[2][ANCHORS_HASH_SIZE];
	struct anchors *a = anchors_new();
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	OK(anchors_put(a, b->ca.issuing, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	anchors_digest(a, own);
	anchors_free(a);
	SHA256(b->ca.root.p, b->ca.root.n, hashes[0]);
	SHA256(b->ca.issuing.p, b->ca.issuing.n, hashes[1]);
	size_t first = bytes_compare(BYTES_OF(hashes[0]), BYTES_OF(hashes[1])) < 0 ? 0 : 1;
	struct wr w = wr_of(storage, sizeof(storage));
	for (size_t i = 0; i < 2; i++) {
		struct bytes fingerprint = BYTES_OF(hashes[(first + i) % 2]);
		anchors_write(&(struct anchors_record){ fingerprint, ANCHORS_ROOT, ANCHORS_DISCRETE,
						       BYTES_TEXT("IFX") },
			      &w);
	}
	anchors_hash(2, wr_done(&w), (struct bytes){ 0 }, (struct bytes){ 0 }, other);
	CHECK(is_bytes_equal(BYTES_OF(own), BYTES_OF(other)));
}

static struct bytes fingerprint_of(struct bytes der, uint8_t *storage)
{
	SHA256(der.p, der.n, storage);
	return bytes_of(storage, ANCHORS_HASH_SIZE);
}

static void an_intermediate_is_found_among_its_own_and_not_among_anchors(void **state)
{
	const struct bench *b = *state;
	struct anchors *a = anchors_new();
	X509 *x;
	const struct anchors_record record = { .role = ANCHORS_INTERMEDIATE };
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	OK(anchors_put_stored(a, b->ca.issuing, &record));
	REFUSES(CONFLICT, anchors_put_stored(a, b->ca.issuing, &record));
	const X509_NAME *name = name_of(&x, b->ca.issuing);
	CHECK(anchors_find_subject(a, name).n == 0);
	CHECK(anchors_find_intermediates(a, name).n == 1);
	X509_free(x);
	name = name_of(&x, b->ca.root);
	CHECK(anchors_find_subject(a, name).n == 1);
	CHECK(anchors_find_intermediates(a, name).n == 0);
	X509_free(x);
	anchors_free(a);
}

/* A record whose certificate cannot be read any more is part of the snapshot all the same. */
static void what_cannot_be_read_counts_and_vouches_for_nobody(void **state)
{
	const struct bench *b = *state;
	uint8_t empty[ANCHORS_HASH_SIZE], own[ANCHORS_HASH_SIZE];
	struct anchors *a = anchors_new();
	const struct anchors_record record = { .role = ANCHORS_ROOT, .class = ANCHORS_DISCRETE };
	anchors_digest(a, empty);
	for (size_t n = 0; n < b->ca.root.n; n++)
		OK(anchors_put_stored(a, bytes_slice(b->ca.root, 0, n), &record));
	anchors_digest(a, own);
	CHECK(anchors_count(a) == b->ca.root.n);
	CHECK(!is_bytes_equal(BYTES_OF(empty), BYTES_OF(own)));
	X509 *x;
	struct anchors_range range = anchors_find_subject(a, name_of(&x, b->ca.root));
	for (size_t i = 0; i < range.n; i++)
		CHECK(!anchors_certificate(range.v[i]));
	X509_free(x);
	anchors_free(a);
}

static void what_is_taken_out_is_gone_and_the_digest_is_as_before(void **state)
{
	const struct bench *b = *state;
	uint8_t before[ANCHORS_HASH_SIZE], after[ANCHORS_HASH_SIZE], fingerprint[ANCHORS_HASH_SIZE];
	struct anchors *a = anchors_new();
	X509 *x;
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	anchors_digest(a, before);
	OK(anchors_put(a, b->ca.issuing, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	anchors_delete(a, fingerprint_of(b->ca.issuing, fingerprint));
	anchors_delete(a, BYTES_OF(fingerprint));
	anchors_digest(a, after);
	CHECK(is_bytes_equal(BYTES_OF(before), BYTES_OF(after)) && anchors_count(a) == 1);
	CHECK(anchors_find_subject(a, name_of(&x, b->ca.issuing)).n == 0);
	X509_free(x);
	anchors_free(a);
}

static void merged_snapshots_are_the_one_filled_at_once(void **state)
{
	const struct bench *b = *state;
	uint8_t merged[ANCHORS_HASH_SIZE], whole[ANCHORS_HASH_SIZE], fingerprint[ANCHORS_HASH_SIZE];
	struct anchors *a = anchors_new(), *more = anchors_new(), *all = anchors_new();
	OK(anchors_put(a, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	OK(anchors_put(more, b->ca.root, BYTES_TEXT("STM"), ANCHORS_FIRMWARE));
	OK(anchors_put(more, b->ca.issuing, BYTES_TEXT("STM"), ANCHORS_FIRMWARE));
	anchors_merge(a, more);
	OK(anchors_put(all, b->ca.root, BYTES_TEXT("STM"), ANCHORS_FIRMWARE));
	OK(anchors_put(all, b->ca.issuing, BYTES_TEXT("STM"), ANCHORS_FIRMWARE));
	anchors_digest(a, merged);
	anchors_digest(all, whole);
	CHECK(is_bytes_equal(BYTES_OF(merged), BYTES_OF(whole)));
	const struct anchors_entry *e = anchors_find(a, fingerprint_of(b->ca.root, fingerprint));
	CHECK(e && strcmp(e->maker, "STM") == 0);
	anchors_free(a);
	anchors_free(all);
}

static void a_certificate_tells_its_subject_its_end_and_its_issuer(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan =
		maker_ca_plan_ca("R", b->ca.root_key, "Caf\xC3\xA9, Inc\x1B[2J", b->ca.root_key);
	plan.not_after = INT64_C(253402300799);
	struct bytes der = maker_ca_issue(&plan, storage);
	struct anchors_label label;
	OK(anchors_parse(der, &label));
	CHECK(strcmp(label.subject, "CN=Caf\\E9\\, Inc\\1B[2J") == 0);
	CHECK(label.not_after == plan.not_after && !label.is_self_issued);
	OK(anchors_parse(b->ca.root, &label));
	CHECK(label.is_self_issued);
}

static void all_anchors_of_one_subject_are_found(void **state)
{
	const struct bench *b = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct anchors *a = anchors_new();
	X509 *x;
	for (int64_t i = 0; i < 9; i++) {
		const char *name = i % 3 == 0 ? "Renewed" : i % 3 == 1 ? "Before" : "Zebra";
		struct maker_ca_plan plan = maker_ca_plan_ca("R", b->ca.root_key, name, b->ca.root_key);
		plan.not_after += i;
		OK(anchors_put(a, maker_ca_issue(&plan, storage), BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	}
	struct maker_ca_plan plan = maker_ca_plan_ca("R", b->ca.root_key, "Renewed", b->ca.root_key);
	const X509_NAME *name = name_of(&x, maker_ca_issue(&plan, storage));
	struct anchors_range range = anchors_find_subject(a, name);
	CHECK(range.n == 3);
	for (size_t i = 0; i < range.n; i++)
		CHECK(X509_NAME_cmp(X509_get_subject_name(anchors_certificate(range.v[i])), name) == 0);
	X509_free(x);
	anchors_free(a);
}

static void each_of_two_thousand_is_found(void **state)
{
	const struct bench *b = *state;
	struct anchors *a = anchors_new();
	char name[32];
	for (unsigned i = 0; i < MANY; i++) {
		uint8_t storage[MAKER_CA_SIZE_MAX], hash[ANCHORS_HASH_SIZE];
		X509 *x;
		snprintf(name, sizeof(name), "CA %u", i * 7919 % MANY);
		struct maker_ca_plan plan = maker_ca_plan_ca("R", b->ca.root_key, name, b->ca.root_key);
		struct bytes der = maker_ca_issue(&plan, storage);
		OK(anchors_put(a, der, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
		SHA256(der.p, der.n, hash);
		CHECK(anchors_find(a, BYTES_OF(hash)));
		CHECK(anchors_find_subject(a, name_of(&x, der)).n == 1);
		X509_free(x);
	}
	CHECK(anchors_count(a) == MANY);
	anchors_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_snapshot_holds_nothing),
		TEST(an_anchor_is_found_by_fingerprint_and_by_subject),
		TEST(what_is_no_ca_certificate_is_refused),
		TEST(a_maker_that_cannot_be_shown_or_kept_is_refused),
		TEST(an_anchor_is_kept_once),
		TEST(the_digest_does_not_depend_on_the_order),
		TEST(the_digest_depends_on_everything_else),
		TEST(records_in_order_have_the_digest_of_their_snapshot),
		TEST(an_intermediate_is_found_among_its_own_and_not_among_anchors),
		TEST(what_cannot_be_read_counts_and_vouches_for_nobody),
		TEST(what_is_taken_out_is_gone_and_the_digest_is_as_before),
		TEST(merged_snapshots_are_the_one_filled_at_once),
		TEST(a_certificate_tells_its_subject_its_end_and_its_issuer),
		TEST(all_anchors_of_one_subject_are_found),
		TEST(each_of_two_thousand_is_found),
	};
	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
