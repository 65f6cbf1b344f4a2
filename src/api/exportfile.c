#include "api/exportfile.h"

#include "api/exportorder.h"
#include "api/member.h"
#include "api/report.h"
#include "base/text.h"
#include "wire/csvline.h"

#define PART_MAX (1 << 20) /* octets */
#define PART_FULL (1 << 18) /* no row is begun behind these, */
#define PART_WHOLE (PART_MAX - PART_FULL) /* or these when all rows are at hand */
#define COLUMNS_MAX 64
#define CELL_MAX 4096

/* A file while a part of it is written. */
struct part {
	struct serve *s;
	const struct report *report;
	struct selection asked;
	struct store_listing rows;
	size_t n; /* rows of the part */
	struct wr w;
	size_t columns_n;
	const struct property *columns[COLUMNS_MAX];
	struct bytes words[COLUMNS_MAX][PROPERTY_WORDS_MAX]; /* of columns that are WORDs */
};

/* --- cells ---------------------------------------------------------------------------------------------- */

static struct bytes text_of(const json_t *value)
{
	return bytes_of(json_string_value(value), json_string_length(value));
}

static struct bytes cell_text(const void *at, struct arena *a)
{
	(void)a;
	return *(const struct bytes *)at;
}

static struct bytes cell_uuid(const void *at, struct arena *a)
{
	const struct bytes *id = at;
	char *out = id->n == 16 ? arena_alloc(a, TEXT_UUID_SIZE) : NULL;
	return out ? bytes_text(text_uuid(id->p, out)) : (struct bytes){ 0 };
}

static struct bytes cell_moment(const void *at, struct arena *a)
{
	int64_t time = *(const int64_t *)at;
	char *out = time ? arena_alloc(a, TEXT_TIME_SIZE) : NULL;
	return out ? bytes_text(text_time(time, out)) : (struct bytes){ 0 };
}

/* Most cells are what the record has: no value is made of them that would be taken apart again. */
static const struct {
	json_t *(*value)(const void *at);
	struct bytes (*cell)(const void *at, struct arena *a);
} plain[] = {
	{ member_text, cell_text },
	{ member_uuid, cell_uuid },
	{ member_moment, cell_moment },
};

static struct bytes joined(const json_t *list, struct arena *a)
{
	size_t i;
	const json_t *item;
	struct wr w = wr_of(arena_alloc(a, CELL_MAX), CELL_MAX);
	json_array_foreach(list, i, item) {
		wr_bytes(&w, i ? BYTES_TEXT(" ") : (struct bytes){ 0 });
		wr_bytes(&w, text_of(item));
	}
	return w.bad || !w.p ? (struct bytes){ 0 } : wr_done(&w);
}

static struct bytes cell_of_value(const json_t *value, struct arena *a)
{
	if (json_is_string(value))
		return arena_copy(a, text_of(value));
	if (json_is_integer(value))
		return bytes_text(arena_format(a, "%lld", (long long)json_integer_value(value)));
	if (json_is_boolean(value))
		return bytes_text(json_is_true(value) ? "true" : "false");
	return json_is_array(value) ? joined(value, a) : (struct bytes){ 0 };
}

static struct bytes cell_of(const struct part *p, size_t i, const void *record)
{
	const struct property *c = p->columns[i];
	const void *at = (const uint8_t *)record + c->offset;
	if (c->kind == PROPERTY_WORD && *(const uint64_t *)at < PROPERTY_WORDS_MAX)
		return p->words[i][*(const uint64_t *)at];
	for (size_t k = 0; k < COUNT_OF(plain); k++)
		if (c->value == plain[k].value)
			return plain[k].cell(at, p->s->a);
	json_t *value = c->value(at);
	struct bytes cell = cell_of_value(value, p->s->a);
	json_decref(value);
	return cell;
}

/* --- formats -------------------------------------------------------------------------------------------- */

static fault put_line(struct part *p, const struct bytes *cells)
{
	NEED(p->w.n - p->w.at > csvline_size(cells, p->columns_n), SYS_MEMORY);
	csvline_write(cells, p->columns_n, &p->w);
	return NULL;
}

static fault put_csv_head(struct part *p)
{
	struct bytes cells[COLUMNS_MAX];
	for (size_t i = 0; i < p->columns_n; i++)
		cells[i] = bytes_text(p->columns[i]->name);
	return put_line(p, cells);
}

static fault put_csv_row(struct part *p, const void *record)
{
	struct bytes cells[COLUMNS_MAX];
	for (size_t i = 0; i < p->columns_n; i++)
		cells[i] = cell_of(p, i, record);
	return put_line(p, cells);
}

static fault put_json_head(struct part *p)
{
	wr_bytes(&p->w, BYTES_TEXT("["));
	return NULL;
}

static fault put_json_row(struct part *p, const void *record)
{
	bool is_first = !p->s->c->position.p && p->n == 0;
	json_t *o = json_object();
	for (size_t i = 0; i < p->columns_n; i++) {
		const struct property *c = p->columns[i];
		json_object_set_new(o, c->name, c->value((const uint8_t *)record + c->offset));
	}
	wr_bytes(&p->w, is_first ? BYTES_TEXT("\n") : BYTES_TEXT(",\n"));
	size_t room = p->w.n - p->w.at, n = json_dumpb(o, (char *)p->w.p + p->w.at, room, JSON_COMPACT);
	json_decref(o);
	NEED(n > 0 && n < room, SYS_MEMORY);
	p->w.at += n;
	return NULL;
}

static const struct {
	fault (*head)(struct part *p);
	fault (*row)(struct part *p, const void *record);
	const char *end;
	enum frame_content content;
} formats[] = {
	[FRAME_FORMAT_CSV] = { put_csv_head, put_csv_row, "", FRAME_CONTENT_CSV },
	[FRAME_FORMAT_JSON] = { put_json_head, put_json_row, "\n]\n", FRAME_CONTENT_JSON },
};

/* --- parts ---------------------------------------------------------------------------------------------- */

static void put_words(struct part *p, size_t i)
{
	for (uint64_t k = 0; k < PROPERTY_WORDS_MAX; k++) {
		json_t *word = p->columns[i]->value(&k);
		p->words[i][k] = arena_copy(p->s->a, text_of(word));
		json_decref(word);
	}
}

static void put_columns(struct part *p)
{
	const struct property_list *list = &p->report->list;
	for (size_t i = 0; i < list->n && i < COLUMNS_MAX; i++) {
		if (!(p->asked.members >> i & 1))
			continue;
		p->columns[p->columns_n++] = &list->v[i];
		if (list->v[i].kind == PROPERTY_WORD)
			put_words(p, p->columns_n - 1);
	}
}

/* What was asked, and where this part begins. */
static fault read_order(struct serve *s, struct part *p)
{
	p->s = s;
	p->report = report_find(s->c->target);
	NEED(p->report && s->c->format && s->c->format < COUNT_OF(formats), SYS_FRAME);
	TRY(selection_parse(s->c->selection, &p->asked));
	NEED(p->asked.view == p->report->list.view && p->asked.members, SYS_FRAME);
	if (s->c->position.p)
		TRY(selection_read_token(s->c->position, s->a, &p->asked));
	put_columns(p);
	p->w = wr_of(arena_alloc(s->a, PART_MAX), PART_MAX);
	NEED(p->w.p != NULL, SYS_MEMORY);
	return NULL;
}

/* Rows that stand for many are in one part if they can: what they count may be another the next moment. */
static fault put_rows(struct part *p)
{
	uint64_t format = p->s->c->format;
	size_t full = p->rows.is_last && !p->s->c->position.p ? PART_WHOLE : PART_FULL;
	if (!p->s->c->position.p)
		TRY(formats[format].head(p));
	for (; p->n < p->rows.n && p->w.at < full; p->n++)
		TRY(formats[format].row(p, p->rows.v[p->n]));
	return NULL;
}

static fault put_end(struct part *p)
{
	const char *token;
	if (p->n == p->rows.n && p->rows.is_last) {
		wr_bytes(&p->w, bytes_text(formats[p->s->c->format].end));
		return NULL;
	}
	TRY(selection_write_token(&p->asked, p->rows.ends[p->n - 1], p->asked.sorts_n + 1, p->s->a, &token));
	p->s->answer->more = bytes_text(token);
	return NULL;
}

fault exportfile_write(struct serve *s)
{
	struct part *p = arena_alloc(s->a, sizeof(*p));
	NEED(p != NULL, SYS_MEMORY);
	*p = (struct part){ 0 };
	TRY(read_order(s, p));
	TRY(inventory_list(s->f, &p->asked, s->a, &p->rows));
	TRY(put_rows(p));
	TRY(put_end(p));
	NEED(!p->w.bad && !is_arena_full(s->a), SYS_MEMORY);
	s->answer->content = formats[s->c->format].content;
	s->answer->file = arena_format(s->a, "%s.%s", p->report->name, exportorder_format_word(s->c->format));
	s->answer->body = wr_done(&p->w);
	return NULL;
}
