#include "agent/identity.h"

#include <string.h>

#include "test.h"

static struct arena arena;

static int start(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 16);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

/* Two DER values of 5 and 4 octets. */
#define ONE "\x30\x03\x02\x01\x07"
#define TWO "\x30\x02\x05\x00"

static struct bytes_list split(const struct bytes_list *contents, size_t max)
{
	struct bytes_list list = { 0 };
	identity_split(contents, max, &arena, &list);
	return list;
}

static void certificates_that_run_across_indices_are_put_together(void **state)
{
	(void)state;
	const struct bytes whole = BYTES_TEXT(ONE TWO);
	for (size_t cut = 0; cut <= whole.n; cut++) {
		const struct bytes_list contents = {
			2, { bytes_slice(whole, 0, cut), bytes_slice(whole, cut, whole.n - cut) }
		};
		struct bytes_list list = split(&contents, 9);
		CHECK(list.n == 2);
		CHECK(is_bytes_equal(list.v[0], BYTES_TEXT(ONE)) &&
		      is_bytes_equal(list.v[1], BYTES_TEXT(TWO)));
	}
}

static void padding_at_the_end_of_an_index_is_left_out(void **state)
{
	(void)state;
	const struct bytes_list contents = { 4,
					     { BYTES_TEXT(ONE "\xff\xff\xff"), BYTES_TEXT("\x00\x00"),
					       BYTES_TEXT(TWO ONE), BYTES_TEXT("\xff") } };
	struct bytes_list list = split(&contents, 9);
	CHECK(list.n == 3);
	CHECK(is_bytes_equal(list.v[0], BYTES_TEXT(ONE)) && is_bytes_equal(list.v[1], BYTES_TEXT(TWO)));
	CHECK(is_bytes_equal(list.v[2], BYTES_TEXT(ONE)));
}

static void what_is_no_certificate_ends_the_chain(void **state)
{
	(void)state;
	const struct bytes_list cut = { 1, { BYTES_TEXT(ONE "\x30\x05\x01") } };
	const struct bytes_list mixed = { 2, { BYTES_TEXT(ONE "\xff\x00"), BYTES_TEXT(TWO) } };
	const struct bytes_list early = { 1, { BYTES_TEXT(ONE "\xff\xff" TWO) } };
	const struct bytes_list none = { 1, { BYTES_TEXT("\xff\xff") } };
	CHECK(split(&cut, 9).n == 1);
	CHECK(split(&mixed, 9).n == 1);
	CHECK(split(&early, 9).n == 1);
	CHECK(split(&none, 9).n == 0);
}

static void no_more_certificates_are_taken_than_asked_for(void **state)
{
	(void)state;
	const struct bytes_list contents = { 1, { BYTES_TEXT(ONE TWO ONE) } };
	CHECK(split(&contents, 2).n == 2);
	CHECK(split(&contents, 0).n == 0);
}

static void the_hash_to_register_comes_first(void **state)
{
	(void)state;
	struct identity identity = { .best = ENDORSEMENT_P256 };
	identity.keys[ENDORSEMENT_P256] = (struct identity_key){ .is_there = true, .hash = { 2 } };
	CHECK(identity_hashes(&identity).n == 1);
	identity.keys[ENDORSEMENT_RSA] = (struct identity_key){ .is_there = true, .hash = { 1 } };
	struct bytes_list list = identity_hashes(&identity);
	CHECK(list.n == 2 && list.v[0].p[0] == 2 && list.v[1].p[0] == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(certificates_that_run_across_indices_are_put_together),
		TEST(padding_at_the_end_of_an_index_is_left_out),
		TEST(what_is_no_certificate_ends_the_chain),
		TEST(no_more_certificates_are_taken_than_asked_for),
		TEST(the_hash_to_register_comes_first),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
