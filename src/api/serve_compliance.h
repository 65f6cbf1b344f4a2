/*
 * serve_compliance: the endpoints of compliance policies, and of whether devices are as they should be.
 * Internal to api/.
 */
#ifndef API_SERVE_COMPLIANCE_H
#define API_SERVE_COMPLIANCE_H

#include "api/serving.h"

/* Each answers one endpoint (api/endpoint.def). */
MUST fault serve_compliance_get(struct serve *s);
MUST fault serve_compliance_put(struct serve *s);
MUST fault serve_compliance_update(struct serve *s);
MUST fault serve_compliance_delete(struct serve *s);
MUST fault serve_compliance_get_device(struct serve *s);
MUST fault serve_compliance_clear_device(struct serve *s);
MUST fault serve_compliance_count(struct serve *s);

/* A device's state and reasons, new; NULL when there is no memory. SYS_STORAGE. */
MUST fault serve_compliance_shape(struct serve *s, const struct store_device *d, json_t **ret);

#endif
