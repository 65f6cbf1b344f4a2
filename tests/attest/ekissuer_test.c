/*
 * ekissuer: what is missing above an EK certificate, where it is said to be, and files that are it or not.
 */
#include "test.h"

#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ekissuer.h"
#include "maker_ca.h"
#include "wire/der.h"

#define ARENA_SIZE (4 << 20)

#define OID_ACCESS BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x01\x01")

/* AuthorityInfoAccess: an OCSP responder, an issuer by ldap, then two by http. */
static const uint8_t access[] = "\x30\x56"
				"\x30\x11\x06\x08\x2B\x06\x01\x05\x05\x07\x30\x01\x86\x05"
				"http:"
				"\x30\x13\x06\x08\x2B\x06\x01\x05\x05\x07\x30\x02\x86\x07"
				"ldap://"
				"\x30\x15\x06\x08\x2B\x06\x01\x05\x05\x07\x30\x02\x86\x09"
				"HTTP://a/"
				"\x30\x15\x06\x08\x2B\x06\x01\x05\x05\x07\x30\x02\x86\x09"
				"http://b/";

/* One maker for all tests: making its keys is what takes time. */
struct scene {
	struct maker_ca ca;
	struct anchors *anchors;
	struct arena arena;
	struct bytes leaf;
	uint8_t leaf_storage[MAKER_CA_SIZE_MAX];
};

static int scene_open(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	CHECK(s != NULL);
	maker_ca_init(&s->ca);
	arena_init(&s->arena, ARENA_SIZE);
	s->anchors = anchors_new();
	struct maker_ca_plan plan = maker_ca_plan_ek(&s->ca, s->ca.ek_curve);
	plan.extension[SLOT_OTHER] =
		(struct maker_ca_extension){ OID_ACCESS, bytes_of(access, sizeof(access) - 1),
					     CRITICAL_ABSENT };
	s->leaf = maker_ca_issue(&plan, s->leaf_storage);
	*state = s;
	return 0;
}

static int scene_close(void **state)
{
	struct scene *s = *state;
	maker_ca_done(&s->ca);
	anchors_free(s->anchors);
	arena_done(&s->arena);
	free(s);
	return 0;
}

static struct missing missing(struct scene *s, size_t n, const struct bytes *chain)
{
	struct bytes_list list = { 0 };
	struct missing m;
	for (size_t i = 0; i < n; i++)
		CHECK(bytes_list_put(&list, chain[i]));
	OK(ekissuer_find(&list, s->anchors, &s->arena, &m));
	return m;
}

static void the_issuer_of_a_lone_certificate_is_missing(void **state)
{
	struct scene *s = *state;
	struct missing m = missing(s, 1, &s->leaf);
	CHECK(m.id.n == TRIP_HASH_SIZE && is_bytes_text(m.subject, "CN=" MAKER_CA_ISSUING));
	CHECK(is_bytes_text(m.url, "HTTP://a/"));
}

/* H029: however many addresses there are, a few are looked at, and one far behind is not found. */
static void only_the_first_addresses_are_looked_at(void **state)
{
	static const uint8_t row[] = { 0x30, 0x11, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07,
				       0x30, 0x02, 0x86, 0x05, 'f',  'i',  'l',  'e',  ':' };
	struct scene *s = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX], list[8192];
	for (size_t n = 15; n <= 100; n += 85) {
		struct wr w = wr_of(list, sizeof(list));
		size_t place = der_open(&w, DER_SEQUENCE);
		for (size_t i = 0; i < n; i++)
			wr_bytes(&w, BYTES_OF(row));
		wr_bytes(&w, bytes_slice(bytes_of(access, sizeof(access) - 1), 42, 23));
		der_close(&w, place);
		struct maker_ca_plan plan = maker_ca_plan_ek(&s->ca, s->ca.ek_curve);
		plan.extension[SLOT_OTHER] =
			(struct maker_ca_extension){ OID_ACCESS, wr_done(&w), CRITICAL_ABSENT };
		struct bytes leaf = maker_ca_issue(&plan, storage);
		CHECK((missing(s, 1, &leaf).url.p != NULL) == (n == 15));
	}
}

static void what_is_above_the_last_that_is_known_is_missing(void **state)
{
	struct scene *s = *state;
	const struct bytes chain[] = { s->leaf, s->ca.issuing };
	struct missing m = missing(s, COUNT_OF(chain), chain);
	CHECK(is_bytes_text(m.subject, "CN=" MAKER_CA_ROOT) && !m.url.p);
	/* A certificate that is not above it is no help. */
	const struct bytes astray[] = { s->leaf, s->ca.root };
	CHECK(is_bytes_text(missing(s, COUNT_OF(astray), astray).subject, "CN=" MAKER_CA_ISSUING));
}

static void of_no_certificate_none_is_missing(void **state)
{
	struct scene *s = *state;
	CHECK(!missing(s, 0, NULL).id.p);
}

static void one_that_cannot_be_read_is_refused(void **state)
{
	struct scene *s = *state;
	struct bytes_list list = { 0 };
	struct missing m;
	CHECK(bytes_list_put(&list, s->leaf) && bytes_list_put(&list, BYTES_TEXT("\x30\x02\x05\x00")));
	REFUSES(CERT_MALFORMED, ekissuer_find(&list, s->anchors, &s->arena, &m));
}

static void the_file_that_was_missing_is_known_by_name_and_key(void **state)
{
	struct scene *s = *state;
	struct missing m = missing(s, 1, &s->leaf);
	struct ekissuer_file file;
	OK(ekissuer_check(s->ca.issuing, &m, s->anchors, &s->arena, &file));
	CHECK(!file.signer.p && file.not_after > 0);
	CHECK(is_bytes_text(file.next.subject, "CN=" MAKER_CA_ROOT));
	struct anchors *trusted = anchors_new();
	OK(anchors_put(trusted, s->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	OK(ekissuer_check(s->ca.issuing, &m, trusted, &s->arena, &file));
	CHECK(is_bytes_text(file.signer, "CN=" MAKER_CA_ROOT) && !file.next.id.p);
	anchors_free(trusted);
}

static void another_file_is_refused(void **state)
{
	struct scene *s = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct missing m = missing(s, 1, &s->leaf);
	struct ekissuer_file file;
	struct maker_ca_plan other =
		maker_ca_plan_ca(MAKER_CA_ROOT, s->ca.root_key, "Another Maker", s->ca.other_key);
	const struct bytes files[] = { s->leaf, s->ca.root, maker_ca_issue(&other, storage),
				       BYTES_TEXT("<html>") };
	for (size_t i = 0; i < COUNT_OF(files); i++)
		REFUSES(ISSUER_INVALID, ekissuer_check(files[i], &m, s->anchors, &s->arena, &file));
}

static void in_text_or_in_a_bag_it_is_found_as_well(void **state)
{
	struct scene *s = *state;
	const struct bytes certificates[] = { s->ca.root, s->leaf, s->ca.issuing };
	struct missing m = missing(s, 1, &s->leaf);
	struct ekissuer_file file;
	PKCS7 *bag = PKCS7_new();
	CHECK(PKCS7_set_type(bag, NID_pkcs7_signed) == 1 && PKCS7_content_new(bag, NID_pkcs7_data) == 1);
	BIO *pem = BIO_new(BIO_s_mem());
	for (size_t i = 0; i < COUNT_OF(certificates); i++) {
		const uint8_t *p = certificates[i].p;
		X509 *x = d2i_X509(NULL, &p, (long)certificates[i].n);
		CHECK(PKCS7_add_certificate(bag, x) == 1 && PEM_write_bio_X509(pem, x) == 1);
		X509_free(x);
	}
	uint8_t *der = NULL;
	char *text = NULL;
	int size = i2d_PKCS7(bag, &der);
	long length = BIO_get_mem_data(pem, &text);
	const struct bytes files[] = { bytes_of(der, (size_t)size), bytes_of(text, (size_t)length) };
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		OK(ekissuer_check(files[i], &m, s->anchors, &s->arena, &file));
		CHECK(is_bytes_equal(file.certificate, s->ca.issuing));
	}
	OPENSSL_free(der);
	BIO_free(pem);
	PKCS7_free(bag);
}

static void a_root_is_refused_even_where_it_is_what_is_missing(void **state)
{
	struct scene *s = *state;
	const struct bytes chain[] = { s->leaf, s->ca.issuing };
	struct missing m = missing(s, COUNT_OF(chain), chain);
	struct ekissuer_file file;
	REFUSES(ISSUER_INVALID, ekissuer_check(s->ca.root, &m, s->anchors, &s->arena, &file));
}

static void a_file_that_is_cut_or_continued_is_refused(void **state)
{
	struct scene *s = *state;
	uint8_t longer[MAKER_CA_SIZE_MAX + 1] = { 0 };
	struct missing m = missing(s, 1, &s->leaf);
	struct ekissuer_file file;
	for (size_t n = 0; n < s->ca.issuing.n; n++)
		REFUSES(ISSUER_INVALID,
			ekissuer_check(bytes_slice(s->ca.issuing, 0, n), &m, s->anchors, &s->arena, &file));
	memcpy(longer, s->ca.issuing.p, s->ca.issuing.n);
	REFUSES(ISSUER_INVALID,
		ekissuer_check(bytes_of(longer, s->ca.issuing.n + 1), &m, s->anchors, &s->arena, &file));
}

static void an_arena_without_room_is_said_so(void **state)
{
	struct scene *s = *state;
	struct arena small;
	struct bytes_list list = { 0 };
	struct missing m;
	arena_init(&small, 64);
	CHECK(bytes_list_put(&list, s->leaf));
	REFUSES(SYS_MEMORY, ekissuer_find(&list, s->anchors, &small, &m));
	arena_done(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_issuer_of_a_lone_certificate_is_missing),
		TEST(only_the_first_addresses_are_looked_at),
		TEST(what_is_above_the_last_that_is_known_is_missing),
		TEST(of_no_certificate_none_is_missing),
		TEST(one_that_cannot_be_read_is_refused),
		TEST(the_file_that_was_missing_is_known_by_name_and_key),
		TEST(another_file_is_refused),
		TEST(in_text_or_in_a_bag_it_is_found_as_well),
		TEST(a_root_is_refused_even_where_it_is_what_is_missing),
		TEST(a_file_that_is_cut_or_continued_is_refused),
		TEST(an_arena_without_room_is_said_so),
	};
	return cmocka_run_group_tests(tests, scene_open, scene_close);
}
