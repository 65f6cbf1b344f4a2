#include "cli/audit_verify.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/text.h"
#include "cert/trail.h"
#include "cli/file.h"
#include "wire/jose.h"

#define KEYS_MAX 65536

static void file_done(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* One line without its newline; *ret_more is false at the end. A torn or endless one is broken. */
static fault read_line(FILE *in, uint8_t line[static AUDIT_LINE_MAX], size_t *ret_n, bool *ret_more)
{
	size_t n = 0;
	int c = getc_unlocked(in);
	*ret_more = c != EOF;
	for (; c != EOF && c != '\n' && n < AUDIT_LINE_MAX; c = getc_unlocked(in))
		line[n++] = (uint8_t)c;
	NEED(!ferror(in), SYS_FILE);
	NEED(c == '\n' || !*ret_more, AUDIT_BROKEN);
	*ret_n = n;
	return NULL;
}

static fault follow(struct session *s, FILE *in, struct trail *t)
{
	uint8_t line[AUDIT_LINE_MAX];
	size_t n;
	bool more = true;
	while (more) {
		fault why = read_line(in, line, &n, &more);
		if (why == FAIL(AUDIT_BROKEN))
			snprintf(t->said, sizeof(t->said), "line %llu: it does not end",
				 (unsigned long long)t->lines + 1);
		TRY(why);
		arena_reset(&s->arena);
		if (more)
			TRY(trail_check_line(t, bytes_of(line, n), &s->arena));
	}
	return trail_check_end(t);
}

/* The set lives in the arena. */
static fault read_keys(struct session *s, struct arena *a, struct idp_document *ret)
{
	const char *path = s->line->values[OPTION_KEYS];
	uint8_t *text = arena_alloc(a, KEYS_MAX);
	struct wr w = wr_of(text, KEYS_MAX);
	NEED(text != NULL, SYS_MEMORY);
	TRY(file_get(path, FILE_PUBLIC, &s->complaint, &w));
	fault why = jose_parse_keys(wr_done(&w), a, ret);
	return why ? complaint_put(&s->complaint, FAIL(USAGE), "%s: this is no JWK Set.", path) : NULL;
}

/* --- what is said --------------------------------------------------------------------------------------- */

static json_t *shape(const struct trail *t, fault why)
{
	char time[TEXT_TIME_SIZE];
	json_t *writers = json_array();
	for (size_t i = 0; i < t->n; i++) {
		const struct trail_writer *w = &t->writers[i];
		json_t *signed_at = w->head ? json_string(text_time(w->head_time, time)) : json_null();
		json_array_append_new(writers, json_pack("{ss sI sI so}", "writer", w->name, "rows",
							 (json_int_t)w->rows, "signedRow",
							 (json_int_t)w->head, "signedDateTime", signed_at));
	}
	return json_pack("{ss? ss? so sI}", "fault", why ? why->name : NULL, "detail",
			 t->said[0] ? t->said : NULL, "writers", writers, "heads", (json_int_t)t->heads);
}

static void write_writer(const struct trail_writer *w)
{
	char time[TEXT_TIME_SIZE];
	printf("%s: %llu rows, each in its place", w->name, (unsigned long long)w->rows);
	if (w->head)
		printf("; signed up to row %llu at %s", (unsigned long long)w->head,
		       text_time(w->head_time, time));
	if (w->head && w->rows > w->head)
		printf("; %llu since", (unsigned long long)(w->rows - w->head));
	puts(".");
}

static void write_text(struct session *s, const struct trail *t, fault why)
{
	for (size_t i = 0; i < t->n && why != FAIL(AUDIT_BROKEN); i++)
		write_writer(&t->writers[i]);
	if (!why)
		return;
	complaint_put(&s->complaint, why, "%s", t->said);
	complaint_write(&s->complaint, stderr);
}

static void write_all(struct session *s, const struct trail *t, fault why)
{
	json_auto_t *document = shape(t, why);
	if (is_session_json(s))
		session_write(s, document);
	else
		write_text(s, t, why);
	s->result = why ? AUDIT_VERIFY_BROKEN : 0;
}

static fault check_file(struct session *s, struct arena *a, struct trail *t)
{
	const char *path = s->line->arguments[0];
	struct idp_document keys = { 0 };
	TRY(read_keys(s, a, &keys));
	__attribute__((cleanup(file_done))) FILE *in = fopen(path, "re");
	if (!in)
		return complaint_put(&s->complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
	t->keys = &keys.keys;
	fault why = follow(s, in, t);
	if (why == FAIL(SYS_FILE))
		return complaint_put(&s->complaint, why, "%s: %s", path, strerror(errno));
	if (why && why != FAIL(AUDIT_BROKEN) && why != FAIL(AUDIT_UNPROVED))
		return why;
	write_all(s, t, why);
	return NULL;
}

fault audit_verify(struct session *s)
{
	struct arena a;
	struct trail *t = heap_need(calloc(1, sizeof(*t)));
	arena_init(&a, 4 * KEYS_MAX);
	fault why = check_file(s, &a, t);
	arena_done(&a);
	free(t);
	return why;
}
