#include "cli/rowfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "base/base64.h"
#include "base/heap.h"
#include "base/text.h"
#include "wire/csvline.h"

#define ARENA_SIZE (4 * ROWFILE_ROW_MAX)
#define WINDOWS_HASH "hardwareIdentifier"
#define DIGEST "hardwareDigest"

const struct rowfile_column rowfile_columns[] = {
	{ "Device Serial Number", "serialNumber" },
	{ "Windows Product ID", "productKey" },
	{ "Hardware Hash", WINDOWS_HASH },
	{ "Group Tag", "groupTag" },
	{ "Assigned User", "assignedUserPrincipalName" },
	{ "EK Hash", "ekHash" },
	{ "Display Name", "displayName" },
	{ "Profile", "profile" },
	{ "Hardware", "hardware" },
	{ "Hardware Hash SHA-256", DIGEST },
};
const size_t rowfile_columns_count = COUNT_OF(rowfile_columns);

enum form { UNKNOWN = 0, CSV, ARRAY, OBJECTS };

struct rowfile {
	FILE *in;
	enum form form;
	size_t line;     /* of the last octet that was taken */
	bool is_read_on; /* JSON: an object was given, so a comma or the end follows */
	bool is_ended;
	size_t n; /* CSV: columns */
	const struct rowfile_column *columns[BYTES_LIST_MAX];
	uint8_t octets[ROWFILE_ROW_MAX]; /* the row at hand */
	struct arena arena;
	char detail[ROWFILE_DETAIL_SIZE];
};

struct rowfile *rowfile_open(FILE *in)
{
	struct rowfile *r = heap_need(calloc(1, sizeof(*r)));
	r->in = in;
	r->line = 1;
	arena_init(&r->arena, ARENA_SIZE);
	return r;
}

void rowfile_close(struct rowfile *r)
{
	arena_done(&r->arena);
	free(r);
}

static fault refuse(struct rowfile *r, fault why, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static fault refuse(struct rowfile *r, fault why, const char *format, ...)
{
	va_list more;
	va_start(more, format);
	vsnprintf(r->detail, sizeof(r->detail), format, more);
	va_end(more);
	if (!is_text_printable(bytes_text(r->detail)))
		snprintf(r->detail, sizeof(r->detail), "It has characters that cannot be shown.");
	return why;
}

/* --- octets --------------------------------------------------------------------------------------------- */

static int take(struct rowfile *r)
{
	int c = getc_unlocked(r->in);
	r->line += c == '\n';
	return c;
}

static int peek(struct rowfile *r)
{
	int c = getc_unlocked(r->in);
	if (c != EOF)
		ungetc(c, r->in);
	return c;
}

static int skip_blanks(struct rowfile *r)
{
	int c = peek(r);
	while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
		take(r);
		c = peek(r);
	}
	return c;
}

/* What kind of file it is follows from its first octets; a mark of UTF-8 before them is passed over. */
static fault begin(struct rowfile *r)
{
	int first = peek(r);
	if (first == 0xFF || first == 0xFE)
		return refuse(r, FAIL(ROW_ENCODING), "The file is in UTF-16.");
	if (first == 0xEF) {
		take(r);
		if (take(r) != 0xBB || take(r) != 0xBF)
			return refuse(r, FAIL(ROW_ENCODING), "The file does not begin with text.");
	}
	int c = skip_blanks(r);
	r->form = c == '[' ? ARRAY : c == '{' ? OBJECTS : CSV;
	if (c == '[')
		take(r);
	return NULL;
}

/* --- bodies --------------------------------------------------------------------------------------------- */

/* Nobody but its maker reads a Windows hardware hash, so its digest goes in its place. */
static fault put_digest(struct rowfile *r, struct bytes value, const char *of, struct rowfile_row *row)
{
	uint8_t digest[32], *octets = arena_alloc(&r->arena, value.n);
	char hex[TEXT_HEX_SIZE(sizeof(digest))];
	struct wr w = wr_of(octets, value.n);
	NEED(octets != NULL, SYS_MEMORY);
	if (!base64_parse(value, &w))
		return refuse(r, FAIL(PARSE_FIELD), "%s is not base64 with its padding.", of);
	TRY(alg_sha256(wr_done(&w), digest));
	json_object_set_new(row->body, DIGEST, json_string(text_hex(BYTES_OF(digest), hex)));
	row->has_windows_hash = true;
	return NULL;
}

/* One value of a row; none is left out. `of` is what the file calls it. */
static fault put(struct rowfile *r, const char *member, const char *of, struct bytes value,
		 struct rowfile_row *row)
{
	value = text_trimmed(value);
	if (!value.n)
		return NULL;
	if (!is_text_printable(value))
		return refuse(r, FAIL(ROW_ENCODING),
			      "%s is not UTF-8, or has characters that cannot be shown.", of);
	if (strcmp(member, WINDOWS_HASH) == 0)
		return put_digest(r, value, of, row);
	json_object_set_new(row->body, member, json_stringn((const char *)value.p, value.n));
	return NULL;
}

/* --- CSV ------------------------------------------------------------------------------------------------ */

/* The next line that is not empty; false at the end. A line that is too long is cut and named. */
static bool take_line(struct rowfile *r, struct rowfile_row *row, struct bytes *ret)
{
	size_t n = 0;
	bool is_long = false;
	int c = skip_blanks(r);
	row->line = r->line;
	while ((c = take(r)) != EOF && c != '\n') {
		is_long = is_long || n == sizeof(r->octets);
		if (!is_long)
			r->octets[n++] = (uint8_t)c;
	}
	if (is_long)
		row->why = refuse(r, FAIL(ROW_MALFORMED), "It is longer than %d octets.", ROWFILE_ROW_MAX);
	*ret = bytes_of(r->octets, n);
	return n > 0;
}

static fault split(struct rowfile *r, struct bytes line, struct bytes_list *ret)
{
	const char *why = NULL;
	fault f = csvline_parse(line, &r->arena, ret, &why);
	return f ? refuse(r, f, "%s", why ? why : "It has too many octets.") : NULL;
}

static fault put_column(struct rowfile *r, struct bytes title)
{
	const struct rowfile_column *c = NULL;
	for (size_t i = 0; i < rowfile_columns_count; i++)
		if (is_bytes_text(title, rowfile_columns[i].title))
			c = &rowfile_columns[i];
	if (!c)
		return refuse(r, FAIL(TABLE_HEAD), "Column %zu, \"%.*s\", is none.", r->n + 1, (int)title.n,
			      title.n ? (const char *)title.p : "");
	for (size_t i = 0; i < r->n; i++)
		if (r->columns[i] == c)
			return refuse(r, FAIL(TABLE_HEAD), "Column \"%s\" is there twice.", c->title);
	r->columns[r->n++] = c;
	return NULL;
}

static bool has_column(const struct rowfile *r, const char *member)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->columns[i]->member, member) == 0)
			return true;
	return false;
}

static fault read_head(struct rowfile *r, struct rowfile_row *row)
{
	struct bytes line;
	struct bytes_list titles;
	if (!take_line(r, row, &line))
		return refuse(r, FAIL(TABLE_HEAD), "The file is empty.");
	if (split(r, line, &titles))
		return FAIL(TABLE_HEAD);
	for (size_t i = 0; i < titles.n; i++)
		TRY(put_column(r, titles.v[i]));
	if (!has_column(r, "serialNumber") && !has_column(r, "ekHash"))
		return refuse(r, FAIL(TABLE_HEAD),
			      "There is no column Device Serial Number, and none EK Hash.");
	return NULL;
}

static fault fill(struct rowfile *r, struct bytes line, struct rowfile_row *row)
{
	struct bytes_list fields;
	TRY(split(r, line, &fields));
	if (fields.n != r->n)
		return refuse(r, FAIL(ROW_MALFORMED), "It has %zu fields, the first line has %zu.", fields.n,
			      r->n);
	for (size_t i = 0; i < r->n; i++)
		TRY(put(r, r->columns[i]->member, r->columns[i]->title, fields.v[i], row));
	return NULL;
}

static fault next_csv(struct rowfile *r, struct rowfile_row *row)
{
	struct bytes line;
	if (r->n == 0)
		TRY(read_head(r, row));
	if (!take_line(r, row, &line))
		return NULL;
	row->body = json_object();
	if (!row->why)
		row->why = fill(r, line, row);
	return NULL;
}

/* --- JSON ----------------------------------------------------------------------------------------------- */

/* What the members of device identities and hardware records become; NULL: nothing of them is kept. */
static const struct {
	const char *name, *member;
} members[] = {
	{ "serialNumber", "serialNumber" },
	{ "serial", "serialNumber" },
	{ "ekHash", "ekHash" },
	{ "productKey", "productKey" },
	{ "hardwareIdentifier", WINDOWS_HASH },
	{ "hardwareDigest", DIGEST },
	{ "groupTag", "groupTag" },
	{ "assignedUserPrincipalName", "assignedUserPrincipalName" },
	{ "userPrincipalName", "assignedUserPrincipalName" },
	{ "displayName", "displayName" },
	{ "name", "displayName" },
	{ "profile", "profile" },
	{ "hardware", "hardware" },
	/* Of Graph, and of what this server says of a registration. */
	{ "@odata.type", NULL },
	{ "id", NULL },
	{ "importId", NULL },
	{ "state", NULL },
	{ "orderIdentifier", NULL },
	{ "purchaseOrderIdentifier", NULL },
	{ "deploymentProfileId", NULL },
	{ "enrollmentState", NULL },
	{ "userlessEnrollmentStatus", NULL },
	{ "lastContactedDateTime", NULL },
	{ "provisioningPhase", NULL },
	{ "provisioningPhaseDateTime", NULL },
	{ "managedDeviceId", NULL },
	/* Of hardware records; hardware has them as one text. */
	{ "manufacturer", NULL },
	{ "model", NULL },
	{ "uuid", NULL },
	{ "macAddresses", NULL },
	{ "diskSerial", NULL },
	{ "tpm", NULL },
	{ "noTpm", NULL },
	{ "endorsementKeys", NULL },
};

static fault put_member(struct rowfile *r, const char *name, const json_t *value, struct rowfile_row *row)
{
	size_t i = 0;
	while (i < COUNT_OF(members) && strcmp(members[i].name, name) != 0)
		i++;
	if (i == COUNT_OF(members))
		return refuse(r, FAIL(PARSE_FIELD), "%s is no member of a registration.", name);
	if (!members[i].member || json_is_null(value))
		return NULL;
	if (!json_is_string(value))
		return refuse(r, FAIL(PARSE_FIELD), "%s is no text.", name);
	struct bytes text = bytes_of(json_string_value(value), json_string_length(value));
	return put(r, members[i].member, name, text, row);
}

static fault fill_object(struct rowfile *r, struct bytes text, struct rowfile_row *row)
{
	json_error_t error;
	json_auto_t *object = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &error);
	if (!object)
		return refuse(r, FAIL(ROW_MALFORMED), "It is no JSON: %s.", error.text);
	for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at))
		TRY(put_member(r, json_object_iter_key(at), json_object_iter_value(at), row));
	return NULL;
}

/* Where an octet of JSON is: how many brackets are open, and whether it is inside of a text. */
struct place {
	size_t depth;
	bool is_text, is_escaped;
};

static void advance(struct place *p, int c)
{
	if (p->is_text) {
		p->is_text = p->is_escaped || c != '"';
		p->is_escaped = !p->is_escaped && c == '\\';
		return;
	}
	p->is_text = c == '"';
	p->depth += c == '{' || c == '[';
	p->depth -= (c == '}' || c == ']') && p->depth;
}

/* Takes one object up to the bracket that closes it; what is in it is not looked at yet. */
static fault take_object(struct rowfile *r, struct bytes *ret)
{
	struct place p = { 0 };
	size_t n = 0;
	do {
		int c = take(r);
		if (c == EOF)
			return refuse(r, FAIL(ROW_MALFORMED), "The file ends inside of it.");
		if (n < sizeof(r->octets))
			r->octets[n] = (uint8_t)c;
		n++;
		advance(&p, c);
	} while (p.depth);
	if (n > sizeof(r->octets))
		return refuse(r, FAIL(ROW_MALFORMED), "It is longer than %d octets.", ROWFILE_ROW_MAX);
	*ret = bytes_of(r->octets, n);
	return NULL;
}

/* After an object of a list: the comma before the next one. */
static fault take_comma(struct rowfile *r, bool *ret_is_over)
{
	int c = skip_blanks(r);
	*ret_is_over = c == ']';
	if (c == ']' || c == ',')
		take(r);
	if (c == ',' && skip_blanks(r) == '{')
		return NULL;
	if (c == ']' && skip_blanks(r) == EOF)
		return NULL;
	return refuse(r, FAIL(ROW_MALFORMED),
		      c == ']' ? "Something follows the list." : "The list is broken here.");
}

/* Stands before the next object, or at the end. */
static fault step(struct rowfile *r, bool *ret_is_over)
{
	int c = skip_blanks(r);
	*ret_is_over = r->form == OBJECTS && c == EOF;
	if (r->form == ARRAY && (r->is_read_on || c == ']'))
		return take_comma(r, ret_is_over);
	if (*ret_is_over || c == '{')
		return NULL;
	return refuse(r, FAIL(ROW_MALFORMED), "There is no JSON object here.");
}

/* After an error the rest cannot be told apart into objects: it ends the file. */
static fault next_json(struct rowfile *r, struct rowfile_row *row)
{
	bool is_over;
	struct bytes text;
	row->why = step(r, &is_over);
	row->line = r->line;
	r->is_ended = row->why || is_over;
	if (r->is_ended)
		return NULL;
	row->why = take_object(r, &text);
	r->is_ended = feof(r->in) != 0;
	r->is_read_on = true;
	row->body = json_object();
	if (!row->why)
		row->why = fill_object(r, text, row);
	return NULL;
}

fault rowfile_next(struct rowfile *r, struct rowfile_row *ret)
{
	*ret = (struct rowfile_row){ .detail = r->detail, .line = r->line };
	arena_reset(&r->arena);
	if (r->form == UNKNOWN)
		TRY(begin(r));
	if (r->is_ended)
		return NULL;
	TRY(r->form == CSV ? next_csv(r, ret) : next_json(r, ret));
	if (ret->why) {
		json_decref(ret->body);
		ret->body = NULL;
	}
	return ferror(r->in) ? refuse(r, FAIL(SYS_FILE), "%s", strerror(errno)) : NULL;
}
