/*
 * ekcert: judges the certificate of an endorsement key (TCG EK Credential Profile 2.5; RFC 5280; MS-WCCE
 * 3.2.2.6.2.1.2.5.1).
 *
 * OpenSSL builds the chain to an anchor; everything the profile asks of the certificate itself is read from
 * its octets by attest/ekleaf.h. Nothing outside the arguments is consulted: no address in a certificate is
 * visited.
 */
#ifndef ATTEST_EKCERT_H
#define ATTEST_EKCERT_H

#include "attest/anchors.h"
#include "attest/ekleaf.h"
#include "attest/maker.h"
#include "attest/verdict.h"
#include "wire/spki.h"

#define EKCERT_HASH_SIZE 32

struct ekcert_input {
	const struct bytes_list *chain; /* the EK certificate, then those above it; padding and NV headers as read */
	const struct spki *ek;          /* the endorsement key that the device sent; NULL: none that could be read */
	const struct anchors *anchors;
	int64_t now; /* seconds UTC */
};

/* What was found; believed only as far as the outcomes go. Views live as long as the chain that was given. */
struct ekcert {
	struct ekleaf leaf;           /* the certificate's own words; all zero when it could not be read */
	bool has_hash;
	uint8_t hash[EKCERT_HASH_SIZE]; /* SHA-256 of its key as rsaEncryption or named curve: the TPM's identity */
	const struct anchors_entry *anchor; /* who vouches, or NULL; lives as long as the snapshot */
	const struct maker *maker;          /* the manufacturer it names, or NULL when unknown */
};

/*
 * Fills the outcomes of all checks of subject EK_CERT, and of EK_CERTIFIED. An empty chain fails
 * EK_CERT_PRESENT and leaves the others not run; a check whose input another one could not provide is not
 * run. Never gives up early otherwise, so that a report names everything that is wrong.
 */
void ekcert_judge(const struct ekcert_input *in, uint8_t outcomes[static CHECK_COUNT], struct ekcert *ret);

#endif
