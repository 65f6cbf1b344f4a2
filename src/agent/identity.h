/*
 * identity: which TPM this is: its endorsement keys, their hashes and certificates.
 */
#ifndef AGENT_IDENTITY_H
#define AGENT_IDENTITY_H

#include "tpm/endorsement.h"
#include "wire/trip.h"

struct identity_key {
	bool is_there;                /* the TPM can make a key of this kind */
	struct endorsement key;
	uint8_t hash[TRIP_HASH_SIZE]; /* SHA-256 of its SubjectPublicKeyInfo */
};

struct identity {
	struct identity_key keys[ENDORSEMENT_KIND_COUNT];
	/* The one to prove: with a certificate before without, L templates before H, curves before RSA. */
	enum endorsement_kind best;
	struct bytes_list
		chain; /* certificate of the best key, then those of the TPM's chain; may be empty */
};

/* Reads it all; views live in the arena. Faults as tpm/chip.h; a kind that the TPM lacks is left out. */
MUST fault identity_get(struct chip *chip, struct arena *arena, struct identity *ret);

/* The hashes of all keys, the best one's first; views of identity. */
struct bytes_list identity_hashes(const struct identity *identity);

/* Gives a key a certificate that does not come from the TPM, and makes it the one to prove. */
void identity_put_certificate(struct identity *identity, enum endorsement_kind kind,
			      struct bytes certificate);

/*
 * Splits the contents of the chain's NV indices, which may run across them, into certificates and appends
 * them to list, at most max. Zeros or ones up to the end of an index are padding and left out; what is not
 * DER ends the chain.
 */
void identity_split(const struct bytes_list *contents, size_t max, struct arena *arena,
		    struct bytes_list *list);

#endif
