/*
 * record: what the server says of one thing.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <jansson.h>

/* A member's text, which the record keeps; empty when it has none, or one that cannot be shown. */
const char *record_text(const json_t *record, const char *member);

#endif
