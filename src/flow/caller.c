#include "flow/caller.h"

#include "base/secret.h"
#include "base/text.h"
#include "cert/token.h"
#include "flow/account.h"
#include "store/store_session.h"

#define USED_S 60 /* a session's last use is written this often */

static const char *const roles[] = {
	[FLOW_ROLE_NOBODY] = "nobody",     [FLOW_ROLE_READER] = "reader",
	[FLOW_ROLE_HELPDESK] = "helpdesk", [FLOW_ROLE_OPERATOR] = "operator",
	[FLOW_ROLE_SECURITY] = "security", [FLOW_ROLE_OWNER] = "owner",
};

const char *caller_role_word(enum flow_role role)
{
	return text_word(roles, COUNT_OF(roles), role);
}

enum flow_role caller_role_find(struct bytes word)
{
	return (enum flow_role)text_word_find(roles, COUNT_OF(roles), word);
}

fault caller_read_role(const struct caller *by, struct bytes word, enum flow_role *ret)
{
	enum flow_role role = caller_role_find(word);
	NEED(role != FLOW_ROLE_NOBODY, ROLE_UNKNOWN);
	NEED(role <= by->role, AUTHZ);
	*ret = role;
	return NULL;
}

fault caller_check_whole(const struct caller *by)
{
	NEED(!by->scope.p, AUTHZ_SCOPE);
	return NULL;
}

/* --- reading -------------------------------------------------------------------------------------------- */

fault caller_parse_token(struct bytes text, enum token_kind kind, struct arena *a, struct call *ret)
{
	struct token t;
	fault why = token_parse(text, kind, &t);
	TRY(why == FAIL(TOK_INVALID) ? FAIL(AUTHN) : why);
	ret->token_id = arena_copy(a, BYTES_OF(t.id));
	ret->token_secret = arena_copy(a, BYTES_OF(t.secret));
	secret_done(&t, sizeof(t));
	return NULL;
}

/* What stands behind the prefix; absent when b does not begin so. */
static struct bytes behind(struct bytes b, struct bytes prefix)
{
	bool is_so = b.n >= prefix.n && is_bytes_equal(bytes_slice(b, 0, prefix.n), prefix);
	return is_so ? bytes_slice(b, prefix.n, b.n - prefix.n) : (struct bytes){ 0 };
}

/* A cookie of ours among those that a browser sends (RFC 6265 §4.2.1); name ends in '='. */
static struct bytes find_cookie(struct bytes cookies, struct bytes name)
{
	while (cookies.p) {
		struct bytes one = text_trimmed(bytes_until(&cookies, ';'));
		struct bytes value = behind(one, name);
		if (value.n)
			return value;
	}
	return (struct bytes){ 0 };
}

struct bytes caller_find_bearer(struct bytes authorization)
{
	return behind(authorization, BYTES_TEXT("Bearer "));
}

fault caller_parse(const struct request *r, struct arena *a, struct call *ret)
{
	uint8_t csrf[TRIP_HASH_SIZE];
	if (r->authorization.p)
		return caller_parse_token(caller_find_bearer(r->authorization), TOKEN_ADMIN, a, ret);
	const struct bytes name = BYTES_TEXT(CALLER_COOKIE "=");
	TRY(caller_parse_token(find_cookie(r->cookie, name), TOKEN_SESSION, a, ret));
	ret->is_session = 1;
	if (text_hex_parse(r->csrf, csrf, sizeof(csrf)))
		ret->csrf = arena_copy(a, BYTES_OF(csrf));
	return NULL;
}

fault caller_parse_begun(const struct request *r, struct arena *a, struct call *ret)
{
	const struct bytes name = BYTES_TEXT(CALLER_COOKIE_BEGUN "=");
	fault why = caller_parse_token(find_cookie(r->cookie, name), TOKEN_BEGUN, a, ret);
	return why == FAIL(AUTHN) || why == FAIL(TOK_FLOW) ? FAIL(SIGN_IN_STATE) : why;
}

/* --- finding -------------------------------------------------------------------------------------------- */

static fault check_secret(const struct call *c, enum token_kind kind, struct bytes stored)
{
	uint8_t hash[TOKEN_HASH_SIZE];
	TRY(token_hash(kind, c->token_id, c->token_secret, hash));
	NEED(is_secret_equal(BYTES_OF(hash), stored), AUTHN);
	return NULL;
}

/* Who is let go at the provider signs in there no more, so what they left behind ends. */
static bool is_forgotten(const struct flow *f, const struct store_account *account)
{
	return is_bytes_text(account->kind, ACCOUNT_OF_PROVIDER) && f->now - account->seen >= CALLER_UNSEEN_S;
}

/* An account that is gone or disabled takes what is its own with it, one that may less lends no more. */
static fault put_account(struct flow *f, struct bytes name, struct arena *a, struct caller *ret)
{
	struct store_account *account;
	TRY(store_account_find(f->store, name, a, &account));
	NEED(account && account->state == STORE_ACCOUNT_ACTIVE, AUTHN);
	NEED(ret->is_session || !is_forgotten(f, account), TOKEN_UNSEEN);
	enum flow_role role = caller_role_find(account->role);
	ret->role = ret->is_session || role < ret->role ? role : ret->role;
	ret->account = account->name;
	ret->is_bound = ret->is_session && account->given;
	ret->name = arena_text(a, account->name);
	NEED(ret->name != NULL, SYS_MEMORY);
	return NULL;
}

static fault find_token(struct flow *f, const struct call *c, struct arena *a, struct caller *ret)
{
	struct store_admin *row = NULL;
	fault why = store_admin_get(f->store, c->token_id, a, &row);
	TRY(why == FAIL(NOT_FOUND) ? FAIL(AUTHN) : why);
	TRY(check_secret(c, TOKEN_ADMIN, row->hash));
	NEED(row->expires == 0 || f->now < row->expires, AUTHN);
	ret->role = caller_role_find(row->role);
	ret->scope = row->scope;
	ret->id = row->id;
	ret->expires = row->expires;
	ret->name = arena_text(a, row->name);
	NEED(ret->name != NULL, SYS_MEMORY);
	return row->account.p ? put_account(f, row->account, a, ret) : NULL;
}

/* A clock that was set back does not end a session, nor lengthen its life. */
static bool is_over(const struct flow *f, const struct store_session *row)
{
	return f->now >= row->expires || f->now - row->used >= (int64_t)f->limits->session_idle_s;
}

fault caller_csrf(const struct call *c, struct arena *a, const char **ret)
{
	uint8_t hash[TOKEN_HASH_SIZE];
	char *text = arena_alloc(a, TEXT_HEX_SIZE(TOKEN_HASH_SIZE));
	NEED(text != NULL, SYS_MEMORY);
	TRY(token_hash(TOKEN_CSRF, c->token_id, c->token_secret, hash));
	*ret = text_hex(BYTES_OF(hash), text);
	return NULL;
}

static fault find_session(struct flow *f, const struct call *c, struct arena *a, struct caller *ret)
{
	struct store_session *row = NULL;
	fault why = store_session_get(f->store, c->token_id, a, &row);
	TRY(why == FAIL(NOT_FOUND) ? FAIL(SESSION_OVER) : why);
	TRY(check_secret(c, TOKEN_SESSION, row->hash));
	NEED(!is_over(f, row), SESSION_OVER);
	ret->is_session = true;
	ret->id = row->id;
	ret->expires = row->expires;
	TRY(put_account(f, row->account, a, ret));
	ret->is_bound = ret->is_bound && row->way == STORE_SESSION_PASSWORD;
	TRY(caller_csrf(c, a, &ret->csrf));
	bool is_stale = f->now - row->used >= USED_S || f->now < row->used;
	return is_stale ? store_session_update_used(f->store, row->id, f->now) : NULL;
}

static fault check_change(const struct call *c, const struct caller *by)
{
	char said[TEXT_HEX_SIZE(TRIP_HASH_SIZE)] = "";
	if (c->csrf.n == TRIP_HASH_SIZE)
		text_hex(c->csrf, said);
	NEED(is_secret_equal(bytes_text(said), bytes_text(by->csrf)), SESSION_CSRF);
	return NULL;
}

fault caller_find(struct flow *f, const struct call *c, const struct caller_need *need, struct arena *a,
		  struct caller *ret)
{
	struct caller by = { .name = "nobody" };
	*ret = by;
	if (need->role == FLOW_ROLE_NOBODY)
		return NULL;
	NEED(c->token_id.p && c->token_secret.p, AUTHN);
	TRY(c->is_session ? find_session(f, c, a, &by) : find_token(f, c, a, &by));
	if (by.is_session && need->is_change)
		TRY(check_change(c, &by));
	NEED(by.role >= need->role, AUTHZ);
	*ret = by;
	return NULL;
}

fault caller_put(struct flow *f, const char *name, enum flow_role role, struct arena *a,
		 const char **ret_text)
{
	struct flow_token t;
	TRY(flow_token_new(TOKEN_ADMIN, a, &t));
	const struct store_admin row = {
		.id = t.id, .hash = t.hash, .name = bytes_text(name), .role = bytes_text(roles[role]),
		.created = f->now,
	};
	*ret_text = t.text;
	return store_admin_put(f->store, &row);
}
