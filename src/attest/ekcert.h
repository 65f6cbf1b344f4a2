/*
 * ekcert: judges the certificate of an endorsement key (TCG EK Credential Profile 2.5; RFC 5280; MS-WCCE
 * 3.2.2.6.2.1.2.5.1).
 *
 * What the certificate says is read from its octets by attest/ekleaf.h, and its way to an anchor is found by
 * attest/ekchain.h. Nothing outside the arguments is consulted: no address in a certificate is visited.
 */
#ifndef ATTEST_EKCERT_H
#define ATTEST_EKCERT_H

#include "attest/anchors.h"
#include "attest/ekchain.h"
#include "attest/ekleaf.h"
#include "attest/maker.h"
#include "attest/verdict.h"

#define EKCERT_HASH_SIZE 32
#define EKCERT_LABEL_MAX 64

struct ekcert_input {
	const struct bytes_list *chain; /* the EK certificate, then those above it, as NV indices held them */
	const struct spki *ek;          /* the endorsement key the device sent; NULL: it sent none */
	const struct anchors *anchors;
	int64_t now;            /* seconds UTC */
	bool admits_expired_ca; /* attest/ekchain.h */
	bool admits_unlisted;   /* the same */
	const struct eklists *eklists; /* the same */
};

/* What was found; believed only as far as the outcomes go. Views live as long as the chain that was given. */
struct ekcert {
	struct ekleaf leaf;  /* the certificate's own words; all zero when it could not be read */
	uint32_t leniencies; /* LENIENCY_BIT of what was let pass of it and of those above it */
	bool has_hash;
	uint8_t hash[EKCERT_HASH_SIZE];     /* SHA-256 of the key's SubjectPublicKeyInfo */
	struct bytes_list tried;            /* fingerprints of the anchors tried (attest/ekchain.h) */
	struct ekchain_way way;             /* to the anchor */
	const struct anchors_entry *anchor; /* who vouches, or NULL; lives as long as the snapshot */
	const struct maker *maker;          /* the manufacturer it names, or NULL when unknown */
	struct bytes model, version;        /* printable, at most EKCERT_LABEL_MAX octets, or absent */
};

/*
 * Fills the outcomes of all checks of subject EK_CERT and of EK_CERTIFIED; touches no other. An empty chain
 * fails EK_CERT_PRESENT and leaves the others not run, and so does a check whose input another could not
 * provide. Whatever can be judged is judged, so that a report names everything that is wrong.
 *
 * An anchor vouches for the one maker it was imported with, one without a maker for none; ids known of
 * virtual TPMs need an anchor of class virtual or test, and an anchor of class test may vouch for any id.
 */
void ekcert_judge(const struct ekcert_input *in, uint8_t outcomes[static CHECK_COUNT], struct ekcert *ret);

#endif
