/*
 * attobj: the attestation object of WebAuthn (Level 2, 6.5.4) in format "tpm" (8.3), or its statement alone.
 *
 * Read strictly in the subset of wire/cbor.h with the negative numbers that name algorithms (RFC 9053): each
 * member exactly once, no others, in any order, since authenticators do not agree on one.
 */
#ifndef WIRE_ATTOBJ_H
#define WIRE_ATTOBJ_H

#include "base/fault.h"

struct attobj {
	struct bytes auth_data; /* absent: the statement came alone */
	int64_t alg;            /* COSEAlgorithmIdentifier */
	struct bytes_list x5c;  /* the attestation key's certificate, then those above it */
	struct bytes sig;
	struct bytes cert_info; /* TPMS_ATTEST */
	struct bytes pub_area;  /* TPMT_PUBLIC */
};

/*
 * Reads the whole of in; ret borrows from it. PARSE_ENVELOPE when it is not of that form, PARSE_FIELD for
 * another format than "tpm", another version than "2.0", or no certificate.
 */
MUST fault attobj_parse(struct bytes in, struct attobj *ret);

#endif
