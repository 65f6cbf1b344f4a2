/*
 * option: which options of a query an endpoint takes. Internal to api/.
 */
#ifndef API_OPTION_H
#define API_OPTION_H

#include "api/endpoint.h"
#include "api/query.h"

/* QUERY_BIT of each: all of OData's of a list that is asked (api/property.h), pages alone of another. */
unsigned option_set(uint64_t endpoint);

#endif
