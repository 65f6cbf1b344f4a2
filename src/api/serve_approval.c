#include "api/serve_approval.h"

#include "api/member.h"
#include "api/scope.h"
#include "api/seen.h"
#include "base/text.h"
#include "flow/approval.h"
#include "flow/blocking.h"
#include "flow/filtering.h"
#include "wire/jsn.h"

#define BODY_MAX (2 * FRAME_CALL_MAX) /* octets of a body as JSON */

/* --- what waits ----------------------------------------------------------------------------------------- */

/* Who is or becomes one of those who decide; they could otherwise make themselves the other person. */
static bool has_say(enum flow_role role)
{
	return role >= endpoints[ENDPOINT_APPROVAL_APPROVE].role;
}

static fault judge_account_new(const struct serve *s, bool *ret)
{
	enum flow_role role;
	struct account_new in;
	TRY(message_parse(&account_new_message, s->c->body, &in));
	TRY(caller_read_role(s->caller, in.role, &role));
	*ret = has_say(role);
	return NULL;
}

/* One's own account is oneself already. */
static fault judge_account(const struct serve *s, bool *ret)
{
	struct store_account *row = NULL;
	const struct account_order o = { s->caller, &s->by, s->c->target };
	TRY(account_get_below(s->f, &o, s->a, &row));
	bool is_own = s->caller->account.p && is_bytes_equal(s->caller->account, row->name);
	*ret = !is_own && has_say(caller_role_find(row->role));
	return NULL;
}

/* Who is shut out or may less from now on decides nothing by it. */
static fault judge_account_set(const struct serve *s, bool *ret)
{
	enum flow_role role;
	struct account_set in;
	TRY(message_parse(&account_set_message, s->c->body, &in));
	TRY(judge_account(s, ret));
	if (!in.role.p) {
		*ret = *ret && !is_bytes_text(in.state, account_state_word(STORE_ACCOUNT_DISABLED));
		return NULL;
	}
	TRY(caller_read_role(s->caller, in.role, &role));
	*ret = has_say(role);
	return NULL;
}

/* A token is its account's, so it is nobody else; one of no account makes others of none. */
static fault judge_token(const struct serve *s, bool *ret)
{
	enum flow_role role;
	struct api_token_new in;
	TRY(message_parse(&api_token_new_message, s->c->body, &in));
	TRY(caller_read_role(s->caller, in.role, &role));
	*ret = !s->caller->account.p && has_say(role);
	return NULL;
}

/* A row in the place of another may block less than that did. */
static fault judge_row(const struct serve *s, bool *ret)
{
	struct blocklist_new in;
	struct store_blocklist *row = NULL;
	TRY(message_parse(&blocklist_new_message, s->c->body, &in));
	fault why = blocking_get(s->f, in.id, s->a, &row);
	*ret = !why;
	return why == FAIL(NOT_FOUND) ? NULL : why;
}

/* A filter that decides who may enrol, or whom compliance is asked of. */
static fault judge_filter(const struct serve *s, bool *ret)
{
	uint64_t uses;
	struct bytes id;
	TRY(serving_read_id(s, &id));
	TRY(filtering_count_uses(s->f, id, &uses));
	*ret = uses > 0;
	return NULL;
}

/* Who vouches for TPMs, who may enrol, whose place a TPM takes, and who decides about that. */
static const struct {
	enum endpoint_id id;
	fault (*judge)(const struct serve *s, bool *ret); /* NULL: always */
} twofold[] = {
	{ ENDPOINT_ANCHORS_ADD, NULL },
	{ ENDPOINT_ANCHOR_REMOVE, NULL },
	{ ENDPOINT_ISSUER_APPROVE, NULL },
	{ ENDPOINT_CONFLICT_APPROVE, NULL },
	{ ENDPOINT_CONFLICT_REPLACE, NULL },
	{ ENDPOINT_FILTER_SET, judge_filter },
	{ ENDPOINT_RESTRICTION_ADD, NULL },
	{ ENDPOINT_RESTRICTION_SET, NULL },
	{ ENDPOINT_RESTRICTION_MOVE, NULL },
	{ ENDPOINT_RESTRICTION_REMOVE, NULL },
	{ ENDPOINT_BLOCKLIST_ADD, judge_row },
	{ ENDPOINT_BLOCKLIST_REMOVE, NULL },
	{ ENDPOINT_COMPLIANCE_SET, NULL },
	{ ENDPOINT_COMPLIANCE_REMOVE, NULL },
	{ ENDPOINT_IDP_ADD, NULL },
	{ ENDPOINT_IDP_SET, NULL },
	{ ENDPOINT_ACCOUNT_ADD, judge_account_new },
	{ ENDPOINT_ACCOUNT_SET, judge_account_set },
	{ ENDPOINT_ACCOUNT_PASSWORD, judge_account },
	{ ENDPOINT_ACCOUNT_LINK, judge_account },
	{ ENDPOINT_API_TOKEN_ADD, judge_token },
};

fault serve_approval_check(const struct serve *s, bool *ret_is_due)
{
	*ret_is_due = false;
	for (size_t i = 0; s->f->limits->two_persons && i < COUNT_OF(twofold); i++) {
		if (twofold[i].id != (enum endpoint_id)s->c->endpoint)
			continue;
		*ret_is_due = !twofold[i].judge;
		return twofold[i].judge ? twofold[i].judge(s, ret_is_due) : NULL;
	}
	return NULL;
}

static struct account_order order_of(const struct serve *s)
{
	return (struct account_order){ s->caller, &s->by, s->c->target };
}

fault serve_approval_put(struct serve *s, const struct serve_handlers *by)
{
	struct bytes id;
	char *text = arena_alloc(s->a, TEXT_UUID_SIZE);
	const struct endpoint *e = &endpoints[s->c->endpoint];
	const struct account_order o = order_of(s);
	struct approval_request in = { bytes_text(e->method), bytes_text(e->path), s->c->target, s->c->body,
				       { 0 } };
	NEED(text != NULL, SYS_MEMORY);
	TRY(serve_version_read(s, by, &in.seen));
	TRY(approval_put(s->f, &o, &in, s->a, &id));
	s->answer->why = FAIL(APPROVAL_PENDING);
	s->answer->detail = text_uuid(id.p, text);
	return NULL;
}

/* --- looking -------------------------------------------------------------------------------------------- */

/* The endpoint of the record; ENDPOINT_COUNT when this version has it no more. */
static enum endpoint_id endpoint_of(const struct store_approval *r)
{
	size_t i = 0;
	while (i < ENDPOINT_COUNT && !(is_bytes_text(r->method, endpoints[i].method) &&
				       is_bytes_text(r->path, endpoints[i].path)))
		i++;
	return (enum endpoint_id)i;
}

static json_t *shape(const struct serve *s, const struct store_approval *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_approval, id),
		MEMBER("method", member_text, store_approval, method),
		MEMBER("path", member_text, store_approval, path),
		MEMBER("target", member_text, store_approval, target),
		MEMBER("digest", member_hex, store_approval, digest),
		MEMBER("requestedBy", member_text, store_approval, requester),
		MEMBER("createdDateTime", member_moment, store_approval, created),
		MEMBER("expirationDateTime", member_moment, store_approval, expires),
		MEMBER("decidedBy", member_text, store_approval, decider),
		MEMBER("decidedDateTime", member_moment, store_approval, decided),
	};
	json_t *o = MEMBER_OBJECT(members, r);
	json_object_set_new(o, "state", json_string(approval_state_word(r, s->f->now)));
	return o;
}

/* What nobody is told again: that it is said is enough to decide by. */
static void hide(json_t *body)
{
	static const char *const secrets[] = { "clientSecret", "proof" };
	for (size_t i = 0; i < COUNT_OF(secrets); i++)
		if (json_object_get(body, secrets[i]))
			json_object_set_new(body, secrets[i], json_string("***"));
}

/* What was asked for as JSON says it; null for nothing. */
static json_t *shape_body(const struct serve *s, const struct store_approval *r)
{
	enum endpoint_id id = endpoint_of(r);
	struct bytes stored = { 0 };
	const struct message *m = id < ENDPOINT_COUNT ? endpoints[id].body : NULL;
	uint8_t *text = m && r->body.p ? arena_alloc(s->a, BODY_MAX) : NULL;
	void *body = text ? arena_alloc(s->a, m->size) : NULL;
	if (!body || approval_get_body(s->f, r, s->a, &stored) || message_parse(m, stored, body))
		return json_null();
	struct wr w = wr_of(text, BODY_MAX);
	jsn_write(m, body, &w);
	struct bytes said = wr_done(&w);
	json_t *o = member_json(&said);
	hide(o);
	return o;
}

SERVING_LIST(serve_approval_list, approval, RECORD_ID_SIZE, approval_list, shape(s, row), id)

static fault get(struct serve *s, struct store_approval **ret)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return approval_get(s->f, id, s->a, ret);
}

fault serve_approval_get(struct serve *s)
{
	struct store_approval *row = NULL;
	TRY(get(s, &row));
	json_t *o = shape(s, row);
	json_object_set_new(o, "body", shape_body(s, row));
	json_object_set_new(o, "record", member_json(&row->seen));
	return serving_answer_json(s, o);
}

/* --- deciding ------------------------------------------------------------------------------------------- */

/* Whoever decides could have asked for it. */
static fault get_own(struct serve *s, struct store_approval **ret, enum endpoint_id *ret_id)
{
	TRY(get(s, ret));
	*ret_id = endpoint_of(*ret);
	NEED(*ret_id < ENDPOINT_COUNT, APPROVAL_OVER);
	NEED(s->caller->role >= endpoints[*ret_id].role, AUTHZ);
	NEED(has_scope(s->caller->scope, *ret_id), AUTHZ_SCOPE);
	return NULL;
}

fault serve_approval_reject(struct serve *s)
{
	enum endpoint_id id;
	struct store_approval *row = NULL;
	const struct account_order o = order_of(s);
	TRY(get_own(s, &row, &id));
	TRY(approval_check(s->f, &o, row, FLOW_ROLE_NOBODY, s->a));
	return approval_finish(s->f, &o, STORE_APPROVAL_REJECTED, row);
}

/* What is approved is what the asker saw. */
static fault check_seen(struct serve *s, const struct serve_handlers *by, const struct call *asked,
			const struct store_approval *row)
{
	struct bytes now;
	struct serve looking = *s;
	looking.c = asked;
	fault why = serve_version_read(&looking, by, &now);
	TRY(why == FAIL(NOT_FOUND) ? NULL : why);
	return seen_check(serve_version_record(asked->endpoint), row->seen,
			  why ? (struct bytes){ 0 } : now, s->a, &s->answer->detail);
}

fault serve_approval_approve(struct serve *s, const struct serve_handlers *by, struct serve_approval *ret)
{
	enum endpoint_id id;
	struct store_approval *row = NULL;
	const struct account_order o = order_of(s);
	TRY(get_own(s, &row, &id));
	TRY(approval_check(s->f, &o, row, endpoints[id].role, s->a));
	*ret = (struct serve_approval){ *s->c, approval_asker(row) };
	ret->call.endpoint = id;
	ret->call.target = row->target;
	fault why = check_seen(s, by, &ret->call, row);
	TRY(why == FAIL(VERSION_CHANGED) ? NULL : why);
	TRY(approval_finish(s->f, &o, why ? STORE_APPROVAL_OVERTAKEN : STORE_APPROVAL_APPROVED, row));
	s->answer->why = why;
	return approval_get_body(s->f, row, s->a, &ret->call.body);
}
