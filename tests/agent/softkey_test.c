#include "agent/softkey.h"

#include <string.h>

#include "agent/pem.h"
#include "attest/public.h"
#include "attest/signature.h"
#include "cert/csr.h"
#include "test.h"

static struct arena arena;

static int start(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void a_new_key_makes_a_request_that_the_server_accepts(void **state)
{
	(void)state;
	struct bytes key, request;
	struct subject subject;
	OK(softkey_new(&arena, &key));
	OK(softkey_build_request(key, &arena, &request));
	OK(csr_parse(request, &subject));
	CHECK(subject.kind == FRAME_KEY_P256 && subject.a.n == 32 && subject.b.n == 32);
}

static void the_same_key_asks_for_itself_again(void **state)
{
	(void)state;
	struct bytes key, first, second;
	struct subject a, b;
	OK(softkey_new(&arena, &key));
	OK(softkey_build_request(key, &arena, &first));
	OK(softkey_build_request(key, &arena, &second));
	OK(csr_parse(first, &a));
	OK(csr_parse(second, &b));
	CHECK(is_bytes_equal(a.a, b.a) && is_bytes_equal(a.b, b.b));
}

static void its_signature_is_that_of_its_public_half(void **state)
{
	(void)state;
	struct bytes key, area, said;
	struct public p;
	struct signature s;
	OK(softkey_new(&arena, &key));
	OK(softkey_get_public(key, &arena, &area));
	OK(softkey_get_signature(key, BYTES_TEXT("message"), &arena, &said));
	OK(public_parse(area, &p));
	OK(signature_parse(said, &s));
	OK(signature_check(&s, &p, BYTES_TEXT("message")));
	REFUSES(SIG_INVALID, signature_check(&s, &p, BYTES_TEXT("another")));
	REFUSES(KEY_FILE, softkey_get_public(bytes_slice(key, 0, key.n - 1), &arena, &area));
	REFUSES(KEY_FILE, softkey_get_signature(BYTES_TEXT("no key"), BYTES_TEXT("m"), &arena, &said));
}

static void a_key_cut_short_or_followed_by_anything_is_refused(void **state)
{
	(void)state;
	struct bytes key, request;
	uint8_t longer[512] = { 0 };
	OK(softkey_new(&arena, &key));
	for (size_t n = 0; n < key.n; n++)
		REFUSES(KEY_FILE, softkey_build_request(bytes_slice(key, 0, n), &arena, &request));
	CHECK(key.n < sizeof(longer));
	memcpy(longer, key.p, key.n);
	REFUSES(KEY_FILE, softkey_build_request(bytes_of(longer, key.n + 1), &arena, &request));
}

static void pem_gives_back_what_it_was_given(void **state)
{
	(void)state;
	struct bytes key, text, back;
	OK(softkey_new(&arena, &key));
	const struct bytes_list one = { .n = 1, .v = { key } };
	OK(pem_build(SOFTKEY_PEM_LABEL, &one, &arena, &text));
	OK(pem_parse(text, SOFTKEY_PEM_LABEL, &arena, &back));
	CHECK(is_bytes_equal(key, back));
	CHECK(text.n > 28 && memcmp(text.p, "-----BEGIN PRIVATE KEY-----\n", 28) == 0);
}

static void pem_of_another_label_or_cut_short_is_refused(void **state)
{
	(void)state;
	struct bytes key, text, back;
	OK(softkey_new(&arena, &key));
	const struct bytes_list one = { .n = 1, .v = { key } };
	OK(pem_build(SOFTKEY_PEM_LABEL, &one, &arena, &text));
	REFUSES(KEY_FILE, pem_parse(text, PEM_CERTIFICATE, &arena, &back));
	for (size_t n = 0; n + 1 < text.n; n++)
		REFUSES(KEY_FILE, pem_parse(bytes_slice(text, 0, n), SOFTKEY_PEM_LABEL, &arena, &back));
}

static void a_full_arena_is_a_fault(void **state)
{
	(void)state;
	struct arena small;
	struct bytes key;
	arena_init(&small, 16);
	REFUSES(SYS_MEMORY, softkey_new(&small, &key));
	arena_done(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_key_makes_a_request_that_the_server_accepts),
		TEST(the_same_key_asks_for_itself_again),
		TEST(its_signature_is_that_of_its_public_half),
		TEST(a_key_cut_short_or_followed_by_anything_is_refused),
		TEST(pem_gives_back_what_it_was_given),
		TEST(pem_of_another_label_or_cut_short_is_refused),
		TEST(a_full_arena_is_a_fault),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
