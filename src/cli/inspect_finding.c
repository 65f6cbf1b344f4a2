#include "cli/inspect_finding.h"

#include <stdlib.h>

#include "attest/alg.h"
#include "base/text.h"

void inspect_finding_init(struct inspect_finding *f)
{
	*f = (struct inspect_finding){ .facts = json_object() };
}

void inspect_finding_done(struct inspect_finding *f)
{
	json_decref(f->facts);
	f->facts = NULL;
}

void inspect_finding_list(struct inspect_finding *f, enum check_id check)
{
	f->listed[check] = true;
}

void inspect_finding_require(struct inspect_finding *f, enum check_id check)
{
	f->listed[check] = true;
	f->verdict.required[check] = 1;
}

void inspect_finding_require_subject(struct inspect_finding *f, enum check_subject subject)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == subject && verdict_checks[i].by == BY_VERIFY)
			inspect_finding_require(f, (enum check_id)i);
}

void inspect_finding_judge(struct inspect_finding *f, enum check_id check, bool passed)
{
	f->verdict.of[check] = passed ? PASSED : FAILED;
}

void inspect_finding_put(struct inspect_finding *f, const char *name, json_t *value)
{
	json_object_set_new(f->facts, name, value);
}

void inspect_finding_put_text(struct inspect_finding *f, const char *name, struct bytes text)
{
	bool is_shown = text.p && is_text_printable(text);
	inspect_finding_put(f, name, is_shown ? json_stringn((const char *)text.p, text.n) : json_null());
}

void inspect_finding_put_hex(struct inspect_finding *f, const char *name, struct bytes octets)
{
	char *hex = octets.p ? malloc(TEXT_HEX_SIZE(octets.n)) : NULL;
	inspect_finding_put(f, name, hex ? json_string(text_hex(octets, hex)) : json_null());
	free(hex);
}

void inspect_finding_put_number(struct inspect_finding *f, const char *name, uint64_t number)
{
	inspect_finding_put(f, name, json_integer((json_int_t)number));
}

void inspect_finding_put_time(struct inspect_finding *f, const char *name, int64_t seconds)
{
	char text[TEXT_TIME_SIZE];
	inspect_finding_put(f, name, json_string(text_time(seconds, text)));
}

void inspect_finding_put_digest(struct inspect_finding *f, const char *name, struct bytes octets)
{
	uint8_t digest[32];
	bool is_made = alg_sha256(octets, digest) == NULL;
	inspect_finding_put_hex(f, name, is_made ? BYTES_OF(digest) : (struct bytes){ 0 });
}

/* Unlike a closed verdict's, the fault of an inspection is never that of a row nobody judged. */
enum inspect_outcome inspect_finding_outcome(const struct inspect_finding *f, fault why, fault *ret)
{
	for (size_t i = 0; !why && !f->is_closed && i < CHECK_COUNT; i++)
		if (f->listed[i] && f->verdict.of[i] == FAILED)
			why = verdict_checks[i].why;
	*ret = why;
	if (why)
		return INSPECT_REFUSED;
	return is_verdict_trusted(&f->verdict) ? INSPECT_ACCEPTED : INSPECT_PARSED;
}

const char *inspect_finding_word(enum inspect_outcome outcome)
{
	static const char *const words[] = {
		[INSPECT_REFUSED] = "refused",
		[INSPECT_PARSED] = "parsed",
		[INSPECT_ACCEPTED] = "accepted",
	};
	return words[outcome];
}

json_t *inspect_finding_checks(const struct inspect_finding *f)
{
	json_t *list = json_array();
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		const struct verdict_check *c = &verdict_checks[i];
		if (!f->listed[i])
			continue;
		json_t *row = json_object();
		json_object_set_new(row, "check", json_string(c->name));
		json_object_set_new(row, "outcome", json_string(verdict_word(f->verdict.of[i])));
		json_object_set_new(row, "detail",
				    json_string(f->verdict.of[i] == FAILED ? c->why->what : c->sentence));
		if (f->is_closed)
			json_object_set_new(row, "required", json_boolean(f->verdict.required[i]));
		json_array_append_new(list, row);
	}
	return list;
}
