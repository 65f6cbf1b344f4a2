#include "test.h"

#include "base/secret.h"

static void equal_secrets_are_equal(void **state)
{
	(void)state;
	uint8_t a[32] = { 1, 2, 3 }, b[32] = { 1, 2, 3 };
	CHECK(is_secret_equal(BYTES_OF(a), BYTES_OF(b)));
	CHECK(is_secret_equal((struct bytes){ 0 }, BYTES_TEXT("")));
}

static void one_bit_anywhere_makes_secrets_differ(void **state)
{
	(void)state;
	uint8_t a[32] = { 1, 2, 3 }, b[32] = { 1, 2, 3 };
	for (size_t bit = 0; bit < 8 * sizeof(b); bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!is_secret_equal(BYTES_OF(a), BYTES_OF(b)));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void secrets_of_different_length_differ(void **state)
{
	(void)state;
	uint8_t zeros[32] = { 0 };
	CHECK(!is_secret_equal(bytes_of(zeros, 31), bytes_of(zeros, 32)));
	CHECK(!is_secret_equal((struct bytes){ 0 }, bytes_of(zeros, 1)));
}

static void a_forgotten_secret_is_gone_and_its_neighbours_are_not(void **state)
{
	(void)state;
	uint8_t a[] = { 1, 2, 3, 4 };
	secret_done(a + 1, 2);
	CHECK(is_bytes_equal(BYTES_OF(a), BYTES_TEXT("\1\0\0\4")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(equal_secrets_are_equal),
		TEST(one_bit_anywhere_makes_secrets_differ),
		TEST(secrets_of_different_length_differ),
		TEST(a_forgotten_secret_is_gone_and_its_neighbours_are_not),
	};
	return RUN(tests);
}
