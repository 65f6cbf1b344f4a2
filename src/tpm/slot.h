/*
 * slot: a key or session while it is inside the TPM, for this folder alone.
 *
 * A TPM has three places for keys and three for sessions. A variable declared SLOT gives its place back when
 * it leaves scope, on every path; slot_done gives it back earlier. OWNED does the same for what ESAPI
 * allocates.
 */
#ifndef TPM_SLOT_H
#define TPM_SLOT_H

#include <tss2/tss2_esys.h>

#include "base/arena.h"
#include "tpm/attestation.h"

struct slot {
	struct chip *chip;
	ESYS_TR tr; /* ESYS_TR_NONE: empty */
	bool persistent;
};

#define SLOT __attribute__((cleanup(slot_done))) struct slot
#define OWNED __attribute__((cleanup(slot_free)))

/* An empty slot of that chip. */
struct slot slot_of(struct chip *chip);

/* Flushes what the slot holds; a persistent key stays in the TPM. Does nothing to an empty one. */
void slot_done(struct slot *slot);

/* Frees what pointer, a T ** in disguise, points to. */
void slot_free(void *pointer);

/* Hands an allocated public area over to whoever asked for it; leaves it with its owner when nobody did. */
void slot_give(TPM2B_PUBLIC **owned, TPM2B_PUBLIC **ret_public);

/* The fault of a TSS code; also writes the chip's detail, with the command's name and the code. */
MUST fault slot_fault(struct chip *chip, const char *command, uint32_t code);

/* The same of a command that makes a key; TPM_KEY_TYPE when the TPM does not make such keys. */
MUST fault slot_made_fault(struct chip *chip, const char *command, uint32_t code);

/*
 * Looks for a persistent key or an NV index. Leaves the slot empty when there is none. *ret_public, when
 * asked for, is the caller's to free and NULL for an empty slot.
 */
MUST fault slot_find(struct slot *slot, TPM2_HANDLE handle, TPM2B_PUBLIC **ret_public);

/*
 * Makes the primary key of a template in a hierarchy with an empty password. session is ESYS_TR_PASSWORD or a
 * session of this module; ret_public as above or NULL.
 */
struct slot_template {
	ESYS_TR hierarchy;
	const TPM2B_PUBLIC *public_area;
};
MUST fault slot_open_primary(struct slot *slot, const struct slot_template *template, ESYS_TR session,
			     TPM2B_PUBLIC **ret_public);

/*
 * Starts an HMAC session, salted with the storage or endorsement key `salt`. It encrypts the first parameter
 * both ways with AES-128-CFB and continues until its slot is done.
 */
MUST fault slot_open_session(struct slot *slot, ESYS_TR salt);

/* Starts a policy session, salted likewise, for policies in that hash. */
MUST fault slot_open_policy(struct slot *slot, ESYS_TR salt, TPMI_ALG_HASH hash);

/* The TPMT_PUBLIC inside, in the arena; SYS_MEMORY when that is full. */
MUST fault slot_get_public(const TPM2B_PUBLIC *from, struct arena *arena, struct bytes *ret);

/* The octets of a statement and its signature, in the arena; SYS_MEMORY when that is full. */
MUST fault slot_get_statement(const TPM2B_ATTEST *attest, const TPMT_SIGNATURE *signature,
			      struct arena *arena, struct attestation_statement *ret);

/* The octets of a signature, likewise. */
MUST fault slot_get_signature(const TPMT_SIGNATURE *signature, struct arena *arena, struct bytes *ret);

/* Copies a view into a sized buffer of the TSS. False, writing nothing, when it does not fit. */
MUST bool slot_copy(struct bytes from, uint8_t *buffer, size_t room, uint16_t *ret_size);

#endif
