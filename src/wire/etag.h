/*
 * etag: entity tags (RFC 9110 §8.8.3): versions of what is served.
 */
#ifndef WIRE_ETAG_H
#define WIRE_ETAG_H

#include "base/bytes.h"

/* How two tags compare: an If-None-Match weakly (§13.1.2), an If-Match strongly (§13.1.1). */
enum etag_comparison { ETAG_STRONG = 0, ETAG_WEAK };

/*
 * True when the tag, in its quotes, is in the list, or the list is "*". Between the tags stand commas, which
 * ours have not in them. A proxy may have marked one as weak, which is then no strong one.
 */
bool is_etag_listed(struct bytes list, const char *etag, enum etag_comparison how);

#endif
