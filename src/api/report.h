/*
 * report: the reports that administrators ask for (api/report.def), as lists and as exports.
 */
#ifndef API_REPORT_H
#define API_REPORT_H

#include "api/property.h"
#include "api/query.h"
#include "flow/flow.h"
#include "wire/frame.h"

enum report_id {
#define R(id, ...) REPORT_##id,
#include "api/report.def"
#undef R
	REPORT_COUNT
};

struct report {
	const char *name, *title, *text;
	struct property_list list;
	const char *window; /* NULL: none */
	unsigned days;
	size_t columns;
};

extern const struct report reports[REPORT_COUNT];

/* By its name, in whatever case; NULL: there is none. */
const struct report *report_find(struct bytes name);

/* Asks within the window unless something else is asked; times are of whole days, so that pages go on. */
MUST fault report_fill(const struct report *r, int64_t now, struct query *q, struct arena *a);

/* The list that a call is for: the endpoint's, or that of the report it names; NULL: neither. */
const struct property_list *report_list_of(const struct call *c);

/* True when an export has that property of its list unless others are asked. */
bool is_report_column(const struct report *r, size_t i);

/* A number that another version has for the same columns alone: what is kept of a question goes by it. */
uint64_t report_mark(const struct report *r);

/* A new object that says what the report is and what may be asked of it. NULL when there is no memory. */
json_t *report_object(const struct report *r);

#endif
