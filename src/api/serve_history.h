/*
 * serve_history: what happened to a device, as administrators ask for it. Internal to api/.
 */
#ifndef API_SERVE_HISTORY_H
#define API_SERVE_HISTORY_H

#include "api/serving.h"

MUST fault serve_history_list(struct serve *s);

#endif
