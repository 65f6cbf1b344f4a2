#include "cli/column.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define COLUMN_MINUTE 16 /* of "2025-01-31T23:59:59Z" */

struct bytes column_get(const struct column *c, const json_t *record, struct arena *a)
{
	struct bytes text = c->text ? c->text(record, c, a) : column_text(record, c, a);
	return is_text_printable(text) ? text : BYTES_TEXT("(not printable)");
}

/* A list's texts with commas between. */
static struct bytes join(const json_t *list, struct arena *a)
{
	size_t i;
	const json_t *item;
	const char *text = "";
	json_array_foreach(list, i, item) {
		const char *word = json_is_string(item) ? json_string_value(item) : "?";
		text = text ? arena_format(a, "%s%s%s", text, i ? ", " : "", word) : NULL;
	}
	return bytes_text(text);
}

struct bytes column_text(const json_t *record, const struct column *c, struct arena *a)
{
	const json_t *value = json_object_get(record, c->member);
	if (json_is_string(value))
		return bytes_of(json_string_value(value), json_string_length(value));
	if (json_is_integer(value))
		return bytes_text(arena_format(a, "%" JSON_INTEGER_FORMAT, json_integer_value(value)));
	if (json_is_boolean(value))
		return json_is_true(value) ? BYTES_TEXT("yes") : BYTES_TEXT("no");
	return json_is_array(value) ? join(value, a) : BYTES_TEXT("");
}

struct bytes column_minute(const json_t *record, const struct column *c, struct arena *a)
{
	struct bytes moment = column_text(record, c, a);
	struct bytes minute = arena_copy(a, bytes_slice(moment, 0, COLUMN_MINUTE));
	if (minute.n != COLUMN_MINUTE || minute.p[10] != 'T')
		return moment;
	return bytes_text(arena_format(a, "%.10s %.5s", (const char *)minute.p, (const char *)minute.p + 11));
}

/* Microsoft's policies of TPM key attestation, the best first. */
static const struct {
	const char *oid, *word;
} policies[] = {
	{ "1.3.6.1.4.1.311.21.30", "high" },
	{ "1.3.6.1.4.1.311.21.31", "medium" },
	{ "1.3.6.1.4.1.311.21.32", "low" },
};

static bool has_policy(const json_t *list, const char *oid)
{
	size_t i;
	const json_t *item;
	json_array_foreach(list, i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), oid) == 0)
			return true;
	return false;
}

struct bytes column_assurance(const json_t *record, const struct column *c, struct arena *a)
{
	const json_t *list = json_object_get(record, c->member);
	(void)a;
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		if (has_policy(list, policies[i].oid))
			return bytes_text(policies[i].word);
	return BYTES_TEXT("none");
}

struct bytes column_policies(const json_t *record, const struct column *c, struct arena *a)
{
	const json_t *list = json_object_get(record, c->member);
	const char *text = "";
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		if (text && has_policy(list, policies[i].oid))
			text = arena_format(a, "%s%s%s (%s)", text, text[0] ? ", " : "", policies[i].word,
					    policies[i].oid);
	return text && !text[0] ? BYTES_TEXT("none") : bytes_text(text);
}

struct bytes column_standing(const json_t *record, const struct column *c, struct arena *a)
{
	static const struct column classes[] = { { .member = "tpmClass" }, { .member = "TpmClass" } };
	struct bytes assurance = column_assurance(record, c, a);
	bool is_virtual = false;
	for (size_t i = 0; i < COUNT_OF(classes); i++)
		is_virtual = is_virtual || is_bytes_text(column_text(record, &classes[i], a), "virtual");
	if (!is_virtual)
		return assurance;
	return bytes_text(arena_format(a, "%.*s, virtual", (int)assurance.n, (const char *)assurance.p));
}
