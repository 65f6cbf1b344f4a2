/*
 * desk: somebody who asks the administrators' API: what they send is read as verify reads it, and served and
 * answered as core and desk do.
 */
#ifndef TESTS_API_DESK_H
#define TESTS_API_DESK_H

#include <jansson.h>

#include "api/read.h"
#include "flow/office.h"

/* Who asks, and the last answer; json is freed by desk_done. */
struct desk {
	struct office *o;
	const char *token;
	struct read_notes notes;
	struct flow_answer answer;
	json_t *json;
};

/* What is asked, and where the answer goes on. */
struct question {
	const char *method, *target, *body;
	struct bytes position;
	const char *if_match; /* NULL: none */
};

/* With a token of that role. */
struct desk desk_open(struct office *o, const char *role);
void desk_done(struct desk *d);

/* What verify reads of it; and what then is answered. */
fault desk_read(struct desk *d, const struct question *q, struct call *ret);
fault desk_send(struct desk *d, const struct question *q);

/* The same, of an answer that is JSON; and a GET of that target. */
fault desk_send_json(struct desk *d, const struct question *q);
fault desk_ask(struct desk *d, const char *target);

/* The rows of the last answer, and the text of a member of row i, or "". */
json_t *desk_rows(const struct desk *d);
const char *desk_cell(const struct desk *d, size_t i, const char *member);

#endif
