/*
 * serve_batch: the endpoints of what many devices are told to do. Internal to api/.
 */
#ifndef API_SERVE_BATCH_H
#define API_SERVE_BATCH_H

#include "api/serving.h"

fault serve_batch_put(struct serve *s);
fault serve_batch_list(struct serve *s);
fault serve_batch_get(struct serve *s); /* with how far it has come */
fault serve_batch_cancel(struct serve *s);

#endif
