#include "agent/diagnosis.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "agent/ending.h"
#include "agent/part.h"
#include "agent/screen.h"
#include "attest/alg.h"
#include "base/text.h"
#include "host/descriptor.h"
#include "wire/cabfile.h"

#define ARENA_SIZE (32 << 20) /* pages that are not touched cost nothing */
#define MANIFEST "Manifest.json"

static const struct {
	const char *word;
	enum area area;
} areas[] = {
	{ "Autopilot", AREA_AUTOPILOT },
	{ "TPM", AREA_TPM },
	{ "DeviceEnrollment", AREA_ENROLMENT },
	{ "DeviceProvisioning", AREA_PROVISIONING },
};

static const struct part {
	fault (*write)(struct findings *f, FILE *out);
	unsigned areas;
	const char *file;
	const char *sentence;
} parts[] = {
#define P(name, function, areas, file, sentence) { function, areas, file, sentence },
#include "agent/part.def"
#undef P
};

struct diagnosis {
	struct findings findings;
	unsigned areas;
	json_t *files, *missing; /* of the manifest */
	size_t n;
	struct cabfile_member members[COUNT_OF(parts) + 1];
	char detail[SETTINGS_DETAIL_MAX]; /* of a fault of the command itself */
};

/* --- what is asked for ---------------------------------------------------------------------------------- */

static fault refuse(struct diagnosis *d, const char *what, const char *why)
{
	snprintf(d->detail, sizeof(d->detail), "%.128s: %.300s", what, why);
	return FAIL(USAGE);
}

static fault read_area(struct diagnosis *d, struct bytes word)
{
	for (size_t i = 0; i < COUNT_OF(areas); i++) {
		bool is_it = word.n == strlen(areas[i].word) &&
			     strncasecmp((const char *)word.p, areas[i].word, word.n) == 0;
		if (!is_it)
			continue;
		d->areas |= areas[i].area;
		return NULL;
	}
	return refuse(d, "--area", "areas are Autopilot, TPM, DeviceEnrollment and DeviceProvisioning");
}

/*
 * Unless said, all of them. Windows has ; between; a comma is what a shell lets pass without quotation
 * marks.
 */
static fault read_areas(struct diagnosis *d)
{
	const char *const *words = d->findings.invocation->areas;
	for (size_t i = 0; i < INVOCATION_AREAS_MAX && words[i]; i++)
		for (const char *at = words[i], *end; at; at = *end ? end + 1 : NULL) {
			end = at + strcspn(at, ";,");
			TRY(read_area(d, bytes_of(at, (size_t)(end - at))));
		}
	d->areas = d->areas ? d->areas : AREA_ALL;
	return d->findings.invocation->cab ? NULL : refuse(d, "--cab", "say which file to write");
}

/* --- what is gathered ----------------------------------------------------------------------------------- */

/* To whoever waits for it. */
static void say(const struct findings *f, const char *what)
{
	if (f->invocation->cab)
		fprintf(stderr, "%s\n", what);
}

/* A TPM that hung once would hang again. */
static bool is_hanging(const struct readiness *r)
{
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++)
		if (strcmp(r->of[id].cause.code, FAIL(ATTEST_TIMEOUT)->name) == 0)
			return true;
	return false;
}

static fault open_device(struct findings *f)
{
	bool is_used = !is_hanging(f->readiness);
	TRY(device_open(&f->device, &f->invocation->settings, is_used));
	NEED(f->device.has_tpm, TPM_MISSING);
	TRY(chip_get_properties(&f->device.chip, &f->about));
	TRY(chip_get_health(&f->device.chip, &f->health));
	f->has_health = true;
	return identity_get(&f->device.chip, &f->arena, &f->device.identity);
}

/*
 * The state stays open, so that no enrolment changes it meanwhile; while another agent does, it is only
 * read.
 */
static void open_state(struct findings *f)
{
	const char *path = f->invocation->settings.state;
	f->state_why = state_open(&f->state, path);
	if (!f->state_why)
		return;
	f->lock = cause_of(f->state_why, f->state.detail);
	state_close(&f->state);
	f->state_why = state_open_reader(&f->state, path);
}

static void rehearse(struct findings *f)
{
	const struct rehearsal_plan plan = { &f->invocation->settings, &f->device, &f->state, &f->arena };
	if (f->lock.code[0])
		f->rehearsal.cause = f->lock;
	else
		rehearsal_run(&plan, &f->ek, &f->rehearsal);
}

static void gather(struct findings *f)
{
	say(f, "Looking at the TPM ...");
	open_state(f);
	f->device_why = open_device(f);
	if (f->device_why && !f->device.no_tpm[0])
		snprintf(f->device.no_tpm, sizeof(f->device.no_tpm), "%s: %.150s", f->device_why->name,
			 chip_detail(&f->device.chip));
	f->device.has_tpm = !f->device_why;
	say(f, "Asking the server ...");
	rehearse(f);
}

/* --- the files ------------------------------------------------------------------------------------------ */

static fault put_member(struct diagnosis *d, const char *file, const char *sentence, struct bytes content)
{
	uint8_t digest[32];
	char hex[TEXT_HEX_SIZE(sizeof(digest))];
	struct bytes kept = arena_copy(&d->findings.arena, content);
	NEED(!is_arena_full(&d->findings.arena), SYS_MEMORY);
	TRY(alg_sha256(content, digest));
	d->members[d->n++] = (struct cabfile_member){ file, kept };
	json_array_append_new(d->files,
			      json_pack("{s:s, s:I, s:s, s:s}", "name", file, "size", (json_int_t)content.n,
					"sha256", text_hex(BYTES_OF(digest), hex), "content", sentence));
	return NULL;
}

static const char *detail_of(const struct findings *f, fault why)
{
	if (why == FAIL(AGENT_STATE))
		return f->state.detail;
	return is_cause_of_tpm(why) ? chip_detail(&f->device.chip) : f->detail;
}

/* A file that cannot be had is no reason not to have the others. */
static fault put_part(struct diagnosis *d, const struct part *part)
{
	struct findings *f = &d->findings;
	char *text = NULL;
	size_t n = 0;
	f->detail[0] = 0;
	FILE *out = open_memstream(&text, &n);
	NEED(out, SYS_MEMORY);
	fault why = part->write(f, out);
	bool is_whole = fclose(out) == 0;
	if (why)
		json_array_append_new(d->missing,
				      json_pack("{s:s, s:s, s:s, s:s}", "name", part->file, "fault",
						why->name, "what", why->what, "detail", detail_of(f, why)));
	else
		why = is_whole ? put_member(d, part->file, part->sentence, bytes_of(text, n))
			       : FAIL(SYS_MEMORY);
	free(text);
	return why == FAIL(SYS_MEMORY) ? why : NULL;
}

static json_t *area_words(unsigned set)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT_OF(areas); i++)
		if (set & areas[i].area)
			json_array_append_new(list, json_string(areas[i].word));
	return list;
}

static json_t *manifest_build(const struct diagnosis *d)
{
	char time[TEXT_TIME_SIZE];
	return json_pack("{s:s, s:s, s:o, s:O, s:O}", "tool", "assay-agent " ASSAY_VERSION, "time",
			 text_time(d->findings.now, time), "areas", area_words(d->areas), "files", d->files,
			 "missing", d->missing);
}

static fault put_manifest(struct diagnosis *d, const json_t *manifest)
{
	char *text = json_dumps(manifest, JSON_INDENT(2));
	NEED(text, SYS_MEMORY);
	d->members[d->n++] =
		(struct cabfile_member){ MANIFEST, arena_copy(&d->findings.arena, bytes_text(text)) };
	free(text);
	return is_arena_full(&d->findings.arena) ? FAIL(SYS_MEMORY) : NULL;
}

/* For its owner alone: it names the device, and what an attacker would like to know of it. */
static fault write_cab(struct diagnosis *d, struct bytes cab)
{
	const char *path = d->findings.invocation->cab;
	DESCRIPTOR fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd >= 0 && descriptor_write(fd, cab).n == 0 && fsync(fd) == 0)
		return NULL;
	snprintf(d->detail, sizeof(d->detail), "%.300s: %s", path, strerror(errno));
	return FAIL(SYS_FILE);
}

static fault build(struct diagnosis *d, json_t **ret_manifest, struct bytes *ret_cab)
{
	struct findings *f = &d->findings;
	f->readiness = readiness_new(f->invocation);
	NEED(f->readiness, SYS_MEMORY);
	gather(f);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (parts[i].areas & d->areas)
			TRY(put_part(d, &parts[i]));
	*ret_manifest = manifest_build(d);
	TRY(put_manifest(d, *ret_manifest));
	const struct cabfile file = { d->n, d->members, f->now };
	return cabfile_build(&file, &f->arena, ret_cab);
}

static void open_diagnosis(struct diagnosis *d, const struct invocation *invocation)
{
	*d = (struct diagnosis){ .files = json_array(), .missing = json_array() };
	d->findings.invocation = invocation;
	d->findings.state = STATE_UNOPENED;
	d->findings.now = time(NULL);
	arena_init(&d->findings.arena, ARENA_SIZE);
}

static void close_diagnosis(struct diagnosis *d)
{
	json_decref(d->files);
	json_decref(d->missing);
	device_close(&d->findings.device);
	state_close(&d->findings.state);
	readiness_free(d->findings.readiness);
	arena_done(&d->findings.arena);
}

/* --- for the server ------------------------------------------------------------------------------------- */

fault diagnosis_build(const struct settings *settings, struct arena *arena, struct bytes *ret_cab)
{
	struct diagnosis d;
	struct bytes cab = { 0 };
	json_t *manifest = NULL;
	const struct invocation invocation = { .settings = *settings };
	open_diagnosis(&d, &invocation);
	d.areas = AREA_ALL;
	fault why = build(&d, &manifest, &cab);
	if (!why)
		*ret_cab = arena_copy(arena, cab);
	json_decref(manifest);
	close_diagnosis(&d);
	TRY(why);
	NEED(!is_arena_full(arena), SYS_MEMORY);
	NEED(ret_cab->n <= TRIP_BUNDLE_MAX, BODY_LIMIT);
	return NULL;
}

/* --- the command ---------------------------------------------------------------------------------------- */

static fault work(struct diagnosis *d, json_t **ret_manifest)
{
	struct bytes cab;
	TRY(read_areas(d));
	TRY(build(d, ret_manifest, &cab));
	return write_cab(d, cab);
}

static void print_text(const struct diagnosis *d, const json_t *manifest)
{
	size_t i;
	const json_t *row;
	char line[SETTINGS_DETAIL_MAX];
	screen_print_headline(stdout, SCREEN_GREEN, "The bundle is written.");
	screen_print_line(stdout, "file", d->findings.invocation->cab);
	json_array_foreach(json_object_get(manifest, "files"), i, row)
		screen_print_line(stdout, i ? "" : "holds", json_string_value(json_object_get(row, "name")));
	json_array_foreach(json_object_get(manifest, "missing"), i, row) {
		snprintf(line, sizeof(line), "%s: %s", json_string_value(json_object_get(row, "name")),
			 json_string_value(json_object_get(row, "fault")));
		screen_print_line(stdout, i ? "" : "misses", line);
	}
	snprintf(line, sizeof(line), "assay explain %.300s", d->findings.invocation->cab);
	screen_print_line(stdout, "next", line);
}

int diagnosis_run(const struct invocation *invocation)
{
	struct diagnosis d;
	json_t *manifest = NULL;
	open_diagnosis(&d, invocation);
	fault why = work(&d, &manifest);
	if (why) {
		const struct cause cause = cause_of(why, d.detail);
		ending_print(&cause);
	} else if (invocation->set & INVOCATION_JSON) {
		screen_print_json(stdout, manifest);
	} else {
		print_text(&d, manifest);
	}
	json_decref(manifest);
	close_diagnosis(&d);
	return why ? INVOCATION_FAILED : INVOCATION_DONE;
}
