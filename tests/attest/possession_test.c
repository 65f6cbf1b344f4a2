#include "attest/possession.h"

#include <string.h>

#include "attest/alg.h"
#include "attest/public.h"
#include "attest/signature.h"
#include "model.h"
#include "test.h"

static struct model model;

static int start(void **state)
{
	(void)state;
	model_init(&model, 1767225600);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	model_done(&model);
	return 0;
}

static const uint8_t octets[4][32] = { { 1 }, { 2 }, { 3 }, { 4 } };

/* A right answer by that key, signed with that hash. */
static struct token_answer answer_of(EVP_PKEY *key, uint16_t hash)
{
	struct public p = model_device(&model, key);
	p.scheme = ALG_NULL;
	struct token_answer a = { .version = TRIP_VERSION,
				  .id = bytes_of(octets[0], TRIP_ID_SIZE),
				  .nonce = BYTES_OF(octets[1]),
				  .ticket = BYTES_TEXT("ticket"),
				  .key_public = model_encoded(&model, &p) };
	const struct possession_of of = { a.nonce, a.id, BYTES_OF(octets[2]) };
	uint8_t message[BINDING_SIZE];
	OK(possession_build(&of, a.key_public, message));
	const struct signature s = model_signed(&model, key, hash, BYTES_OF(message));
	a.signature = model_signature_encoded(&model, &s);
	return a;
}

static bool is_signed(const struct token_answer *a)
{
	struct possession_found found;
	OK(possession_find(a, BYTES_OF(octets[2]), &model.arena, &found));
	CHECK(found.key.kind);
	return found.is_signed;
}

static EVP_PKEY *const *keys(size_t *ret_n)
{
	static EVP_PKEY *v[4];
	v[0] = EVP_EC_gen("P-256");
	v[1] = EVP_EC_gen("P-384");
	v[2] = EVP_EC_gen("P-521");
	v[3] = EVP_RSA_gen(2048);
	*ret_n = COUNT_OF(v);
	return v;
}

static void keys_of_every_kind_show_that_they_are_held(void **state)
{
	size_t n;
	EVP_PKEY *const *v = keys(&n);
	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct token_answer a = answer_of(v[i], ALG_SHA256);
		CHECK(is_signed(&a));
		EVP_PKEY_free(v[i]);
	}
}

static void a_signature_is_good_in_its_conversation_alone(void **state)
{
	(void)state;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct token_answer of_nonce = answer_of(key, ALG_SHA256), of_id = of_nonce, right = of_nonce;
	struct possession_found found;
	of_nonce.nonce = BYTES_OF(octets[3]);
	of_id.id = bytes_of(octets[3], TRIP_ID_SIZE);
	CHECK(is_signed(&right) && !is_signed(&of_nonce) && !is_signed(&of_id));
	OK(possession_find(&right, BYTES_OF(octets[3]), &model.arena, &found));
	CHECK(!found.is_signed);
	EVP_PKEY_free(key);
}

static void another_key_does_not_show_that_this_one_is_held(void **state)
{
	(void)state;
	EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
	struct token_answer a = answer_of(key, ALG_SHA256);
	a.signature = answer_of(other, ALG_SHA256).signature;
	CHECK(!is_signed(&a));
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

static void a_short_hash_shows_nothing(void **state)
{
	(void)state;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	const struct token_answer short_one = answer_of(key, ALG_SHA1), long_one = answer_of(key, ALG_SHA512);
	CHECK(!is_signed(&short_one) && is_signed(&long_one));
	EVP_PKEY_free(key);
}

static void a_key_that_states_its_scheme_keeps_to_it(void **state)
{
	(void)state;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	const struct public stated = model_device(&model, key);
	CHECK(stated.scheme == ALG_ECDSA && stated.scheme_hash == ALG_SHA256);
	struct token_answer own = answer_of(key, ALG_SHA256), other = answer_of(key, ALG_SHA384);
	own.key_public = other.key_public = model_encoded(&model, &stated);
	CHECK(is_signed(&own) && !is_signed(&other));
	EVP_PKEY_free(key);
}

static void truncations_and_trailing_octets_are_refused(void **state)
{
	(void)state;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	const struct token_answer right = answer_of(key, ALG_SHA256);
	const struct bytes more = BYTES_TEXT("\0");
	struct possession_found found;
	struct token_answer a = right;
	for (a.key_public.n = 0; a.key_public.n < right.key_public.n; a.key_public.n++)
		CHECK(possession_find(&a, BYTES_OF(octets[2]), &model.arena, &found) != NULL);
	for (a.signature.n = 0; a.signature.n < right.signature.n; a.signature.n++)
		CHECK(possession_find(&a, BYTES_OF(octets[2]), &model.arena, &found) != NULL);
	a.key_public = model_longer(&model, right.key_public, more);
	REFUSES(PARSE_TRAILING, possession_find(&a, BYTES_OF(octets[2]), &model.arena, &found));
	a = right;
	a.signature = model_longer(&model, right.signature, more);
	REFUSES(PARSE_TRAILING, possession_find(&a, BYTES_OF(octets[2]), &model.arena, &found));
	EVP_PKEY_free(key);
}

static void a_flipped_bit_of_the_signature_shows_nothing_or_is_refused(void **state)
{
	(void)state;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	const struct token_answer right = answer_of(key, ALG_SHA256);
	for (size_t bit = 0; bit < 8 * right.signature.n; bit++) {
		struct possession_found found = { .is_signed = false };
		struct token_answer a = right;
		a.signature = model_flipped(&model, right.signature, bit);
		fault f = possession_find(&a, BYTES_OF(octets[2]), &model.arena, &found);
		CHECK(f || !found.is_signed);
	}
	EVP_PKEY_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_of_every_kind_show_that_they_are_held),
		TEST(a_signature_is_good_in_its_conversation_alone),
		TEST(another_key_does_not_show_that_this_one_is_held),
		TEST(a_short_hash_shows_nothing),
		TEST(a_key_that_states_its_scheme_keeps_to_it),
		TEST(truncations_and_trailing_octets_are_refused),
		TEST(a_flipped_bit_of_the_signature_shows_nothing_or_is_refused),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
