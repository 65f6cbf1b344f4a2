/*
 * proof: the two requests of an enrolment, as octets.
 *
 * All that a device can prove is proved here: that its keys live in one TPM, which PCR values that TPM holds,
 * that the statements answer this challenge, on a connection to this server, over this payload
 * (doc/protocol.md).
 */
#ifndef AGENT_PROOF_H
#define AGENT_PROOF_H

#include "agent/device.h"
#include "attest/keystate.h"
#include "agent/signin.h"
#include "cert/token.h"

struct proof {
	enum trip_purpose purpose; /* what the device comes for */
	struct device *device; /* after device_read */
	struct state *state;
	const struct token *token; /* NULL: none */
	struct signin user;        /* who signed in; absent: nobody */
	enum keystate keys;        /* how far the device's keys had come when it began */
	struct arena *arena;       /* of all results */
};

/* The request of trip 1. */
MUST fault proof_build_begin(const struct proof *proof, struct bytes *ret);

/* What an answer replies to. */
struct proof_challenge {
	struct bytes body; /* the reply of trip 1 */
	struct bytes server_key_hash;
};

/*
 * The request of trip 2. Makes the device key, or loads the one that is there, as the challenge wants it, and
 * stores a new one first. TPM_REQUIRED when it must be in a TPM and there is none, ACT_SECRET when the
 * challenge was not made for this TPM, REPLY_INVALID when it asks for what cannot be; AGENT_STATE, faults as
 * tpm/chip.h.
 */
MUST fault proof_build_answer(const struct proof *proof, const struct proof_challenge *challenge,
			      struct bytes *ret);

#endif
