/*
 * claims: what a verdict proved. Filters, restrictions and certificates read claims and records, never
 * evidence.
 */
#ifndef POLICY_CLAIMS_H
#define POLICY_CLAIMS_H

#include "policy/vouch.h"
#include "wire/trip.h"

struct claims {
	bool is_attested;      /* isTpmAttested: true only for .30 and .31 */
	uint8_t assurance;     /* bits of enum trip_assurance */
	enum vouch_by by;
};

/*
 * The claims of a closed verdict. An untrusted verdict proves nothing: all zero. A trusted one proves the key
 * when the registration vouches, the certificate whenever all rows of the EK certificate passed beside it,
 * and the user where a token of theirs was required.
 */
struct claims claims_of(const struct verdict *v, enum vouch_by by);

#endif
