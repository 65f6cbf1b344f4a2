/*
 * The report of a bundle as one document of sections, and its two forms: XML for programs, HTML for
 * browsers. Every text goes through escape: names, events and messages are anybody's.
 */
#include <jansson.h>
#include <openssl/x509.h>
#include <string.h>

#include "agent/event.h"
#include "agent/handle.h"
#include "agent/part.h"
#include "agent/pem.h"
#include "agent/screen.h"
#include "attest/firmware.h"
#include "base/hresult.h"
#include "base/text.h"

#define EVENTS_SHOWN 100
#define VALUE_SIZE 640

/* --- rows ----------------------------------------------------------------------------------------------- */

/* Words of state: what a row's value is to be looked at as. */
#define STATE_NONE ""
#define STATE_GOOD "good"
#define STATE_WARN "warn"
#define STATE_BAD "bad"

static json_t *section_new(json_t *report, const char *title)
{
	json_t *rows = json_array();
	json_array_append_new(report, json_pack("{s:s, s:o}", "title", title, "rows", rows));
	return rows;
}

static void put_row(json_t *rows, const char *name, const char *value, const char *state)
{
	bool is_shown = value[0] && is_text_printable(bytes_text(value));
	if (value[0])
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s}", "name", name, "value",
						      is_shown ? value : "(not printable)", "state", state));
}

static void put_cause(json_t *rows, const struct cause *cause)
{
	char number[HRESULT_TEXT_SIZE] = "";
	if (cause->hresult)
		hresult_text(cause->hresult, number);
	put_row(rows, "Cause", cause->code, STATE_BAD);
	put_row(rows, "What", cause->what, STATE_NONE);
	put_row(rows, "Detail", cause->detail, STATE_NONE);
	put_row(rows, "Remedy", cause->remedy, STATE_WARN);
	put_row(rows, "HRESULT", number, STATE_NONE);
	put_row(rows, "Request", cause->request_id, STATE_NONE);
}

/* --- sections ------------------------------------------------------------------------------------------- */

static void put_headline(const struct findings *f, json_t *rows, const char *name, enum readiness_headline of)
{
	enum readiness_state state = readiness_state_of(f->readiness, of);
	put_row(rows, name, readiness_state_text(state), state == READINESS_READY ? STATE_GOOD : STATE_BAD);
}

static void put_result(const struct findings *f, json_t *report)
{
	json_t *rows = section_new(report, "Result");
	enum readiness_id first = readiness_first(f->readiness);
	put_headline(f, rows, "Attestation", READINESS_ATTESTATION);
	put_headline(f, rows, "Storage", READINESS_STORAGE);
	if (first != READINESS_ROW_NOTHING)
		put_cause(rows, &f->readiness->of[first].cause);
	else if (f->rehearsal.cause.code[0])
		put_cause(rows, &f->rehearsal.cause);
}

static void put_device(const struct findings *f, json_t *report)
{
	char os[2 * TRIP_LABEL_MAX + 2], time[TEXT_TIME_SIZE];
	const struct labels *labels = &f->device.labels;
	json_t *rows = section_new(report, "Device");
	snprintf(os, sizeof(os), "%s %s", labels->os, labels->os_version);
	put_row(rows, "Name", labels->name, STATE_NONE);
	put_row(rows, "Serial number", labels->serial, STATE_NONE);
	put_row(rows, "Manufacturer", labels->manufacturer, STATE_NONE);
	put_row(rows, "Model", labels->model, STATE_NONE);
	put_row(rows, "System", os, STATE_NONE);
	put_row(rows, "Agent", "assay-agent " ASSAY_VERSION, STATE_NONE);
	put_row(rows, "Time", text_time(f->now, time), STATE_NONE);
}

static void put_tpm(const struct findings *f, json_t *report)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	json_t *rows = section_new(report, "TPM");
	if (!f->device.has_tpm) {
		put_row(rows, "TPM", f->device.no_tpm[0] ? f->device.no_tpm : "none that can be used",
			STATE_BAD);
		return;
	}
	put_row(rows, "Manufacturer", f->about.manufacturer, STATE_NONE);
	put_row(rows, "Vendor", f->about.vendor, STATE_NONE);
	put_row(rows, "Firmware", firmware_text(f->about.firmware, firmware), STATE_NONE);
	bool has_certificate = f->device.identity.chain.n;
	put_row(rows, "EK certificate", has_certificate ? endorsement_name(f->device.identity.best) : "none",
		has_certificate ? STATE_GOOD : STATE_BAD);
	put_row(rows, "Not fetched because", f->ek.cause.code, STATE_WARN);
}

/* Whom a certificate of the state folder names, and until when. */
static void put_certificate(struct findings *f, json_t *rows, const char *name, const char *file)
{
	struct bytes der = { 0 };
	char value[VALUE_SIZE], subject[256];
	struct tm until = { 0 };
	if (f->state.folder < 0 || pem_find(&f->state, file, PEM_CERTIFICATE, &f->arena, &der) || !der.p)
		return;
	const unsigned char *p = der.p;
	AUTO(X509_free) X509 *certificate = d2i_X509(NULL, &p, (long)der.n);
	if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1)
		return;
	bool is_good = X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0 &&
		       X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0;
	X509_NAME_oneline(X509_get_subject_name(certificate), subject, sizeof(subject));
	snprintf(value, sizeof(value), "%.255s until %04d-%02d-%02d%s", subject, until.tm_year + 1900,
		 until.tm_mon + 1, until.tm_mday, is_good ? "" : ", not valid by this device's clock");
	put_row(rows, name, value, is_good ? STATE_GOOD : STATE_BAD);
}

static void put_enrolment(struct findings *f, json_t *report)
{
	struct bytes id = { 0 };
	json_t *rows = section_new(report, "Enrolment");
	put_row(rows, "Server", f->invocation->settings.server, STATE_NONE);
	if (f->state.folder >= 0 && !state_find(&f->state, STATE_DEVICE_ID, &f->arena, &id) && id.p)
		put_row(rows, "Device id", arena_text(&f->arena, id), STATE_GOOD);
	else
		put_row(rows, "Device id", "none: this device is not enrolled", STATE_WARN);
	put_certificate(f, rows, "Device certificate", STATE_DEVICE_CERTIFICATE);
	put_certificate(f, rows, "AK certificate", STATE_AK_CERTIFICATE);
	put_row(rows, "First trip, now",
		f->rehearsal.is_challenged ? "the server accepted it" : f->rehearsal.cause.code,
		f->rehearsal.is_challenged ? STATE_GOOD : STATE_BAD);
	put_row(rows, "It said", f->rehearsal.cause.what, STATE_NONE);
	put_row(rows, "Request", f->rehearsal.cause.request_id, STATE_NONE);
}

static const char *state_of(enum readiness_outcome outcome)
{
	static const char *const states[READINESS_OUTCOME_COUNT] = { STATE_NONE, STATE_BAD, STATE_WARN,
								     STATE_GOOD, STATE_NONE };
	return states[outcome];
}

/* The code of what failed; of anything else what was found. */
static void put_checks(const struct findings *f, json_t *report)
{
	json_t *rows = section_new(report, "Checks");
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++) {
		const struct readiness_finding *found = &f->readiness->of[id];
		const char *of_warning = found->fact[0] ? found->fact : found->cause.what;
		const char *more = found->outcome == READINESS_FAILED ? found->cause.code : of_warning;
		char value[VALUE_SIZE];
		snprintf(value, sizeof(value), "%s%s%.400s", readiness_outcome_word(found->outcome),
			 more[0] ? ": " : "", more);
		put_row(rows, readiness_rows[id].title, value, state_of(found->outcome));
	}
}

static const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static void put_event(json_t *rows, const json_t *event)
{
	char name[64], value[VALUE_SIZE];
	const char *level = member(event, "level"), *code = member(event, "fault");
	bool is_bad = strcmp(level, "error") == 0, is_warning = strcmp(level, "warning") == 0;
	snprintf(name, sizeof(name), "%.32s  %lld", member(event, "time"),
		 (long long)json_integer_value(json_object_get(event, "id")));
	snprintf(value, sizeof(value), "%.300s%s%.64s", member(event, "text"), code[0] ? " " : "", code);
	put_row(rows, name, value, is_bad ? STATE_BAD : is_warning ? STATE_WARN : STATE_NONE);
}

/* The newest of them, oldest first. */
static void put_events(struct findings *f, json_t *report)
{
	struct bytes text = { 0 };
	json_t *rows = section_new(report, "Events");
	if (f->state.folder < 0 || state_find(&f->state, STATE_EVENTS, &f->arena, &text))
		return;
	json_auto_t *events = event_list(text);
	size_t n = json_array_size(events);
	for (size_t i = n > EVENTS_SHOWN ? n - EVENTS_SHOWN : 0; i < n; i++)
		put_event(rows, json_array_get(events, i));
}

static json_t *report_build(struct findings *f)
{
	json_t *report = json_array();
	put_result(f, report);
	put_device(f, report);
	put_enrolment(f, report);
	put_tpm(f, report);
	put_checks(f, report);
	put_events(f, report);
	return report;
}

/* --- forms ---------------------------------------------------------------------------------------------- */

/* Content or a quoted attribute of XML 1.0 or HTML. */
static void escape(const char *text, FILE *out)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&#34;" }, { '\'', "&#39;" }
	};
	for (; *text; text++) {
		size_t i = 0;
		while (i < COUNT_OF(entities) && entities[i].c != *text)
			i++;
		if (i < COUNT_OF(entities))
			fputs(entities[i].entity, out);
		else
			putc(*text, out);
	}
}

static void write_rows(const json_t *rows, const char *const marks[static 4], FILE *out)
{
	size_t i;
	const json_t *row;
	json_array_foreach(rows, i, row) {
		fputs(marks[0], out);
		escape(member(row, "state"), out);
		fputs(marks[1], out);
		escape(member(row, "name"), out);
		fputs(marks[2], out);
		escape(member(row, "value"), out);
		fputs(marks[3], out);
	}
}

fault part_report_xml(struct findings *f, FILE *out)
{
	static const char *const marks[] = { "    <Item State=\"", "\" Name=\"", "\">", "</Item>\n" };
	size_t i;
	json_auto_t *report = report_build(f);
	const json_t *section;
	fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<MDMDiagReport "
	      "Product=\"assay-agent " ASSAY_VERSION "\">\n",
	      out);
	json_array_foreach(report, i, section) {
		fputs("  <Section Title=\"", out);
		escape(member(section, "title"), out);
		fputs("\">\n", out);
		write_rows(json_object_get(section, "rows"), marks, out);
		fputs("  </Section>\n", out);
	}
	fputs("</MDMDiagReport>\n", out);
	return NULL;
}

/* No script, nothing fetched: the policy says so to the browser as well. */
static const char page_head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	"'unsafe-inline'\"/>\n"
	"<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>Diagnostics of a "
	"device</title>\n<style>\n"
	"body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;\n"
	"  color: #1b1b1b; background: #fff; }\n"
	"h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; }\n"
	"table { border-collapse: collapse; width: 100%; }\n"
	"th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid "
	"#ddd; }\n"
	"th { width: 30%; font-weight: 600; } td { overflow-wrap: anywhere; }\n"
	".good td { color: #0a6b2d; } .warn td { color: #8a5a00; } .bad td { color: #b00020; font-weight: "
	"600; }\n"
	"</style>\n</head>\n<body>\n<h1>Diagnostics of a device</h1>\n";

fault part_report_html(struct findings *f, FILE *out)
{
	static const char *const marks[] = { "<tr class=\"", "\"><th scope=\"row\">", "</th><td>",
					     "</td></tr>\n" };
	size_t i;
	json_auto_t *report = report_build(f);
	const json_t *section;
	fputs(page_head, out);
	json_array_foreach(report, i, section) {
		fputs("<h2>", out);
		escape(member(section, "title"), out);
		fputs("</h2>\n<table>\n", out);
		write_rows(json_object_get(section, "rows"), marks, out);
		fputs("</table>\n", out);
	}
	fputs("</body>\n</html>\n", out);
	return NULL;
}
