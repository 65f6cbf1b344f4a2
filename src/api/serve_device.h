/*
 * serve_device: one device, with what other records say of it. Internal to api/.
 */
#ifndef API_SERVE_DEVICE_H
#define API_SERVE_DEVICE_H

#include "api/serving.h"

MUST fault serve_device_get(struct serve *s);

#endif
