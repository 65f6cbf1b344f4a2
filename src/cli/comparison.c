#include "cli/comparison.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/device.h"
#include "cli/evidence.h"
#include "cli/pages.h"
#include "cli/record.h"
#include "cli/refusal.h"
#include "cli/registration.h"
#include "cli/review.h"
#include "report/leniencies.h"

#define ARENA_SIZE (8 << 20)
#define PROFILES "/assay/v1/profiles"

/* One of the two: its facts by name, in the order in which they are compared. */
struct side {
	struct session *s;
	const char *id;
	json_t *events; /* its timeline */
	json_t *facts;
	struct arena arena;
};

/* --- facts ---------------------------------------------------------------------------------------------- */

static void put_named(struct side *side, const char *stage, const char *name, json_t *value)
{
	char key[128];
	snprintf(key, sizeof(key), "%s: %s", stage, name);
	json_object_set_new(side->facts, key, value ? value : json_null());
}

/* What a person compares, member by member; what a side does not have is null. */
struct member {
	const char *stage, *member;
};

static void put_members(struct side *side, const struct member *members, size_t n, const json_t *record)
{
	for (size_t i = 0; i < n; i++)
		put_named(side, members[i].stage, members[i].member,
			  json_incref(json_object_get(record, members[i].member)));
}

/* A record that another names, or none where it does not or the record is gone. */
static fault find_record(struct session *s, const char *path, const char *id, json_t **ret)
{
	struct remote_request request = { .method = "GET" };
	if (!id[0])
		return NULL;
	TRY(session_path(s, path, id, &request.path));
	fault why = session_send(s, &request, ret);
	return why == FAIL(NOT_FOUND) ? NULL : why;
}

/* The id of the registration that its timeline begins with, or "". */
static const char *registration_of(const struct side *side)
{
	size_t i;
	const json_t *event;
	json_array_foreach(side->events, i, event) if (strcmp(record_text(event, "event"), "registered") ==
						       0) return record_text(event,
									     "autopilotDeviceIdentityId");
	return "";
}

static fault put_registration(struct side *side)
{
	static const struct member registered[] = {
		{ "registration", "groupTag" },
		{ "registration", "userPrincipalName" },
		{ "registration", "userlessEnrollmentStatus" },
	};
	static const struct member said[] = {
		{ "profile", "displayName" }, { "profile", "attestation" },
		{ "profile", "virtual" },     { "profile", "unknown" },
		{ "profile", "usage" },       { "profile", "failure" },
		{ "profile", "oneTime" },     { "profile", "deviceNameTemplate" },
	};
	json_auto_t *registration = NULL, *profile = NULL;
	TRY(find_record(side->s, registration_resource.path, registration_of(side), &registration));
	put_named(side, "registration", "by EK hash", json_boolean(record_text(registration, "ekHash")[0]));
	put_named(side, "registration", "by serial number",
		  json_boolean(record_text(registration, "serialNumber")[0]));
	put_members(side, registered, COUNT_OF(registered), registration);
	TRY(find_record(side->s, PROFILES, record_text(registration, "deploymentProfileId"), &profile));
	put_members(side, said, COUNT_OF(said), profile);
	return NULL;
}

static void put_tpm(struct side *side, const json_t *record)
{
	static const struct member tpm[] = {
		{ "TPM", "noTpmReason" }, { "TPM", "tpmManufacturer" }, { "TPM", "tpmClass" },
		{ "TPM", "tpmVersion" },  { "TPM", "tpmFirmware" },     { "TPM", "warnings" },
	};
	put_members(side, tpm, COUNT_OF(tpm), record);
}

/* By the evidence that the server kept last, judged by this program. */
static fault put_verdict(struct side *side, const struct resource *of)
{
	struct review r = { 0 };
	const char *path;
	struct bytes dossier;
	TRY(session_path(side->s, of->evidence, side->id, &path));
	fault why = evidence_get(side->s, path, &dossier);
	if (why)
		return why == FAIL(NOT_FOUND) ? NULL : why;
	const struct review_input in = { .file = arena_copy(&side->arena, dossier), .arena = &side->arena };
	TRY(review_build(&in, &r));
	struct bytes issuer = r.found.named_issuer;
	put_named(side, "EK certificate", "issuer",
		  issuer.n ? json_stringn((const char *)issuer.p, issuer.n) : NULL);
	put_named(side, "EK certificate", "let pass", leniencies_list(r.found.leniencies));
	for (size_t i = 0; i < CHECK_COUNT; i++)
		put_named(side, "check", verdict_checks[i].name, json_string(verdict_word(r.verdict.of[i])));
	put_named(side, "verdict", "fault", r.why ? json_string(r.why->name) : NULL);
	return NULL;
}

static fault get_events(struct side *side)
{
	struct pages pages;
	const char *path = arena_format(&side->arena, "%s/%s/timeline", device_resource.evidence, side->id);
	NEED(path != NULL, SYS_MEMORY);
	pages_init(&pages, path);
	while (pages.path[0])
		TRY(pages_get(side->s, &pages, side->events));
	return NULL;
}

/* The last event that is about that decision or certificate, or NULL. */
static const json_t *last_event(const struct side *side, const char *member, const char *of)
{
	size_t i;
	const json_t *event, *last = NULL;
	json_array_foreach(side->events, i, event) if (strcmp(record_text(event, member), of) == 0) last =
		event;
	return last;
}

static void put_events(struct side *side)
{
	static const struct {
		const char *stage, *member, *of, *value;
	} rows[] = {
		{ "decision", "decision", "join", "outcome" },
		{ "decision", "decision", "enrolment", "outcome" },
		{ "restriction", "decision", "enrolment", "restriction" },
		{ "certificate", "certificate", "AK certificate", "event" },
		{ "certificate", "certificate", "device certificate", "event" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const json_t *event = last_event(side, rows[i].member, rows[i].of);
		put_named(side, rows[i].stage, rows[i].of,
			  json_incref(json_object_get(event, rows[i].value)));
	}
}

static fault put_all(struct side *side)
{
	static const struct member standing[] = {
		{ "standing", "managementState" }, { "standing", "attestationState" },
		{ "standing", "assurance" },       { "standing", "serverKeyState" },
		{ "standing", "clientKeyState" },
	};
	json_auto_t *record = NULL;
	bool is_refusal = strlen(side->id) == TEXT_HEX_SIZE(32) - 1;
	const struct resource *of = is_refusal ? &refusal_resource : &device_resource;
	struct remote_request request = { .method = "GET" };
	TRY(session_path(side->s, of->path, side->id, &request.path));
	TRY(session_send(side->s, &request, &record));
	TRY(get_events(side));
	TRY(put_registration(side));
	put_tpm(side, record);
	TRY(put_verdict(side, of));
	put_events(side);
	put_members(side, standing, COUNT_OF(standing), record);
	return NULL;
}

/* --- what is shown -------------------------------------------------------------------------------------- */

/* Those that either has and the other has not the same, in their order. */
static json_t *build_differences(const struct side *a, const struct side *b)
{
	const char *key;
	json_t *value, *list = json_array();
	json_object_foreach(a->facts, key, value)
	{
		json_t *other = json_object_get(b->facts, key);
		if (!json_equal(value, other ? other : json_null()))
			json_array_append_new(list,
					      json_pack("{ss sO sO?}", "fact", key, "a", value, "b", other));
	}
	json_object_foreach(b->facts, key, value) if (!json_object_get(a->facts, key) && !json_is_null(value))
		json_array_append_new(list, json_pack("{ss sn sO}", "fact", key, "a", "b", value));
	return list;
}

static void write_value(const char *side, const json_t *difference)
{
	const json_t *value = json_object_get(difference, side);
	printf("  %s  ", side);
	if (json_is_string(value))
		printf("%s\n", record_text(difference, side));
	else if (json_is_null(value) || !value)
		puts("-");
	else {
		json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
		putchar('\n');
	}
}

static void write_text(const json_t *list)
{
	size_t n = json_array_size(list);
	const json_t *first = json_array_get(list, 0);
	if (!n) {
		puts("They are alike in every fact.");
		return;
	}
	printf("The first fact in which they differ is\n%s\n", record_text(first, "fact"));
	write_value("a", first);
	write_value("b", first);
	if (n > 1)
		printf("%zu more differ; --json lists them.\n", n - 1);
}

static fault compare(struct session *s, struct side *a, struct side *b)
{
	TRY(put_all(a));
	TRY(put_all(b));
	json_auto_t *list = build_differences(a, b);
	s->result = json_array_size(list) ? COMPARISON_DIFFER : 0;
	if (is_session_json(s)) {
		json_auto_t *document = json_pack("{ss ss sO}", "a", a->id, "b", b->id, "differences", list);
		session_write(s, document);
	} else {
		write_text(list);
	}
	return NULL;
}

fault comparison_run(struct session *s)
{
	struct side sides[2];
	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		sides[i] = (struct side){
			.s = s, .id = s->line->arguments[i], .facts = json_object(), .events = json_array()
		};
		arena_init(&sides[i].arena, ARENA_SIZE);
	}
	fault why = compare(s, &sides[0], &sides[1]);
	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		json_decref(sides[i].facts);
		json_decref(sides[i].events);
		arena_done(&sides[i].arena);
	}
	return why;
}
