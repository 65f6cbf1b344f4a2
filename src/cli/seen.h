/*
 * seen: which texts of a long file came before, and in which line.
 */
#ifndef CLI_SEEN_H
#define CLI_SEEN_H

#include "base/fault.h"

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *s);

/*
 * Notes a text of a kind with its line. *ret_line is the line that it was noted with before, or 0. Texts are
 * known by the first half of their SHA-256.
 */
MUST fault seen_put(struct seen *s, const char *kind, struct bytes text, size_t line, size_t *ret_line);

#endif
