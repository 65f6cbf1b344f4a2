#include "flow/session.h"

#include "base/secret.h"
#include "base/text.h"
#include "cert/password.h"
#include "cert/token.h"
#include "flow/attempts.h"

#define COOKIE_RULES "; Path=/; Secure; HttpOnly; SameSite=Strict"

const char session_no_cookie[] = CALLER_COOKIE "=" COOKIE_RULES "; Max-Age=0";

/* --- beginning ------------------------------------------------------------------------------------------ */

/* The account that the proof is of, or NULL; it takes as long without one. */
static fault find_proved(struct flow *f, const struct session_new *in, struct arena *a,
			 struct store_account **ret)
{
	static const uint8_t none[PASSWORD_HASH_SIZE] = { 0 };
	uint8_t hash[PASSWORD_HASH_SIZE];
	struct store_account *row = NULL;
	NEED(in->proof.n == PASSWORD_PROOF_SIZE, SYS_FRAME);
	TRY(password_hash(in->proof, hash));
	TRY(store_account_find(f->store, in->name, a, &row));
	bool is_proved = is_secret_equal(BYTES_OF(hash), row ? row->hash : BYTES_OF(none));
	*ret = row && is_proved && row->state == STORE_ACCOUNT_ACTIVE ? row : NULL;
	return NULL;
}

/* What is done before anybody is signed in: in the account's name, from an address. */
static fault note(struct flow *f, const struct session_order *o, const char *action,
		  const struct store_account *account, struct arena *a)
{
	const char *who = arena_text(a, account->name), *from = arena_text(a, o->peer);
	NEED(who && from, SYS_MEMORY);
	return flow_note(f, &(struct flow_deed){ who, action, { 0 }, o->request_id, from });
}

static fault put_csrf(const char *text, struct arena *a, struct caller *ret)
{
	struct token t;
	TRY(token_parse(bytes_text(text), TOKEN_SESSION, &t));
	const struct call c = { .token_id = BYTES_OF(t.id), .token_secret = BYTES_OF(t.secret) };
	fault why = caller_csrf(&c, a, &ret->csrf);
	secret_done(&t, sizeof(t));
	return why;
}

static fault put(struct flow *f, const struct session_order *o, const struct store_account *account,
		 struct arena *a, struct session_begun *ret)
{
	struct flow_token t;
	TRY(flow_token_new(TOKEN_SESSION, a, &t));
	const struct store_session row = {
		.id = t.id, .hash = t.hash, .account = account->name, .peer = o->peer,
		.created = f->now, .used = f->now, .expires = f->now + (int64_t)f->limits->session_s,
	};
	TRY(store_session_put(f->store, &row));
	const char *name = arena_text(a, account->name);
	ret->cookie = arena_format(a, CALLER_COOKIE "=%s" COOKIE_RULES "; Max-Age=%llu", t.text,
				   (unsigned long long)f->limits->session_s);
	NEED(name && ret->cookie, SYS_MEMORY);
	ret->caller = (struct caller){
		.name = name, .role = caller_role_find(account->role), .account = account->name,
		.id = t.id, .is_session = true, .expires = row.expires,
	};
	return put_csrf(t.text, a, &ret->caller);
}

static fault begin(struct flow *f, const struct session_order *o, struct store_account *account,
		   struct arena *a, struct session_begun *ret)
{
	account->seen = f->now;
	TRY(store_account_update(f->store, account));
	TRY(store_session_prune(f->store, f->now));
	TRY(put(f, o, account, a, ret));
	return note(f, o, "session.begin", account, a);
}

fault session_begin(struct flow *f, const struct session_order *o, const struct session_new *in,
		    struct arena *a, struct session_outcome *ret)
{
	struct store_account *account;
	struct attempts_sign_in who = { .peer = o->peer };
	*ret = (struct session_outcome){ 0 };
	TRY(flow_hash(in->name, a, &who.name_hash));
	ret->why = attempts_check_sign_in(f->attempts, &who, f->now, &ret->retry_after_s);
	if (ret->why)
		return NULL;
	TRY(find_proved(f, in, a, &account));
	if (account) {
		attempts_delete_sign_in(f->attempts, who.name_hash);
		return begin(f, o, account, a, &ret->begun);
	}
	attempts_put_sign_in(f->attempts, &who, f->now);
	ret->why = FAIL(SIGN_IN_WRONG);
	/* Of names that are nobody's the log of net says enough; the audit is not for strangers to fill. */
	TRY(store_account_find(f->store, in->name, a, &account));
	return account ? note(f, o, "session.refuse", account, a) : NULL;
}

/* --- looking and ending --------------------------------------------------------------------------------- */

fault session_list(struct flow *f, struct store_page page, struct arena *a, struct store_session_list *ret)
{
	return store_session_list(f->store, page, a, ret);
}

fault session_delete(struct flow *f, const struct account_order *o, struct bytes id, struct arena *a)
{
	struct store_session *row = NULL;
	struct store_account *account = NULL;
	TRY(store_session_get(f->store, id, a, &row));
	TRY(store_account_get(f->store, row->account, a, &account));
	bool is_own = o->caller->account.p && is_bytes_equal(o->caller->account, account->name);
	NEED(is_own || caller_role_find(account->role) <= o->caller->role, AUTHZ);
	TRY(store_session_delete(f->store, id));
	return flow_audit(f, o->by->name, "session.end", id, o->by->request_id);
}
