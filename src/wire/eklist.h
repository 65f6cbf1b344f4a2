/*
 * eklist: a list of revoked certificates that a TPM maker published, as it is kept, announced to verify and
 * part of evidence (attest/eklist.h).
 */
#ifndef WIRE_EKLIST_H
#define WIRE_EKLIST_H

#include "wire/trip.h"

#define EKLIST_SERIAL_SIZE 16
#define EKLIST_SERIALS_MAX 200000 /* about as many as 4 MiB of a list hold */
#define EKLIST_MAX (EKLIST_SERIALS_MAX * EKLIST_SERIAL_SIZE + 256)
#define EKLIST_POINT_MAX (TRIP_CERT_MAX + 2048)
#define EKLIST_POINTS_MAX 4

/* Of which certificates a list speaks. */
enum eklist_scope { EKLIST_LEAVES = 1, EKLIST_CAS = 2 };

/*
 * id is SHA-256 over issuer and address, issuer over name and key of the CA. A list that is_part speaks only
 * of certificates that name its address. serials are the first EKLIST_SERIAL_SIZE octets of SHA-256 over each
 * serial number (content octets of the INTEGER), ascending, each once.
 */
#define EKLIST_FIELDS(F, of)                                      \
	F(of, 1, FIXED, id, REQ, TRIP_HASH_SIZE, 0)               \
	F(of, 2, FIXED, issuer, REQ, TRIP_HASH_SIZE, 0)           \
	F(of, 3, UINT, this_update, REQ, INT64_MAX, 0)            \
	F(of, 4, UINT, next_update, REQ, INT64_MAX, 0)            \
	F(of, 5, UINT, scope, REQ, EKLIST_LEAVES | EKLIST_CAS, 0) \
	F(of, 6, UINT, is_part, OPT, 1, 0)                        \
	F(of, 7, BYTES, serials, OPT, EKLIST_SERIALS_MAX *EKLIST_SERIAL_SIZE, 0)
MESSAGE_STRUCT(eklist, EKLIST_FIELDS)

#endif
