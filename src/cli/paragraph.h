/*
 * paragraph: text in lines of words, each as far from the margin as the first.
 */
#ifndef CLI_PARAGRAPH_H
#define CLI_PARAGRAPH_H

#include <stdio.h>

#include "cli/screen.h"

/*
 * Writes text, of which the first line begins where the cursor is, `indent` columns from the margin; nothing
 * is broken where the screen has no width.
 */
void paragraph_write(struct bytes text, size_t indent, const struct screen *screen, FILE *out);

/* The same behind a name that begins 2 columns from the margin; nothing at all when text is NULL or empty. */
void paragraph_write_item(const char *name, const char *text, size_t indent, const struct screen *screen,
			  FILE *out);

#endif
