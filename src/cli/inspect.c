#include "cli/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/certtree.h"
#include "cli/file.h"
#include "cli/inspect_key.h"
#include "cli/inspect_kind.h"
#include "cli/inspect_report.h"
#include "wire/dossier.h"

#define FILE_SIZE_MAX DOSSIER_MAX
#define ROOTS_ARENA_SIZE (64 << 20)
#define WORK_ARENA_SIZE (8 << 20)

/* One run of the command. */
struct run {
	struct session *s;
	const struct inspect_kind *kind;
	struct arena kept; /* roots, key and signature */
	struct arena work; /* of the file at hand */
	struct inspect_roots roots;
	struct public ak;
	struct signature signature;
	struct inspect_kind_input in;
	json_t *reports;
	bool is_any_refused, is_any_parsed;
};

/* --- what the command line says ------------------------------------------------------------------------- */

static fault get_time(struct session *s, int64_t *ret)
{
	const char *moment = s->line->values[OPTION_TIME];
	*ret = (int64_t)time(NULL);
	if (moment && !text_time_parse(bytes_text(moment), ret))
		return complaint_put(&s->complaint, FAIL(USAGE), "--time %s: this is no moment.", moment);
	return NULL;
}

/* A whole file, as long as the arena. */
static fault read_file(struct run *r, const char *path, struct arena *arena, struct bytes *ret)
{
	uint8_t *memory = arena_alloc(arena, FILE_SIZE_MAX);
	NEED(memory, SYS_MEMORY);
	struct wr w = wr_of(memory, FILE_SIZE_MAX);
	TRY(file_get(path, FILE_PUBLIC, &r->s->complaint, &w));
	*ret = wr_done(&w);
	return NULL;
}

static fault refuse_option(struct run *r, enum option_id option, fault why)
{
	if (!why || r->s->complaint.why == why)
		return why;
	return complaint_put(&r->s->complaint, why, "--%s %s", options[option].name,
			     r->s->line->values[option]);
}

static fault read_key(struct run *r)
{
	struct bytes octets;
	if (!r->s->line->values[OPTION_AK])
		return NULL;
	TRY(read_file(r, r->s->line->values[OPTION_AK], &r->kept, &octets));
	TRY(inspect_key_parse(octets, &r->ak));
	r->in.ak = &r->ak;
	return NULL;
}

static fault read_signature(struct run *r)
{
	struct bytes octets;
	if (!r->s->line->values[OPTION_SIGNATURE])
		return NULL;
	TRY(read_file(r, r->s->line->values[OPTION_SIGNATURE], &r->kept, &octets));
	TRY(signature_parse(octets, &r->signature));
	r->in.signature = &r->signature;
	return NULL;
}

static enum rules_switch expired_of(const char *word)
{
	if (!word)
		return RULES_UNSAID;
	return strcmp(word, "accept") == 0 ? RULES_TRUE : RULES_FALSE;
}

static fault read_options(struct run *r)
{
	r->in.allows_sha1 = r->s->line->values[OPTION_ALLOW_SHA1] != NULL;
	r->in.expired_ca = expired_of(r->s->line->values[OPTION_EXPIRED_CA]);
	r->in.roots = &r->roots;
	r->in.arena = &r->work;
	TRY(get_time(r->s, &r->in.now));
	r->in.is_time_given = r->s->line->values[OPTION_TIME];
	TRY(inspect_roots_get(r->s->line, &r->kept, &r->s->complaint, &r->roots));
	TRY(refuse_option(r, OPTION_AK, read_key(r)));
	return refuse_option(r, OPTION_SIGNATURE, read_signature(r));
}

/* --- the files ------------------------------------------------------------------------------------------ */

static fault inspect_file(struct run *r, const char *path)
{
	struct inspect_finding f;
	enum inspect_outcome outcome;
	arena_reset(&r->work);
	TRY(read_file(r, path, &r->work, &r->in.file));
	inspect_finding_init(&f);
	json_t *report = json_object(), *found = NULL;
	json_object_set_new(report, "kind", json_string(r->kind->name));
	json_object_set_new(report, "file", json_string(certtree_name(path)));
	found = inspect_report_build(&f, r->kind->judge(&r->in, &f), &outcome);
	json_object_update(report, found);
	json_array_append_new(r->reports, report);
	json_decref(found);
	inspect_finding_done(&f);
	r->is_any_refused |= outcome == INSPECT_REFUSED;
	r->is_any_parsed |= outcome == INSPECT_PARSED;
	return NULL;
}

static void write_json(const struct run *r)
{
	const json_t *whole = json_array_size(r->reports) == 1 ? json_array_get(r->reports, 0) : r->reports;
	session_write(r->s, whole);
}

static void write_text(const struct run *r)
{
	size_t i;
	const json_t *report;
	json_array_foreach(r->reports, i, report) {
		if (i)
			putchar('\n');
		inspect_report_write(report, &r->s->screen, stdout);
	}
}

static fault inspect(struct run *r)
{
	TRY(read_options(r));
	for (size_t i = 0; i < r->s->line->count; i++)
		TRY(inspect_file(r, r->s->line->arguments[i]));
	if (is_session_json(r->s))
		write_json(r);
	else
		write_text(r);
	if (r->is_any_refused)
		r->s->result = INSPECT_EXIT_REFUSED;
	else
		r->s->result = r->is_any_parsed ? INSPECT_EXIT_PARSED : INSPECT_EXIT_ACCEPTED;
	return NULL;
}

fault inspect_run(struct session *s)
{
	struct run r = { .s = s, .kind = inspect_kind_find(s->line->command->verb), .reports = json_array() };
	arena_init(&r.kept, ROOTS_ARENA_SIZE);
	arena_init(&r.work, WORK_ARENA_SIZE);
	fault why = inspect(&r);
	arena_done(&r.work);
	arena_done(&r.kept);
	json_decref(r.reports);
	return why;
}
