#include "flow/signinlink.h"

#include "base/secret.h"
#include "cert/token.h"
#include "flow/attempts.h"
#include "flow/confiding.h"
#include "store/store_signinlink.h"

fault signinlink_put(struct flow *f, const struct account_order *o, struct arena *a, struct signinlink *ret)
{
	struct flow_token t;
	struct store_account *account = NULL;
	TRY(caller_check_whole(o->caller));
	TRY(account_get_below(f, o, a, &account));
	bool is_local = !is_bytes_text(account->kind, ACCOUNT_OF_PROVIDER);
	NEED(is_local && account->state == STORE_ACCOUNT_ACTIVE, STATE_INVALID);
	TRY(flow_token_new(TOKEN_LINK, a, &t));
	const struct store_signinlink row = {
		.id = t.id, .hash = t.hash, .account = account->name, .created = f->now,
		.expires = f->now + SIGNINLINK_LIFE_S,
	};
	const char *name = arena_text(a, account->name);
	NEED(name != NULL, SYS_MEMORY);
	int64_t known_until = row.expires + (int64_t)f->limits->session_s;
	const struct confidence known = { o->caller, account->name, known_until };
	TRY(store_signinlink_put(f->store, &row));
	TRY(confiding_put(f, &known));
	*ret = (struct signinlink){ t.text, row.expires };
	const struct flow_deed deed = { o->by->name, "account.link", { 0 }, o->by->request_id, name };
	return flow_note(f, &deed);
}

/* The account of the link, which is spent; NULL: it is none. */
static fault find_account(struct flow *f, const struct call *c, struct arena *a, struct store_account **ret)
{
	uint8_t hash[TOKEN_HASH_SIZE];
	struct store_signinlink *row = NULL;
	struct store_account *account = NULL;
	*ret = NULL;
	TRY(token_hash(TOKEN_LINK, c->token_id, c->token_secret, hash));
	TRY(store_signinlink_find(f->store, c->token_id, a, &row));
	if (!row || !is_secret_equal(BYTES_OF(hash), row->hash))
		return NULL;
	fault why = store_signinlink_use(f->store, row->id);
	if (why == FAIL(NOT_FOUND) || (!why && f->now >= row->expires))
		return NULL;
	TRY(why);
	TRY(store_account_find(f->store, row->account, a, &account));
	*ret = account && account->state == STORE_ACCOUNT_ACTIVE ? account : NULL;
	return NULL;
}

fault signinlink_use(struct flow *f, const struct call *c, struct arena *a, struct session_outcome *ret)
{
	struct session_proof proof = { .way = STORE_SESSION_LINK };
	const struct session_order order = { c->peer, c->request_id };
	/* An id stands where a name would: its secret is not for guessing either. */
	const struct attempts_sign_in who = { c->token_id, c->peer };
	*ret = (struct session_outcome){ 0 };
	ret->why = attempts_check_sign_in(f->attempts, &who, f->now, &ret->retry_after_s);
	if (ret->why)
		return NULL;
	TRY(find_account(f, c, a, &proof.account));
	if (proof.account)
		return session_begin_proved(f, &order, &proof, a, ret);
	attempts_put_sign_in(f->attempts, &who, f->now);
	ret->why = FAIL(LINK_OVER);
	return NULL;
}
