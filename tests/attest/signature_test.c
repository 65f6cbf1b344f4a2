#include "test.h"

#include <openssl/rsa.h>
#include <string.h>
#include <tss2/tss2_mu.h>

#include "attest/signature.h"
#include "base/text.h"
#include "damage.h"
#include "model.h"

#define MESSAGE BYTES_TEXT("what the TPM says")

/* The order of P-256 (SP 800-186 §3.2.1.3). */
#define ORDER "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"

static struct model m;

static fault copy_signature(struct bytes in, struct wr *w)
{
	struct signature s;
	TRY(signature_parse(in, &s));
	signature_write(&s, w);
	return NULL;
}

static void signatures_survive_no_damage(void **state)
{
	(void)state;
	EVP_PKEY *keys[] = { m.ak_key, m.rsa };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct signature s = model_signed(&m, keys[i], ALG_SHA256, MESSAGE);
		damage_check(model_signature_encoded(&m, &s), copy_signature);
	}
}

static void a_signature_is_of_its_key_and_message(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key), other = model_ak(&m, m.other_key);
	struct signature s = model_signed(&m, m.ak_key, ALG_SHA256, MESSAGE);
	OK(signature_check(&s, &ak, MESSAGE));
	REFUSES(SIG_INVALID, signature_check(&s, &other, MESSAGE));
	REFUSES(SIG_INVALID, signature_check(&s, &ak, BYTES_TEXT("what the TPM says not")));
	REFUSES(SIG_INVALID, signature_check(&s, &ak, (struct bytes){ 0 }));
}

static void every_flipped_bit_is_an_invalid_signature(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key);
	struct signature s = model_signed(&m, m.ak_key, ALG_SHA256, MESSAGE);
	struct bytes *parts[] = { &s.a, &s.b };
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		for (size_t bit = 0; bit < 8 * parts[i]->n; bit++) {
			uint8_t *octet = (uint8_t *)(uintptr_t)parts[i]->p + bit / 8;
			*octet ^= (uint8_t)(1 << bit % 8);
			REFUSES(SIG_INVALID, signature_check(&s, &ak, MESSAGE));
			*octet ^= (uint8_t)(1 << bit % 8);
		}
	OK(signature_check(&s, &ak, MESSAGE));
}

static void numbers_out_of_range_are_invalid(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key);
	struct signature good = model_signed(&m, m.ak_key, ALG_SHA256, MESSAGE), s;
	uint8_t order[32];
	CHECK(text_hex_parse(BYTES_TEXT(ORDER), order, sizeof(order)));
	const struct bytes numbers[] = { BYTES_TEXT("\0"), BYTES_OF(order), model_octets(&m, 0xFF, 32),
					 model_octets(&m, 1, 66) };
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		s = good;
		s.a = numbers[i];
		REFUSES(SIG_INVALID, signature_check(&s, &ak, MESSAGE));
		s = good;
		s.b = numbers[i];
		REFUSES(SIG_INVALID, signature_check(&s, &ak, MESSAGE));
		s.a = numbers[i];
		REFUSES(SIG_INVALID, signature_check(&s, &ak, MESSAGE));
	}
}

/* r + n is the same residue as r: accepting it would make signatures malleable (FIPS 186-5 §6.4.2, step 1).
 */
static void a_number_above_the_order_is_not_reduced(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key);
	struct signature s = model_signed(&m, m.ak_key, ALG_SHA256, MESSAGE);
	uint8_t order[32], sum[33], padded[32];
	unsigned carry = 0;
	CHECK(text_hex_parse(BYTES_TEXT(ORDER), order, sizeof(order)));
	CHECK(alg_pad(s.b, 32, padded));
	for (size_t i = 32; i-- > 0;) {
		carry += (unsigned)padded[i] + order[i];
		sum[i + 1] = (uint8_t)carry;
		carry >>= 8;
	}
	sum[0] = (uint8_t)carry;
	s.b = BYTES_OF(sum);
	REFUSES(SIG_INVALID, signature_check(&s, &ak, MESSAGE));
}

static void leading_zeros_change_nothing(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key);
	struct signature s = model_signed(&m, m.ak_key, ALG_SHA256, MESSAGE);
	uint8_t padded[40];
	CHECK(alg_pad(s.a, sizeof(padded), padded));
	s.a = BYTES_OF(padded);
	OK(signature_check(&s, &ak, MESSAGE));
}

static void the_scheme_is_the_keys(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key), rsa = model_ak(&m, m.rsa);
	struct signature curve = model_signed(&m, m.ak_key, ALG_SHA256, MESSAGE);
	struct signature other = model_signed(&m, m.rsa, ALG_SHA256, MESSAGE);
	REFUSES(SIG_ALG, signature_check(&curve, &rsa, MESSAGE));
	REFUSES(SIG_ALG, signature_check(&other, &ak, MESSAGE));
	ak.scheme = ALG_NULL;
	REFUSES(SIG_ALG, signature_check(&curve, &ak, MESSAGE));
	ak.scheme = curve.scheme = ALG_ECDAA;
	REFUSES(SIG_ALG, signature_check(&curve, &ak, MESSAGE));
	rsa.scheme = ALG_RSAPSS;
	REFUSES(SIG_ALG, signature_check(&other, &rsa, MESSAGE));
}

static void the_hash_is_the_schemes(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key);
	struct signature s = model_signed(&m, m.ak_key, ALG_SHA384, MESSAGE);
	REFUSES(SIG_HASH, signature_check(&s, &ak, MESSAGE));
	ak.scheme_hash = ALG_SHA384;
	OK(signature_check(&s, &ak, MESSAGE));
	s.hash = ak.scheme_hash = ALG_SM3_256;
	REFUSES(SIG_HASH, signature_check(&s, &ak, MESSAGE));
}

static void rsa_signatures_of_both_paddings_are_verified(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.rsa);
	struct signature s = model_signed(&m, m.rsa, ALG_SHA256, MESSAGE);
	OK(signature_check(&s, &ak, MESSAGE));
	REFUSES(SIG_INVALID, signature_check(&s, &ak, BYTES_TEXT("x")));
	uint8_t octets[256];
	size_t n = sizeof(octets);
	EVP_PKEY_CTX *options = NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	CHECK(EVP_DigestSignInit(ctx, &options, EVP_sha256(), NULL, m.rsa) == 1);
	CHECK(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
	CHECK(EVP_DigestSign(ctx, octets, &n, MESSAGE.p, MESSAGE.n) == 1);
	EVP_MD_CTX_free(ctx);
	s = (struct signature){ .scheme = ALG_RSAPSS, .hash = ALG_SHA256, .a = BYTES_OF(octets) };
	ak.scheme = ALG_RSAPSS;
	OK(signature_check(&s, &ak, MESSAGE));
	REFUSES(SIG_INVALID, signature_check(&s, &ak, BYTES_TEXT("x")));
}

static void a_key_off_its_curve_verifies_nothing(void **state)
{
	(void)state;
	struct public ak = model_ak(&m, m.ak_key);
	struct signature s = model_signed(&m, m.ak_key, ALG_SHA256, MESSAGE);
	ak.b = model_octets(&m, 1, 32);
	REFUSES(KEY_LINK, signature_check(&s, &ak, MESSAGE));
}

static void unknown_schemes_and_empty_numbers_are_malformed(void **state)
{
	(void)state;
	struct signature got;
	REFUSES(PARSE_RANGE, signature_parse(BYTES_TEXT("\x00\x05\x00\x0B\x00\x01\x01"), &got)); /* HMAC */
	REFUSES(PARSE_RANGE, signature_parse(BYTES_TEXT("\x00\x10\x00\x0B"), &got));             /* NULL */
	REFUSES(PARSE_RANGE, signature_parse(BYTES_TEXT("\x00\x18\x00\x10\x00\x01\x01\x00\x01\x01"), &got));
	REFUSES(PARSE_LEN, signature_parse(BYTES_TEXT("\x00\x18\x00\x0B\x00\x00\x00\x01\x01"), &got));
	REFUSES(PARSE_LEN, signature_parse(BYTES_TEXT("\x00\x18\x00\x0B\x00\x01\x01\x00\x00"), &got));
	REFUSES(PARSE_LEN, signature_parse(BYTES_TEXT("\x00\x14\x00\x0B\xFF\xFF\x01"), &got));
	OK(signature_parse(BYTES_TEXT("\x00\x18\x00\x0B\x00\x01\x01\x00\x01\x01"), &got));
}

static void our_octets_are_those_of_the_tss(void **state)
{
	(void)state;
	EVP_PKEY *keys[] = { m.ak_key, m.rsa };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct signature s = model_signed(&m, keys[i], ALG_SHA256, MESSAGE);
		struct bytes ours = model_signature_encoded(&m, &s);
		TPMT_SIGNATURE theirs;
		uint8_t out[1024];
		size_t at = 0, n = 0;
		TSS2_RC rc = Tss2_MU_TPMT_SIGNATURE_Unmarshal(ours.p, ours.n, &at, &theirs);
		assert_int_equal(rc, TSS2_RC_SUCCESS);
		CHECK(at == ours.n);
		assert_int_equal(Tss2_MU_TPMT_SIGNATURE_Marshal(&theirs, out, sizeof(out), &n),
				 TSS2_RC_SUCCESS);
		CHECK(is_bytes_equal(ours, bytes_of(out, n)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signatures_survive_no_damage),
		TEST(a_signature_is_of_its_key_and_message),
		TEST(every_flipped_bit_is_an_invalid_signature),
		TEST(numbers_out_of_range_are_invalid),
		TEST(a_number_above_the_order_is_not_reduced),
		TEST(leading_zeros_change_nothing),
		TEST(the_scheme_is_the_keys),
		TEST(the_hash_is_the_schemes),
		TEST(rsa_signatures_of_both_paddings_are_verified),
		TEST(a_key_off_its_curve_verifies_nothing),
		TEST(unknown_schemes_and_empty_numbers_are_malformed),
		TEST(our_octets_are_those_of_the_tss),
	};
	model_init(&m, MODEL_NOW);
	int failed = RUN(tests);
	model_done(&m);
	return failed;
}
