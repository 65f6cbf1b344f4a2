#include "agent/outcome.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "wire/trip.h"

#define SKEW_WORTH_SAYING_S 5

static const struct {
	const char *word;     /* in JSON */
	const char *headline; /* for people */
	int colour;           /* of ECMA-48 */
} ends[] = {
	[INVOCATION_DONE] = { "enrolled", "Enrolled.", 32 },
	[INVOCATION_REFUSED] = { "refused", "Refused.", 31 },
	[INVOCATION_FAILED] = { "failed", "Not enrolled.", 31 },
	[INVOCATION_UNREACHABLE] = { "unreachable", "Not enrolled.", 33 },
};

static const struct {
	enum trip_assurance bit;
	const char *word;
	const char *sentence;
} assurances[] = {
	{ TRIP_ASSURED_KEY, "key", "its endorsement key is registered" },
	{ TRIP_ASSURED_CERTIFICATE, "certificate", "its TPM's maker vouches for it" },
	{ TRIP_ASSURED_USER, "user", "a token vouches for it" },
};

static void print_headline(FILE *out, int colour, const char *text)
{
	bool coloured = isatty(fileno(out)) && !getenv("NO_COLOR");
	if (coloured)
		fprintf(out, "\033[1;%dm%s\033[0m\n", colour, text);
	else
		fprintf(out, "%s\n", text);
}

static void print_line(FILE *out, const char *name, const char *text)
{
	if (text[0])
		fprintf(out, "  %-12s %s\n", name, text);
}

static void print_cause(const struct cause *cause, FILE *out)
{
	char hresult[16] = "";
	if (cause->hresult)
		snprintf(hresult, sizeof(hresult), "0x%08X", (unsigned)cause->hresult);
	print_line(out, "why", cause->what);
	print_line(out, "detail", cause->detail);
	print_line(out, "do", cause->remedy);
	print_line(out, "code", cause->code);
	print_line(out, "HRESULT", hresult);
	print_line(out, "request", cause->request_id);
}

static void print_device(const struct outcome *outcome, FILE *out)
{
	print_line(out, "device", outcome->device_id);
	print_line(out, "attested", outcome->is_attested ? "yes" : "no");
	for (size_t i = 0; i < COUNT_OF(assurances); i++)
		if (outcome->assurance & assurances[i].bit)
			print_line(out, "because", assurances[i].sentence);
}

void outcome_print(const struct outcome *outcome, FILE *out)
{
	print_headline(out, ends[outcome->end].colour, ends[outcome->end].headline);
	if (outcome->end == INVOCATION_DONE)
		print_device(outcome, out);
	else
		print_cause(&outcome->cause, out);
	if (outcome->has_skew && llabs((long long)outcome->skew_s) > SKEW_WORTH_SAYING_S)
		fprintf(out, "  %-12s the server's clock is %lld s %s\n", "clock",
			llabs((long long)outcome->skew_s),
			outcome->skew_s < 0 ? "behind this one" : "ahead of this one");
}

static void put_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, text[0] ? json_string(text) : json_null());
}

static void put_cause(json_t *object, const struct cause *cause)
{
	char hresult[16] = "";
	if (cause->hresult)
		snprintf(hresult, sizeof(hresult), "0x%08X", (unsigned)cause->hresult);
	put_text(object, "fault", cause->code);
	put_text(object, "hresult", hresult);
	put_text(object, "what", cause->what);
	put_text(object, "remedy", cause->remedy);
	put_text(object, "detail", cause->detail);
	put_text(object, "requestId", cause->request_id);
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
	put_text(object, "outcome", ends[outcome->end].word);
	put_cause(object, &outcome->cause);
	json_object_set_new(object, "attempts", json_integer(outcome->attempts));
	put_text(object, "deviceId", outcome->device_id);
	json_object_set_new(object, "attested", json_boolean(outcome->is_attested));
	json_object_set_new(object, "assurance", assurance_words(outcome->assurance));
	json_object_set_new(object, "clockSkewSeconds",
			    outcome->has_skew ? json_integer(outcome->skew_s) : json_null());
	json_dumpf(object, out, JSON_INDENT(2));
	fputc('\n', out);
}

void outcome_print_cause(const struct cause *cause)
{
	print_headline(stderr, ends[INVOCATION_FAILED].colour, "It could not be done.");
	print_cause(cause, stderr);
}
