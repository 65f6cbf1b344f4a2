/*
 * minting: a device that is enrolled proves its device key and gets a device token.
 *
 * The token is not part of the reply of an enrolment, which is stored and repeated: each is minted on a fresh
 * proof. Whose key it is and what was proved of it is the records' word; nothing is written.
 */
#ifndef FLOW_MINTING_H
#define FLOW_MINTING_H

#include "flow/flow.h"

#define MINTING_LIFE_S 600

/* The challenge, in the arena. Too many failures stand in ret->why. SYS_RNG, SYS_MEMORY. */
MUST fault minting_build(struct flow *f, const struct token_ask *ask, struct arena *a,
			 struct flow_answer *ret);

/*
 * What ca is to mint, in the arena. TOK_FLOW for a ticket of another procedure, the faults of tickets and
 * nonces for one that does not fit the answer, SIG_INVALID; then DEVICE_UNKNOWN, DEVICE_RETIRED,
 * DEVICE_QUARANTINED while the device's TPM claims what is another's, DEVICE_NONCOMPLIANT with what is amiss,
 * DEVICE_STALE without a certificate in force. Too many failures stand in ret_answer->why. A challenge that
 * was answered is worth nothing any more.
 */
MUST fault minting_get(struct flow *f, const struct possession *facts, struct arena *a,
		       struct flow_answer *ret_answer, struct mint *ret);

/*
 * What an administrator or another device has done to it since it enrolled: DEVICE_RETIRED,
 * DEVICE_QUARANTINED as above.
 */
struct store_device;
MUST fault minting_check_device(struct flow *f, const struct store_device *d);

/* DEVICE_STALE without a certificate in force. */
MUST fault minting_check_in_force(struct flow *f, const struct store_device *d);

/* Counts the failure of that address. */
void minting_refuse(struct flow *f, struct bytes peer, fault why);

#endif
