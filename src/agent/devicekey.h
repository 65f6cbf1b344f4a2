/*
 * devicekey: the device key that the device certificate is for, whether it lives in the TPM or in a file.
 */
#ifndef AGENT_DEVICEKEY_H
#define AGENT_DEVICEKEY_H

#include "agent/state.h"
#include "tpm/key.h"

struct devicekey {
	struct chip *chip;        /* NULL: the key is in a file */
	struct key key;           /* with a chip */
	struct bytes der;         /* without: PKCS#8; wipe it with its arena */
	struct bytes public_area; /* TPMT_PUBLIC */
};

/*
 * The key of the state's device certificate; views live in the arena. chip is NULL when there is no TPM.
 * NOT_ENROLLED when there is no certificate, DEVICE_KEY when none of the keys of the state is its, or its TPM
 * is not there; AGENT_STATE, KEY_FILE.
 */
MUST fault devicekey_get(struct state *state, struct chip *chip, struct arena *arena,
			 struct devicekey *ret);

/* The key's TPMT_SIGNATURE of a message, in the arena. Faults as key_get_signature. */
MUST fault devicekey_get_signature(const struct devicekey *key, struct bytes message, struct arena *arena,
				   struct bytes *ret);

#endif
