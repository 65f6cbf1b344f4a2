/*
 * ticket: what the server must remember between a device's two trips, carried by the device, sealed.
 *
 * A ticket is its message (wire/trip.h), sealed as cert/vault.h says. Only core has the key, and verify never
 * sees the inside.
 */
#ifndef CERT_TICKET_H
#define CERT_TICKET_H

#include "base/arena.h"
#include "cert/vault.h"
#include "wire/trip.h"

/*
 * Appends the sealed ticket. The nonce is random and never used twice with one key. BUG when a field breaks
 * its bounds, an id, nonce or hash is not exactly of its size, or the result exceeds TRIP_TICKET_MAX.
 */
MUST fault ticket_seal(const struct ticket *t, const struct vault_key *key,
		       const uint8_t nonce[static VAULT_NONCE_SIZE], struct wr *w);

/*
 * Unseals a ticket with that one of count keys whose generation it names; the views of ret live in the arena.
 * TICKET_INVALID for anything that ticket_seal did not make with that key. Whether it has expired, or fits
 * its conversation, is the caller's question.
 */
MUST fault ticket_unseal(struct bytes sealed, const struct vault_key *keys, size_t count, struct arena *a,
			 struct ticket *ret);

#endif
