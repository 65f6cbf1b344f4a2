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

enum query_option {
	QUERY_TOP,
	QUERY_SKIPTOKEN,
	QUERY_FILTER,
	QUERY_ORDERBY,
	QUERY_SELECT,
	QUERY_SEARCH,
	QUERY_COUNT,
	QUERY_SINCE, /* ours: from when on; all others are OData's */
	QUERY_OPTION_COUNT
};
#define QUERY_BIT(option) (1U << QUERY_##option)
#define QUERY_PAGED (QUERY_BIT(TOP) | QUERY_BIT(SKIPTOKEN))
#define QUERY_LISTED ((1U << QUERY_SINCE) - 1)

/* "$filter" of QUERY_FILTER. */
const char *query_name(enum query_option option);

/* Views live in the arena; those of options that were not given are absent. */
struct query {
	struct bytes path; /* the target before '?', borrowed */
	struct bytes link; /* the target without $skiptoken */
	uint64_t top;      /* $top, 1..QUERY_TOP_MAX */
	struct bytes skip, filter, orderby, select, search; /* as api/odata.h reads them */
	bool is_counted; /* $count=true */
	uint64_t since;  /* since, a moment after 1970; 0 when there is none */
	unsigned given;  /* QUERY_BIT of each option that was given */
};

/*
 * Splits target and reads its options (OData 4.01 §11.2.6; since, RFC 3339, is ours). FORMAT_UNKNOWN for an
 * unknown, repeated or malformed option; *ret_detail then begins with its name. HTTP_MALFORMED for bad
 * percent-encoding (RFC 3986 §2.1).
 */
MUST fault query_parse(struct bytes target, struct arena *arena, struct query *ret, const char **ret_detail);

/* FORMAT_UNKNOWN with a detail when an option was given that is none of the bits `taken`. */
MUST fault query_check(const struct query *q, unsigned taken, struct arena *arena, const char **ret_detail);

#endif
