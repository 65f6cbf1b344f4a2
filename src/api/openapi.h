/*
 * openapi: what the server answers, as other programs read it (OpenAPI 3.1.0), made of the tables that it
 * answers by: endpoints, the messages of their bodies, and properties of lists.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include <jansson.h>

/* A new object; NULL when there is no memory. */
json_t *openapi_new(void);

#endif
