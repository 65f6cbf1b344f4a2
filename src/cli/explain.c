#include "cli/explain.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/text.h"
#include "cli/cabinet.h"
#include "cli/certtree.h"
#include "cli/explain_report.h"
#include "cli/file.h"
#include "wire/cabhead.h"
#include "wire/utf16.h"

#define ARENA_SIZE (3 * (size_t)CABINET_TOTAL_MAX) /* pages that are not touched cost nothing */
#define STANDARD_INPUT "-"

struct run {
	struct session *s;
	struct arena arena;
	uint8_t *memory; /* of a file */
	struct explanation explanation;
	json_t *unread;
};

/* What check found and the list of what a bundle holds say again what other files of it say. */
static bool is_repeating(const char *name)
{
	return strcasecmp(name, "Manifest.json") == 0 || strcasecmp(name, "Readiness.json") == 0;
}

/* Files in which lines say what went wrong; traces and logs of events are in forms of Windows' own. */
static bool is_text_file(const char *name)
{
	static const char *const ends[] = { ".txt", ".xml", ".json", ".jsonl", ".log" };
	size_t n = is_repeating(name) ? 0 : strlen(name);
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (n > strlen(ends[i]) && strcasecmp(name + n - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

/* Octets that claim to be UTF-16 and are not are taken as they are. */
static void put_document(struct run *r, const char *name, struct bytes content)
{
	struct bytes text;
	bool is_wide = is_utf16(content) && !utf16_parse(content, &r->arena, &text);
	explanation_put(&r->explanation, name, is_wide ? text : content);
}

static fault put_cabinet(struct run *r, struct bytes file, const char *path)
{
	const struct cabinet_plan plan = { .file = file, .is_wanted = is_text_file };
	struct cabinet cabinet;
	const char *detail = "";
	fault why = cabinet_get(&plan, &r->arena, &cabinet, &detail);
	if (why)
		return complaint_put(&r->s->complaint, why, "%s: %s", certtree_name(path), detail);
	for (size_t i = 0; i < cabinet.n; i++) {
		if (cabinet.v[i].content.p)
			put_document(r, cabinet.v[i].path, cabinet.v[i].content);
		else
			json_array_append_new(r->unread, json_string(cabinet.v[i].path));
	}
	return NULL;
}

static fault put_file(struct run *r, const char *path)
{
	bool is_input = strcmp(path, STANDARD_INPUT) == 0;
	struct wr w = wr_of(r->memory, CABINET_SIZE_MAX);
	TRY(file_get(is_input ? "/dev/stdin" : path, FILE_PUBLIC, &r->s->complaint, &w));
	if (is_cabhead(wr_done(&w)))
		return put_cabinet(r, wr_done(&w), path);
	put_document(r, is_input ? "standard input" : certtree_name(path), wr_done(&w));
	return NULL;
}

/* The arguments as one line, as a shell took a pasted one apart. */
static fault put_words(struct run *r)
{
	const struct line *line = r->s->line;
	const char *text = "";
	for (size_t i = 0; i < line->count && text; i++)
		text = arena_format(&r->arena, "%s%s%s", text, i ? " " : "", line->arguments[i]);
	NEED(text, SYS_MEMORY);
	explanation_put(&r->explanation, "", bytes_text(text));
	return NULL;
}

/* What is called like a file must be one; other words are the text itself. */
static bool is_file(const char *word)
{
	return strcmp(word, STANDARD_INPUT) == 0 || access(word, F_OK) == 0 ||
	       (!strchr(word, ' ') && (is_text_file(word) || strstr(word, ".cab")));
}

static fault explain(struct run *r)
{
	const struct line *line = r->s->line;
	if (line->count != 1 || !is_file(line->arguments[0]))
		return put_words(r);
	return put_file(r, line->arguments[0]);
}

static void print(struct run *r)
{
	json_t *report = explain_report_build(&r->explanation, json_incref(r->unread));
	if (is_session_json(r->s))
		session_write(r->s, report);
	else
		explain_report_write(report, &r->s->screen, stdout);
	json_decref(report);
	r->s->result = r->explanation.n ? EXPLAIN_EXIT_KNOWN : EXPLAIN_EXIT_UNKNOWN;
}

fault explain_run(struct session *s)
{
	struct run r = { .s = s, .unread = json_array(), .memory = heap_need(malloc(CABINET_SIZE_MAX)) };
	arena_init(&r.arena, ARENA_SIZE);
	fault why = explain(&r);
	if (!why)
		print(&r);
	arena_done(&r.arena);
	free(r.memory);
	json_decref(r.unread);
	return why;
}
