/*
 * serve_version: versions of records, so that nobody undoes by mistake what somebody else has just done
 * (RFC 9110 §13.1). Internal to api/.
 *
 * A record's version is the hash of what its own address answers. Whoever changes a record may say which
 * version the change is of; it is looked at in the transaction of the change.
 */
#ifndef API_SERVE_VERSION_H
#define API_SERVE_VERSION_H

#include "api/serving.h"

/* How each row of the endpoints is answered. */
struct serve_handlers {
	fault (*v[ENDPOINT_COUNT])(struct serve *s);
};

/* The endpoint of the record that another is about: itself, or what is changed; ENDPOINT_COUNT: of none. */
size_t serve_version_record(size_t endpoint);

/* That record as it is now, JSON; absent where there is none. The faults of reading it. */
MUST fault serve_version_read(struct serve *s, const struct serve_handlers *by, struct bytes *ret);

/*
 * Does nothing without an If-Match. VERSION_CHANGED when the record is of another version than all that are
 * named; FORMAT_UNKNOWN with a detail where nothing is served that could have one; the faults of reading it.
 */
MUST fault serve_version_check(struct serve *s, const struct serve_handlers *by);

/* Marks a record that is answered, or leaves it out (304) when If-None-Match has its version. SYS_MEMORY. */
MUST fault serve_version_put(struct serve *s);

#endif
