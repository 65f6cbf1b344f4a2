/*
 * seen: whether a record still is as somebody saw it. Internal to api/.
 *
 * What the server notes there by itself, such as attempts and times of fetching, is nothing that a person
 * decides by; every other member is.
 */
#ifndef API_SEEN_H
#define API_SEEN_H

#include "api/endpoint.h"

/*
 * before and now are the record of that endpoint in JSON, or absent. VERSION_CHANGED with a detail that names
 * the members that differ; SYS_MEMORY.
 */
MUST fault seen_check(size_t endpoint, struct bytes before, struct bytes now, struct arena *a,
		      const char **ret_detail);

#endif
