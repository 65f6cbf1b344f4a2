/*
 * table: records under each other in aligned columns, never wider than the screen.
 *
 * Widths come from the rows put before the head is written, which are the first of a list; later rows keep
 * them. What does not fit ends in an ellipsis on a screen, and is written whole where there is none.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdio.h>

#include "cli/column.h"
#include "cli/screen.h"

#define TABLE_COLUMNS_MAX 12

struct table {
	const struct column *columns;
	size_t count; /* at most TABLE_COLUMNS_MAX */
	const struct screen *screen;
	size_t widths[TABLE_COLUMNS_MAX];
};

/* Borrows columns and screen. */
void table_init(struct table *t, const struct column *columns, size_t count, const struct screen *screen);

/* Lets a row that will be written widen the columns; a cell per column. */
void table_put(struct table *t, const struct bytes *cells);

/* Fits the columns to the screen and writes their titles. */
void table_write_head(struct table *t, FILE *out);

void table_write_row(const struct table *t, const struct bytes *cells, FILE *out);

#endif
