/*
 * serve_provider: the endpoints of identity providers. Internal to api/.
 */
#ifndef API_SERVE_PROVIDER_H
#define API_SERVE_PROVIDER_H

#include "api/serving.h"

/*
 * Each answers one endpoint (api/endpoint.def); list_for_devices is what a device needs to let its user sign
 * in.
 */
MUST fault serve_provider_list(struct serve *s);
MUST fault serve_provider_get(struct serve *s);
MUST fault serve_provider_put(struct serve *s);
MUST fault serve_provider_update(struct serve *s);
MUST fault serve_provider_delete(struct serve *s);
MUST fault serve_provider_list_for_devices(struct serve *s);

#endif
