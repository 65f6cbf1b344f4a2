/*
 * receipt: whether a grant is what a device asked for, as an agent would ask before it keeps anything.
 */
#ifndef SIM_RECEIPT_H
#define SIM_RECEIPT_H

#include "base/fault.h"
#include "wire/spki.h"
#include "wire/trip.h"

struct receipt {
	struct bytes root;  /* DER */
	struct spki device; /* the device key */
	struct spki ak;     /* SPKI_NONE: no AK certificate may come */
};

/*
 * Each certificate is for its key, leads to the root now, and carries exactly the issuance policies of the
 * grant's assurance (1.3.6.1.4.1.311.21.30 to .32). REPLY_INVALID, with a sentence in *ret_detail.
 */
MUST fault receipt_check(const struct receipt *r, const struct grant *g, const char **ret_detail);

#endif
