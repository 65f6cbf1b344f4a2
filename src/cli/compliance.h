/*
 * compliance: what devices have to be after they enrolled, and whether they are.
 */
#ifndef CLI_COMPLIANCE_H
#define CLI_COMPLIANCE_H

#include "cli/resource.h"

extern const struct resource compliance_resource;

/*
 * Of the device that is named: its state, what is amiss and how to mend it; without, how many are of each
 * state.
 */
MUST fault compliance_status(struct session *s);

/* The failed attestation of a device stands no longer. */
MUST fault compliance_clear(struct session *s);

/* The codes of what is amiss with a device, as a column. */
struct bytes compliance_codes(const json_t *record, const struct column *c, struct arena *a);

#endif
