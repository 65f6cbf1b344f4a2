/*
 * key: the device key, a signing key under the storage root key.
 *
 * fixedTPM, fixedParent, not restricted, outside the dictionary-attack logic, empty authorisation. It lives
 * as two blobs that only this TPM can load; TPM2_Clear makes them worthless (TPM 2.0 Part 1 §13.4).
 */
#ifndef TPM_KEY_H
#define TPM_KEY_H

#include "base/arena.h"
#include "base/wr.h"
#include "tpm/attestation.h"

/* The most octets key_write writes. */
#define KEY_FILE_MAX 2048

/* Label of the PEM form of a written key, as tpm2-openssl and others read it. */
#define KEY_PEM_LABEL "TSS2 PRIVATE KEY"

struct key {
	uint32_t parent;           /* the SRK's handle: persistent, or the owner hierarchy for its primary */
	struct bytes public_area;  /* TPMT_PUBLIC */
	struct bytes private_area; /* the inside of TPM2B_PRIVATE */
};

/* A new device key of that type, in the arena. TPM_KEY_TYPE when this TPM makes none. */
MUST fault key_new(struct chip *chip, enum keytype type, struct arena *arena, struct key *ret);

/*
 * The key as DER for a file, and back: TPMKey of the ASN.1 Specification for TPM 2.0 Key Files, loadable key,
 * empty authorisation. Views borrow from in. DEVICE_KEY when in is not one.
 */
void key_write(const struct key *key, struct wr *w);
MUST fault key_parse(struct bytes in, struct key *ret);

/*
 * NULL when this TPM can load the key; DEVICE_KEY when it is another TPM's, damaged, or from before a clear.
 */
MUST fault key_check(struct chip *chip, const struct key *key);

/*
 * The AK's statement that the key lives in its TPM and has that public area (TPM2_Certify, TPM 2.0 Part 3
 * §18.2). DEVICE_KEY as above.
 */
MUST fault key_get_statement(const struct key *key, const struct attestation *ak, struct bytes extra_data,
			     struct arena *arena, struct attestation_statement *ret);

/*
 * The key's TPMT_SIGNATURE of a message (TPM2_Sign, TPM 2.0 Part 3 §20.2), with the hash of its type: by
 * ECDSA or RSASSA, for it has no scheme of its own. DEVICE_KEY as above, also for a key of no type of ours.
 */
MUST fault key_get_signature(struct chip *chip, const struct key *key, struct bytes message,
			     struct arena *arena, struct bytes *ret);

/* The same of a digest, in the hash of the key's type; BUG when it is of another size. */
MUST fault key_get_digest_signature(struct chip *chip, const struct key *key, struct bytes digest,
				    struct arena *arena, struct bytes *ret);

#endif
