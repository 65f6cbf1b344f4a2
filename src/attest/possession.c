#include "attest/possession.h"

#include "attest/alg.h"
#include "attest/signature.h"

static fault build(const struct possession_of *of, const struct public *key, uint8_t ret[static BINDING_SIZE])
{
	uint8_t hash[TRIP_HASH_SIZE];
	TRY(public_hash(key, hash));
	const struct binding b = {
		.nonce = of->nonce,
		.id = of->id,
		.purpose = TRIP_TOKEN,
		.server_key_hash = of->server_key_hash,
		.payload_digest = BYTES_OF(hash),
	};
	return binding_build(BINDING_TOKEN, &b, ret);
}

fault possession_build(const struct possession_of *of, struct bytes key_public,
		       uint8_t ret[static BINDING_SIZE])
{
	struct public key;
	TRY(public_parse(key_public, &key));
	return build(of, &key, ret);
}

/* A key that leaves its scheme open signs by the signature's; one that states a scheme keeps to it. */
static fault check_signature(const struct signature *s, struct public *key, struct bytes message)
{
	const struct alg_hash *hash = alg_hash_find(s->hash);
	NEED(hash && hash->size >= 32, SIG_HASH);
	if (key->scheme == ALG_NULL) {
		key->scheme = s->scheme;
		key->scheme_hash = s->hash;
	}
	return signature_check(s, key, message);
}

fault possession_find(const struct token_answer *a, struct bytes server_key_hash, struct arena *arena,
		      struct possession_found *ret)
{
	struct public key;
	struct signature s;
	uint8_t message[BINDING_SIZE];
	const struct possession_of of = { a->nonce, a->id, server_key_hash };
	TRY(public_parse(a->key_public, &key));
	TRY(signature_parse(a->signature, &s));
	TRY(build(&of, &key, message));
	struct possession_found found = { .key = evaluate_key_of(&key, arena) };
	NEED(found.key.kind, KEY_WEAK);
	found.is_signed = !check_signature(&s, &key, BYTES_OF(message));
	*ret = found;
	return NULL;
}
