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
	struct anchors *anchors;
	struct arena work; /* of the dossier at hand */
	FILE *rows;        /* a line of JSON for each that changes */
	struct screen progress;
	size_t devices, refusals;
	size_t count[FATE_COUNT];
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

static void put_fault(json_t *row, const char *name, fault why)
{
	json_object_set_new(row, name, why ? json_string(why->name) : json_null());
}

static void put_row(struct rejudge *j, const json_t *record, const struct review *r, enum fate fate)
{
	static const char *const members[] = { "id", "deviceName", "serialNumber" };
	json_auto_t *row = json_object();
	json_object_set_new(row, "change", json_string(fates[fate].word));
	for (size_t i = 0; i < COUNT_OF(members); i++)
		json_object_set(row, members[i], json_object_get(record, members[i]));
	put_fault(row, "recordedFault", r->told);
	put_fault(row, "fault", r->why);
	json_object_set_new(row, "what", r->why ? json_string(r->why->what) : json_null());
	json_object_set_new(row, "trip", json_integer(r->evidence.id.p ? 2 : 1));
	json_dumpf(row, j->rows, JSON_COMPACT | JSON_ENSURE_ASCII);
	putc('\n', j->rows);
}

static fault judge(struct rejudge *j, const json_t *record, struct bytes dossier)
{
	struct review r = { 0 };
	enum fate fate = UNJUDGED;
	const struct review_input in = { .file = dossier, .anchors = j->anchors, .arena = &j->work };
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
	{ .title = "WAS REFUSED FOR", .member = "recordedFault" },
	{ .title = "WOULD BE REFUSED FOR", .member = "fault" },
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

static void write_text(struct rejudge *j)
{
	struct table t;
	printf("Judged again by %zu CA certificates: %zu devices and %zu refusals. Nothing was changed.\n",
	       anchors_count(j->anchors), j->devices, j->refusals);
	for (size_t i = FALLS; i < FATE_COUNT; i++)
		if (j->count[i])
			printf("%8zu %s\n", j->count[i], fates[i].sentence);
	printf("%8zu %s\n", j->count[SAME], fates[SAME].sentence);
	if (j->count[SAME] == j->devices + j->refusals)
		return;
	putchar('\n');
	table_init(&t, columns, COUNT_OF(columns), &j->s->screen);
	each_row(j, AHEAD, table_put, &t);
	table_write_head(&t, stdout);
	each_row(j, SIZE_MAX, write_row, &t);
}

static void write_json(struct rejudge *j)
{
	int c, before = 0;
	printf("{\n  \"dryRun\": true,\n  \"roots\": %zu,\n  \"devices\": %zu,\n  \"refusals\": %zu,\n",
	       anchors_count(j->anchors), j->devices, j->refusals);
	for (size_t i = 0; i < FATE_COUNT; i++)
		printf("  \"%s\": %zu,\n", fates[i].word, j->count[i]);
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
	TRY(proposal_build(j->s, &j->anchors));
	TRY(take_all(j, &device_resource, &j->devices));
	TRY(take_all(j, &refusal_resource, &j->refusals));
	end_progress(j);
	if (fflush(j->rows) || ferror(j->rows))
		return complaint_put(&j->s->complaint, FAIL(SYS_FILE), "No room for the results.");
	if (j->s->line->values[OPTION_JSON])
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
	fault why = run(&j);
	if (why)
		end_progress(&j);
	arena_done(&j.work);
	if (j.anchors)
		anchors_free(j.anchors);
	fclose(j.rows);
	return why;
}
