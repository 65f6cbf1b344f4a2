/*
 * possession: that a device holds its device key, shown by a signature in a conversation of its own.
 *
 * Signed are the 32 octets SHA-256(label ‖ nonce ‖ ticket id ‖ purpose ‖ server key hash ‖ key hash) of
 * binding.h, with the label for device tokens; key hash is the SHA-256 of the key's SubjectPublicKeyInfo. The
 * signature is by ECDSA, RSASSA or RSAPSS over SHA-256 or a longer hash.
 */
#ifndef ATTEST_POSSESSION_H
#define ATTEST_POSSESSION_H

#include "attest/binding.h"
#include "attest/evaluate.h"

/* The conversation: what a challenge said, on a connection to that server key. */
struct possession_of {
	struct bytes nonce, id, server_key_hash;
};

/* What the key with that TPMT_PUBLIC signs. Faults as public_parse, public_hash and binding_build. */
MUST fault possession_build(const struct possession_of *of, struct bytes key_public,
			    uint8_t ret[static BINDING_SIZE]);

/* An answer as it was read; is_signed only when the key signed this conversation. */
struct possession_found {
	struct evaluate_key key;
	bool is_signed;
};

/*
 * Reads key and signature of an answer and verifies. PARSE_LEN and the like for malformed ones, KEY_WEAK for
 * a kind of key that no certificate is made for. ret lives in the arena.
 */
MUST fault possession_find(const struct token_answer *a, struct bytes server_key_hash, struct arena *arena,
			   struct possession_found *ret);

#endif
