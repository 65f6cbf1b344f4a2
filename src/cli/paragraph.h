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

#endif
