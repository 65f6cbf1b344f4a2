/*
 * shape_eklist: what the API says of a list of revoked certificates.
 */
#ifndef API_SHAPE_EKLIST_H
#define API_SHAPE_EKLIST_H

#include <jansson.h>

#include "flow/eklisting.h"

/* Its state is that at now. */
json_t *shape_eklist(const struct store_eklist *r, int64_t now);

#endif
