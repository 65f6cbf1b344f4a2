#include "api/serve_people.h"

#include "api/member.h"
#include "api/scope.h"
#include "base/text.h"
#include "flow/apitoken.h"
#include "flow/session.h"
#include "flow/signinlink.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

MEMBER_WORD(account_state, uint64_t, account_state_word)
MEMBER_WORD(session_way, uint64_t, session_way_word)

static json_t *shape_account(const struct store_account *r)
{
	static const struct member members[] = {
		MEMBER("id", member_text, store_account, name),
		MEMBER("role", member_text, store_account, role),
		MEMBER("state", account_state, store_account, state),
		MEMBER("passwordKind", member_text, store_account, kind),
		MEMBER("passwordDateTime", member_moment, store_account, changed),
		MEMBER("mustChangePassword", member_truth, store_account, given),
		MEMBER("lastSignInDateTime", member_moment, store_account, seen),
		MEMBER("createdDateTime", member_moment, store_account, created),
	};
	return MEMBER_OBJECT(members, r);
}

static json_t *shape_session(const struct store_session *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_session, id),
		MEMBER("account", member_text, store_session, account),
		MEMBER("method", session_way, store_session, way),
		MEMBER("address", member_text, store_session, peer),
		MEMBER("createdDateTime", member_moment, store_session, created),
		MEMBER("usedDateTime", member_moment, store_session, used),
		MEMBER("expirationDateTime", member_moment, store_session, expires),
	};
	return MEMBER_OBJECT(members, r);
}

static json_t *shape_token(const struct store_admin *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_admin, id),
		MEMBER("displayName", member_text, store_admin, name),
		MEMBER("role", member_text, store_admin, role),
		MEMBER("scope", member_text, store_admin, scope),
		MEMBER("account", member_text, store_admin, account),
		MEMBER("createdDateTime", member_moment, store_admin, created),
		MEMBER("expirationDateTime", member_moment, store_admin, expires),
	};
	return MEMBER_OBJECT(members, r);
}

static json_t *shape_caller(const struct caller *c)
{
	json_t *o = json_pack("{ss ss sb sb ss?}", "name", c->name, "role", caller_role_word(c->role),
			      "isSession", c->is_session, "mustChangePassword", c->is_bound, "csrfToken",
			      c->csrf);
	json_object_set_new(o, "scope", member_text(&c->scope));
	json_object_set_new(o, "expirationDateTime", member_moment(&c->expires));
	return o;
}

/* --- signing in ----------------------------------------------------------------------------------------- */

fault serve_people_answer(struct serve *s, const struct session_outcome *outcome)
{
	s->answer->why = outcome->why;
	s->answer->retry_after_s = outcome->retry_after_s;
	s->answer->cookie = outcome->begun.cookie;
	return outcome->begun.cookie ? serving_answer_json(s, shape_caller(&outcome->begun.caller)) : NULL;
}

fault serve_people_begin_session(struct serve *s)
{
	struct session_new in;
	struct session_outcome outcome;
	const struct session_order o = { s->c->peer, s->c->request_id };
	TRY(message_parse(&session_new_message, s->c->body, &in));
	TRY(session_begin(s->f, &o, &in, s->a, &outcome));
	return serve_people_answer(s, &outcome);
}

fault serve_people_begin_by_link(struct serve *s)
{
	struct session_outcome outcome;
	TRY(signinlink_use(s->f, s->c, s->a, &outcome));
	return serve_people_answer(s, &outcome);
}

fault serve_people_get_own(struct serve *s)
{
	return serving_answer_json(s, shape_caller(s->caller));
}

static struct account_order order_of(const struct serve *s)
{
	return (struct account_order){ s->caller, &s->by, s->c->target };
}

fault serve_people_set_own_password(struct serve *s)
{
	struct password_own in;
	struct session_outcome outcome;
	const struct account_order o = order_of(s);
	const struct session_change change = { &o, s->c->peer };
	TRY(message_parse(&password_own_message, s->c->body, &in));
	TRY(session_update_password(s->f, &change, &in, s->a, &outcome));
	return serve_people_answer(s, &outcome);
}

/* A token is no session: there is nothing to end. */
fault serve_people_end_own(struct serve *s)
{
	const struct account_order o = order_of(s);
	NEED(s->caller->is_session, STATE_INVALID);
	s->answer->cookie = session_no_cookie;
	return session_delete(s->f, &o, s->caller->id, s->a);
}

SERVING_LIST(serve_people_list_sessions, session, RECORD_ID_SIZE, session_list, shape_session(row), id)

fault serve_people_end_session(struct serve *s)
{
	struct bytes id;
	const struct account_order o = order_of(s);
	TRY(serving_read_id(s, &id));
	return session_delete(s->f, &o, id, s->a);
}

/* --- accounts ------------------------------------------------------------------------------------------- */

fault serve_people_list_accounts(struct serve *s)
{
	struct store_account_list rows;
	TRY(account_list(s->f, s->a, &rows));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < rows.n; i++)
		json_array_append_new(p.rows, shape_account(&rows.v[i]));
	return serving_answer_page(s, &p, "");
}

fault serve_people_get_account(struct serve *s)
{
	struct store_account *row = NULL;
	TRY(account_get(s->f, s->c->target, s->a, &row));
	return serving_answer_json(s, shape_account(row));
}

fault serve_people_add_account(struct serve *s)
{
	struct account_new in;
	struct store_account *row = NULL;
	const struct account_order o = order_of(s);
	TRY(message_parse(&account_new_message, s->c->body, &in));
	TRY(account_put(s->f, &o, &in, s->a, &row));
	return serving_answer_json(s, shape_account(row));
}

fault serve_people_set_account(struct serve *s)
{
	struct account_set in;
	struct store_account *row = NULL;
	const struct account_order o = order_of(s);
	TRY(message_parse(&account_set_message, s->c->body, &in));
	TRY(account_update(s->f, &o, &in, s->a, &row));
	return serving_answer_json(s, shape_account(row));
}

fault serve_people_set_password(struct serve *s)
{
	struct password_new in;
	const struct account_order o = order_of(s);
	TRY(message_parse(&password_new_message, s->c->body, &in));
	return account_update_password(s->f, &o, &in, s->a);
}

/* The address is the one that the asker knows the server by. */
fault serve_people_add_link(struct serve *s)
{
	struct signinlink link;
	const struct account_order o = order_of(s);
	TRY(signinlink_put(s->f, &o, s->a, &link));
	const char *text = arena_format(s->a, "https://%.*s/#/link/%s", (int)s->c->host.n,
					(const char *)s->c->host.p, link.token);
	NEED(text != NULL, SYS_MEMORY);
	json_t *answer = json_pack("{ss}", "link", text);
	json_object_set_new(answer, "expirationDateTime", member_moment(&link.expires));
	return serving_answer_json(s, answer);
}

fault serve_people_remove_account(struct serve *s)
{
	const struct account_order o = order_of(s);
	return account_delete(s->f, &o, s->a);
}

/* --- tokens --------------------------------------------------------------------------------------------- */

SERVING_LIST(serve_people_list_tokens, admin, RECORD_ID_SIZE, apitoken_list, shape_token(row), id)

fault serve_people_add_token(struct serve *s)
{
	struct api_token_new in;
	const char *text = NULL;
	const struct account_order o = order_of(s);
	TRY(message_parse(&api_token_new_message, s->c->body, &in));
	TRY(scope_check(in.scope));
	TRY(apitoken_put(s->f, &o, &in, s->a, &text));
	return serving_answer_json(s, json_pack("{ss}", "token", text));
}

fault serve_people_revoke_token(struct serve *s)
{
	struct bytes id;
	const struct account_order o = order_of(s);
	TRY(serving_read_id(s, &id));
	return apitoken_delete(s->f, &o, id, s->a);
}
