/*
 * odata: what a request asks of a list, as a selection (OData 4.01 part 2 §5.1; the part of it in
 * doc/graph.md).
 *
 * Properties are those of the list's table (api/property.def). Nothing of the text is left in a selection but
 * the values to compare with.
 */
#ifndef API_ODATA_H
#define API_ODATA_H

#include "api/property.h"
#include "api/query.h"
#include "wire/selection.h"

#define ODATA_EXPRESSION_MAX 2048 /* octets of an option */
#define ODATA_DEPTH_MAX 16        /* parentheses and nots inside each other */

/* Where an option cannot be read, and why. */
struct odata_error {
	const char *option; /* "$filter" */
	struct bytes value; /* of the option */
	size_t at;          /* octets of its value before the mistake */
	const char *sentence;
};

/*
 * Reads the options of q into *ret, whose views live as long as q and the arena. QUERY_SYNTAX,
 * QUERY_PROPERTY, QUERY_VALUE, QUERY_LIMIT and QUERY_TOKEN with *ret_error; SYS_MEMORY.
 */
MUST fault odata_parse(const struct property_list *list, const struct query *q, struct arena *a,
		       struct selection *ret, struct odata_error *ret_error);

#endif
