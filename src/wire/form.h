/*
 * form: names and values as a form sends them, or the query of an address has them
 * (application/x-www-form-urlencoded, RFC 6749 appendix B).
 */
#ifndef WIRE_FORM_H
#define WIRE_FORM_H

#include "base/bytes.h"
#include "base/wr.h"

#define FORM_CONTENT_TYPE "application/x-www-form-urlencoded"

/* The name is plain: letters, digits and underscores. */
struct form_field {
	const char *name;
	struct bytes value;
};

/* Appends one value as forms and queries have it. The cursor is marked when it has no room. */
void form_write_value(struct bytes value, struct wr *w);

/* Appends the fields with & between them. The cursor is marked when it has no room. */
void form_write(const struct form_field *fields, size_t count, struct wr *w);

#endif
