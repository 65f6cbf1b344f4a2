#include "flow/session.h"

#include "base/secret.h"
#include "base/text.h"
#include "cert/password.h"
#include "cert/token.h"
#include "flow/attempts.h"
#include "flow/confiding.h"

const char session_no_cookie[] = CALLER_COOKIE "=" CALLER_COOKIE_RULES "; Max-Age=0";

static const char *const ways[] = {
	[0] = "unknown", [STORE_SESSION_PASSWORD] = "password", [STORE_SESSION_LINK] = "link",
	[STORE_SESSION_PROVIDER] = "provider",
};

const char *session_way_word(uint64_t way)
{
	return text_word(ways, COUNT_OF(ways), way);
}

/* --- beginning ------------------------------------------------------------------------------------------ */

/* The account that the proof is of, or NULL; it takes as long without one. */
static fault find_proved(struct flow *f, const struct session_new *in, struct arena *a,
			 struct store_account **ret)
{
	static const uint8_t none[PASSWORD_HASH_SIZE] = { 0 };
	struct bytes hash;
	struct store_account *row = NULL;
	TRY(account_hash(in->proof, a, &hash));
	TRY(store_account_find(f->store, in->name, a, &row));
	bool is_proved = is_secret_equal(hash, row ? row->hash : BYTES_OF(none));
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

static fault put(struct flow *f, const struct session_order *o, const struct session_proof *proof,
		 struct arena *a, struct session_begun *ret)
{
	const struct store_account *account = proof->account;
	struct flow_token t;
	TRY(flow_token_new(TOKEN_SESSION, a, &t));
	const struct store_session row = {
		.id = t.id, .hash = t.hash, .account = account->name, .peer = o->peer,
		.created = f->now, .used = f->now, .expires = f->now + (int64_t)f->limits->session_s,
		.way = proof->way,
	};
	TRY(store_session_put(f->store, &row));
	const char *name = arena_text(a, account->name);
	ret->cookie = arena_format(a, CALLER_COOKIE "=%s" CALLER_COOKIE_RULES "; Max-Age=%llu", t.text,
				   (unsigned long long)f->limits->session_s);
	NEED(name && ret->cookie, SYS_MEMORY);
	ret->caller = (struct caller){
		.name = name, .role = caller_role_find(account->role), .account = account->name,
		.id = t.id, .is_session = true, .expires = row.expires,
		.is_bound = account->given && proof->way == STORE_SESSION_PASSWORD,
	};
	return put_csrf(t.text, a, &ret->caller);
}

fault session_begin_proved(struct flow *f, const struct session_order *o, const struct session_proof *proof,
			   struct arena *a, struct session_outcome *ret)
{
	proof->account->seen = f->now;
	TRY(store_account_update(f->store, proof->account));
	TRY(store_session_prune(f->store, f->now));
	TRY(put(f, o, proof, a, &ret->begun));
	return note(f, o, "session.begin", proof->account, a);
}

struct attempt {
	struct session_order order;
	const struct session_new *in;
};

/* Where an identity provider is the way in, passwords are for emergencies. */
static bool is_open(const struct flow *f, struct bytes name)
{
	struct bytes rest = f->limits->passwords;
	while (rest.p)
		if (is_bytes_equal(text_trimmed(bytes_until(&rest, ',')), name))
			return true;
	return !f->limits->passwords.p;
}

/*
 * Compares the password unless name or address are locked, and counts a wrong one. The account is NULL, and
 * why is set, when that is no way in. That passwords are not for a name is told to who proves its password:
 * others would learn which names are for emergencies. Of names that are nobody's the log of net says enough;
 * the audit is not for strangers to fill.
 */
static fault judge(struct flow *f, const struct attempt *t, struct arena *a, struct session_outcome *ret,
		   struct store_account **ret_account)
{
	struct store_account *account;
	struct attempts_sign_in who = { .peer = t->order.peer };
	TRY(flow_hash(t->in->name, a, &who.name_hash));
	*ret_account = NULL;
	ret->why = attempts_check_sign_in(f->attempts, &who, f->now, &ret->retry_after_s);
	if (ret->why)
		return NULL;
	TRY(find_proved(f, t->in, a, &account));
	if (account) {
		attempts_delete_sign_in(f->attempts, who.name_hash);
		if (is_open(f, t->in->name)) {
			*ret_account = account;
			return NULL;
		}
		ret->why = FAIL(SIGN_IN_PROVIDER);
		return note(f, &t->order, "session.refuse", account, a);
	}
	attempts_put_sign_in(f->attempts, &who, f->now);
	ret->why = FAIL(SIGN_IN_WRONG);
	TRY(store_account_find(f->store, t->in->name, a, &account));
	return account ? note(f, &t->order, "session.refuse", account, a) : NULL;
}

fault session_begin(struct flow *f, const struct session_order *o, const struct session_new *in,
		    struct arena *a, struct session_outcome *ret)
{
	const struct attempt t = { *o, in };
	struct session_proof proof = { .way = STORE_SESSION_PASSWORD };
	*ret = (struct session_outcome){ 0 };
	TRY(judge(f, &t, a, ret, &proof.account));
	return proof.account ? session_begin_proved(f, o, &proof, a, ret) : NULL;
}

/* --- one's own password --------------------------------------------------------------------------------- */

static fault put_password(struct flow *f, const struct session_change *c, struct bytes proof,
			  struct store_account *account, struct arena *a)
{
	const struct session_order order = { c->peer, c->order->by->request_id };
	TRY(account_hash(proof, a, &account->hash));
	account->changed = f->now;
	account->given = 0;
	TRY(store_account_update(f->store, account));
	TRY(confiding_finish(f, account->name));
	TRY(store_session_delete_others(f->store, account->name, c->order->caller->id));
	return note(f, &order, "account.password", account, a);
}

fault session_update_password(struct flow *f, const struct session_change *c, const struct password_own *in,
			      struct arena *a, struct session_outcome *ret)
{
	struct store_account *account = NULL;
	const struct caller *by = c->order->caller;
	const struct session_new old = { .name = in->name, .proof = in->proof };
	const struct attempt t = { { c->peer, c->order->by->request_id }, &old };
	*ret = (struct session_outcome){ 0 };
	NEED(by->account.p, STATE_INVALID);
	NEED(is_bytes_equal(by->account, in->name), AUTHZ);
	TRY(account_get(f, in->name, a, &account));
	NEED(is_bytes_text(account->kind, PASSWORD_KIND), STATE_INVALID);
	TRY(judge(f, &t, a, ret, &account));
	return ret->why ? NULL : put_password(f, c, in->new_proof, account, a);
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
