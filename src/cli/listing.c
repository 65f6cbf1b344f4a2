#include "cli/listing.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/csv.h"
#include "cli/pages.h"
#include "cli/table.h"

#define FIELDS_MAX 48
#define AHEAD 100 /* records that decide how a table looks */

struct form;

/* A list on its way to standard output. */
struct listing {
	struct session *s;
	const struct resource *of;
	const struct form *form;
	struct table table;
	bool is_begun; /* the head has been written */
	size_t records;
	json_t *held; /* records that are not written yet */
	struct pages pages;
};

struct form {
	const char *name;
	size_t ahead; /* records that begin wants to see, if there are so many */
	void (*begin)(struct listing *l);
	void (*record)(struct listing *l, const json_t *record);
	void (*end)(struct listing *l);
};

static void get_cells(struct listing *l, const struct column *columns, size_t n, const json_t *record,
		      struct bytes *ret)
{
	arena_reset(&l->s->arena);
	for (size_t i = 0; i < n; i++)
		ret[i] = column_get(&columns[i], record, &l->s->arena);
}

static void begin_text(struct listing *l)
{
	size_t i;
	const json_t *record;
	struct bytes cells[TABLE_COLUMNS_MAX];
	table_init(&l->table, l->of->columns, l->of->columns_count, &l->s->screen);
	json_array_foreach(l->held, i, record) {
		get_cells(l, l->of->columns, l->of->columns_count, record, cells);
		table_put(&l->table, cells);
	}
	table_write_head(&l->table, stdout);
}

static void write_text(struct listing *l, const json_t *record)
{
	struct bytes cells[TABLE_COLUMNS_MAX];
	get_cells(l, l->of->columns, l->of->columns_count, record, cells);
	table_write_row(&l->table, cells, stdout);
}

static void end_lines(struct listing *l)
{
	(void)l;
}

static void begin_json(struct listing *l)
{
	(void)l;
	putchar('[');
}

static void write_json(struct listing *l, const json_t *record)
{
	fputs(l->records ? ",\n" : "\n", stdout);
	json_dumpf(record, stdout, JSON_COMPACT | (l->s->screen.is_terminal ? JSON_ENSURE_ASCII : 0));
}

static void end_json(struct listing *l)
{
	puts(l->records ? "\n]" : "]");
}

static void begin_csv(struct listing *l)
{
	struct bytes members[FIELDS_MAX];
	for (size_t i = 0; i < l->of->fields_count; i++)
		members[i] = bytes_text(l->of->fields[i].member);
	csv_write(members, l->of->fields_count, stdout);
}

static void write_csv(struct listing *l, const json_t *record)
{
	struct bytes fields[FIELDS_MAX];
	get_cells(l, l->of->fields, l->of->fields_count, record, fields);
	csv_write(fields, l->of->fields_count, stdout);
}

static const struct form forms[] = {
	{ "text", AHEAD, begin_text, write_text, end_lines },
	{ "json", 0, begin_json, write_json, end_json },
	{ "csv", 0, begin_csv, write_csv, end_lines },
};

static const struct form *find_form(const char *name)
{
	const struct form *f = forms;
	while (strcmp(f->name, name) != 0)
		f++; /* the table of options admits no other name */
	return f;
}

/* Writes what is held, unless more has to be seen first. */
static fault write_held(struct listing *l, void (*each)(const json_t *record, void *of), void *of)
{
	size_t i;
	const json_t *record;
	bool is_waiting = !l->is_begun && l->pages.path[0] && json_array_size(l->held) < l->form->ahead;
	if (is_waiting)
		return NULL;
	if (!l->is_begun)
		l->form->begin(l);
	l->is_begun = true;
	json_array_foreach(l->held, i, record) {
		l->form->record(l, record);
		NEED(!is_arena_full(&l->s->arena), SYS_MEMORY);
		l->records++;
		if (each)
			each(record, of);
	}
	json_array_clear(l->held);
	return NULL;
}

fault listing_write(struct session *s, const struct resource *r, void (*each)(const json_t *record, void *of),
		    void *of)
{
	json_auto_t *held = json_array();
	struct listing l = { .s = s, .of = r, .form = find_form(session_format(s)), .held = held };
	NEED(r->fields_count <= FIELDS_MAX && r->columns_count <= TABLE_COLUMNS_MAX, BUG);
	if (r->query)
		pages_init_asked(&l.pages, r->path, r->query);
	else
		pages_init(&l.pages, r->path);
	while (l.pages.path[0]) {
		TRY(pages_get(s, &l.pages, held));
		TRY(write_held(&l, each, of));
	}
	l.form->end(&l);
	return NULL;
}
