#include "test.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "attest/roca.h"

#define MODULUS_MAX 1024

/* A power of the generator has its fingerprint without having its size. */
static void powers_of_the_generator_are_recognised(void **state)
{
	(void)state;
	CHECK(is_roca_modulus(BYTES_TEXT("\x01")));
	CHECK(is_roca_modulus(BYTES_TEXT("\x01\x00\x01")));
	CHECK(is_roca_modulus(BYTES_TEXT("\x01\x00\x02\x00\x01")));
	CHECK(is_roca_modulus(BYTES_TEXT("\x00\x00\x01\x00\x01")));
}

static void a_power_with_any_bit_flipped_is_not(void **state)
{
	(void)state;
	uint8_t power[] = { 0x01, 0x00, 0x03, 0x00, 0x03, 0x00, 0x01 };
	CHECK(is_roca_modulus(BYTES_OF(power)));
	for (size_t i = 0; i < sizeof(power) * 8; i++) {
		power[i / 8] ^= (uint8_t)(1u << i % 8);
		CHECK(!is_roca_modulus(BYTES_OF(power)));
		power[i / 8] ^= (uint8_t)(1u << i % 8);
	}
}

static void nothing_and_zero_have_no_fingerprint(void **state)
{
	(void)state;
	CHECK(!is_roca_modulus((struct bytes){ 0 }));
	CHECK(!is_roca_modulus(BYTES_TEXT("\x00\x00")));
}

static void keys_of_other_generators_are_not_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < 20; i++) {
		uint8_t modulus[MODULUS_MAX];
		EVP_PKEY *key = EVP_RSA_gen(1024);
		BIGNUM *n = NULL;
		CHECK(EVP_PKEY_get_bn_param(key, "n", &n) == 1);
		int size = BN_bn2bin(n, modulus);
		CHECK(!is_roca_modulus(bytes_of(modulus, (size_t)size)));
		BN_free(n);
		EVP_PKEY_free(key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(powers_of_the_generator_are_recognised),
		TEST(a_power_with_any_bit_flipped_is_not),
		TEST(nothing_and_zero_have_no_fingerprint),
		TEST(keys_of_other_generators_are_not_recognised),
	};
	return RUN(tests);
}
