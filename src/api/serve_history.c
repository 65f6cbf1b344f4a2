#include "api/serve_history.h"

#include "api/member.h"
#include "base/rd.h"
#include "base/text.h"
#include "base/wr.h"
#include "flow/certificates.h"
#include "flow/history.h"

#define EVENTS_MAX 100 /* of one page: the checks of a verdict are many */
#define TOKEN_SIZE (8 + RECORD_ID_SIZE + 1 + STORE_EVENT_KEY_MAX)

/* --- shapes --------------------------------------------------------------------------------------------- */

static const char *certificate_word(uint64_t kind)
{
	return kind == FRAME_CERTIFICATE_AK ? "AK certificate" : "device certificate";
}

static void put(json_t *o, const char *member, json_t *value)
{
	json_object_set_new(o, member, value);
}

static void put_all(json_t *o, json_t *members)
{
	if (members)
		json_object_update(o, members);
	json_decref(members);
}

/* Each required check with its outcome, and in words how many passed. */
static const char *put_checks(const struct history_event *e, json_t *o, struct arena *a)
{
	size_t required = 0, passed = 0;
	json_t *list = json_array();
	for (size_t i = 0; e->has_outcomes && i < CHECK_COUNT; i++) {
		if (!e->outcomes.required[i])
			continue;
		required++;
		passed += e->outcomes.of[i] == PASSED;
		json_array_append_new(list, json_pack("{ss ss}", "check", verdict_checks[i].name, "outcome",
						      verdict_word(e->outcomes.of[i])));
	}
	put(o, "checks", e->has_outcomes ? list : json_null());
	if (!e->has_outcomes)
		json_decref(list);
	return required ? arena_format(a, "%zu of %zu required checks passed", passed, required) : NULL;
}

static const char *put_registered(const struct history_event *e, json_t *o, struct arena *a)
{
	static const struct member members[] = {
		MEMBER("autopilotDeviceIdentityId", member_uuid, store_registration, id),
		MEMBER("ekHash", member_hex, store_registration, ek_hash),
		MEMBER("serialNumber", member_text, store_registration, serial),
		MEMBER("groupTag", member_text, store_registration, group_tag),
		MEMBER("deploymentProfileId", member_uuid, store_registration, profile),
	};
	const struct store_registration *r = e->registration;
	put_all(o, MEMBER_OBJECT(members, r));
	const char *key = "EK hash and serial number ";
	if (!r->ek_hash.p || !r->serial.p)
		key = r->ek_hash.p ? "EK hash" : "serial number ";
	return arena_format(a, "by %s%.*s", key, (int)r->serial.n, (const char *)r->serial.p);
}

static const char *put_claimed(const struct history_event *e, json_t *o, struct arena *a)
{
	static const struct member members[] = {
		MEMBER("conflictId", member_uuid, store_conflict, id),
		MEMBER("fault", member_text, store_conflict, fault),
		MEMBER("what", member_what, store_conflict, fault),
		MEMBER("remedy", member_remedy, store_conflict, fault),
		MEMBER("ekHash", member_hex, store_conflict, ek_hash),
		MEMBER("serialNumber", member_text, store_conflict, serial),
		MEMBER("attempts", member_number, store_conflict, count),
		MEMBER("actor", member_text, store_conflict, actor),
		MEMBER("decidedDateTime", member_moment, store_conflict, decided),
	};
	const struct store_conflict *c = e->conflict;
	put_all(o, MEMBER_OBJECT(members, c));
	return arena_format(a, "%.*s: %s", (int)c->fault.n, (const char *)c->fault.p,
			    c->decided ? "an administrator decided" : "it waits for an administrator");
}

static const char *put_verdict(const struct history_event *e, json_t *o, struct arena *a)
{
	static const struct member members[] = {
		MEMBER("fault", member_text, store_verdict, fault),
		MEMBER("what", member_what, store_verdict, fault),
		MEMBER("remedy", member_remedy, store_verdict, fault),
		MEMBER("detail", member_text, store_verdict, detail),
		MEMBER("attempts", member_number, store_verdict, attempts),
		MEMBER("evidence", member_hex, store_verdict, evidence),
	};
	const struct store_verdict *v = e->verdict;
	put_all(o, MEMBER_OBJECT(members, v));
	const char *checks = put_checks(e, o, a);
	if (!v->fault.p)
		return checks ? checks : "by checks of an earlier version";
	return arena_format(a, "%.*s%s%s", (int)v->fault.n, (const char *)v->fault.p, checks ? ": " : "",
			    checks ? checks : "");
}

static const char *put_decision(const struct history_event *e, json_t *o, struct arena *a)
{
	static const struct member members[] = {
		MEMBER("fault", member_text, store_decision, fault),
		MEMBER("restrictionId", member_uuid, store_decision, restriction),
		MEMBER("wouldBlock", member_text, store_decision, monitored),
	};
	const struct store_decision *d = e->decision;
	const char *which = d->kind == STORE_DECISION_JOIN ? "join" : "enrolment";
	const char *outcome = d->outcome == STORE_DECISION_ALLOW ? "allowed" : "denied";
	put_all(o, MEMBER_OBJECT(members, d));
	put(o, "decision", json_string(which));
	put(o, "outcome", json_string(outcome));
	put(o, "restriction", member_text(&e->restriction));
	return arena_format(a, "%s %s%s%.*s", which, outcome, e->restriction.p ? " by restriction " : "",
			    (int)e->restriction.n, (const char *)e->restriction.p);
}

static const char *put_certificate(const struct history_event *e, json_t *o, struct arena *a)
{
	static const struct member members[] = {
		MEMBER("serial", member_hex, store_certificate, serial),
		MEMBER("notBeforeDateTime", member_moment, store_certificate, not_before),
		MEMBER("notAfterDateTime", member_moment, store_certificate, not_after),
	};
	char serial[TEXT_HEX_SIZE(RECORD_ID_SIZE)];
	const struct store_certificate *c = e->certificate;
	const char *kind = certificate_word(c->kind), *reason = certificates_reason_word(c->reason);
	bool is_end = e->at.kind == STORE_EVENT_REVOKED;
	put_all(o, MEMBER_OBJECT(members, c));
	put(o, "certificate", json_string(kind));
	put(o, "reason", is_end ? json_string(reason) : json_null());
	return arena_format(a, "%s %s%s%s", kind, text_hex(c->serial, serial), is_end ? ": " : "",
			    is_end ? reason : "");
}

static const char *put_audit(const struct history_event *e, json_t *o, struct arena *a)
{
	static const struct member members[] = {
		MEMBER("action", member_text, store_audit, action),
		MEMBER("actor", member_text, store_audit, actor),
		MEMBER("detail", member_text, store_audit, detail),
		MEMBER("requestId", member_uuid, store_audit, request_id),
	};
	const struct store_audit *r = e->audit;
	put_all(o, MEMBER_OBJECT(members, r));
	return arena_format(a, "%.*s by %.*s", (int)r->action.n, (const char *)r->action.p, (int)r->actor.n,
			    (const char *)r->actor.p);
}

static const struct {
	const char *word;
	/* Puts the members of the record, and gives it in one line. */
	const char *(*put)(const struct history_event *e, json_t *o, struct arena *a);
} events[] = {
	[STORE_EVENT_REGISTERED] = { "registered", put_registered },
	[STORE_EVENT_CLAIMED] = { "claimed", put_claimed },
	[STORE_EVENT_JUDGED] = { "trusted", put_verdict },
	[STORE_EVENT_DECIDED] = { "decided", put_decision },
	[STORE_EVENT_ISSUED] = { "issued", put_certificate },
	[STORE_EVENT_ACTED] = { "noted", put_audit },
	[STORE_EVENT_REVOKED] = { "revoked", put_certificate },
	[STORE_EVENT_REFUSED] = { "refused", put_verdict },
};

/* What was done, in a word where it changes what the device is. */
static const char *word_of(const struct history_event *e)
{
	static const struct {
		const char *action, *word;
	} actions[] = {
		{ "enrolment.release", "enrolled" },
		{ "enrolment.reseal", "resealed" },
		{ "enrolment.void", "voided" },
		{ "tpm.clear", "cleared" },
		{ "firmware.update", "firmware" },
		{ "firmware.downgrade", "firmware" },
		{ "device.retire", "retired" },
		{ "device.delete", "deleted" },
		{ "registration.remove", "unregistered" },
	};
	for (size_t i = 0; e->audit && i < COUNT_OF(actions); i++)
		if (is_bytes_text(e->audit->action, actions[i].action))
			return actions[i].word;
	return events[e->verdict && e->verdict->fault.p ? STORE_EVENT_REFUSED : e->at.kind].word;
}

/* What would become of it now, and what would change that; nothing when it cannot be told. */
static void put_hindsight(const struct hindsight *h, json_t *o)
{
	char text[COUNTERFACTUAL_TEXT_SIZE];
	json_t *list = json_array();
	for (size_t i = 0; i < h->list.n; i++)
		json_array_append_new(list, json_pack("{ss ss}", "change", counterfactual_word(&h->list.v[i]),
						      "text", counterfactual_text(&h->list.v[i], text)));
	put(o, "now",
	    !h->is_known ? json_null()
			 : json_string(h->now         ? h->now->name
				       : h->is_second ? "admitted"
						      : "challenged"));
	put(o, "wouldPassIf", list);
}

static json_t *shape(const struct history_event *e, struct arena *a)
{
	json_t *o = json_object();
	bool is_refused = e->verdict && e->verdict->fault.p;
	put(o, "dateTime", member_moment(&e->at.time));
	put(o, "event", json_string(word_of(e)));
	put(o, "summary", json_null()); /* keeps its place */
	const char *summary = events[e->at.kind].put(e, o, a);
	put(o, "summary", summary ? json_string(summary) : json_null());
	if (is_refused)
		put(o, "stands", json_boolean(e->at.kind == STORE_EVENT_REFUSED));
	if (e->hindsight)
		put_hindsight(e->hindsight, o);
	return o;
}

/* --- pages ---------------------------------------------------------------------------------------------- */

static fault read_token(const struct serve *s, struct store_event *ret)
{
	struct bytes token = s->c->skip;
	uint8_t *p = arena_alloc(s->a, TOKEN_SIZE);
	size_t n = token.n / 2;
	NEED(p != NULL, SYS_MEMORY);
	TRY(serving_check_token(s, n <= TOKEN_SIZE && text_hex_parse(token, p, n)));
	struct rd r = rd_of(bytes_of(p, n));
	ret->time = (int64_t)rd_be64(&r);
	ret->cause = rd_bytes(&r, RECORD_ID_SIZE);
	ret->kind = rd_u8(&r);
	ret->key = rd_rest(&r);
	return serving_check_token(s, !r.bad);
}

static fault write_token(const struct store_event *e, struct arena *a, struct bytes *ret)
{
	uint8_t *p = arena_alloc(a, TOKEN_SIZE);
	NEED(p != NULL, SYS_MEMORY);
	struct wr w = wr_of(p, TOKEN_SIZE);
	wr_be64(&w, (uint64_t)e->time);
	wr_bytes(&w, e->cause);
	wr_u8(&w, (uint8_t)e->kind);
	wr_bytes(&w, e->key);
	NEED(!w.bad, BUG);
	*ret = wr_done(&w);
	return NULL;
}

/* A device's id or an EK hash. */
static fault read_subject(const struct serve *s, struct bytes *ret)
{
	bool is_device = s->c->target.n == TEXT_UUID_SIZE - 1;
	return is_device ? serving_read_id(s, ret) : serving_read_fingerprint(s, ret);
}

fault serve_history_list(struct serve *s)
{
	struct bytes id;
	struct store_event after;
	struct history_list list;
	struct store_event_page page = { .limit = s->c->top < EVENTS_MAX ? s->c->top : EVENTS_MAX };
	TRY(read_subject(s, &id));
	if (s->c->skip.p) {
		TRY(read_token(s, &after));
		page.after = &after;
	}
	TRY(history_list(s->f, id, &page, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++)
		json_array_append_new(p.rows, shape(&list.v[i], s->a));
	if (!list.is_last)
		TRY(write_token(&list.v[list.n - 1].at, s->a, &p.last));
	return serving_answer_page(s, &p, "");
}
