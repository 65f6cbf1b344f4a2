#include "test.h"

#include <openssl/evp.h>

#include "attest/alg.h"
#include "base/text.h"

static void hashes_have_the_size_openssl_gives_them(void **state)
{
	(void)state;
	for (uint32_t id = 0; id <= UINT16_MAX; id++) {
		const struct alg_hash *row = alg_hash_find((uint16_t)id);
		if (!row)
			continue;
		CHECK(row->id == id && row->size <= ALG_DIGEST_MAX && row->name[0]);
		if (row->evp)
			assert_int_equal(EVP_MD_get_size(EVP_get_digestbyname(row->evp)), row->size);
	}
	CHECK(alg_hash_find(ALG_SHA256) && !alg_hash_find(ALG_NULL) && !alg_hash_find(ALG_RSA));
}

static void curves_have_the_width_of_their_keys(void **state)
{
	(void)state;
	size_t known = 0;
	for (uint32_t id = 0; id <= UINT16_MAX; id++) {
		const struct alg_curve *row = alg_curve_find((uint16_t)id);
		if (!row)
			continue;
		known++;
		CHECK(row->width <= ALG_COORDINATE_MAX && (row->name == NULL) == (row->kind == SPKI_NONE));
		if (row->name)
			CHECK(row->width == spki_width(row->kind));
	}
	CHECK(known == 8);
}

static void a_digest_is_over_all_parts_in_order(void **state)
{
	(void)state;
	uint8_t whole[ALG_DIGEST_MAX], parts[ALG_DIGEST_MAX], single[32];
	const struct bytes split[] = { BYTES_TEXT("a"), { 0 }, BYTES_TEXT("bc") };
	const struct bytes one = BYTES_TEXT("abc");
	const struct alg_hash *row = alg_hash_find(ALG_SHA256);
	OK(alg_digest(row, &one, 1, whole));
	OK(alg_digest(row, split, COUNT_OF(split), parts));
	OK(alg_sha256(one, single));
	CHECK(is_bytes_equal(bytes_of(whole, 32), bytes_of(parts, 32)));
	CHECK(is_bytes_equal(bytes_of(whole, 32), BYTES_OF(single)));
}

static void a_hash_that_is_only_recognised_digests_nothing(void **state)
{
	(void)state;
	uint8_t out[ALG_DIGEST_MAX];
	REFUSES(BUG, alg_digest(alg_hash_find(ALG_SM3_256), NULL, 0, out));
	REFUSES(BUG, alg_digest(NULL, NULL, 0, out));
}

static void sha256_of_nothing_is_known(void **state)
{
	(void)state;
	uint8_t out[32];
	char text[TEXT_HEX_SIZE(32)];
	OK(alg_sha256((struct bytes){ 0 }, out));
	assert_string_equal(text_hex(BYTES_OF(out), text),
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void numbers_are_padded_or_refused(void **state)
{
	(void)state;
	uint8_t out[4] = { 9, 9, 9, 9 };
	CHECK(!alg_pad(BYTES_TEXT("\x01\x02\x03\x04\x05"), 4, out) && out[0] == 9);
	CHECK(alg_pad(BYTES_TEXT("\x00\x00\x00\x01\x02"), 4, out));
	CHECK(is_bytes_equal(BYTES_OF(out), BYTES_TEXT("\x00\x00\x01\x02")));
	CHECK(alg_pad((struct bytes){ 0 }, 4, out) && is_bytes_uniform(BYTES_OF(out), 0));
}

static void rsa_sizes_are_those_of_tpms(void **state)
{
	(void)state;
	CHECK(is_alg_rsa_size(1024) && is_alg_rsa_size(2048) && is_alg_rsa_size(3072) &&
	      is_alg_rsa_size(4096));
	CHECK(!is_alg_rsa_size(0) && !is_alg_rsa_size(512) && !is_alg_rsa_size(2047) &&
	      !is_alg_rsa_size(8192));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hashes_have_the_size_openssl_gives_them),
		TEST(curves_have_the_width_of_their_keys),
		TEST(a_digest_is_over_all_parts_in_order),
		TEST(a_hash_that_is_only_recognised_digests_nothing),
		TEST(sha256_of_nothing_is_known),
		TEST(numbers_are_padded_or_refused),
		TEST(rsa_sizes_are_those_of_tpms),
	};
	return RUN(tests);
}
