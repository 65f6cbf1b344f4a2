#include "cli/rejudge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/device.h"
#include "cli/evidence.h"
#include "cli/pages.h"
#include "cli/proposal.h"
#include "cli/refusal.h"
#include "cli/review.h"
#include "cli/table.h"

#define WORK_ARENA_SIZE (8 << 20)
#define PROGRESS_STEP 100
#define AHEAD 100 /* rows that decide how the table looks */

/* What becomes of a device or refusal. */
enum fate { SAME = 0, FALLS, RISES, WEAKER, STRONGER, OTHERWISE, UNJUDGED, FATE_COUNT };

static const struct {
	const char *word, *sentence;
} fates[FATE_COUNT] = {
	[SAME] = { "same", "would stay as they are" },
	[FALLS] = { "falls", "would fall: admitted, and would be refused" },
	[RISES] = { "rises", "would rise: refused, and would be admitted or challenged" },
	[WEAKER] = { "weaker", "would stay with less assurance" },
	[STRONGER] = { "stronger", "would stay with more assurance" },
	[OTHERWISE] = { "otherwise", "would be refused for another reason" },
	[UNJUDGED] = { "unjudged", "could not be judged: no evidence was kept, or it cannot be read" },
};

/* One run of the command. */
struct rejudge {
	struct session *s;
	struct proposal proposal;
	struct arena work; /* of the dossier at hand */
	FILE *rows;        /* a line of JSON for each that changes */
	struct screen progress;
	size_t devices, refusals;
	size_t count[FATE_COUNT];
	size_t partial;               /* whose dossier does not hold all that is asked of it */
	bool is_reason[FAULT_COUNT]; /* somebody would be told that fault who is not now */
};

/* --- judging -------------------------------------------------------------------------------------------- */

/* Assurance as it was recorded or, by another edition, as this program judges it by the dossier's anchors. */
static fault assurance_before(struct rejudge *j, struct bytes dossier, const struct review *r, uint8_t *ret)
{
	struct review own;
	const struct review_input in = { .file = dossier, .arena = &j->work };
	if (r->is_comparable) {
		*ret = claims_of(&r->recorded, (enum vouch_by)r->dossier.vouch).assurance;
		return NULL;
	}
	TRY(review_build(&in, &own));
	*ret = own.claims.assurance;
	return NULL;
}

static fault find_fate(struct rejudge *j, struct bytes dossier, const struct review *r, enum fate *ret)
{
	uint8_t before = 0, now = r->claims.assurance;
	*ret = SAME;
	if (!r->is_judged)
		*ret = UNJUDGED;
	else if (!r->told != !r->why)
		*ret = r->why ? FALLS : RISES;
	else if (r->told != r->why)
		*ret = OTHERWISE;
	else if (!r->told) {
		TRY(assurance_before(j, dossier, r, &before));
		*ret = before == now ? SAME : (before & ~now) ? WEAKER : STRONGER;
	}
	return NULL;
}

static void put_text(json_t *row, const char *name, const char *text)
{
	json_object_set_new(row, name, text && text[0] ? json_string(text) : json_null());
}

/* What a device is told: it is in, it is asked for proof, or why not. */
static const char *standing_of(fault why, int trip)
{
	return why ? why->name : trip == 2 ? "admitted" : "challenged";
}

static void put_reason(struct rejudge *j, json_t *row, const struct review *r)
{
	char detail[BLOCKLIST_DETAIL_SIZE] = "";
	if (r->why == FAIL(FIRMWARE_VULNERABLE) || r->why == FAIL(KEY_BEFORE_FIX))
		blocklist_text(&r->finding, detail);
	put_text(row, "recordedFault", r->told ? r->told->name : NULL);
	put_text(row, "fault", r->why ? r->why->name : NULL);
	put_text(row, "what", r->why ? r->why->what : NULL);
	put_text(row, "detail", detail);
	put_text(row, "remedy", r->why ? r->why->remedy : NULL);
	if (r->why)
		j->is_reason[r->why - fault_rows] = true;
}

static void put_row(struct rejudge *j, const json_t *record, const struct review *r, enum fate fate)
{
	static const char *const members[] = { "id", "deviceName", "serialNumber" };
	int trip = r->evidence.id.p ? 2 : 1;
	json_auto_t *row = json_object();
	json_object_set_new(row, "change", json_string(fates[fate].word));
	for (size_t i = 0; i < COUNT_OF(members); i++)
		json_object_set(row, members[i], json_object_get(record, members[i]));
	put_text(row, "from", fate == UNJUDGED ? "" : standing_of(r->told, trip));
	put_text(row, "to", fate == UNJUDGED ? "" : standing_of(r->why, trip));
	put_reason(j, row, r);
	json_object_set_new(row, "trip", json_integer(trip));
	json_object_set_new(row, "partial", json_boolean(r->is_partial));
	json_dumpf(row, j->rows, JSON_COMPACT | JSON_ENSURE_ASCII);
	putc('\n', j->rows);
}

static fault judge(struct rejudge *j, const json_t *record, struct bytes dossier)
{
	struct review r = { 0 };
	enum fate fate = UNJUDGED;
	const struct review_input in = {
		.file = dossier,
		.anchors = j->proposal.anchors,
		.blocklist = j->proposal.has_blocklist ? &j->proposal.blocklist : NULL,
		.rules = j->proposal.rules,
		.arena = &j->work,
	};
	arena_reset(&j->work);
	fault why = review_build(&in, &r);
	if (!why)
		why = find_fate(j, dossier, &r, &fate);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	if (why) {
		r = (struct review){ .why = why };
		fate = UNJUDGED;
	}
	j->count[fate]++;
	j->partial += r.is_partial;
	if (fate != SAME)
		put_row(j, record, &r, fate);
	return NULL;
}

/* --- the fleet ------------------------------------------------------------------------------------------ */

static void show_progress(const struct rejudge *j)
{
	size_t n = j->devices + j->refusals;
	if (j->progress.is_terminal && n % PROGRESS_STEP == 0)
		fprintf(stderr, "\r%zu judged", n);
}

static void end_progress(const struct rejudge *j)
{
	if (j->progress.is_terminal)
		fputs("\r\033[K", stderr);
}

static bool is_retired(const json_t *record)
{
	const char *state = json_string_value(json_object_get(record, "managementState"));
	return state && strcmp(state, "retired") == 0;
}

/* A device or refusal that has no evidence, or is gone by now, is told apart from a failure. */
static fault take(struct rejudge *j, const struct resource *of, const json_t *record, size_t *count)
{
	const char *id = json_string_value(json_object_get(record, "id"));
	struct bytes dossier = { 0 };
	if (!id || is_retired(record))
		return NULL;
	arena_reset(&j->s->arena);
	const char *path = arena_format(&j->s->arena, "%s/%s", of->evidence, id);
	NEED(path != NULL, SYS_MEMORY);
	fault why = evidence_get(j->s, path, &dossier);
	if (why && why != FAIL(NOT_FOUND))
		return why;
	++*count;
	show_progress(j);
	return judge(j, record, dossier);
}

static fault take_all(struct rejudge *j, const struct resource *of, size_t *count)
{
	size_t i;
	const json_t *record;
	struct pages pages;
	pages_init(&pages, of->path);
	while (pages.path[0]) {
		json_auto_t *page = json_array();
		TRY(pages_get(j->s, &pages, page));
		json_array_foreach(page, i, record)
			TRY(take(j, of, record, count));
	}
	return NULL;
}

/* --- what is shown -------------------------------------------------------------------------------------- */

static const struct column columns[] = {
	{ .title = "CHANGE", .member = "change", .is_painted = true },
	{ .title = "NAME", .member = "deviceName", .is_elastic = true },
	{ .title = "SERIAL", .member = "serialNumber", .is_elastic = true },
	{ .title = "NOW", .member = "from" },
	{ .title = "THEN", .member = "to" },
	{ .title = "ID", .member = "id", .is_elastic = true },
};

/* Gives up to `most` rows to `each`, from the first. */
static void each_row(struct rejudge *j, size_t most, void (*each)(struct table *t, const struct bytes *cells),
		     struct table *t)
{
	char *line = NULL;
	size_t size = 0;
	rewind(j->rows);
	for (size_t n = 0; n < most && getline(&line, &size, j->rows) > 0; n++) {
		struct bytes cells[COUNT_OF(columns)];
		json_auto_t *row = json_loads(line, 0, NULL);
		arena_reset(&j->s->arena);
		for (size_t i = 0; i < COUNT_OF(columns); i++)
			cells[i] = column_get(&columns[i], row, &j->s->arena);
		each(t, cells);
	}
	free(line);
}

static void write_row(struct table *t, const struct bytes *cells)
{
	table_write_row(t, cells, stdout);
}

/* What was put in place of what each was judged by. */
static void write_proposal(const struct rejudge *j)
{
	const struct proposal *p = &j->proposal;
	const char *between = "Judged again by";
	if (p->anchors) {
		printf("%s %zu CA certificates", between, anchors_count(p->anchors));
		between = ",";
	}
	if (p->has_blocklist) {
		printf("%s a blocklist of %zu rows", between, p->blocklist.n);
		between = ",";
	}
	if (p->has_rules)
		printf("%s the policy %s", between, j->s->line->values[OPTION_POLICY]);
	puts("; all else as it was then.");
}

/* What people are to do about each reason that is new to somebody. */
static void write_reasons(const struct rejudge *j)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (j->is_reason[i])
			printf("\n%s: %s\n  %s\n", fault_rows[i].name, fault_rows[i].what,
			       fault_rows[i].remedy);
}

static void write_text(struct rejudge *j)
{
	struct table t;
	printf("%zu would fall and %zu would rise, of %zu devices and %zu refusals. Nothing was changed.\n",
	       j->count[FALLS], j->count[RISES], j->devices, j->refusals);
	write_proposal(j);
	for (size_t i = FALLS; i < FATE_COUNT; i++)
		if (j->count[i])
			printf("%8zu %s\n", j->count[i], fates[i].sentence);
	printf("%8zu %s\n", j->count[SAME], fates[SAME].sentence);
	if (j->partial)
		printf("%8zu were kept by an older server: who named them and how old their keys are is not "
		       "known\n", j->partial);
	if (j->count[SAME] == j->devices + j->refusals)
		return;
	putchar('\n');
	table_init(&t, columns, COUNT_OF(columns), &j->s->screen);
	each_row(j, AHEAD, table_put, &t);
	table_write_head(&t, stdout);
	each_row(j, SIZE_MAX, write_row, &t);
	write_reasons(j);
}

/* A count, or null for what is not there to be counted. */
static void write_member(const char *name, bool has_value, size_t value)
{
	if (has_value)
		printf("  \"%s\": %zu,\n", name, value);
	else
		printf("  \"%s\": null,\n", name);
}

static void write_json(struct rejudge *j)
{
	const struct proposal *p = &j->proposal;
	int c, before = 0;
	puts("{\n  \"dryRun\": true,");
	write_member("roots", p->anchors != NULL, p->anchors ? anchors_count(p->anchors) : 0);
	write_member("blocklistRows", p->has_blocklist, p->blocklist.n);
	printf("  \"policy\": %s,\n", p->has_rules ? "true" : "false");
	write_member("devices", true, j->devices);
	write_member("refusals", true, j->refusals);
	write_member("partial", true, j->partial);
	for (size_t i = 0; i < FATE_COUNT; i++)
		write_member(fates[i].word, true, j->count[i]);
	printf("  \"changes\": [");
	rewind(j->rows);
	while ((c = getc(j->rows)) != EOF) {
		if (before == '\n' || !before)
			fputs(before ? ",\n" : "\n", stdout);
		if (c != '\n')
			putchar(c);
		before = c;
	}
	puts(before ? "\n  ]\n}" : "]\n}");
}

static fault run(struct rejudge *j)
{
	TRY(take_all(j, &device_resource, &j->devices));
	TRY(take_all(j, &refusal_resource, &j->refusals));
	end_progress(j);
	if (fflush(j->rows) || ferror(j->rows))
		return complaint_put(&j->s->complaint, FAIL(SYS_FILE), "No room for the results.");
	if (is_session_json(j->s))
		write_json(j);
	else
		write_text(j);
	return NULL;
}

fault rejudge_run(struct session *s)
{
	struct rejudge j = { .s = s, .rows = tmpfile() };
	if (!j.rows)
		return complaint_put(&s->complaint, FAIL(SYS_FILE), "There is no place for temporary files.");
	screen_get(STDERR_FILENO, &j.progress);
	arena_init(&j.work, WORK_ARENA_SIZE);
	fault why = proposal_build(s, &j.proposal);
	if (!why) {
		why = run(&j);
		proposal_done(&j.proposal);
	}
	if (why)
		end_progress(&j);
	arena_done(&j.work);
	fclose(j.rows);
	return why;
}
