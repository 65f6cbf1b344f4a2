/*
 * receipt: whether a grant is what a device asked for, as every device asks before it keeps anything.
 */
#ifndef CERT_RECEIPT_H
#define CERT_RECEIPT_H

#include "base/fault.h"
#include "wire/spki.h"
#include "wire/trip.h"

struct receipt {
	struct bytes root;  /* the pinned root's DER */
	struct spki device; /* the device key */
	struct spki ak;     /* SPKI_NONE: no AK certificate may come */
	int64_t now;        /* the device's clock, seconds UTC */
};

/* Which certificate is wrong, and how; for people. */
struct receipt_complaint {
	const char *which, *why;
	int64_t not_before, not_after; /* with CERT_E_EXPIRED */
};

/*
 * Each certificate is for its key, leads to the root (RFC 5280 §6.1), the device's as one for TLS clients,
 * and has exactly the issuance policies of the grant's assurance (1.3.6.1.4.1.311.21.30 to .32); an AK
 * certificate came if and only if the device was attested. REPLY_INVALID; CERT_E_EXPIRED when one is not
 * valid now. The complaint is filled with either.
 */
MUST fault receipt_check(const struct receipt *r, const struct grant *g, struct receipt_complaint *ret);

#endif
