#include "cli/blocklist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/text.h"
#include "cli/file.h"
#include "cli/pages.h"
#include "wire/body.h"
#include "wire/tsv.h"

#define FILE_SIZE_MAX (1 << 20)

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "MAKER", .member = "maker" },
	{ .title = "FIRST", .member = "first" },
	{ .title = "LAST", .member = "last" },
	{ .title = "FIXED", .member = "fixed" },
	{ .title = "EFFECT", .member = "effect", .is_painted = true },
	{ .title = "NAME", .member = "name", .is_elastic = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "maker", .member = "maker" },
	{ .title = "model", .member = "model" },
	{ .title = "basis", .member = "basis" },
	{ .title = "first", .member = "first" },
	{ .title = "last", .member = "last" },
	{ .title = "fixed", .member = "fixed" },
	{ .title = "effect", .member = "effect" },
	{ .title = "keys", .member = "keys" },
	{ .title = "name", .member = "name" },
	{ .title = "page", .member = "page" },
	{ .title = "source", .member = "source" },
	{ .title = "since version", .member = "version" },
	{ .title = "created", .member = "createdDateTime" },
};

static const struct resource_pair pairs[] = {
	{ "maker", "maker" },   { "model", "model" }, { "basis", "basis" }, { "first", "first" },
	{ "last", "last" },     { "fixed", "fixed" }, { "effect", "effect" }, { "keys", "keys" },
	{ "name", "name" },     { "page", "page" },   { "source", "source" },
};

const struct resource blocklist_resource = {
	.path = "/assay/v1/blocklist",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.pairs = pairs,
	.pairs_count = COUNT_OF(pairs),
};

/* What a row says that the command line leaves out. */
static const struct {
	const char *member, *value;
} defaults[] = {
	{ "basis", "firmware" }, { "effect", "refuse" }, { "keys", "all" },
	{ "page", "doc/blocklist.md" }, { "source", "added by hand" },
};

fault blocklist_put_one(struct session *s)
{
	const char *id = s->line->arguments[0];
	json_auto_t *body = json_object(), *record = NULL;
	for (size_t i = 0; i < COUNT_OF(defaults); i++)
		json_object_set_new(body, defaults[i].member, json_string(defaults[i].value));
	json_object_set_new(body, "name", json_string(id));
	TRY(resource_put_pairs(s, &blocklist_resource, body));
	json_object_set_new(body, "id", json_string(id));
	const struct remote_request request = { "POST", blocklist_resource.path, body };
	return session_send(s, &request, &record);
}

/* --- files ---------------------------------------------------------------------------------------------- */

static json_t *body_of(const void *row)
{
	json_t *body = json_object();
	for (size_t i = 0; i < blocklist_new_message.count; i++) {
		const struct field *f = &blocklist_new_message.fields[i];
		const struct bytes *cell = (const struct bytes *)((const uint8_t *)row + f->offset);
		if (cell->p)
			json_object_set_new(body, f->name, json_stringn((const char *)cell->p, cell->n));
	}
	return body;
}

/* A row that says what the server has already is no fault; any other refusal ends the import. */
static fault send_row(struct session *s, const struct blocklist_new *row, size_t *imported)
{
	json_auto_t *body = body_of(row);
	bool is_present = false;
	fault why = resource_put_body(s, &blocklist_resource, body, &is_present);
	printf("%-8s  %.*s\n", why ? "refused" : is_present ? "present" : "imported", (int)row->id.n,
	       (const char *)row->id.p);
	*imported += !why && !is_present;
	return why;
}

static fault import(struct session *s, uint8_t *memory)
{
	const char *path = s->line->arguments[0], *detail = NULL;
	struct wr w = wr_of(memory, FILE_SIZE_MAX);
	struct arena a;
	struct tsv_rows rows = { 0 };
	size_t imported = 0;
	TRY(file_get(path, FILE_PUBLIC, &s->complaint, &w));
	arena_init(&a, TSV_ROWS_MAX * sizeof(struct blocklist_new) + FILE_SIZE_MAX);
	fault why = tsv_parse(&blocklist_new_message, wr_done(&w), &a, &rows, &detail);
	if (why)
		complaint_put(&s->complaint, why, "%s: %s", path, detail ? detail : "");
	const struct blocklist_new *row = rows.v;
	for (size_t i = 0; !why && i < rows.n; i++)
		why = send_row(s, &row[i], &imported);
	if (!why)
		printf("%zu imported, %zu present already\n", imported, rows.n - imported);
	arena_done(&a);
	return why;
}

fault blocklist_import(struct session *s)
{
	uint8_t *memory = heap_need(malloc(FILE_SIZE_MAX));
	fault why = import(s, memory);
	free(memory);
	return why;
}

/* Only what a file can hold is written: the server's word is not trusted to be a row. */
static fault write_row(struct session *s, const json_t *record)
{
	uint8_t line[FILE_SIZE_MAX / 256];
	struct blocklist_new row = { 0 };
	struct wr w = wr_of(line, sizeof(line));
	for (size_t i = 0; i < blocklist_new_message.count; i++) {
		const struct field *f = &blocklist_new_message.fields[i];
		struct bytes *cell = (struct bytes *)((uint8_t *)&row + f->offset);
		*cell = bytes_text(json_string_value(json_object_get(record, f->name)));
	}
	tsv_write(&blocklist_new_message, &row, &w);
	if (w.bad)
		return complaint_put(&s->complaint, FAIL(REPLY_INVALID), "A row does not fit a file.");
	fwrite(line, 1, w.at, stdout);
	return NULL;
}

fault blocklist_export(struct session *s)
{
	json_auto_t *rows = json_array();
	uint8_t line[256];
	size_t i;
	const json_t *record;
	struct pages pages;
	pages_init(&pages, blocklist_resource.path);
	while (pages.path[0])
		TRY(pages_get(s, &pages, rows));
	struct wr head = wr_of(line, sizeof(line));
	tsv_write_head(&blocklist_new_message, &head);
	fwrite(line, 1, head.at, stdout);
	json_array_foreach(rows, i, record)
		TRY(write_row(s, record));
	struct wr end = wr_of(line, sizeof(line));
	tsv_write_end(&end);
	fwrite(line, 1, end.at, stdout);
	return NULL;
}
