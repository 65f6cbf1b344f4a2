#include <jansson.h>
#include <string.h>

#include "agent/readiness.h"
#include "agent/screen.h"

#define INDENT 22 /* of what is said of a row */

static const struct {
	const char *word; /* in JSON */
	enum screen_colour colour;
} states[] = {
	[READINESS_UNSUPPORTED] = { "notSupported", SCREEN_RED },
	[READINESS_UNREADY] = { "notReady", SCREEN_RED },
	[READINESS_READY] = { "ready", SCREEN_GREEN },
};

static const struct {
	const char *mark;
	enum screen_colour colour;
} outcomes[READINESS_OUTCOME_COUNT] = {
	[READINESS_NOT_RUN] = { "-", SCREEN_YELLOW },
	[READINESS_FAILED] = { "FAIL", SCREEN_RED },
	[READINESS_WARNED] = { "warn", SCREEN_YELLOW },
	[READINESS_PASSED] = { "ok", SCREEN_GREEN },
	[READINESS_NOT_APPLICABLE] = { "-", SCREEN_YELLOW },
};

/* --- text ----------------------------------------------------------------------------------------------- */

static void print_headline(const struct readiness *r, enum readiness_headline of, FILE *out)
{
	char line[64];
	enum readiness_state state = readiness_state_of(r, of);
	snprintf(line, sizeof(line), "%s: %s", of == READINESS_ATTESTATION ? "Attestation" : "Storage",
		 readiness_state_text(state));
	screen_print_headline(out, states[state].colour, line);
}

static void print_more(const char *name, const char *text, FILE *out)
{
	if (!text[0])
		return;
	fprintf(out, "%8s%-13s ", "", name);
	screen_print_text(out, INDENT, text);
}

static void print_row(const struct readiness_row *row, const struct readiness_finding *f,
		      FILE *out)
{
	char code[96] = "";
	const struct cause *cause = &f->cause;
	bool has_cause = cause->code[0];
	screen_print_mark(out, outcomes[f->outcome].colour, outcomes[f->outcome].mark);
	fprintf(out, "%-15s ", row->title);
	if (!has_cause) {
		screen_print_text(out, INDENT, f->fact[0] ? f->fact : row->sentence);
		return;
	}
	screen_print_text(out, INDENT, cause->what);
	size_t n = (size_t)snprintf(code, sizeof(code), "%s%s", cause->code, cause->hresult ? ", " : "");
	if (cause->hresult)
		snprintf(code + n, sizeof(code) - n, "0x%08X", (unsigned)cause->hresult);
	print_more("found", f->fact, out);
	print_more("detail", cause->detail, out);
	print_more("do", cause->remedy, out);
	print_more("code", code, out);
	print_more("request", cause->request_id, out);
}

void readiness_print(const struct readiness *r, FILE *out)
{
	print_headline(r, READINESS_ATTESTATION, out);
	print_headline(r, READINESS_STORAGE, out);
	putc('\n', out);
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++)
		print_row(&readiness_rows[id], &r->of[id], out);
}

/* --- JSON ----------------------------------------------------------------------------------------------- */

static json_t *row_json(const struct readiness_row *row, const struct readiness_finding *f)
{
	json_t *object = json_object();
	bool is_known = f->outcome == READINESS_PASSED || f->outcome == READINESS_FAILED ||
			f->outcome == READINESS_WARNED;
	screen_put_text(object, "field", row->word);
	json_object_set_new(object, "value",
			    is_known ? json_boolean(f->outcome == READINESS_PASSED) : json_null());
	json_object_set_new(object, "desiredValue", json_true());
	screen_put_text(object, "outcome", readiness_outcome_word(f->outcome));
	screen_put_text(object, "found", f->fact);
	screen_put_cause(object, &f->cause);
	screen_put_text(object, "requestId", f->cause.request_id);
	return object;
}

static json_t *kind_json(const struct readiness *r, enum readiness_kind kind)
{
	json_t *list = json_array();
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++)
		if (readiness_rows[id].kind == kind)
			json_array_append_new(list, row_json(&readiness_rows[id], &r->of[id]));
	return list;
}

static json_t *information_json(uint32_t bits)
{
	json_t *list = json_array();
	for (uint32_t bit = 1; bit; bit <<= 1)
		if ((bits & bit) && readiness_information_name(bit))
			json_array_append_new(list, json_string(readiness_information_name(bit)));
	return list;
}

static json_t *way_json(const struct location_way *way)
{
	json_t *object = json_object();
	screen_put_text(object, "proxy", way->proxy);
	screen_put_text(object, "failed", way->why ? location_layer_word(way->failed) : "");
	json_object_set_new(object, "status", way->why ? json_null() : json_integer(way->status));
	screen_put_text(object, "detail", way->detail);
	return object;
}

static void put_location(json_t *list, const char *name, const struct location *at)
{
	json_t *ways = json_array(), *object = json_object();
	for (size_t i = 0; i < LOCATION_WAY_COUNT; i++)
		if (at->ways[i].is_tried)
			json_array_append_new(ways, way_json(&at->ways[i]));
	screen_put_text(object, "location", name);
	screen_put_text(object, "host", at->host);
	json_object_set_new(object, "ways", ways);
	if (at->host[0])
		json_array_append(list, object);
	json_decref(object);
}

static json_t *locations_json(const struct readiness *r)
{
	json_t *list = json_array();
	put_location(list, "server", &r->server);
	put_location(list, "ekService", &r->service);
	return list;
}

static void put_states(json_t *object, const struct readiness *r)
{
	static const char *const statuses[] = { "Cannot be attested", "Attestable" };
	enum readiness_state attestation = readiness_state_of(r, READINESS_ATTESTATION);
	uint32_t bits = readiness_information(r);
	json_object_set_new(object, "version", json_integer(1));
	screen_put_text(object, "healthStatus", statuses[attestation == READINESS_READY]);
	screen_put_text(object, "attestation", states[attestation].word);
	screen_put_text(object, "storage", states[readiness_state_of(r, READINESS_STORAGE)].word);
	json_object_set_new(object, "isReadyInformation", json_integer(bits));
	json_object_set_new(object, "information", information_json(bits));
}

void readiness_print_json(const struct readiness *r, FILE *out)
{
	static const struct cause none = { 0 };
	json_auto_t *object = json_object();
	enum readiness_id first = readiness_first(r);
	put_states(object, r);
	screen_put_cause(object, first < READINESS_COUNT ? &r->of[first].cause : &none);
	json_object_set_new(object, "clockSkewSeconds", r->has_skew ? json_integer(r->skew_s) : json_null());
	json_object_set_new(object, "required", kind_json(r, READINESS_REQUIRED));
	json_object_set_new(object, "expected", kind_json(r, READINESS_EXPECTED));
	json_object_set_new(object, "informational", kind_json(r, READINESS_INFORMATIONAL));
	json_object_set_new(object, "locations", locations_json(r));
	screen_print_json(out, object);
}
