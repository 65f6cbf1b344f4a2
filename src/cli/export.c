#include "cli/export.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/heap.h"
#include "base/text.h"
#include "cli/csv.h"
#include "cli/file.h"
#include "cli/label.h"
#include "cli/layout.h"
#include "cli/pages.h"
#include "cli/record.h"
#include "cli/roots.h"
#include "wire/certfile.h"

#define TABLE "roots.csv"
#define NOBODY "NONE" /* the folder of those that vouch for no maker */
#define FIELDS_MAX 16
#define LINE_CHARACTERS 64 /* RFC 7468 §2 */

/* A file while it is written in memory. */
struct draft {
	char *text;
	size_t n;
	FILE *out;
};

struct export {
	struct session *s;
	const char *path;
	bool is_file;
	struct draft all; /* the file, or the table */
	size_t count;
};

static void begin_draft(struct draft *d)
{
	d->out = heap_need(open_memstream(&d->text, &d->n));
}

static fault end_draft(struct draft *d, const char *path, struct complaint *complaint)
{
	if (fclose(d->out) != 0)
		abort();
	fault why = path ? file_put(path, bytes_of(d->text, d->n), complaint) : NULL;
	free(d->text);
	return why;
}

static void write_pem(struct bytes der, FILE *out)
{
	uint8_t text[CERTFILE_DER_MAX / 3 * 4 + 4];
	struct wr w = wr_of(text, sizeof(text));
	base64_write(der, &w);
	fputs("-----BEGIN CERTIFICATE-----\n", out);
	for (size_t at = 0; at < w.at; at += LINE_CHARACTERS) {
		size_t n = w.at - at < LINE_CHARACTERS ? w.at - at : LINE_CHARACTERS;
		fprintf(out, "%.*s\n", (int)n, (const char *)text + at);
	}
	fputs("-----END CERTIFICATE-----\n", out);
}

/* What people want to know stands beside what an import reads. */
static void write_certificate(const json_t *record, struct bytes der, FILE *out)
{
	struct label label = { .maker = record_text(record, "maker"),
			       .class = record_text(record, "class"),
			       .role = record_text(record, "role") };
	snprintf(label.source, sizeof(label.source), "%s", record_text(record, "source"));
	fprintf(out, "Subject: %s\nTrusted: %s\n", record_text(record, "subject"),
		record_text(record, "createdDateTime"));
	label_write(&label, out);
	write_pem(der, out);
}

/* The maker's code as the registry has it: a server's word does not name a folder. */
static const char *maker_folder(const json_t *record)
{
	const struct maker *maker = maker_find_text(bytes_text(record_text(record, "maker")));
	return maker ? maker->code : NOBODY;
}

static fault make_folder(const char *path, struct complaint *complaint)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return NULL;
	return complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
}

static fault put_in_folder(struct export *e, const char *id, const json_t *record, struct bytes der)
{
	char path[PATH_MAX];
	struct draft one;
	const char *maker = maker_folder(record), *role = layout_folder(record_text(record, "role"));
	snprintf(path, sizeof(path), "%s/%s", e->path, maker);
	TRY(make_folder(path, &e->s->complaint));
	snprintf(path, sizeof(path), "%s/%s/%s", e->path, maker, role);
	TRY(make_folder(path, &e->s->complaint));
	snprintf(path, sizeof(path), "%s/%s/%s/%s.pem", e->path, maker, role, id);
	begin_draft(&one);
	write_certificate(record, der, one.out);
	return end_draft(&one, path, &e->s->complaint);
}

static void put_table_row(struct export *e, const json_t *record)
{
	struct bytes cells[FIELDS_MAX];
	for (size_t i = 0; i < roots_resource.fields_count; i++)
		cells[i] = column_get(&roots_resource.fields[i], record, &e->s->arena);
	csv_write(cells, roots_resource.fields_count, e->all.out);
}

static void put_table_head(struct export *e)
{
	struct bytes cells[FIELDS_MAX];
	for (size_t i = 0; i < roots_resource.fields_count; i++)
		cells[i] = bytes_text(roots_resource.fields[i].member);
	csv_write(cells, roots_resource.fields_count, e->all.out);
}

static fault put_one(struct export *e, const char *id)
{
	uint8_t der[CERTFILE_DER_MAX];
	struct wr w = wr_of(der, sizeof(der));
	json_auto_t *record = NULL;
	TRY(roots_get(e->s, id, &w, &record));
	e->count++;
	if (e->is_file) {
		write_certificate(record, wr_done(&w), e->all.out);
		return NULL;
	}
	put_table_row(e, record);
	return put_in_folder(e, id, record, wr_done(&w));
}

static fault put_all(struct export *e)
{
	const char *id;
	json_t *record;
	json_auto_t *present = json_object();
	TRY(pages_list(e->s, roots_resource.path, present));
	json_object_foreach(present, id, record)
		TRY(put_one(e, id));
	return NULL;
}

static bool has_ending(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);
	return n > m && strcmp(path + n - m, ending) == 0;
}

static bool is_empty(const char *path)
{
	size_t n = 0;
	DIR *folder = opendir(path);
	while (folder && readdir(folder))
		n++;
	if (folder)
		closedir(folder);
	return folder && n == 2; /* itself and the one above */
}

/* What lay there before would be imported with the rest. */
static fault make_room(struct export *e)
{
	TRY(make_folder(e->path, &e->s->complaint));
	if (is_empty(e->path))
		return NULL;
	return complaint_put(&e->s->complaint, FAIL(SYS_FILE), "%s: the folder is not empty.", e->path);
}

fault export_run(struct session *s)
{
	char table[PATH_MAX];
	struct export e = { .s = s, .path = s->line->arguments[0] };
	e.is_file = has_ending(e.path, ".pem");
	if (strlen(e.path) > PATH_MAX / 2)
		return complaint_put(&s->complaint, FAIL(USAGE), "The name is too long.");
	if (!e.is_file)
		TRY(make_room(&e));
	snprintf(table, sizeof(table), "%s/%s", e.path, TABLE);
	begin_draft(&e.all);
	if (!e.is_file)
		put_table_head(&e);
	fault why = put_all(&e);
	const char *path = e.is_file ? e.path : table;
	fault unwritten = end_draft(&e.all, why ? NULL : path, &s->complaint);
	TRY(why ? why : unwritten);
	printf("%zu certificates exported to %s\n", e.count, e.path);
	return NULL;
}
