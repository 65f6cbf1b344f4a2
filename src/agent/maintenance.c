#include "agent/maintenance.h"

#include <jansson.h>
#include <string.h>

#include "agent/eksource.h"
#include "agent/event.h"
#include "agent/pace.h"
#include "agent/screen.h"

#define ARENA_SIZE (1 << 19)
#define LINE_SIZE 512

struct maintenance {
	const struct settings *settings;
	struct chip chip;
	struct chip_properties about;
	struct chip_health health;
	bool has_health;
	struct state state;
	fault state_why; /* why it cannot be used */
	struct identity identity;
	struct eksource source;
	struct arena arena;
	struct cause cause; /* the first thing that is wrong; no code: nothing is */
	struct event_book events;
};

/* --- the work ------------------------------------------------------------------------------------------- */

static void note(struct maintenance *m, fault why, const char *detail)
{
	if (!m->cause.code[0])
		m->cause = cause_of(why, detail);
}

static void put_event(struct maintenance *m, enum event_name name, const struct cause *cause)
{
	const struct event event = { name, EVENT_STAGE_NONE, cause, { NULL, NULL } };
	event_put(&m->events, &event);
}

/* A driver may just be starting, and a TPM be busy with its tests. */
static fault open_chip(struct maintenance *m)
{
	const struct settings *s = m->settings;
	struct pace pace = { .what = "Opening the TPM",
			     .first_ms = s->pause_ms,
			     .attempts = (unsigned)s->attempts };
	for (;;) {
		fault f = chip_open(&m->chip, s->tcti, (int)s->tpm_ms);
		if (!f || !f->retry || ++pace.attempt >= pace.attempts)
			return f;
		const struct cause cause = cause_of(f, chip_detail(&m->chip));
		chip_close(&m->chip);
		pace_wait(&pace, &cause);
	}
}

static fault read_chip(struct maintenance *m)
{
	TRY(open_chip(m));
	TRY(chip_get_properties(&m->chip, &m->about));
	TRY(chip_get_health(&m->chip, &m->health));
	m->has_health = true;
	return NULL;
}

/* A locked TPM can still make its EKs; one without its hierarchies has nothing to certify. */
static fault check_health(struct maintenance *m)
{
	static const char *const disabled[] = {
		NULL,
		"the storage (owner) hierarchy is disabled",
		"the endorsement hierarchy is disabled",
		"the storage (owner) and the endorsement hierarchy are disabled",
	};
	const char *which = disabled[!m->health.has_storage + 2 * !m->health.has_endorsement];
	if (m->health.is_locked)
		note(m, FAIL(TPM_LOCKOUT), NULL);
	if (which)
		note(m, FAIL(TPM_HIERARCHY), which);
	return m->health.has_endorsement ? NULL : FAIL(TPM_HIERARCHY);
}

static fault find_certificate(struct maintenance *m)
{
	const struct eksource_plan plan = {
		.settings = m->settings, .chip = &m->chip, .state = &m->state, .arena = &m->arena
	};
	TRY(identity_get(&m->chip, &m->arena, &m->identity));
	TRY(m->state_why);
	TRY(eksource_find(&plan, &m->identity, &m->source));
	if (m->source.place == EKSOURCE_NOWHERE && !m->cause.code[0])
		m->cause = m->source.cause;
	return NULL;
}

/* What was found out of both certificates. */
static fault put_certificates(struct maintenance *m)
{
	struct bytes ak;
	TRY(state_find(&m->state, STATE_AK_CERTIFICATE, &m->arena, &ak));
	bool is_missing = m->source.place == EKSOURCE_NOWHERE;
	put_event(m, is_missing ? EVENT_EK_MISSING : EVENT_EK_FOUND, is_missing ? &m->source.cause : NULL);
	if (ak.p && is_missing)
		put_event(m, EVENT_AK_WITHOUT_EK, NULL);
	else if (ak.p && m->source.place == EKSOURCE_TPM)
		put_event(m, EVENT_NOTHING_MISSING, NULL);
	return NULL;
}

static fault work(struct maintenance *m)
{
	m->state_why = state_open(&m->state, m->settings->state);
	put_event(m, EVENT_MAINTENANCE_STARTED, NULL);
	TRY(read_chip(m));
	TRY(check_health(m));
	TRY(find_certificate(m));
	return put_certificates(m);
}

static const char *detail_of(const struct maintenance *m, fault why)
{
	if (why == FAIL(AGENT_STATE))
		return m->state.detail;
	return why == FAIL(CONFIG_INVALID) ? m->source.cause.detail : chip_detail(&m->chip);
}

/* --- what is said --------------------------------------------------------------------------------------- */

enum ending { ENDING_READY, ENDING_COPY, ENDING_WRONG, ENDING_AWAY };

static const struct {
	const char *word; /* in JSON */
	const char *headline;
	enum screen_colour colour;
	enum invocation_exit code;
} endings[] = {
	[ENDING_READY] = { "ready", "The TPM is ready.", SCREEN_GREEN, INVOCATION_DONE },
	[ENDING_COPY] = { "ready", "The TPM is ready, by an earlier answer of its maker's service.",
			  SCREEN_YELLOW, INVOCATION_DONE },
	[ENDING_WRONG] = { "notReady", "The TPM is not ready.", SCREEN_RED, INVOCATION_FAILED },
	[ENDING_AWAY] = { "unreachable", "The TPM is not ready yet.", SCREEN_YELLOW, INVOCATION_UNREACHABLE },
};

static enum ending ending_of(const struct maintenance *m)
{
	bool is_sourced = m->source.place != EKSOURCE_NOWHERE;
	if (!m->cause.code[0])
		return m->source.place == EKSOURCE_COPY ? ENDING_COPY : ENDING_READY;
	bool is_away = m->source.service && !is_sourced && m->source.cause.retry;
	return is_away && strcmp(m->cause.code, m->source.cause.code) == 0 ? ENDING_AWAY : ENDING_WRONG;
}

static void print_chip(const struct maintenance *m)
{
	char line[LINE_SIZE];
	snprintf(line, sizeof(line), "%s, %s, firmware %016llx, at %s", m->about.manufacturer,
		 m->about.vendor, (unsigned long long)m->about.firmware, m->settings->tcti);
	screen_print_line(stdout, "TPM", m->has_health ? line : m->settings->tcti);
}

static void print_asked(const struct eksource *source)
{
	for (size_t i = 0; i < source->count; i++) {
		char line[LINE_SIZE];
		const struct eksource_attempt *a = &source->attempts[i];
		snprintf(line, sizeof(line), "%.300s for its %s key: %s", source->service,
			 endorsement_name(a->kind), a->cause.code[0] ? a->cause.code : "a certificate");
		screen_print_line(stdout, "asked", line);
	}
}

static void print_certificate(const struct maintenance *m)
{
	static const char *const sentences[EKSOURCE_COUNT] = {
		[EKSOURCE_NOWHERE] = "",
		[EKSOURCE_TPM] = "is in the TPM",
		[EKSOURCE_SERVICE] = "came from the TPM's maker; a copy is kept as",
		[EKSOURCE_COPY] = "is the copy of an earlier answer,",
	};
	char line[LINE_SIZE];
	bool is_kept = m->source.place > EKSOURCE_TPM;
	snprintf(line, sizeof(line), "of its %s key %s%s%.255s%s", endorsement_name(m->source.kind),
		 sentences[m->source.place], is_kept ? " " : "", is_kept ? m->settings->state : "",
		 is_kept ? "/" STATE_EK_CERTIFICATE : "");
	if (m->source.place != EKSOURCE_NOWHERE)
		screen_print_line(stdout, "certificate", line);
	else if (m->has_health && m->health.has_endorsement)
		screen_print_line(stdout, "certificate", "none; the TPM holds none either");
}

static void print_text(const struct maintenance *m, enum ending ending)
{
	screen_print_headline(stdout, endings[ending].colour, endings[ending].headline);
	print_chip(m);
	print_asked(&m->source);
	print_certificate(m);
	screen_print_cause(stdout, ending == ENDING_COPY ? &m->source.cause : &m->cause);
}

static json_t *chip_json(const struct maintenance *m)
{
	char firmware[17];
	snprintf(firmware, sizeof(firmware), "%016llx", (unsigned long long)m->about.firmware);
	if (!m->has_health)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "manufacturer", m->about.manufacturer,
			 "vendor", m->about.vendor, "firmware", firmware, "storageHierarchy",
			 (int)m->health.has_storage, "endorsementHierarchy", (int)m->health.has_endorsement,
			 "lockedOut", (int)m->health.is_locked, "ownSeed", (int)m->health.has_own_seed);
}

static void print_json(const struct maintenance *m, enum ending ending)
{
	json_auto_t *object = json_object();
	screen_put_text(object, "outcome", endings[ending].word);
	screen_put_cause(object, &m->cause);
	json_object_set_new(object, "tpm", chip_json(m));
	json_object_set_new(object, "ekCertificate", eksource_build_json(&m->source));
	screen_print_json(stdout, object);
}

int maintenance_run(const struct invocation *invocation)
{
	struct maintenance m = { .settings = &invocation->settings, .state.folder = -1 };
	arena_init(&m.arena, ARENA_SIZE);
	event_init(&m.events, &m.state, invocation->settings.journal);
	fault f = work(&m);
	if (f)
		note(&m, f, detail_of(&m, f));
	put_event(&m, f ? EVENT_MAINTENANCE_FAILED : EVENT_MAINTENANCE_DONE, f ? &m.cause : NULL);
	enum ending ending = ending_of(&m);
	(invocation->set & INVOCATION_JSON ? print_json : print_text)(&m, ending);
	chip_close(&m.chip);
	state_close(&m.state);
	event_done(&m.events);
	arena_done(&m.arena);
	return (int)endings[ending].code;
}
