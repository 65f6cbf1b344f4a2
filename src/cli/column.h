/*
 * column: a member of the server's records as a column of a table, a line of a record, a field of a CSV file.
 *
 * What the server sends is shown only when it is printable text: devices choose many of these values.
 */
#ifndef CLI_COLUMN_H
#define CLI_COLUMN_H

#include <jansson.h>

#include "base/arena.h"

struct column {
	const char *title;
	const char *member;
	/* The member as text, empty when there is nothing to say; NULL: column_text. */
	struct bytes (*text)(const json_t *record, const struct column *c, struct arena *a);
	bool is_elastic; /* a narrow screen may shorten it */
	bool is_painted; /* the word has a colour */
};

/* Whatever text the column's own function makes; views borrow from record and arena. */
struct bytes column_get(const struct column *c, const json_t *record, struct arena *a);

/* Text as it is, numbers, yes and no, lists with commas between; null and absent are empty. */
struct bytes column_text(const json_t *record, const struct column *c, struct arena *a);

/* A moment (RFC 3339) to the minute. */
struct bytes column_minute(const json_t *record, const struct column *c, struct arena *a);

/* A list of issuance policies as high, medium or low: the best of them, or all with their OIDs. */
struct bytes column_assurance(const json_t *record, const struct column *c, struct arena *a);
struct bytes column_policies(const json_t *record, const struct column *c, struct arena *a);

/* The best of them, and that the TPM is a virtual one when it is. */
struct bytes column_standing(const json_t *record, const struct column *c, struct arena *a);

#endif
