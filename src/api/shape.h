/*
 * shape: records as the JSON objects that administrators see, Microsoft Graph's where Graph has the thing.
 */
#ifndef API_SHAPE_H
#define API_SHAPE_H

#include <jansson.h>

#include "flow/blocking.h"
#include "flow/eklisting.h"
#include "flow/filtering.h"
#include "flow/missing.h"
#include "flow/profiles.h"
#include "flow/roster.h"
#include "flow/trust.h"

/* Each gives a new object; NULL when there is no memory. */
json_t *shape_phase(const struct store_registration *r);        /* how far it is, of a device */
json_t *shape_conflict(const struct store_conflict *c);
json_t *shape_profile(const struct store_profile *p);
json_t *shape_assignment(const struct store_assignment *r);
json_t *shape_token(const struct store_token *t);
json_t *shape_anchor(const struct store_anchor *r);
json_t *shape_issuer(const struct store_issuer *r);
json_t *shape_eklist(const struct store_eklist *r, int64_t now); /* its state is that at now */
json_t *shape_anchor_whole(const struct store_anchor *r);       /* with the certificate */
json_t *shape_trust_result(const struct trust_result *r);       /* what is stored now, and why not */
json_t *shape_blocklist(const struct store_blocklist *r);

json_t *shape_roster_row(const struct roster_row *r, size_t at); /* the row at that place */

#endif
