/*
 * serve_webhook: the endpoints of webhooks. Internal to api/.
 */
#ifndef API_SERVE_WEBHOOK_H
#define API_SERVE_WEBHOOK_H

#include "api/serving.h"

MUST fault serve_webhook_list(struct serve *s);
MUST fault serve_webhook_get(struct serve *s);
MUST fault serve_webhook_add(struct serve *s);
MUST fault serve_webhook_test(struct serve *s);
MUST fault serve_webhook_remove(struct serve *s);

#endif
