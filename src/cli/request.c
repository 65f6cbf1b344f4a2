#include "cli/request.h"

#include <stdio.h>
#include <string.h>

#include "cli/paragraph.h"
#include "cli/record.h"

#define INDENT 12
#define CLOCK_AT 11 /* of a moment: hours, minutes, seconds, */
#define CLOCK_SIZE 8

static void write_item(const struct session *s, const char *name, const char *text)
{
	paragraph_write_item(name, text, INDENT, &s->screen, stdout);
}

static void write_head(struct session *s, const json_t *r)
{
	const char *outcome = record_text(r, "outcome"), *time = record_text(r, "dateTime");
	const char *paint = screen_paint(&s->screen, bytes_text(outcome));
	printf("%s%s%s: %s\n", paint, outcome, paint[0] ? screen_plain(&s->screen) : "", time);
}

static void write_fault(struct session *s, const json_t *r)
{
	const char *code = record_text(r, "fault"), *hresult = record_text(r, "hresult");
	write_item(s, "fault", hresult[0] ? arena_format(&s->arena, "%s, %s", code, hresult) : code);
	write_item(s, "why", record_text(r, "what"));
	write_item(s, "detail", record_text(r, "detail"));
	write_item(s, "do", record_text(r, "remedy"));
	write_item(s, "Intune", record_text(r, "statusDetail"));
}

static void write_device(struct session *s, const json_t *r)
{
	static const struct {
		const char *title, *member;
	} items[] = {
		{ "device", "deviceName" }, { "serial", "serialNumber" }, { "model", "model" },
		{ "address", "address" },   { "TPM", "tpmManufacturer" }, { "issuer", "issuer" },
		{ "profile", "profile" },   { "device id", "managedDeviceId" },
	};
	for (size_t i = 0; i < COUNT_OF(items); i++)
		write_item(s, items[i].title, record_text(r, items[i].member));
}

static void write_events(struct session *s, const json_t *r)
{
	size_t i;
	const json_t *event;
	json_array_foreach(json_object_get(r, "events"), i, event) {
		const char *time = record_text(event, "dateTime");
		bool is_whole = strlen(time) >= CLOCK_AT + CLOCK_SIZE;
		const char *text = arena_format(&s->arena, "%.*s  %s", CLOCK_SIZE,
						is_whole ? time + CLOCK_AT : "", record_text(event, "event"));
		write_item(s, i ? "" : "trips", text ? text : "");
	}
}

static bool has_passed(const json_t *check)
{
	return strcmp(record_text(check, "outcome"), "passed") == 0;
}

static bool is_failed(const json_t *check)
{
	return strcmp(record_text(check, "outcome"), "failed") == 0;
}

static void write_checks(struct session *s, const json_t *r)
{
	size_t i, needed = 0, passed = 0;
	const json_t *checks = json_object_get(r, "checks"), *check;
	json_array_foreach(checks, i, check) {
		bool is_needed = json_is_true(json_object_get(check, "required"));
		needed += is_needed;
		passed += is_needed && has_passed(check);
	}
	if (!json_is_array(checks))
		write_item(s, "checks", "of another edition of the program, which this one cannot read");
	else
		write_item(s, "checks",
			   needed ? arena_format(&s->arena, "%zu of %zu required passed", passed, needed)
				  : "none was required yet: the records decided");
	json_array_foreach(checks, i, check)
		if (!has_passed(check))
			write_item(s, "",
				   arena_format(&s->arena, "%s: %s (%s)",
						is_failed(check) ? "not true" : record_text(check, "outcome"),
						record_text(check, "sentence"),
						record_text(check, "check")));
}

/* Where the evidence is to be had, as long as it is kept. */
static void write_evidence(struct session *s, const json_t *r)
{
	const char *refusal = record_text(r, "refusalId"), *device = record_text(r, "managedDeviceId");
	if (!record_text(r, "evidence")[0]) {
		write_item(s, "evidence", "is not kept any more: a later request has taken its place");
		return;
	}
	write_item(s, "evidence", record_text(r, "evidence"));
	write_item(s, "",
		   arena_format(&s->arena, "assay %s evidence %s --out FILE",
				refusal[0] ? "refusal" : "device", refusal[0] ? refusal : device));
}

fault request_write(struct session *s)
{
	json_auto_t *r = NULL;
	struct remote_request request = { .method = "GET" };
	TRY(session_path(s, "/assay/v1/requests", s->line->arguments[0], &request.path));
	TRY(session_send(s, &request, &r));
	if (is_session_json(s)) {
		session_write(s, r);
		return NULL;
	}
	write_head(s, r);
	write_fault(s, r);
	write_device(s, r);
	write_events(s, r);
	write_checks(s, r);
	write_evidence(s, r);
	NEED(!is_arena_full(&s->arena), SYS_MEMORY);
	return NULL;
}
