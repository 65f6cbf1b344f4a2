#include "cli/roots.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/certfile.h"
#include "cli/file.h"

#define FILE_SIZE_MAX (4 << 20)
#define SOURCE_MAX 128 /* octets of a file's name that go with its certificates */

static const struct column columns[] = {
	{ .title = "ID", .member = "id", .is_elastic = true },
	{ .title = "MAKER", .member = "maker" },
	{ .title = "CLASS", .member = "class" },
	{ .title = "EXPIRES (UTC)", .member = "notAfterDateTime", .text = column_minute },
	{ .title = "SUBJECT", .member = "subject", .is_elastic = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "subject", .member = "subject" },
	{ .title = "maker", .member = "maker" },
	{ .title = "class", .member = "class" },
	{ .title = "source", .member = "source" },
	{ .title = "expires", .member = "notAfterDateTime" },
	{ .title = "created", .member = "createdDateTime" },
};

const struct resource roots_resource = {
	.path = "/assay/v1/roots",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};

/* An import under way. */
struct import {
	struct session *s;
	uint8_t *memory; /* of a file */
	size_t files, at;
	size_t imported, present, refused;
	struct complaint first; /* of those refused */
};

static const char *name_of(const char *path)
{
	return is_text_printable(bytes_text(path)) ? path : "(a file whose name cannot be shown)";
}

/* One line of what became of a certificate, numbered by file where somebody watches. */
static void write_result(const struct import *i, const char *result, const char *path, const char *more)
{
	if (i->s->screen.is_terminal)
		printf("%zu/%zu  ", i->at, i->files);
	printf("%-8s  %s%s%s\n", result, name_of(path), more[0] ? ": " : "", more);
	if (i->s->screen.is_terminal)
		fflush(stdout);
}

static void refuse(struct import *i, const char *path)
{
	const struct complaint *c = &i->s->complaint;
	char more[sizeof(c->code) + COMPLAINT_TEXT_SIZE + 2];
	snprintf(more, sizeof(more), "%s: %s", c->code, c->is_server ? c->what : c->detail);
	write_result(i, "refused", path, more);
	if (i->refused++ == 0)
		i->first = *c;
}

static json_t *body_of(const struct import *i, const char *path, struct bytes der)
{
	char hex[TEXT_HEX_SIZE(CERTFILE_DER_MAX)];
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	json_t *body = json_object();
	json_object_set_new(body, "certificate", json_string(text_hex(der, hex)));
	json_object_set_new(body, "maker", json_string(i->s->line->values[OPTION_MAKER]));
	json_object_set_new(body, "class", json_string(i->s->line->values[OPTION_CLASS]));
	if (is_text_printable(bytes_text(name)) && strlen(name) <= SOURCE_MAX)
		json_object_set_new(body, "source", json_string(name));
	return body;
}

/* What is wrong with one certificate stops nothing; a fault of another kind would meet all of them. */
static fault send(struct import *i, const char *path, struct bytes der)
{
	json_auto_t *body = body_of(i, path, der), *record = NULL;
	const struct remote_request request = { "POST", roots_resource.path, body };
	static const struct column subject = { .member = "subject" };
	fault why = session_send(i->s, &request, &record);
	if (!why) {
		struct bytes text = column_get(&subject, record, &i->s->arena);
		const char *shown = arena_text(&i->s->arena, text);
		i->imported++;
		write_result(i, "imported", path, shown ? shown : "");
		return NULL;
	}
	bool is_its_own = i->s->complaint.is_server && (why->kind == FAULT_INPUT || why->kind == FAULT_CHECK);
	if (!is_its_own)
		return why;
	if (why == FAIL(CONFLICT)) {
		i->present++;
		write_result(i, "present", path, "");
	} else {
		refuse(i, path);
	}
	return NULL;
}

static fault import_file(struct import *i, const char *path)
{
	struct certfile file;
	struct wr w = wr_of(i->memory, FILE_SIZE_MAX);
	i->at++;
	arena_reset(&i->s->arena);
	if (file_get(path, FILE_PUBLIC, &i->s->complaint, &w)) {
		refuse(i, path);
		return NULL;
	}
	certfile_init(&file, wr_done(&w));
	for (;;) {
		struct bytes der;
		fault why = certfile_next(&file, &der);
		if (why) {
			complaint_put(&i->s->complaint, why, "%s", file.detail);
			refuse(i, path);
		}
		if (why || !der.n)
			return NULL;
		TRY(send(i, path, der));
	}
}

static fault count_file(struct import *i, const char *path)
{
	(void)path;
	i->files++;
	return NULL;
}

static bool is_certificate_name(const char *name)
{
	static const char *const endings[] = { ".cer", ".crt", ".der", ".pem" };
	const char *ending = strrchr(name, '.');
	for (size_t i = 0; ending && i < COUNT_OF(endings); i++)
		if (strcasecmp(ending, endings[i]) == 0)
			return true;
	return false;
}

static int order(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void close_tree(FTS **tree)
{
	if (*tree)
		fts_close(*tree);
}

/* Every file named, and in folders and those below them what is called like a certificate, by name. */
static fault walk(struct import *i, fault (*visit)(struct import *i, const char *path))
{
	char *const *paths = (char *const *)i->s->line->arguments;
	__attribute__((cleanup(close_tree))) FTS *tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, order);
	if (!tree)
		return complaint_put(&i->s->complaint, FAIL(SYS_FILE), "%s", strerror(errno));
	for (FTSENT *e; (e = fts_read(tree)) != NULL;) {
		bool is_named = e->fts_level == FTS_ROOTLEVEL;
		bool is_bad = e->fts_info == FTS_NS || e->fts_info == FTS_DNR || e->fts_info == FTS_ERR;
		if (is_bad)
			return complaint_put(&i->s->complaint, FAIL(SYS_FILE), "%s: %s", name_of(e->fts_path),
					     strerror(e->fts_errno));
		if (e->fts_info == FTS_F && (is_named || is_certificate_name(e->fts_name)))
			TRY(visit(i, e->fts_path));
	}
	return NULL;
}

static fault import_all(struct import *i)
{
	TRY(walk(i, count_file));
	if (i->files == 0)
		return complaint_put(&i->s->complaint, FAIL(ANCHOR_INVALID),
				     "%s: no .cer, .crt, .der or .pem file in it.",
				     name_of(i->s->line->arguments[0]));
	TRY(walk(i, import_file));
	printf("%zu imported, %zu present already, %zu refused\n", i->imported, i->present, i->refused);
	if (i->refused)
		i->s->complaint = i->first;
	return i->refused ? i->first.why : NULL;
}

fault roots_import(struct session *s)
{
	struct import i = { .s = s, .memory = malloc(FILE_SIZE_MAX) };
	if (!i.memory)
		abort();
	fault why = import_all(&i);
	free(i.memory);
	return why;
}
