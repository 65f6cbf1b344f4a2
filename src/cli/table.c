#include "cli/table.h"

#define GAP 2
#define LEAST 6 /* columns that an elastic column keeps as long as others can give */
#define ELLIPSIS "…"

void table_init(struct table *t, const struct column *columns, size_t count, const struct screen *screen)
{
	*t = (struct table){ .columns = columns, .count = count, .screen = screen };
	for (size_t i = 0; i < count; i++)
		t->widths[i] = screen_measure(bytes_text(columns[i].title));
}

void table_put(struct table *t, const struct bytes *cells)
{
	for (size_t i = 0; i < t->count; i++) {
		size_t width = screen_measure(cells[i]);
		if (width > t->widths[i])
			t->widths[i] = width;
	}
}

static size_t total(const struct table *t)
{
	size_t n = t->count ? GAP * (t->count - 1) : 0;
	for (size_t i = 0; i < t->count; i++)
		n += t->widths[i];
	return n;
}

/* The widest column above a width, of the elastic ones or of all; NULL when none is. */
static size_t *find_widest(struct table *t, size_t above, bool is_any)
{
	size_t *widest = NULL;
	for (size_t i = 0; i < t->count; i++) {
		bool may = t->widths[i] > above && (is_any || t->columns[i].is_elastic);
		if (may && (!widest || t->widths[i] > *widest))
			widest = &t->widths[i];
	}
	return widest;
}

/*
 * Takes single columns from the widest until all fits: from the elastic ones first, then from any. What is
 * left over goes to the last, whose later cells may be longer.
 */
static void fit(struct table *t)
{
	size_t *widest = NULL;
	while (t->screen->width && total(t) > t->screen->width) {
		widest = find_widest(t, LEAST, false);
		if (!widest)
			widest = find_widest(t, 1, true);
		if (!widest)
			return;
		--*widest;
	}
	if (t->count && t->screen->width)
		t->widths[t->count - 1] += t->screen->width - total(t);
}

static void write_octets(struct bytes b, FILE *out)
{
	if (b.n)
		fwrite(b.p, 1, b.n, out);
}

/* A cell in its width; the last of a line is not padded. */
static void write_cell(const struct table *t, struct bytes cell, size_t i, FILE *out)
{
	size_t width = screen_measure(cell), room = t->widths[i];
	bool is_cut = t->screen->width && width > room;
	struct bytes shown = is_cut ? screen_cut(cell, room - 1) : cell;
	write_octets(shown, out);
	if (is_cut)
		fputs(ELLIPSIS, out);
	width = screen_measure(shown) + is_cut;
	size_t end = (width > room ? width : room) + GAP;
	for (size_t n = width; i + 1 < t->count && n < end; n++)
		putc(' ', out);
}

void table_write_head(struct table *t, FILE *out)
{
	fit(t);
	fputs(screen_strong(t->screen), out);
	for (size_t i = 0; i < t->count; i++)
		write_cell(t, bytes_text(t->columns[i].title), i, out);
	fprintf(out, "%s\n", screen_plain(t->screen));
}

void table_write_row(const struct table *t, const struct bytes *cells, FILE *out)
{
	for (size_t i = 0; i < t->count; i++) {
		struct bytes cell = cells[i].n ? cells[i] : BYTES_TEXT("-");
		const char *paint = t->columns[i].is_painted ? screen_paint(t->screen, cell) : "";
		fputs(paint, out);
		write_cell(t, cell, i, out);
		if (paint[0])
			fputs(screen_plain(t->screen), out);
	}
	putc('\n', out);
}
