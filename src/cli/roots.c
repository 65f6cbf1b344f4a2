#include "cli/roots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/certfile.h"
#include "cli/certtree.h"
#include "cli/file.h"

#define FILE_SIZE_MAX (4 << 20)
#define SOURCE_MAX 128 /* octets of a file's name that go with its certificates */

static const struct column columns[] = {
	{ .title = "ID", .member = "id", .is_elastic = true },
	{ .title = "MAKER", .member = "maker" },
	{ .title = "ROLE", .member = "role" },
	{ .title = "CLASS", .member = "class" },
	{ .title = "EXPIRES (UTC)", .member = "notAfterDateTime", .text = column_minute },
	{ .title = "SUBJECT", .member = "subject", .is_elastic = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "subject", .member = "subject" },
	{ .title = "maker", .member = "maker" },
	{ .title = "role", .member = "role" },
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

/* One line of what became of a certificate, numbered by file where somebody watches. */
static void write_result(const struct import *i, const char *result, const char *path, const char *more)
{
	if (i->s->screen.is_terminal)
		printf("%zu/%zu  ", i->at, i->files);
	printf("%-8s  %s%s%s\n", result, certtree_name(path), more[0] ? ": " : "", more);
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
	json_object_set_new(body, "certificates", json_string(text_hex(der, hex)));
	json_object_set_new(body, "maker", json_string(i->s->line->values[OPTION_MAKER]));
	json_object_set_new(body, "class", json_string(i->s->line->values[OPTION_CLASS]));
	if (is_text_printable(bytes_text(name)) && strlen(name) <= SOURCE_MAX)
		json_object_set_new(body, "source", json_string(name));
	return body;
}

/* What the server says of the one certificate that was sent. */
static fault take_result(struct import *i, const char *path, const json_t *row)
{
	static const struct column subject = { .member = "subject" }, code = { .member = "code" };
	const char *result = json_string_value(json_object_get(row, "result"));
	const char *shown = arena_text(&i->s->arena, column_get(&subject, row, &i->s->arena));
	if (result && strcmp(result, "imported") == 0) {
		i->imported++;
		write_result(i, "imported", path, shown ? shown : "");
	} else if (result && strcmp(result, "present") == 0) {
		i->present++;
		write_result(i, "present", path, "");
	} else {
		fault why = fault_find(column_get(&code, row, &i->s->arena));
		complaint_put(&i->s->complaint, why ? why : FAIL(REASON_UNKNOWN), "%s", "");
		i->s->complaint.is_server = true;
		refuse(i, path);
	}
	return NULL;
}

static fault send(struct import *i, const char *path, struct bytes der)
{
	json_auto_t *body = body_of(i, path, der), *page = NULL;
	const struct remote_request request = { "POST", roots_resource.path, body };
	TRY(session_send(i->s, &request, &page));
	return take_result(i, path, json_array_get(json_object_get(page, "value"), 0));
}

static fault import_file(const char *path, bool is_named, void *with)
{
	struct import *i = with;
	struct certfile file;
	(void)is_named;
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

static fault count_file(const char *path, bool is_named, void *with)
{
	struct import *i = with;
	(void)path;
	(void)is_named;
	i->files++;
	return NULL;
}

static fault import_all(struct import *i)
{
	const char *const *paths = i->s->line->arguments;
	const struct certtree_visit count = { count_file, i }, import = { import_file, i };
	TRY(certtree_walk(paths, &count, &i->s->complaint));
	if (i->files == 0)
		return complaint_put(&i->s->complaint, FAIL(ANCHOR_INVALID),
				     "%s: no .cer, .crt, .der or .pem file in it.",
				     certtree_name(paths[0]));
	TRY(certtree_walk(paths, &import, &i->s->complaint));
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
