/*
 * query: the OData query options of a request's target.
 */
#ifndef API_QUERY_H
#define API_QUERY_H

#include "base/arena.h"
#include "base/fault.h"

#define QUERY_TOP_MAX 1000
#define QUERY_TOP_DEFAULT 50
#define QUERY_VALUE_MAX 2304 /* octets of an option, decoded */

/* Views live in the arena; those of options that were not given are absent. */
struct query {
	struct bytes path; /* the target before '?', borrowed */
	struct bytes link; /* the target without $skiptoken */
	uint64_t top;      /* $top, 1..QUERY_TOP_MAX */
	struct bytes skip, filter, orderby, select, search; /* as api/odata.h reads them */
	bool is_counted;     /* $count=true */
	bool is_asking;      /* some of the options from filter on were given */
	uint64_t since;      /* since, a moment after 1970; 0 when there is none */
};

/*
 * Splits target and reads its options (OData 4.01 §11.2.6; since, RFC 3339, is ours). FORMAT_UNKNOWN for an
 * unknown, repeated or malformed option; *ret_detail then names it. HTTP_MALFORMED for bad percent-encoding
 * (RFC 3986 §2.1).
 */
MUST fault query_parse(struct bytes target, struct arena *arena, struct query *ret, const char **ret_detail);

#endif
