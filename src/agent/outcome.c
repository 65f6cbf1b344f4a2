#include "agent/outcome.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/qr.h"
#include "agent/screen.h"
#include "policy/purpose.h"

#define SKEW_WORTH_SAYING_S 5

/* The word is for JSON, the headline for people; NULL: those of what was tried. */
static const struct {
	const char *word, *headline;
	enum screen_colour colour;
} ends[] = {
	[INVOCATION_DONE] = { NULL, NULL, SCREEN_GREEN },
	[INVOCATION_REFUSED] = { "refused", "Refused.", SCREEN_RED },
	[INVOCATION_FAILED] = { "failed", NULL, SCREEN_RED },
	[INVOCATION_UNREACHABLE] = { "unreachable", NULL, SCREEN_YELLOW },
};

static const struct tried {
	enum trip_purpose purpose;
	const char *word, *done, *undone, *next;
} tries[] = {
	{ TRIP_ENROLL, "enrolled", "Enrolled.", "Not enrolled.", "" },
	{ TRIP_PROVISION, "prepared", "Prepared for its user.", "Not prepared.", "assay-agent reseal" },
	{ TRIP_RESEAL, "resealed", "Resealed: it waits for its user.", "Not resealed.",
	  "switch it off; its user enrols it: assay-agent enroll" },
	{ TRIP_ATTEST, "attested", "Attested.", "Not attested.", "" },
	{ TRIP_RENEW, "renewed", "Renewed.", "Not renewed.", "" },
	{ TRIP_RECOVER, "recovered", "Recovered: its key is in the TPM.", "Not recovered.", "" },
};

static const struct tried *tried(const struct outcome *outcome)
{
	size_t i = COUNT_OF(tries) - 1;
	while (i && tries[i].purpose != outcome->purpose)
		i--;
	return &tries[i];
}

static const char *word_of(const struct outcome *outcome)
{
	return ends[outcome->end].word ? ends[outcome->end].word : tried(outcome)->word;
}

static const char *headline_of(const struct outcome *outcome)
{
	if (ends[outcome->end].headline)
		return ends[outcome->end].headline;
	return outcome->end == INVOCATION_DONE ? tried(outcome)->done : tried(outcome)->undone;
}

static const struct {
	enum trip_assurance bit;
	const char *word;
	const char *sentence;
} assurances[] = {
	{ TRIP_ASSURED_KEY, "key", "its endorsement key is registered" },
	{ TRIP_ASSURED_CERTIFICATE, "certificate", "its TPM's maker vouches for it" },
	{ TRIP_ASSURED_USER, "user", "a token vouches for it" },
};

static void print_device(const struct outcome *outcome, FILE *out)
{
	screen_print_line(out, "device", outcome->device_id);
	screen_print_line(out, "organisation", outcome->organization);
	screen_print_line(out, "profile", outcome->profile);
	if (outcome->purpose == TRIP_RESEAL)
		return;
	screen_print_line(out, "attested", outcome->is_attested ? "yes" : "no");
	for (size_t i = 0; i < COUNT_OF(assurances); i++)
		if (outcome->assurance & assurances[i].bit)
			screen_print_line(out, "because", assurances[i].sentence);
	screen_print_line(out, "no TPM", outcome->ignored.what);
	screen_print_line(out, "code", outcome->ignored.code);
}

/* What event 176 is about: both views, which are one when all is well. */
static void print_keys(const struct outcome *outcome, FILE *out)
{
	char line[128];
	snprintf(line, sizeof(line), "server %s, this device %s; it came with %s",
		 keystate_word(outcome->server_keys), keystate_word(outcome->keys),
		 keystate_word(outcome->keys_before));
	screen_print_line(out, "key state", line);
}

static void print_token(const struct outcome *outcome, FILE *out)
{
	char line[192], time[TEXT_TIME_SIZE];
	if (outcome->token)
		snprintf(line, sizeof(line), "good until %s; assay-agent token prints one",
			 text_time(outcome->token_expires, time));
	else
		snprintf(line, sizeof(line), "none: %.60s; assay-agent token tries again",
			 outcome->token_cause.code);
	screen_print_line(out, "token", line);
}

/* In which of the two decisions, or before them, and what support is to look for. */
static void print_stage(const struct outcome *outcome, FILE *out)
{
	char line[80];
	uint32_t error = event_error(outcome->stage, &outcome->cause);
	snprintf(line, sizeof(line), "%s%s", event_stage_word(outcome->stage), error ? ", error " : "");
	if (error)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), "0x%08X", (unsigned)error);
	screen_print_line(out, "stage", line);
}

static void print_clock(int64_t skew_s, FILE *out)
{
	char line[TEXT_SKEW_SIZE];
	screen_print_line(out, "clock", text_skew(0, skew_s, line));
}

static void print_done(const struct outcome *outcome, FILE *out)
{
	print_device(outcome, out);
	if (purpose_find(outcome->purpose)->is_issuing) {
		print_keys(outcome, out);
		print_token(outcome, out);
	}
	screen_print_line(out, "next", tried(outcome)->next);
}

static void print_undone(const struct outcome *outcome, FILE *out)
{
	screen_print_cause(out, &outcome->cause);
	screen_print_line(out, "device", outcome->device_id);
	screen_print_line(out, "organisation", outcome->organization);
	print_stage(outcome, out);
}

/* What support asks for first, for a camera. */
static void print_code(const struct outcome *outcome, FILE *out)
{
	bool is_done = outcome->end == INVOCATION_DONE;
	const char *text = is_done ? outcome->device_id : outcome->cause.request_id;
	if (!text[0] || !is_screen_terminal(out))
		return;
	fprintf(out, "\n");
	qr_print(out, text);
	fprintf(out, "  %s %s\n", is_done ? "device" : "request", text);
}

void outcome_print(const struct outcome *outcome, FILE *out)
{
	screen_print_headline(out, ends[outcome->end].colour, headline_of(outcome));
	if (outcome->end == INVOCATION_DONE)
		print_done(outcome, out);
	else
		print_undone(outcome, out);
	if (outcome->has_skew && llabs((long long)outcome->skew_s) > SKEW_WORTH_SAYING_S)
		print_clock(outcome->skew_s, out);
	print_code(outcome, out);
}

static json_t *assurance_words(uint64_t assurance)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT_OF(assurances); i++)
		if (assurance & assurances[i].bit)
			json_array_append_new(list, json_string(assurances[i].word));
	return list;
}

void outcome_print_json(const struct outcome *outcome, FILE *out)
{
	json_auto_t *object = json_object();
	screen_put_text(object, "outcome", word_of(outcome));
	screen_put_cause(object, &outcome->cause);
	screen_put_text(object, "requestId", outcome->cause.request_id);
	screen_put_text(object, "stage", event_stage_word(outcome->stage));
	screen_put_text(object, "deviceToken", outcome->token ? outcome->token : "");
	screen_put_text(object, "deviceTokenFault", outcome->token_cause.code);
	json_object_set_new(object, "attempts", json_integer(outcome->attempts));
	screen_put_text(object, "deviceId", outcome->device_id);
	screen_put_text(object, "profile", outcome->profile);
	screen_put_text(object, "organization", outcome->organization);
	json_object_set_new(object, "attested", json_boolean(outcome->is_attested));
	json_object_set_new(object, "assurance", assurance_words(outcome->assurance));
	screen_put_text(object, "serverKeyState", keystate_word(outcome->server_keys));
	screen_put_text(object, "clientKeyState", keystate_word(outcome->keys));
	screen_put_text(object, "clientKeyStateBefore", keystate_word(outcome->keys_before));
	screen_put_text(object, "ignored", outcome->ignored.code);
	json_object_set_new(object, "ekCertificate", eksource_build_json(&outcome->ek));
	json_object_set_new(object, "clockSkewSeconds",
			    outcome->has_skew ? json_integer(outcome->skew_s) : json_null());
	screen_print_json(out, object);
}
