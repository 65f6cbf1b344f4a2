/*
 * ekchain: does an EK certificate lead to an anchor? (RFC 5280 §6.1)
 *
 * Chains are built and signatures verified by OpenSSL. Trusted are the anchors alone; what came with the
 * certificate and the intermediates of the snapshot may only fill the way to one. A root that the device sent
 * is therefore worth nothing. Any certificate policy will do, but what CAs demand of policies holds.
 */
#ifndef ATTEST_EKCHAIN_H
#define ATTEST_EKCHAIN_H

#include "attest/anchors.h"
#include "attest/verdict.h"

/* Certificates between the EK certificate and the anchor. */
#define EKCHAIN_BETWEEN_MAX 8

/* The certificates of a chain that led to an anchor, from the EK certificate to the one below the anchor. */
struct ekchain_way {
	size_t n;
	struct eklists_subject v[EKCHAIN_BETWEEN_MAX + 1];
};

struct ekchain {
	const struct bytes_list *sent; /* the EK certificate and those above it, as they came */
	struct bytes leaf;             /* the EK certificate without header and padding */
	const struct anchors *anchors;
	int64_t now;              /* seconds UTC */
	bool admits_expired_ca;   /* CA certificates that expired after they issued are good */
	bool admits_unlisted;     /* what names a list is good without it, or with an old one */
	const struct eklists *eklists; /* lists of revoked certificates; NULL: those of the snapshot */
	struct bytes_list *tried; /* gets the fingerprints of the anchors tried; NULL: nobody asks */
	struct ekchain_way *way;  /* gets the way that was found, none otherwise; NULL: nobody asks */
};

/*
 * Fills EK_CERT_CHAIN_SIZE, EK_CERT_CA_ALLOWED, EK_CERT_CHAIN, EK_CERT_CHAIN_VALID, EK_CERT_CHAIN_TIME,
 * EK_CERT_SIGNATURE, EK_CERT_UNREVOKED and EK_CERT_LISTED, and fails EK_CERT_FORM when one of the
 * certificates cannot be read, EK_CERT_DER when one is not distinguished encoding. Returns the anchor that
 * vouches, or NULL when the chain does not hold; times are left to their own row. The validity of the EK
 * certificate itself is not looked at. What needs its key is not run when OpenSSL knows no such key. Adds to
 * *leniencies what was let pass of the certificates above.
 *
 * An expired CA certificate is let pass only where asked, and only when the notBefore of the EK certificate
 * lies within its validity. That date is the word of the CA itself: a CA whose word counts no more must be
 * denied before this is asked.
 *
 * The anchor is not looked for in any list: it is trusted until it is removed.
 *
 * With what was tried alone, anchors, intermediates and those that are denied, as far as the list holds it,
 * the outcomes would be the same.
 */
const struct anchors_entry *ekchain_judge(const struct ekchain *in, uint8_t outcomes[static CHECK_COUNT],
					  uint32_t *leniencies);

#endif
