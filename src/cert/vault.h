/*
 * vault: what core hands out or writes down so that only core can read it again, and nobody alter it: sealed
 * by AES-256-GCM (NIST SP 800-38D).
 *
 * Sealed octets are one of version, four of the key's generation, a 12-octet nonce, the ciphertext and its
 * 16-octet tag; version, generation and what they are for are authenticated too. A key may seal 2^32 times
 * with random nonces (§8.3).
 */
#ifndef CERT_VAULT_H
#define CERT_VAULT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "base/wr.h"

#define VAULT_KEY_SIZE 32
#define VAULT_NONCE_SIZE 12
#define VAULT_ROOM 33        /* octets that sealing adds */
#define VAULT_PURPOSE_MAX 64

struct vault_key {
	uint32_t generation; /* another one for every key there ever was */
	uint8_t key[VAULT_KEY_SIZE];
};

/*
 * Appends plain, sealed for that purpose, which may be absent: it is worth nothing for another one. The nonce
 * is random and never used twice with one key. BUG when there is no room, or the purpose exceeds its bound.
 */
struct vault_content {
	struct bytes plain, purpose;
};
MUST fault vault_seal(const struct vault_content *c, const struct vault_key *key,
		      const uint8_t nonce[static VAULT_NONCE_SIZE], struct wr *w);

/*
 * Unseals what was sealed for c->purpose by that one of the keys whose generation it names; c->plain then
 * lives in the arena. TICKET_INVALID for anything else, SYS_MEMORY.
 */
struct vault_keys {
	const struct vault_key *v;
	size_t n;
};
MUST fault vault_unseal(struct bytes sealed, const struct vault_keys *keys, struct arena *a,
			struct vault_content *c);

#endif
