#include "policy/compliance.h"

#include <stdio.h>

#include "base/text.h"
#include "wire/trip.h"

#define HOUR_S 3600

static const struct {
	bool has_grace;
	const char *sentence;
} conditions[COMPLIANCE_CONDITION_COUNT] = {
#define C(id, grace, sentence) [COMPLIANCE_##id] = { grace, sentence },
#include "policy/compliance.def"
#undef C
};

const char *compliance_condition_text(enum compliance_condition condition)
{
	return conditions[condition].sentence;
}

/* --- words ---------------------------------------------------------------------------------------------- */

static const char *const state_words[COMPLIANCE_STATE_COUNT] = {
	[COMPLIANCE_UNKNOWN] = "unknown",
	[COMPLIANCE_NONCOMPLIANT] = "noncompliant",
	[COMPLIANCE_IN_GRACE] = "inGracePeriod",
	[COMPLIANCE_COMPLIANT] = "compliant",
};

static const char *const assurance_words[] = {
	[COMPLIANCE_ANY] = "none",
	[COMPLIANCE_LOW] = "low",
	[COMPLIANCE_MEDIUM] = "medium",
	[COMPLIANCE_HIGH] = "high",
};

const char *compliance_state_word(enum compliance_state state)
{
	return text_word(state_words, COUNT_OF(state_words), state);
}

const char *compliance_assurance_word(enum compliance_assurance assurance)
{
	return text_word(assurance_words, COUNT_OF(assurance_words), assurance);
}

bool compliance_assurance_parse(struct bytes word, enum compliance_assurance *ret)
{
	size_t at = text_word_find(assurance_words, COUNT_OF(assurance_words), word);
	if (!at && !is_bytes_text(word, assurance_words[COMPLIANCE_ANY]))
		return false;
	*ret = (enum compliance_assurance)at;
	return true;
}

bool compliance_classes_parse(struct bytes text, unsigned *ret)
{
	unsigned bits = 0;
	struct bytes rest = text;
	while (text.n && rest.p) {
		enum anchors_class class;
		if (!anchors_class_parse(text_trimmed(bytes_until(&rest, ',')), &class))
			return false;
		bits |= 1u << class;
	}
	*ret = bits;
	return true;
}

char *compliance_classes_text(unsigned classes, char out[static COMPLIANCE_CLASSES_MAX])
{
	size_t n = 0;
	out[0] = 0;
	for (unsigned i = 0; i <= ANCHORS_CLASS_LAST; i++)
		if (classes & 1u << i)
			n += (size_t)snprintf(out + n, COMPLIANCE_CLASSES_MAX - n, "%s%s", n ? "," : "",
					      anchors_class_word((enum anchors_class)i));
	return out;
}

/* --- reading -------------------------------------------------------------------------------------------- */

fault compliance_parse(struct compliance_policy *p, const char **ret_detail)
{
	bool are_hours = p->attested_hours <= COMPLIANCE_HOURS_MAX &&
			 p->silent_hours <= COMPLIANCE_HOURS_MAX && p->grace_hours <= COMPLIANCE_HOURS_MAX;
	const struct {
		bool is_so;
		const char *detail;
	} needs[] = {
		{ p->name.n > 0, "displayName: it has none." },
		{ is_scope_filtered_well(&p->scope),
		  "include: a filter is included or excluded, and both need one." },
		{ is_scope_groups(p->scope.groups),
		  "groupTags: they stand with commas between, at most 512 octets." },
		{ !p->is_default || !is_scope_narrow(&p->scope),
		  "The default policy is for all to whom no other applies." },
		{ are_hours, "Hours are numbers up to 8760, a year." },
		{ p->assurance <= COMPLIANCE_ASSURANCE_LAST, "minimumAssurance: none, low, medium or high." },
		{ p->classes >> (ANCHORS_CLASS_LAST + 1) == 0, "tpmClasses: there is no such kind of TPM." },
	};
	p->is_whole = false;
	for (size_t i = 0; i < COUNT_OF(needs); i++) {
		*ret_detail = needs[i].detail;
		NEED(needs[i].is_so, PARSE_FIELD);
	}
	*ret_detail = NULL;
	p->is_whole = true;
	return NULL;
}

/* --- conditions ----------------------------------------------------------------------------------------- */

/* What one condition of one policy says. Zeroed, there is nothing amiss. */
struct remark {
	fault why;
	bool is_unknown;
	int64_t since;
	int64_t due; /* when it will be amiss by time alone; 0: never */
};

struct question {
	const struct compliance_policy *policy;
	const struct compliance_facts *facts;
	int64_t now;
};

static struct remark amiss(fault why, int64_t since)
{
	return (struct remark){ .why = why, .since = since };
}

static struct remark unknown(const struct question *q, fault why)
{
	return (struct remark){ .why = why, .is_unknown = true, .since = q->facts->enrolled };
}

/* What was so last at that time must have been so within these hours. */
static struct remark ask_age(const struct question *q, int64_t last, uint64_t hours, fault why)
{
	int64_t due = last + (int64_t)hours * HOUR_S;
	return q->now > due ? amiss(why, due) : (struct remark){ .due = due + 1 };
}

/* Since when the TPM is known to be what it is. */
static int64_t judged_at(const struct compliance_facts *f)
{
	return f->attested ? f->attested : f->enrolled;
}

static struct remark ask_failed(const struct question *q)
{
	const struct compliance_facts *f = q->facts;
	return f->failed ? amiss(FAIL(ATTESTATION_FAILED), f->failed_at) : (struct remark){ 0 };
}

/* Whether a device has to be attested at all is for assurance to say. */
static struct remark ask_attested(const struct question *q)
{
	const struct compliance_facts *f = q->facts;
	if (!q->policy->attested_hours || (!f->attested && !f->assurance))
		return (struct remark){ 0 };
	if (!f->attested)
		return unknown(q, FAIL(ATTESTATION_NONE));
	return ask_age(q, f->attested, q->policy->attested_hours, FAIL(ATTESTATION_STALE));
}

enum compliance_assurance compliance_assurance_of(uint8_t bits)
{
	if (bits & TRIP_ASSURED_KEY)
		return COMPLIANCE_HIGH;
	if (bits & TRIP_ASSURED_CERTIFICATE)
		return COMPLIANCE_MEDIUM;
	return bits & TRIP_ASSURED_USER ? COMPLIANCE_LOW : COMPLIANCE_ANY;
}

static struct remark ask_assurance(const struct question *q)
{
	bool is_enough = compliance_assurance_of(q->facts->assurance) >= q->policy->assurance;
	return is_enough ? (struct remark){ 0 } : amiss(FAIL(ASSURANCE_LOW), judged_at(q->facts));
}

static struct remark ask_class(const struct question *q)
{
	bool is_admitted = !q->policy->classes || q->policy->classes & 1u << q->facts->class;
	return is_admitted ? (struct remark){ 0 } : amiss(FAIL(TPM_CLASS), judged_at(q->facts));
}

static struct remark ask_firmware(const struct question *q)
{
	const struct compliance_facts *f = q->facts;
	int64_t since = f->firmware_since ? f->firmware_since : q->now;
	if (!q->policy->wants_firmware)
		return (struct remark){ 0 };
	if (f->firmware == BLOCKLIST_VULNERABLE)
		return amiss(FAIL(FIRMWARE_VULNERABLE), since);
	if (f->is_firmware_older)
		return amiss(FAIL(FIRMWARE_OLDER), since);
	if (f->firmware == BLOCKLIST_FINE)
		return (struct remark){ 0 };
	return f->firmware == BLOCKLIST_OLD_KEYS ? amiss(FAIL(KEY_BEFORE_FIX), since)
						 : unknown(q, FAIL(COMPLIANCE_UNKNOWN));
}

static struct remark ask_key(const struct question *q)
{
	bool is_well = !q->policy->wants_key || q->facts->key == KEYSTATE_ATTESTED;
	return is_well ? (struct remark){ 0 } : amiss(FAIL(KEY_SOFTWARE), judged_at(q->facts));
}

static struct remark ask_silent(const struct question *q)
{
	const struct compliance_facts *f = q->facts;
	int64_t last = f->seen > f->enrolled ? f->seen : f->enrolled;
	if (!q->policy->silent_hours)
		return (struct remark){ 0 };
	return ask_age(q, last, q->policy->silent_hours, FAIL(DEVICE_SILENT));
}

static struct remark (*const asks[COMPLIANCE_CONDITION_COUNT])(const struct question *q) = {
	[COMPLIANCE_FAILED] = ask_failed,       [COMPLIANCE_ATTESTED] = ask_attested,
	[COMPLIANCE_ASSURANCE] = ask_assurance, [COMPLIANCE_CLASS] = ask_class,
	[COMPLIANCE_FIRMWARE] = ask_firmware,   [COMPLIANCE_KEY] = ask_key,
	[COMPLIANCE_SILENT] = ask_silent,
};

/* --- judging -------------------------------------------------------------------------------------------- */

/* A judgement under way, with what was seen of all reasons, also those beyond the last that is kept. */
struct judgement {
	int64_t now;
	bool is_amiss, is_unknown, is_in_grace;
	struct compliance_finding *ret;
};

static void put_next(struct judgement *j, int64_t at)
{
	if (at > j->now && (!j->ret->next || at < j->ret->next))
		j->ret->next = at;
}

static void put_reason(struct judgement *j, const struct compliance_reason *r)
{
	bool is_over = !r->is_unknown && j->now >= r->until;
	bool is_ignored = r->by && r->by->is_report;
	j->is_unknown |= r->is_unknown;
	j->is_amiss |= is_over;
	j->is_in_grace |= !r->is_unknown && !is_over;
	j->ret->is_denied |= !is_ignored && (is_over || r->is_unknown);
	j->ret->is_held |= !is_ignored && is_over;
	put_next(j, r->until);
	if (j->ret->n < COMPLIANCE_REASONS_MAX)
		j->ret->v[j->ret->n++] = *r;
}

/* A failure that passes by itself, such as a list that could not be fetched, is no sign of anything yet. */
static bool has_grace(const struct question *q, enum compliance_condition c)
{
	return conditions[c].has_grace || (q->facts->failed && q->facts->failed->retry);
}

/* Grace begins when the device could first know: what a policy asks anew is not held against it at once. */
static int64_t end_of_grace(const struct question *q, enum compliance_condition c, int64_t since)
{
	int64_t from = since > q->policy->updated ? since : q->policy->updated;
	return has_grace(q, c) ? from + (int64_t)q->policy->grace_hours * HOUR_S : since;
}

static void judge_condition(struct judgement *j, const struct question *q, enum compliance_condition c)
{
	struct remark a = asks[c](q);
	put_next(j, a.due);
	if (!a.why)
		return;
	const struct compliance_reason reason = {
		.condition = c,
		.why = a.why,
		.cause = c == COMPLIANCE_FAILED ? q->facts->failed : NULL,
		.since = a.since,
		.until = a.is_unknown ? a.since : end_of_grace(q, c, a.since),
		.by = q->policy,
		.is_unknown = a.is_unknown,
	};
	put_reason(j, &reason);
}

/* Where it cannot be told whether a policy applies, it does: what is unknown loosens nothing (H125). */
static bool is_applying(const struct compliance_policy *p, const struct compliance_facts *f)
{
	return !p->is_default && (!p->is_whole || scope_judge(&p->scope, f->values) != FILTER_FALSE);
}

static size_t find_applying(const struct compliance_policies *list, const struct compliance_facts *f,
			    const struct compliance_policy *ret[static COMPLIANCE_POLICIES_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < list->n && n < COMPLIANCE_POLICIES_MAX; i++)
		if (is_applying(&list->v[i], f))
			ret[n++] = &list->v[i];
	for (size_t i = 0; i < list->n && !n; i++)
		if (list->v[i].is_default)
			ret[n++] = &list->v[i];
	return n;
}

static enum compliance_state state_of(const struct judgement *j)
{
	if (j->is_amiss)
		return COMPLIANCE_NONCOMPLIANT;
	if (j->is_unknown)
		return COMPLIANCE_UNKNOWN;
	return j->is_in_grace ? COMPLIANCE_IN_GRACE : COMPLIANCE_COMPLIANT;
}

void compliance_judge(const struct compliance_policies *list, const struct compliance_facts *f, int64_t now,
		      struct compliance_finding *ret)
{
	const struct compliance_policy *applying[COMPLIANCE_POLICIES_MAX];
	struct judgement j = { .now = now, .ret = ret };
	size_t n = find_applying(list, f, applying);
	*ret = (struct compliance_finding){ .state = COMPLIANCE_UNKNOWN };
	if (!n)
		put_reason(&j, &(struct compliance_reason){ .why = FAIL(POL_MISSING), .is_unknown = true });
	for (size_t i = 0; i < n; i++)
		if (!applying[i]->is_whole)
			put_reason(&j, &(struct compliance_reason){ .why = FAIL(POL_MISSING),
								    .by = applying[i],
								    .is_unknown = true });
	for (enum compliance_condition c = 0; c < COMPLIANCE_CONDITION_COUNT; c++)
		for (size_t i = 0; i < n; i++)
			if (applying[i]->is_whole)
				judge_condition(&j, &(struct question){ applying[i], f, now }, c);
	ret->state = state_of(&j);
}

char *compliance_text(const struct compliance_finding *f, char out[static COMPLIANCE_TEXT_SIZE])
{
	size_t n = 0;
	out[0] = 0;
	for (size_t i = 0; i < f->n && n < COMPLIANCE_TEXT_SIZE; i++) {
		const struct compliance_reason *r = &f->v[i];
		n += (size_t)snprintf(out + n, COMPLIANCE_TEXT_SIZE - n, "%s%s%s%s", n ? ", " : "",
				      r->why->name, r->cause ? ": " : "", r->cause ? r->cause->name : "");
	}
	return out;
}
