#include "test.h"

#include <string.h>

#include "attest/credential.h"
#include "model.h"

#define SECRET BYTES_TEXT("a secret of thirty-two octets...")
#define SEED BYTES_TEXT("a seed that is as long as the longest hash of any EK's name is: ")

static struct model m;

static struct name name_of(EVP_PKEY *key)
{
	struct public p = model_ak(&m, key);
	struct name name;
	OK(name_build(p.name_alg, model_encoded(&m, &p), &name));
	return name;
}

static struct credential_view view_of(const struct credential_parcel *c)
{
	return (struct credential_view){ bytes_of(c->blob, c->blob_n),
					 bytes_of(c->encrypted, c->encrypted_n) };
}

/* Both kinds of EK, the larger ones with the hash and cipher of their templates. */
#define EKS 6
static struct public ek_of(size_t i, EVP_PKEY **ret_key)
{
	EVP_PKEY *keys[EKS] = { m.rsa, m.ek_curve, m.p384, m.p521, m.rsa3072, m.rsa4096 };
	struct public p = model_ek(&m, keys[i]);
	*ret_key = keys[i];
	return p;
}

static void what_was_wrapped_is_opened(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	for (size_t i = 0; i < EKS; i++) {
		struct credential_key key = { 0 };
		struct public ek = ek_of(i, &key.private_key);
		struct credential_parcel c;
		uint8_t out[CREDENTIAL_SECRET_MAX];
		size_t n = 0;
		key.ek = &ek;
		OK(credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
		OK(credential_open(&key, name_bytes(&ak), view_of(&c), out, &n));
		CHECK(is_bytes_equal(bytes_of(out, n), SECRET));
	}
}

static void a_secret_shorter_than_the_hash_is_opened_at_its_size(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	struct credential_key key = { 0 };
	struct public ek = ek_of(0, &key.private_key);
	struct credential_parcel c;
	uint8_t out[CREDENTIAL_SECRET_MAX];
	size_t n = 0;
	key.ek = &ek;
	OK(credential_build(&ek, name_bytes(&ak), BYTES_TEXT("short"), SEED, &c));
	OK(credential_open(&key, name_bytes(&ak), view_of(&c), out, &n));
	CHECK(is_bytes_equal(bytes_of(out, n), BYTES_TEXT("short")));
}

static void another_key_name_does_not_open_it(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key), other = name_of(m.other_key);
	for (size_t i = 0; i < EKS; i++) {
		struct credential_key key = { 0 };
		struct public ek = ek_of(i, &key.private_key);
		struct credential_parcel c;
		uint8_t out[CREDENTIAL_SECRET_MAX];
		size_t n = 0;
		key.ek = &ek;
		OK(credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
		REFUSES(ACT_SECRET, credential_open(&key, name_bytes(&other), view_of(&c), out, &n));
		REFUSES(ACT_SECRET, credential_open(&key, (struct bytes){ 0 }, view_of(&c), out, &n));
		CHECK(n == 0);
	}
}

static void another_ek_does_not_open_it(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	struct public ek = model_ek(&m, m.ek_curve), other = model_ek(&m, m.other_key);
	struct credential_key key = { &other, m.other_key };
	struct credential_parcel c;
	uint8_t out[CREDENTIAL_SECRET_MAX];
	size_t n = 0;
	OK(credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
	REFUSES(ACT_SECRET, credential_open(&key, name_bytes(&ak), view_of(&c), out, &n));
	other = model_ek(&m, m.rsa);
	key.private_key = m.rsa;
	REFUSES(ACT_SECRET, credential_open(&key, name_bytes(&ak), view_of(&c), out, &n));
}

static void a_flipped_or_missing_octet_does_not_open_it(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	struct credential_key key = { 0 };
	struct public ek = ek_of(1, &key.private_key);
	struct credential_parcel c;
	uint8_t out[CREDENTIAL_SECRET_MAX];
	size_t n = 0;
	key.ek = &ek;
	OK(credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
	for (size_t i = 0; i < c.blob_n + c.encrypted_n; i++) {
		uint8_t *octet = i < c.blob_n ? &c.blob[i] : &c.encrypted[i - c.blob_n];
		*octet ^= 0x10;
		REFUSES(ACT_SECRET, credential_open(&key, name_bytes(&ak), view_of(&c), out, &n));
		*octet ^= 0x10;
	}
	for (size_t i = 0; i < c.blob_n; i++) {
		struct credential_view cut = view_of(&c);
		cut.blob.n = i;
		REFUSES(ACT_SECRET, credential_open(&key, name_bytes(&ak), cut, out, &n));
	}
	OK(credential_open(&key, name_bytes(&ak), view_of(&c), out, &n));
}

static void two_wraps_of_one_secret_differ(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	EVP_PKEY *key;
	for (size_t i = 0; i < EKS; i++) {
		struct public ek = ek_of(i, &key);
		struct credential_parcel a, b;
		OK(credential_build(&ek, name_bytes(&ak), SECRET, SEED, &a));
		OK(credential_build(&ek, name_bytes(&ak), SECRET, SEED, &b));
		CHECK(!is_bytes_equal(view_of(&a).encrypted, view_of(&b).encrypted));
	}
}

static void the_sizes_are_those_of_the_structures(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	EVP_PKEY *key;
	static const size_t encrypted[EKS] = { 256, 2 * (2 + 32), 2 * (2 + 48), 2 * (2 + 66), 384, 512 };
	static const uint8_t hash[EKS] = { 32, 32, 48, 64, 48, 48 };
	for (size_t i = 0; i < EKS; i++) {
		struct public ek = ek_of(i, &key);
		struct credential_parcel c;
		OK(credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
		CHECK(c.encrypted_n == encrypted[i]);
		CHECK(c.blob_n == 2u + hash[i] + 2 + SECRET.n && c.blob[0] == 0 && c.blob[1] == hash[i]);
	}
}

static void keys_that_cannot_be_encrypted_to_are_refused(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	struct credential_parcel c;
	struct public ek = model_ek(&m, m.ek_curve);
	ek.b = model_octets(&m, 1, 32);
	REFUSES(KEY_LINK, credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
	ek = model_ek(&m, m.rsa);
	ek.symmetric = ALG_NULL;
	REFUSES(KEY_LINK, credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
	ek = model_ek(&m, m.rsa);
	ek.symmetric_mode = ALG_CBC;
	REFUSES(KEY_LINK, credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
	ek = model_ek(&m, m.rsa);
	ek.name_alg = ALG_NULL;
	REFUSES(NAMEALG, credential_build(&ek, name_bytes(&ak), SECRET, SEED, &c));
}

static void a_secret_or_seed_of_a_wrong_size_is_our_own_mistake(void **state)
{
	(void)state;
	struct name ak = name_of(m.ak_key);
	struct credential_parcel c;
	struct public ek = model_ek(&m, m.rsa);
	REFUSES(BUG, credential_build(&ek, name_bytes(&ak), (struct bytes){ 0 }, SEED, &c));
	REFUSES(BUG, credential_build(&ek, name_bytes(&ak), model_octets(&m, 1, 33), SEED, &c));
	REFUSES(BUG, credential_build(&ek, name_bytes(&ak), SECRET, model_octets(&m, 1, 31), &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_wrapped_is_opened),
		TEST(a_secret_shorter_than_the_hash_is_opened_at_its_size),
		TEST(another_key_name_does_not_open_it),
		TEST(another_ek_does_not_open_it),
		TEST(a_flipped_or_missing_octet_does_not_open_it),
		TEST(two_wraps_of_one_secret_differ),
		TEST(the_sizes_are_those_of_the_structures),
		TEST(keys_that_cannot_be_encrypted_to_are_refused),
		TEST(a_secret_or_seed_of_a_wrong_size_is_our_own_mistake),
	};
	model_init(&m, MODEL_NOW);
	int failed = RUN(tests);
	model_done(&m);
	return failed;
}
