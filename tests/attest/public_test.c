#include "test.h"

#include <string.h>
#include <tss2/tss2_mu.h>

#include "attest/public.h"
#include "base/text.h"
#include "damage.h"
#include "model.h"

static struct model m;

static fault copy_public(struct bytes in, struct wr *w)
{
	struct public p;
	TRY(public_parse(in, &p));
	public_write(&p, w);
	return NULL;
}

/* Public areas of every kind that is read, genuine or not. */
static struct public kind(size_t i)
{
	struct public p = i & 1 ? model_ak(&m, m.ak_key) : model_ak(&m, m.rsa);
	static const struct {
		uint16_t scheme, hash;
	} schemes[] = { { ALG_RSAPSS, ALG_SHA384 }, { ALG_ECDAA, ALG_SHA256 },  { ALG_OAEP, ALG_SHA512 },
			{ ALG_ECDH, ALG_SHA256 },   { ALG_RSASSA, ALG_SHA1 },   { ALG_SM2, ALG_SM3_256 },
			{ ALG_NULL, 0 },            { ALG_ECSCHNORR, ALG_SHA1 } };
	p.scheme = schemes[i].scheme;
	p.scheme_hash = schemes[i].hash;
	p.scheme_count = p.scheme == ALG_ECDAA ? 7 : 0;
	return p;
}

#define KINDS 8

static void public_areas_are_read_and_written_as_they_were(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct public p = kind(i);
		damage_check_same(model_encoded(&m, &p), copy_public);
	}
}

static void every_truncation_and_every_octet_more_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct public p = kind(i);
		damage_check_truncations(model_encoded(&m, &p), copy_public);
		damage_check_trailing(model_encoded(&m, &p), copy_public);
	}
}

static void every_flipped_bit_is_refused_or_visible(void **state)
{
	(void)state;
	struct public ek = model_ek(&m, m.rsa), ak = model_ak(&m, m.ak_key);
	damage_check_flips(model_encoded(&m, &ek), copy_public);
	damage_check_flips(model_encoded(&m, &ak), copy_public);
}

static fault parse_changed(const struct public *p, struct public *ret)
{
	return public_parse(model_encoded(&m, p), ret);
}

static void reserved_attributes_are_refused(void **state)
{
	(void)state;
	static const uint8_t defined[] = { 1, 2, 4, 5, 6, 7, 10, 11, 16, 17, 18, 19 };
	struct public p = model_ak(&m, m.ak_key), got;
	for (uint8_t bit = 0; bit < 32; bit++) {
		p.attributes = (uint32_t)1 << bit;
		if (memchr(defined, bit, sizeof(defined)))
			OK(parse_changed(&p, &got));
		else
			REFUSES(PARSE_ATTRS, parse_changed(&p, &got));
	}
}

static void sizes_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	struct public got, p = model_ek(&m, m.rsa);
	p.a.n--;
	REFUSES(PARSE_LEN, parse_changed(&p, &got));
	p = model_ek(&m, m.rsa);
	p.bits = 2047;
	REFUSES(PARSE_RANGE, parse_changed(&p, &got));
	p = model_ek(&m, m.rsa);
	p.policy.n = 20;
	REFUSES(PARSE_LEN, parse_changed(&p, &got));
	p = model_ak(&m, m.ak_key);
	p.a = model_octets(&m, 1, 33);
	REFUSES(PARSE_LEN, parse_changed(&p, &got));
	p = model_ak(&m, m.ak_key);
	p.b = (struct bytes){ 0 };
	REFUSES(PARSE_LEN, parse_changed(&p, &got));
}

static void algorithms_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	struct public got, p = model_ek(&m, m.rsa);
	p.symmetric_bits = 129;
	REFUSES(PARSE_RANGE, parse_changed(&p, &got));
	p = model_ek(&m, m.rsa);
	p.symmetric_mode = 0x45;
	REFUSES(PARSE_RANGE, parse_changed(&p, &got));
	p = model_ek(&m, m.rsa);
	p.symmetric = ALG_SHA256;
	REFUSES(PARSE_RANGE, parse_changed(&p, &got));
	p = model_ak(&m, m.ak_key);
	p.curve = 0x0006;
	REFUSES(PARSE_RANGE, parse_changed(&p, &got));
	p = model_ak(&m, m.ak_key);
	p.scheme_hash = ALG_NULL;
	REFUSES(PARSE_RANGE, parse_changed(&p, &got));
}

/* Key types, and schemes of the other type of key, cannot be written at all, so the octets are changed. */
static void schemes_and_types_of_other_objects_are_refused(void **state)
{
	(void)state;
	struct public got, p = model_ak(&m, m.ak_key);
	uint8_t octets[256];
	struct bytes whole = model_encoded(&m, &p);
	memcpy(octets, whole.p, whole.n);
	octets[13] = ALG_RSASSA;
	REFUSES(PARSE_RANGE, public_parse(bytes_of(octets, whole.n), &got));
	memcpy(octets, whole.p, whole.n);
	octets[1] = 0x08; /* TPM_ALG_KEYEDHASH */
	REFUSES(PARSE_RANGE, public_parse(bytes_of(octets, whole.n), &got));
}

static void our_octets_are_those_of_the_tss(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct public p = kind(i);
		struct bytes ours = model_encoded(&m, &p);
		TPMT_PUBLIC theirs;
		uint8_t out[1024];
		size_t at = 0, n = 0;
		if (p.scheme == ALG_ECSCHNORR || p.scheme == ALG_SM2)
			continue; /* not in this version of the library */
		assert_int_equal(Tss2_MU_TPMT_PUBLIC_Unmarshal(ours.p, ours.n, &at, &theirs),
				 TSS2_RC_SUCCESS);
		CHECK(at == ours.n && theirs.type == p.type && theirs.objectAttributes == p.attributes);
		assert_int_equal(Tss2_MU_TPMT_PUBLIC_Marshal(&theirs, out, sizeof(out), &n), TSS2_RC_SUCCESS);
		CHECK(is_bytes_equal(ours, bytes_of(out, n)));
	}
}

static void an_exponent_of_zero_means_65537(void **state)
{
	(void)state;
	struct public zero = model_ek(&m, m.rsa), spelt = zero, a, b;
	uint8_t hash_a[32], hash_b[32];
	spelt.exponent = 65537;
	OK(public_parse(model_encoded(&m, &zero), &a));
	OK(public_parse(model_encoded(&m, &spelt), &b));
	OK(public_hash(&a, hash_a));
	OK(public_hash(&b, hash_b));
	CHECK(is_bytes_equal(BYTES_OF(hash_a), BYTES_OF(hash_b)) && is_public_same_key(&a, &b));
	CHECK(!is_bytes_equal(a.whole, b.whole));
}

static void the_key_is_the_one_of_its_numbers(void **state)
{
	(void)state;
	EVP_PKEY *keys[] = { m.rsa, m.ak_key, m.p384 };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct public p = model_ak(&m, keys[i]), parsed;
		EVP_PKEY *key = NULL;
		OK(public_parse(model_encoded(&m, &p), &parsed));
		OK(public_build_key(&parsed, &key));
		CHECK(EVP_PKEY_eq(key, keys[i]) == 1);
		EVP_PKEY_free(key);
	}
}

static void numbers_that_form_no_key_are_refused(void **state)
{
	(void)state;
	EVP_PKEY *key = NULL;
	struct public p = model_ak(&m, m.ak_key);
	p.a = model_octets(&m, 0, 32);
	p.b = model_octets(&m, 0, 32);
	REFUSES(KEY_LINK, public_build_key(&p, &key));
	p = model_ak(&m, m.ak_key);
	p.curve = ALG_BN_P256;
	REFUSES(KEY_LINK, public_build_key(&p, &key));
	CHECK(public_spki(&p).kind == SPKI_NONE);
	p = model_ek(&m, m.rsa);
	p.b = BYTES_TEXT("\x01");
	REFUSES(KEY_LINK, public_build_key(&p, &key));
	p.b = BYTES_TEXT("\x02");
	REFUSES(KEY_LINK, public_build_key(&p, &key));
	p = model_ek(&m, m.rsa);
	p.a = model_octets(&m, 0x7F, 256);
	REFUSES(KEY_LINK, public_build_key(&p, &key));
	CHECK(key == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(public_areas_are_read_and_written_as_they_were),
		TEST(every_truncation_and_every_octet_more_is_refused),
		TEST(every_flipped_bit_is_refused_or_visible),
		TEST(reserved_attributes_are_refused),
		TEST(sizes_that_do_not_fit_are_refused),
		TEST(algorithms_that_do_not_exist_are_refused),
		TEST(schemes_and_types_of_other_objects_are_refused),
		TEST(our_octets_are_those_of_the_tss),
		TEST(an_exponent_of_zero_means_65537),
		TEST(the_key_is_the_one_of_its_numbers),
		TEST(numbers_that_form_no_key_are_refused),
	};
	model_init(&m, MODEL_NOW);
	int failed = RUN(tests);
	model_done(&m);
	return failed;
}
