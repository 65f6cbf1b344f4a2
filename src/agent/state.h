/*
 * state: the folder of what the agent must still know after a restart.
 *
 * The folder is this user's alone (0700), its files are 0600 and replaced as a whole: a crash leaves the old
 * content or the new one. One agent at a time holds it. Names are those of the list below.
 */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

#include "base/arena.h"
#include "base/fault.h"

#define STATE_AK_UNIQUE "ak.unique"     /* the 32 octets that make the attestation key */
#define STATE_DEVICE_KEY "device.key"   /* the device key's TPM blobs, PEM */
#define STATE_SOFTWARE_KEY "device.pem" /* the device key of a device without TPM, PEM */
#define STATE_EK_CERTIFICATE "ek.crt"   /* what the maker's service answered last */
#define STATE_PENDING "pending.cbor"    /* the second request as sent, until it is answered for good */
#define STATE_DEVICE_CERTIFICATE "device.crt"
#define STATE_AK_CERTIFICATE "ak.crt"
#define STATE_CHAIN "chain.crt"
#define STATE_CA "ca.sha256"             /* the root that the certificates lead to, as in the settings */
#define STATE_EVENTS "events.jsonl"     /* what happened (agent/event.h) */
#define STATE_LEDGER "ledger.cbor"       /* what came of the server's orders (agent/ledger.h) */
#define STATE_DEVICE_ID "device.id" /* the last one written: with it the set is whole */

#define STATE_DETAIL_SIZE 320

struct state {
	int folder; /* descriptor */
	char detail[STATE_DETAIL_SIZE];
};

/*
 * Opens the folder, making it when it is missing, and locks it until state_close. AGENT_STATE when it is not
 * a folder of this user alone, or another agent holds it; detail then says which. state_close may always
 * follow.
 */
MUST fault state_open(struct state *state, const char *path);
void state_close(struct state *state);

/*
 * Opens the folder to read files that are replaced as a whole, also while an agent is at work in it. It must
 * be there. AGENT_STATE.
 */
MUST fault state_open_reader(struct state *state, const char *path);

/*
 * The content of a file, in the arena; absent when there is none, as in a state that was never opened
 * (STATE_UNOPENED). AGENT_STATE when it cannot be read.
 */
#define STATE_UNOPENED ((struct state){ .folder = -1 })
MUST fault state_find(struct state *state, const char *name, struct arena *arena, struct bytes *ret);

/* Stores content under that name, on the disk before it returns. AGENT_STATE. */
MUST fault state_put(struct state *state, const char *name, struct bytes content);

/* Makes sure that there is no file of that name. AGENT_STATE. */
MUST fault state_remove(struct state *state, const char *name);

#endif
