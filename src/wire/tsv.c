#include "wire/tsv.h"

#include "base/text.h"

#define ABSENT "-"
#define END "end"

/* A file under way: what is left of it and where that is. */
struct tsv {
	const struct message *m;
	struct bytes left;
	size_t line;
	struct arena *arena;
	const char **ret_detail;
};

static fault refuse(struct tsv *t, const char *of, const char *why)
{
	if (t->ret_detail)
		*t->ret_detail =
			arena_format(t->arena, "Line %zu: %s%s%s.", t->line, of, of[0] ? ": " : "", why);
	return FAIL(PARSE_FIELD);
}

/* The next line that is no remark. */
static fault take_line(struct tsv *t, struct bytes *ret)
{
	struct bytes line;
	do {
		t->line++;
		if (!t->left.n)
			return refuse(t, "", "the file ends before a line that says \"" END "\"");
		if (t->left.p[t->left.n - 1] != '\n')
			return refuse(t, "", "the last line has no line feed");
		line = bytes_until(&t->left, '\n');
	} while (!line.n || line.p[0] == '#');
	*ret = line;
	return NULL;
}

static fault read_cell(struct tsv *t, const struct field *f, struct bytes cell, void *ret)
{
	struct bytes *to = (struct bytes *)((uint8_t *)ret + f->offset);
	bool is_absent = is_bytes_text(cell, ABSENT);
	if (is_absent && f->presence == FIELD_REQ)
		return refuse(t, f->name, "it may not be absent");
	if (!cell.n || cell.n > f->max || !is_text_printable(cell))
		return refuse(t, f->name, "it is empty, too long or cannot be shown");
	*to = is_absent ? (struct bytes){ 0 } : cell;
	return NULL;
}

/* The cell of field i; the last one, and no other, ends its line. */
static fault take_cell(struct tsv *t, size_t i, struct bytes *line, struct bytes *ret)
{
	size_t before = line->n;
	*ret = bytes_until(line, '\t');
	bool is_ended = ret->n == before;
	if (is_ended != (i + 1 == t->m->count))
		return refuse(t, t->m->fields[i].name, "the line has too few or too many cells");
	return NULL;
}

static fault read_row(struct tsv *t, struct bytes line, void *ret)
{
	struct bytes cell;
	for (size_t i = 0; i < t->m->count; i++) {
		TRY(take_cell(t, i, &line, &cell));
		TRY(read_cell(t, &t->m->fields[i], cell, ret));
	}
	return NULL;
}

static fault check_head(struct tsv *t)
{
	struct bytes line, cell;
	TRY(take_line(t, &line));
	for (size_t i = 0; i < t->m->count; i++) {
		TRY(take_cell(t, i, &line, &cell));
		if (!is_bytes_text(cell, t->m->fields[i].name))
			return refuse(t, t->m->fields[i].name, "the first line must name this field here");
	}
	return NULL;
}

static size_t count_lines(struct bytes text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n < TSV_ROWS_MAX ? n : TSV_ROWS_MAX;
}

fault tsv_parse(const struct message *m, struct bytes text, struct arena *arena, struct tsv_rows *ret,
		const char **ret_detail)
{
	struct tsv t = { m, text, 0, arena, ret_detail };
	struct bytes line;
	size_t room = count_lines(text), n = 0;
	TRY(check_head(&t));
	uint8_t *rows = arena_alloc(arena, room * m->size);
	NEED(rows != NULL, SYS_MEMORY);
	for (;;) {
		TRY(take_line(&t, &line));
		if (is_bytes_text(line, END))
			break;
		if (n == room)
			return refuse(&t, "", "there are too many lines");
		TRY(read_row(&t, line, rows + n++ * m->size));
	}
	t.line++;
	if (t.left.n)
		return refuse(&t, "", "something follows the line that says \"" END "\"");
	*ret = (struct tsv_rows){ n, rows };
	return NULL;
}

void tsv_write_head(const struct message *m, struct wr *w)
{
	for (size_t i = 0; i < m->count; i++) {
		wr_bytes(w, bytes_text(m->fields[i].name));
		wr_u8(w, i + 1 == m->count ? '\n' : '\t');
	}
}

void tsv_write(const struct message *m, const void *row, struct wr *w)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct field *f = &m->fields[i];
		const struct bytes *cell = (const struct bytes *)((const uint8_t *)row + f->offset);
		bool is_bad = !cell->p ? f->presence == FIELD_REQ
				       : !cell->n || cell->n > f->max || !is_text_printable(*cell) ||
						 is_bytes_text(*cell, ABSENT);
		w->bad = w->bad || is_bad;
		wr_bytes(w, cell->p ? *cell : BYTES_TEXT(ABSENT));
		wr_u8(w, i + 1 == m->count ? '\n' : '\t');
	}
}

void tsv_write_end(struct wr *w)
{
	wr_bytes(w, BYTES_TEXT(END "\n"));
}
