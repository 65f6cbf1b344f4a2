#include "wire/csvline.h"

#include <string.h>

#define QUOTE '"'
#define APOSTROPHE '\''

/* --- writing -------------------------------------------------------------------------------------------- */

/* True for what spreadsheets evaluate, and for what would be taken for such a field with its apostrophe. */
static bool is_formula(struct bytes field)
{
	while (field.n && field.p[0] == APOSTROPHE)
		field = bytes_slice(field, 1, field.n - 1);
	return field.n > 0 && field.p[0] && strchr("=+-@\t\r", field.p[0]);
}

static bool is_quoted(struct bytes field)
{
	for (size_t i = 0; i < field.n; i++)
		if (field.p[i] == ',' || field.p[i] == QUOTE || field.p[i] == '\r' || field.p[i] == '\n')
			return true;
	return false;
}

static void write_in_quotes(struct bytes field, struct wr *w)
{
	wr_u8(w, QUOTE);
	if (is_formula(field))
		wr_u8(w, APOSTROPHE);
	for (size_t i = 0; i < field.n; i++) {
		if (field.p[i] == QUOTE)
			wr_u8(w, QUOTE);
		wr_u8(w, field.p[i]);
	}
	wr_u8(w, QUOTE);
}

/* Exports have millions of them, of which few have a quote inside. */
static void write_field(struct bytes field, struct wr *w)
{
	if (is_quoted(field)) {
		write_in_quotes(field, w);
		return;
	}
	if (is_formula(field))
		wr_u8(w, APOSTROPHE);
	wr_bytes(w, field);
}

void csvline_write(const struct bytes *fields, size_t n, struct wr *w)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			wr_u8(w, ',');
		write_field(fields[i], w);
	}
	wr_bytes(w, BYTES_TEXT("\r\n"));
}

size_t csvline_size(const struct bytes *fields, size_t n)
{
	size_t size = 2;
	for (size_t i = 0; i < n; i++)
		size += 2 * fields[i].n + 4;
	return size;
}

/* --- reading -------------------------------------------------------------------------------------------- */

/* A line under way. */
struct csvline {
	struct bytes left;
	bool is_over; /* the last field was read */
	const char **ret_detail;
};

static fault refuse(struct csvline *c, const char *why)
{
	*c->ret_detail = why;
	return FAIL(ROW_MALFORMED);
}

/* The field behind its first quotation mark; marks inside are doubled. */
static fault read_quoted(struct csvline *c, struct arena *a, struct bytes *ret)
{
	uint8_t *out = arena_alloc(a, c->left.n + 1);
	NEED(out != NULL, SYS_MEMORY);
	size_t n = 0;
	for (size_t i = 1; i < c->left.n; i++) {
		bool is_mark = c->left.p[i] == QUOTE;
		bool is_double = is_mark && i + 1 < c->left.n && c->left.p[i + 1] == QUOTE;
		i += is_double;
		if (!is_mark || is_double) {
			out[n++] = c->left.p[i];
			continue;
		}
		c->is_over = i + 1 == c->left.n;
		if (!c->is_over && c->left.p[i + 1] != ',')
			return refuse(c, "Something follows the quotation mark that ends a field.");
		c->left = bytes_slice(c->left, c->is_over ? i + 1 : i + 2,
				      c->left.n - i - (c->is_over ? 1 : 2));
		*ret = bytes_of(out, n);
		return NULL;
	}
	return refuse(c, "A quotation mark is not closed.");
}

static fault read_plain(struct csvline *c, struct bytes *ret)
{
	size_t before = c->left.n;
	*ret = bytes_until(&c->left, ',');
	c->is_over = ret->n == before;
	if (ret->n && memchr(ret->p, QUOTE, ret->n))
		return refuse(c, "A quotation mark is inside of a field that does not begin with one.");
	return NULL;
}

static fault read_field(struct csvline *c, struct arena *a, struct bytes *ret)
{
	struct bytes field;
	bool is_quoted_field = c->left.n && c->left.p[0] == QUOTE;
	TRY(is_quoted_field ? read_quoted(c, a, &field) : read_plain(c, &field));
	bool is_marked = field.n && field.p[0] == APOSTROPHE && is_formula(field);
	*ret = is_marked ? bytes_slice(field, 1, field.n - 1) : field;
	return NULL;
}

static bool has_control(struct bytes line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' && line.p[i] != '\t')
			return true;
	return false;
}

fault csvline_parse(struct bytes line, struct arena *a, struct bytes_list *ret, const char **ret_detail)
{
	struct csvline c = { .left = line, .ret_detail = ret_detail };
	if (line.n && line.p[line.n - 1] == '\r')
		c.left = bytes_slice(line, 0, line.n - 1);
	ret->n = 0;
	if (has_control(c.left))
		return refuse(&c, "There is a control character in it.");
	while (!c.is_over) {
		struct bytes field;
		TRY(read_field(&c, a, &field));
		if (!bytes_list_put(ret, field))
			return refuse(&c, "It has too many fields.");
	}
	return NULL;
}
