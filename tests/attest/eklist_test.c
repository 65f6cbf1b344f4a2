/*
 * eklist, eklists: lists of revoked certificates, written value by value so that one is wrong in exactly one
 * way, and what the ones in force say of certificates.
 */
#include "test.h"

#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "attest/eklists.h"
#include "maker_ca.h"
#include "wire/der.h"

#define ARENA_SIZE (1 << 20)
#define FILE_MAX 4096
#define DAY INT64_C(86400)
#define NOW MAKER_CA_NOW
#define URL "http://maker/list"

/* ecdsa-with-SHA256 and its like with SHA-1, content octets. */
#define ECDSA_SHA256 BYTES_TEXT("\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02")
#define ECDSA_SHA1 BYTES_TEXT("\x06\x07\x2A\x86\x48\xCE\x3D\x04\x01")

/* Extensions in DER: issuingDistributionPoint and others. */
#define SCOPE_LEAVES BYTES_TEXT("\x30\x0F\x06\x03\x55\x1D\x1C\x01\x01\xFF\x04\x05\x30\x03\x81\x01\xFF")
#define SCOPE_CAS BYTES_TEXT("\x30\x0F\x06\x03\x55\x1D\x1C\x01\x01\xFF\x04\x05\x30\x03\x82\x01\xFF")
#define SCOPE_REASONS BYTES_TEXT("\x30\x10\x06\x03\x55\x1D\x1C\x01\x01\xFF\x04\x06\x30\x04\x83\x02\x01\x80")
#define SCOPE_INDIRECT BYTES_TEXT("\x30\x0F\x06\x03\x55\x1D\x1C\x01\x01\xFF\x04\x05\x30\x03\x84\x01\xFF")
#define SCOPE_ATTRIBUTES BYTES_TEXT("\x30\x0F\x06\x03\x55\x1D\x1C\x01\x01\xFF\x04\x05\x30\x03\x85\x01\xFF")
#define SCOPE_HERE                                                                                    \
	BYTES_TEXT("\x30\x23\x06\x03\x55\x1D\x1C\x01\x01\xFF\x04\x19\x30\x17\xA0\x15\xA0\x13\x86\x11" \
		   "http://maker/list")
#define SCOPE_ELSEWHERE                                                                               \
	BYTES_TEXT("\x30\x23\x06\x03\x55\x1D\x1C\x01\x01\xFF\x04\x19\x30\x17\xA0\x15\xA0\x13\x86\x11" \
		   "http://maker/LIST")
#define DELTA BYTES_TEXT("\x30\x0D\x06\x03\x55\x1D\x1B\x01\x01\xFF\x04\x03\x02\x01\x01")
#define UNKNOWN_CRITICAL BYTES_TEXT("\x30\x0B\x06\x02\x2A\x03\x01\x01\xFF\x04\x02\x05\x00")
#define UNKNOWN BYTES_TEXT("\x30\x08\x06\x02\x2A\x03\x04\x02\x05\x00")
#define NUMBER BYTES_TEXT("\x30\x0A\x06\x03\x55\x1D\x14\x04\x03\x02\x01\x01")

/* What a list says; views are the caller's. */
struct plan {
	int64_t this_update, next_update; /* 0: none */
	struct bytes algorithm, extensions, entry_extensions;
	bool is_v1;
	struct bytes serials[3]; /* content octets; absent: the end */
	EVP_PKEY *signer;
	const EVP_MD *hash;
	const char *issuer;
};

struct scene {
	struct maker_ca ca;
	struct arena arena;
	uint8_t authority_storage[MAKER_CA_SIZE_MAX], file[FILE_MAX];
	uint8_t issuer[EKLIST_HASH_SIZE], id[EKLIST_HASH_SIZE];
	struct eklist_point wanted;
};

static void set_authority(struct scene *s, const struct maker_ca_plan *plan)
{
	s->wanted = (struct eklist_point){ .authority = maker_ca_issue(plan, s->authority_storage),
					   .subject = BYTES_TEXT("CN=Maker"),
					   .url = BYTES_TEXT(URL) };
	const uint8_t *p = s->wanted.authority.p;
	X509 *x = d2i_X509(NULL, &p, (long)s->wanted.authority.n);
	OK(eklist_issuer_id(x, s->issuer));
	OK(eklist_id(s->issuer, s->wanted.url, s->id));
	s->wanted.id = BYTES_OF(s->id);
	X509_free(x);
}

/* keyCertSign and cRLSign. */
static struct maker_ca_plan authority_plan(const struct scene *s)
{
	struct maker_ca_plan plan =
		maker_ca_plan_ca(MAKER_CA_ROOT, s->ca.root_key, MAKER_CA_ISSUING, s->ca.issuing_key);
	plan.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x01\x06");
	return plan;
}

static int scene_open(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	CHECK(s != NULL);
	maker_ca_init(&s->ca);
	arena_init(&s->arena, ARENA_SIZE);
	*state = s;
	return 0;
}

static int scene_reset(void **state)
{
	struct scene *s = *state;
	const struct maker_ca_plan plan = authority_plan(s);
	arena_reset(&s->arena);
	set_authority(s, &plan);
	return 0;
}

static int scene_close(void **state)
{
	struct scene *s = *state;
	maker_ca_done(&s->ca);
	arena_done(&s->arena);
	free(s);
	return 0;
}

/* A list of two certificates that was made yesterday and ends in a month. */
static struct plan genuine(const struct scene *s)
{
	return (struct plan){ .this_update = NOW - DAY,
			      .next_update = NOW + 30 * DAY,
			      .algorithm = ECDSA_SHA256,
			      .serials = { BYTES_TEXT("\x11\x22\x33"), BYTES_TEXT("\x05") },
			      .signer = s->ca.issuing_key,
			      .hash = EVP_sha256(),
			      .issuer = MAKER_CA_ISSUING };
}

static void put_name(struct wr *w, const char *text)
{
	size_t name = der_open(w, DER_SEQUENCE), set = der_open(w, DER_SET), pair = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, BYTES_TEXT("\x55\x04\x03"));
	der_put(w, DER_UTF8, bytes_text(text));
	der_close(w, pair);
	der_close(w, set);
	der_close(w, name);
}

static void put_entries(struct wr *w, const struct plan *p)
{
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT_OF(p->serials) && p->serials[i].p; i++) {
		size_t entry = der_open(w, DER_SEQUENCE);
		der_put(w, DER_INTEGER, p->serials[i]);
		der_put_time(w, NOW - DAY);
		if (p->entry_extensions.p)
			der_put(w, DER_SEQUENCE, p->entry_extensions);
		der_close(w, entry);
	}
	der_close(w, list);
}

static void put_tbs(struct wr *w, const struct plan *p)
{
	size_t whole = der_open(w, DER_SEQUENCE);
	if (!p->is_v1)
		der_put_small(w, 1);
	der_put(w, DER_SEQUENCE, p->algorithm);
	put_name(w, p->issuer);
	der_put_time(w, p->this_update);
	if (p->next_update)
		der_put_time(w, p->next_update);
	if (p->serials[0].p)
		put_entries(w, p);
	if (p->extensions.p) {
		size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
		der_put(w, DER_SEQUENCE, p->extensions);
		der_close(w, outer);
	}
	der_close(w, whole);
}

static struct bytes issued(struct scene *s, const struct plan *p)
{
	uint8_t storage[FILE_MAX], signature[512];
	size_t n = sizeof(signature);
	struct wr tbs = wr_of(storage, sizeof(storage)), w = wr_of(s->file, sizeof(s->file));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	put_tbs(&tbs, p);
	CHECK(EVP_DigestSignInit(ctx, NULL, p->hash, NULL, p->signer) == 1);
	CHECK(EVP_DigestSign(ctx, signature, &n, tbs.p, tbs.at) == 1);
	EVP_MD_CTX_free(ctx);
	size_t whole = der_open(&w, DER_SEQUENCE);
	wr_bytes(&w, wr_done(&tbs));
	der_put(&w, DER_SEQUENCE, p->algorithm);
	der_put_bits(&w, bytes_of(signature, n));
	der_close(&w, whole);
	CHECK(!tbs.bad && !w.bad);
	return wr_done(&w);
}

static fault check(struct scene *s, const struct plan *p, struct eklist *ret)
{
	return eklist_check(issued(s, p), &s->wanted, NOW, &s->arena, ret);
}

static void a_genuine_list_is_read(void **state)
{
	struct scene *s = *state;
	const struct plan plan = genuine(s);
	struct eklist list;
	OK(check(s, &plan, &list));
	CHECK(is_bytes_equal(list.id, s->wanted.id) && is_bytes_equal(list.issuer, BYTES_OF(s->issuer)));
	CHECK(list.this_update == (uint64_t)plan.this_update &&
	      list.next_update == (uint64_t)plan.next_update);
	CHECK(list.scope == (EKLIST_LEAVES | EKLIST_CAS) && !list.is_part);
	CHECK(list.serials.n == (size_t)2 * EKLIST_SERIAL_SIZE);
}

static void lists_of_other_kinds_that_are_understood_are_read(void **state)
{
	struct scene *s = *state;
	const struct {
		struct bytes extensions;
		uint64_t scope, is_part;
	} rows[] = {
		{ NUMBER, EKLIST_LEAVES | EKLIST_CAS, 0 },
		{ UNKNOWN, EKLIST_LEAVES | EKLIST_CAS, 0 },
		{ SCOPE_LEAVES, EKLIST_LEAVES, 0 },
		{ SCOPE_CAS, EKLIST_CAS, 0 },
		{ SCOPE_HERE, EKLIST_LEAVES | EKLIST_CAS, 1 },
	};
	struct eklist list;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct plan plan = genuine(s);
		plan.extensions = rows[i].extensions;
		OK(check(s, &plan, &list));
		CHECK(list.scope == rows[i].scope && list.is_part == rows[i].is_part);
	}
	struct plan plan = genuine(s);
	plan.serials[0] = (struct bytes){ 0 };
	plan.is_v1 = true;
	OK(check(s, &plan, &list));
	CHECK(!list.serials.p);
	/* One that is over is authentic: what it revokes stays revoked. */
	plan.next_update = NOW - 1;
	OK(check(s, &plan, &list));
}

static void what_is_not_understood_is_refused(void **state)
{
	struct scene *s = *state;
	const struct bytes extensions[] = { DELTA,           SCOPE_REASONS,
					    SCOPE_INDIRECT,  SCOPE_ATTRIBUTES,
					    SCOPE_ELSEWHERE, UNKNOWN_CRITICAL };
	struct eklist list;
	for (size_t i = 0; i < COUNT_OF(extensions); i++) {
		struct plan plan = genuine(s);
		plan.extensions = extensions[i];
		REFUSES(CRL_INVALID, check(s, &plan, &list));
	}
	struct plan plan = genuine(s);
	plan.entry_extensions = UNKNOWN;
	OK(check(s, &plan, &list));
	plan.entry_extensions = UNKNOWN_CRITICAL;
	REFUSES(CRL_INVALID, check(s, &plan, &list));
	plan = genuine(s);
	plan.next_update = 0;
	REFUSES(CRL_INVALID, check(s, &plan, &list));
	plan = genuine(s);
	plan.this_update = NOW + DAY;
	REFUSES(CRL_INVALID, check(s, &plan, &list));
}

/* H030: its name, its key, its strength, its right. */
static void a_list_of_another_issuer_is_refused(void **state)
{
	struct scene *s = *state;
	struct eklist list;
	struct plan plan = genuine(s);
	plan.signer = s->ca.other_key;
	REFUSES(CRL_INVALID, check(s, &plan, &list));
	plan = genuine(s);
	plan.issuer = "Another Maker";
	REFUSES(CRL_INVALID, check(s, &plan, &list));
	plan = genuine(s);
	plan.hash = EVP_sha1();
	plan.algorithm = ECDSA_SHA1;
	REFUSES(CRL_INVALID, check(s, &plan, &list));
	struct maker_ca_plan authority = authority_plan(s);
	authority.extension[SLOT_USAGE].value = BYTES_TEXT("\x03\x02\x02\x04");
	set_authority(s, &authority);
	plan = genuine(s);
	REFUSES(CRL_INVALID, check(s, &plan, &list));
}

static void a_list_that_is_cut_changed_or_continued_is_refused(void **state)
{
	struct scene *s = *state;
	const struct plan plan = genuine(s);
	struct bytes whole = issued(s, &plan);
	struct eklist list;
	CHECK(whole.n < FILE_MAX);
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(CRL_INVALID,
			eklist_check(bytes_slice(whole, 0, n), &s->wanted, NOW, &s->arena, &list));
	s->file[whole.n] = 0;
	REFUSES(CRL_INVALID, eklist_check(bytes_of(s->file, whole.n + 1), &s->wanted, NOW, &s->arena, &list));
	for (size_t i = 0; i < whole.n; i++) {
		s->file[i] ^= 1;
		REFUSES(CRL_INVALID, eklist_check(whole, &s->wanted, NOW, &s->arena, &list));
		s->file[i] ^= 1;
	}
	OK(eklist_check(whole, &s->wanted, NOW, &s->arena, &list));
}

/* --- in force ------------------------------------------------------------------------------------------- */

/* "http://maker/list" by its issuer, and by another. */
#define POINTS BYTES_TEXT("\x30\x19\x30\x17\xA0\x15\xA0\x13\x86\x11http://maker/list")
#define POINTS_OTHER BYTES_TEXT("\x30\x1D\x30\x1B\xA0\x15\xA0\x13\x86\x11http://maker/list\xA2\x02\x30\x00")

static struct eklists_finding judged(struct scene *s, const struct eklist *list, struct eklists_subject *of)
{
	struct eklists *all = eklists_new(), *cut = eklists_new();
	struct eklists_finding f, again;
	struct bytes_list parts = { 0 };
	memcpy(of->issuer, s->issuer, sizeof(of->issuer));
	OK(eklists_put(all, list));
	eklists_judge(all, of, NOW, &f);
	OK(eklists_cut(all, of, 1, &s->arena, &parts));
	for (size_t i = 0; i < parts.n; i++) {
		struct eklist part;
		OK(message_parse(&eklist_message, parts.v[i], &part));
		CHECK(part.serials.n <= EKLIST_SERIAL_SIZE);
		OK(eklists_put(cut, &part));
	}
	eklists_judge(cut, of, NOW, &again);
	CHECK(f.is_revoked == again.is_revoked && f.is_current == again.is_current);
	CHECK(f.is_present == again.is_present && f.is_named == again.is_named);
	eklists_free(cut);
	eklists_free(all);
	return f;
}

static void a_serial_number_in_a_list_is_revoked_however_old_the_list(void **state)
{
	struct scene *s = *state;
	struct plan plan = genuine(s);
	struct eklist list;
	for (size_t old = 0; old < 2; old++) {
		plan.next_update = old ? NOW - 1 : plan.next_update;
		OK(check(s, &plan, &list));
		struct eklists_subject of = { .serial = BYTES_TEXT("\x05"), .points = POINTS };
		struct eklists_finding f = judged(s, &list, &of);
		CHECK(f.is_revoked && f.is_named && f.is_present && f.is_current == !old);
		of.serial = BYTES_TEXT("\x06");
		f = judged(s, &list, &of);
		CHECK(!f.is_revoked && f.is_present && f.is_current == !old);
	}
}

static void a_list_counts_only_for_what_it_speaks_of(void **state)
{
	struct scene *s = *state;
	const struct {
		struct bytes extensions, points;
		bool is_ca, is_current;
	} rows[] = {
		{ SCOPE_LEAVES, POINTS, false, true }, { SCOPE_LEAVES, POINTS, true, false },
		{ SCOPE_CAS, POINTS, true, true },     { SCOPE_CAS, POINTS, false, false },
		{ SCOPE_HERE, POINTS, false, true },   { SCOPE_HERE, POINTS_OTHER, false, false },
		{ NUMBER, POINTS_OTHER, false, true },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct plan plan = genuine(s);
		struct eklist list;
		plan.extensions = rows[i].extensions;
		OK(check(s, &plan, &list));
		struct eklists_subject of = { .serial = BYTES_TEXT("\x06"),
					      .points = rows[i].points,
					      .is_ca = rows[i].is_ca };
		CHECK(judged(s, &list, &of).is_current == rows[i].is_current);
		/* Serial numbers are the issuer's, whatever the list speaks of. */
		of.serial = BYTES_TEXT("\x05");
		CHECK(judged(s, &list, &of).is_revoked);
	}
}

static void another_issuers_list_says_nothing(void **state)
{
	struct scene *s = *state;
	const struct plan plan = genuine(s);
	struct eklist list;
	OK(check(s, &plan, &list));
	s->issuer[0] ^= 1;
	struct eklists_subject of = { .serial = BYTES_TEXT("\x05"), .points = POINTS };
	const struct eklists_finding f = judged(s, &list, &of);
	CHECK(!f.is_revoked && f.is_named && !f.is_present);
}

static void serial_numbers_out_of_order_are_no_list(void **state)
{
	struct scene *s = *state;
	uint8_t serials[2 * EKLIST_SERIAL_SIZE] = { 2 };
	const struct plan plan = genuine(s);
	struct eklist list;
	struct eklists *all = eklists_new();
	OK(check(s, &plan, &list));
	const size_t sizes[] = { sizeof(serials), EKLIST_SERIAL_SIZE + 1 };
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		list.serials = bytes_of(serials, sizes[i]);
		REFUSES(PARSE_FIELD, eklists_put(all, &list));
	}
	CHECK(eklists_count(all) == 0);
	eklists_free(all);
}

#define SCENE_TEST(name) cmocka_unit_test_setup(name, scene_reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_genuine_list_is_read),
		SCENE_TEST(lists_of_other_kinds_that_are_understood_are_read),
		SCENE_TEST(what_is_not_understood_is_refused),
		SCENE_TEST(a_list_of_another_issuer_is_refused),
		SCENE_TEST(a_list_that_is_cut_changed_or_continued_is_refused),
		SCENE_TEST(a_serial_number_in_a_list_is_revoked_however_old_the_list),
		SCENE_TEST(a_list_counts_only_for_what_it_speaks_of),
		SCENE_TEST(another_issuers_list_says_nothing),
		SCENE_TEST(serial_numbers_out_of_order_are_no_list),
	};
	return cmocka_run_group_tests(tests, scene_open, scene_close);
}
