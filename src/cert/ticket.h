/*
 * ticket: what the server must remember between a device's two trips, carried by the device, sealed.
 *
 * A ticket is one octet of version, four of the sealing key's generation, a 12-octet nonce, its message
 * (wire/trip.h) under AES-256-GCM, and its 16-octet tag; version and generation are authenticated too. Only
 * core has the key, and verify never sees the inside. A key may seal 2^32 tickets with random nonces (NIST
 * SP 800-38D §8.3).
 */
#ifndef CERT_TICKET_H
#define CERT_TICKET_H

#include "base/arena.h"
#include "wire/trip.h"

#define TICKET_KEY_SIZE 32
#define TICKET_NONCE_SIZE 12

struct ticket_key {
	uint32_t generation; /* another one for every key there ever was */
	uint8_t key[TICKET_KEY_SIZE];
};

/*
 * Appends the sealed ticket. The nonce is random and never used twice with one key. BUG when a field breaks
 * its bounds, an id, nonce or hash is not exactly of its size, or the result exceeds TRIP_TICKET_MAX.
 */
MUST fault ticket_seal(const struct ticket *t, const struct ticket_key *key,
		       const uint8_t nonce[static TICKET_NONCE_SIZE], struct wr *w);

/*
 * Unseals a ticket with that one of count keys whose generation it names; the views of ret live in the arena.
 * TICKET_INVALID for anything that ticket_seal did not make with that key. Whether it has expired, or fits
 * its conversation, is the caller's question.
 */
MUST fault ticket_unseal(struct bytes sealed, const struct ticket_key *keys, size_t count, struct arena *a,
			 struct ticket *ret);

#endif
