#include "base/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct reader {
	const struct config_row *rows;
	size_t count;
	void *ret;
	struct config_error *error;
	size_t line;
	uint64_t seen; /* a bit per row */
	struct bytes section;
};

static __attribute__((format(printf, 3, 4))) fault refuse(struct config_error *error, size_t line,
							   const char *format, ...)
{
	char place[32] = "";
	char why[sizeof(error->sentence) - sizeof(place)];
	va_list args;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	if (line)
		snprintf(place, sizeof(place), "line %zu: ", line);
	error->line = line;
	snprintf(error->sentence, sizeof(error->sentence), "%s%s", place, why);
	return FAIL(CONFIG_INVALID);
}

/* The octets before and after the first c; all of b and none when it has no c. */
static struct bytes before(struct bytes b, uint8_t c)
{
	return bytes_until(&b, c);
}

static struct bytes after(struct bytes b, uint8_t c)
{
	bytes_until(&b, c);
	return b;
}

/* --- values, by type ------------------------------------------------------------------------------------ */

static bool is_size_within(const struct config_row *row, struct bytes value)
{
	return value.n >= row->min && value.n <= row->max;
}

static bool put_text(const struct config_row *row, struct bytes value, void *member)
{
	char *to = member;
	if (!is_size_within(row, value) || !is_text_printable(value))
		return false;
	if (value.n)
		memcpy(to, value.p, value.n);
	to[value.n] = 0;
	return true;
}

static bool put_path(const struct config_row *row, struct bytes value, void *member)
{
	bool absolute = value.n == 0 || value.p[0] == '/';
	return absolute && put_text(row, value, member);
}

static bool put_uint(const struct config_row *row, struct bytes value, void *member)
{
	uint64_t v;
	if (!text_uint_parse(value, row->max, &v) || v < row->min)
		return false;
	*(uint64_t *)member = v;
	return true;
}

static bool put_bool(const struct config_row *row, struct bytes value, void *member)
{
	(void)row;
	bool yes = is_bytes_text(value, "true");
	if (!yes && !is_bytes_text(value, "false"))
		return false;
	*(bool *)member = yes;
	return true;
}

static bool is_host(struct bytes host, const char *punctuation)
{
	for (size_t i = 0; i < host.n; i++) {
		uint8_t c = host.p[i], lower = c | 0x20;
		bool word = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
		if (!word && (c == 0 || !strchr(punctuation, c)))
			return false;
	}
	return host.n > 0 && host.n <= CONFIG_HOST_MAX;
}

static bool put_address(const struct config_row *row, struct bytes value, void *member)
{
	struct config_address a = { 0 };
	uint64_t port;
	if (!is_size_within(row, value))
		return false;
	if (value.n == 0) {
		*(struct config_address *)member = a;
		return true;
	}
	bool bracketed = value.p[0] == '[';
	struct bytes rest = bracketed ? bytes_slice(value, 1, value.n - 1) : value;
	struct bytes host = before(rest, bracketed ? ']' : ':');
	struct bytes tail = bytes_slice(rest, host.n, rest.n - host.n);
	if (bracketed)
		tail = after(tail, ']');
	if (!is_host(host, bracketed ? ":." : ".-") || tail.n == 0 || tail.p[0] != ':')
		return false;
	if (!text_uint_parse(after(tail, ':'), UINT16_MAX, &port))
		return false;
	memcpy(a.host, host.p, host.n);
	a.port = (uint16_t)port;
	*(struct config_address *)member = a;
	return true;
}

static bool put_word(const struct config_row *row, struct bytes value, void *member)
{
	struct bytes words = bytes_text(row->words);
	uint64_t at = 0;
	bool is_found = false;
	for (; !is_found && words.n; at++)
		is_found = is_bytes_equal(bytes_until(&words, '|'), value);
	if (!is_found && (value.n || row->min))
		return false;
	*(uint64_t *)member = is_found ? at : 0;
	return true;
}

static void write_text(const struct config_row *row, const void *member, struct wr *w)
{
	(void)row;
	wr_bytes(w, bytes_text(member));
}

static void write_uint(const struct config_row *row, const void *member, struct wr *w)
{
	(void)row;
	char digits[24];
	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)*(const uint64_t *)member);
	wr_bytes(w, bytes_text(digits));
}

static void write_bool(const struct config_row *row, const void *member, struct wr *w)
{
	(void)row;
	wr_bytes(w, bytes_text(*(const bool *)member ? "true" : "false"));
}

static void write_address(const struct config_row *row, const void *member, struct wr *w)
{
	(void)row;
	const struct config_address *a = member;
	char text[CONFIG_HOST_MAX + 16];
	if (a->host[0] == 0)
		return;
	snprintf(text, sizeof(text), strchr(a->host, ':') ? "[%s]:%u" : "%s:%u", a->host, (unsigned)a->port);
	wr_bytes(w, bytes_text(text));
}

static void write_word(const struct config_row *row, const void *member, struct wr *w)
{
	struct bytes words = bytes_text(row->words);
	uint64_t at = *(const uint64_t *)member;
	for (uint64_t i = 1; i < at; i++)
		bytes_until(&words, '|');
	wr_bytes(w, at ? before(words, '|') : (struct bytes){ 0 });
}

struct type {
	const char *expected; /* NULL: one of the row's words */
	const char *unit; /* of min and max; NULL: the row has no bounds */
	bool (*put)(const struct config_row *row, struct bytes value, void *member);
	void (*write)(const struct config_row *row, const void *member, struct wr *w);
};

static const struct type types[] = {
	[CONFIG_TEXT] = { "text", " octets", put_text, write_text },
	[CONFIG_PATH] = { "an absolute path", " octets", put_path, write_text },
	[CONFIG_UINT] = { "a number", "", put_uint, write_uint },
	[CONFIG_BOOL] = { "true or false", NULL, put_bool, write_bool },
	[CONFIG_ADDRESS] = { "HOST:PORT or [IPV6]:PORT", NULL, put_address, write_address },
	[CONFIG_WORD] = { NULL, NULL, put_word, write_word },
};

static fault put(const struct config_row *row, struct bytes value, void *ret, struct config_error *error,
		 size_t line)
{
	const struct type *type = &types[row->type];
	char bounds[80] = "";
	if (type->put(row, value, (char *)ret + row->offset))
		return NULL;
	if (type->unit)
		snprintf(bounds, sizeof(bounds), ", %llu to %llu%s", (unsigned long long)row->min,
			 (unsigned long long)row->max, type->unit);
	return refuse(error, line, "%s must be %s%s", row->key, type->expected ? type->expected : row->words,
		      bounds);
}

fault config_put(const struct config_row *row, struct bytes value, void *ret, struct config_error *ret_error)
{
	return put(row, value, ret, ret_error, 0);
}

fault config_init(const struct config_row *rows, size_t count, void *ret)
{
	struct config_error ignored;
	NEED(count <= CONFIG_ROWS_MAX, BUG);
	for (size_t i = 0; i < count; i++)
		NEED(config_put(&rows[i], bytes_text(rows[i].value), ret, &ignored) == NULL, BUG);
	return NULL;
}

/* --- keys ----------------------------------------------------------------------------------------------- */

static bool has_section(const char *key)
{
	return strchr(key, '.') != NULL;
}

/* True when the row stands in that section; the empty one is the part before all sections. */
static bool is_section(const struct config_row *row, struct bytes section)
{
	struct bytes key = bytes_text(row->key);
	return has_section(row->key) ? is_bytes_equal(before(key, '.'), section) : section.n == 0;
}

static struct bytes bare(const char *key)
{
	return has_section(key) ? after(bytes_text(key), '.') : bytes_text(key);
}

/* Insertions, deletions and substitutions from a to b (Levenshtein), over short keys. */
static size_t distance(struct bytes a, struct bytes b)
{
	size_t row[CONFIG_KEY_MAX + 1];
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 0; i < a.n; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < b.n; j++) {
			size_t change = diagonal + (a.p[i] != b.p[j]);
			size_t shift = 1 + (row[j] < row[j + 1] ? row[j] : row[j + 1]);
			diagonal = row[j + 1];
			row[j + 1] = change < shift ? change : shift;
		}
	}
	return row[b.n];
}

/*
 * The row whose key a person most likely meant, or NULL: the right name in another section, or a typing
 * error.
 */
static const struct config_row *find_nearest(const struct reader *r, struct bytes name)
{
	const struct config_row *nearest = NULL;
	size_t least = 6; /* two edits, in any section */
	for (size_t i = 0; i < r->count; i++) {
		struct bytes own = bare(r->rows[i].key);
		size_t edits = own.n <= CONFIG_KEY_MAX ? distance(name, own) : SIZE_MAX / 4;
		size_t score = 2 * edits + !is_section(&r->rows[i], r->section);
		if (edits < own.n && score < least) {
			nearest = &r->rows[i];
			least = score;
		}
	}
	return nearest;
}

const struct config_row *config_find(const struct config_row *rows, size_t count, struct bytes key)
{
	for (size_t i = 0; i < count; i++)
		if (is_bytes_text(key, rows[i].key))
			return &rows[i];
	return NULL;
}

static const struct config_row *find_row(const struct reader *r, struct bytes name)
{
	for (size_t i = 0; i < r->count; i++)
		if (is_section(&r->rows[i], r->section) && is_bytes_equal(bare(r->rows[i].key), name))
			return &r->rows[i];
	return NULL;
}

/* --- lines ---------------------------------------------------------------------------------------------- */

static fault read_section(struct reader *r, struct bytes line)
{
	bool closed = line.n > 2 && line.p[line.n - 1] == ']';
	r->section = closed ? text_trimmed(bytes_slice(line, 1, line.n - 2)) : (struct bytes){ 0 };
	for (size_t i = 0; i < r->count; i++)
		if (r->section.n && is_section(&r->rows[i], r->section))
			return NULL;
	return refuse(r->error, r->line, "there is no section of this name");
}

static fault refuse_key(const struct reader *r, struct bytes name)
{
	const struct config_row *nearest = find_nearest(r, name);
	int width = (int)name.n;
	if (!nearest)
		return refuse(r->error, r->line, "there is no key %.*s here", width, (const char *)name.p);
	return refuse(r->error, r->line, "there is no key %.*s here; %s may be meant", width,
		      (const char *)name.p, nearest->key);
}

static fault read_pair(struct reader *r, struct bytes line)
{
	struct bytes name = text_trimmed(before(line, '='));
	if (name.n == line.n || name.n == 0 || name.n > CONFIG_KEY_MAX || !is_text_printable(name))
		return refuse(r->error, r->line, "this is neither a section, nor key = value, nor a comment");
	const struct config_row *row = find_row(r, name);
	if (!row)
		return refuse_key(r, name);
	uint64_t bit = (uint64_t)1 << (row - r->rows);
	if (r->seen & bit)
		return refuse(r->error, r->line, "%s is given a second time", row->key);
	r->seen |= bit;
	return put(row, text_trimmed(after(line, '=')), r->ret, r->error, r->line);
}

static fault read_line(struct reader *r, struct bytes line)
{
	if (line.n > CONFIG_LINE_MAX)
		return refuse(r->error, r->line, "the line is longer than %d octets", CONFIG_LINE_MAX);
	line = text_trimmed(line);
	if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
		return NULL;
	return line.p[0] == '[' ? read_section(r, line) : read_pair(r, line);
}

fault config_parse(const struct config_row *rows, size_t count, struct bytes text, void *ret,
		   struct config_error *ret_error)
{
	struct reader r = { .rows = rows, .count = count, .ret = ret, .error = ret_error };
	TRY(config_init(rows, count, ret));
	while (text.n) {
		r.line++;
		TRY(read_line(&r, bytes_until(&text, '\n')));
	}
	return NULL;
}

void config_write(const struct config_row *rows, size_t count, const void *from, struct wr *w)
{
	struct bytes section = { 0 };
	for (size_t i = 0; i < count; i++) {
		struct bytes own = has_section(rows[i].key) ? before(bytes_text(rows[i].key), '.') : section;
		if (!is_bytes_equal(own, section)) {
			wr_bytes(w, BYTES_TEXT("["));
			wr_bytes(w, own);
			wr_bytes(w, BYTES_TEXT("]\n"));
			section = own;
		}
		wr_bytes(w, BYTES_TEXT("# "));
		wr_bytes(w, bytes_text(rows[i].sentence));
		wr_bytes(w, BYTES_TEXT("\n"));
		wr_bytes(w, bare(rows[i].key));
		wr_bytes(w, BYTES_TEXT(" = "));
		types[rows[i].type].write(&rows[i], (const char *)from + rows[i].offset, w);
		wr_bytes(w, BYTES_TEXT("\n"));
	}
}
