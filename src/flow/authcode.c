#include "flow/authcode.h"

#include <string.h>

#include "attest/idtoken.h"
#include "base/base64.h"
#include "base/secret.h"
#include "base/text.h"
#include "cert/password.h"
#include "flow/attempts.h"
#include "flow/provider.h"
#include "flow/safe.h"
#include "store/store_identity.h"
#include "wire/form.h"
#include "wire/jose.h"

#define LABEL "assay sign-in v1"
#define SCOPE "openid profile"
#define CHALLENGE_MAX 44 /* a SHA-256 in base64 */

/* What follows from a cookie. */
enum value { VALUE_STATE = 1, VALUE_NONCE, VALUE_VERIFIER };

struct secret {
	struct bytes id, secret, idp;
};

/* In hexadecimal, which is in the alphabet of all three (RFC 7636 §4.1). */
static fault derive(const struct secret *s, enum value which, struct arena *a, struct bytes *ret)
{
	uint8_t octets[sizeof(LABEL) + TOKEN_ID_SIZE + TOKEN_SECRET_SIZE + IDP_ID_SIZE];
	char *text = arena_alloc(a, AUTHCODE_TEXT_SIZE);
	struct bytes hash;
	struct wr w = wr_of(octets, sizeof(octets));
	NEED(text != NULL, SYS_MEMORY);
	wr_bytes(&w, BYTES_TEXT(LABEL));
	wr_u8(&w, (uint8_t)which);
	wr_bytes(&w, s->id);
	wr_bytes(&w, s->secret);
	wr_bytes(&w, s->idp);
	fault why = w.bad ? FAIL(SYS_FRAME) : flow_hash(wr_done(&w), a, &hash);
	secret_done(octets, sizeof(octets));
	TRY(why);
	*ret = bytes_text(text_hex(hash, text));
	return NULL;
}

static fault place_of(struct bytes host, struct arena *a, struct bytes *ret)
{
	*ret = bytes_text(arena_format(a, "https://%.*s/", (int)host.n, (const char *)host.p));
	return ret->p ? NULL : FAIL(SYS_MEMORY);
}

bool is_authcode_open(const struct store_idp *row)
{
	return row->admin_client.p && row->authorize_url.p && row->token_url.p;
}

/* --- beginning ------------------------------------------------------------------------------------------ */

/* RFC 7636 §4.2 */
static fault challenge_of(struct bytes verifier, struct arena *a, struct bytes *ret)
{
	struct bytes hash;
	uint8_t *text = arena_alloc(a, CHALLENGE_MAX);
	NEED(text != NULL, SYS_MEMORY);
	TRY(flow_hash(verifier, a, &hash));
	struct wr w = wr_of(text, CHALLENGE_MAX);
	base64_write_bare(hash, &w);
	*ret = wr_done(&w);
	return NULL;
}

static fault write_location(const struct store_idp *row, const struct secret *s, struct bytes place,
			    struct arena *a, const char **ret)
{
	struct bytes state, nonce, verifier, challenge;
	uint8_t *query = arena_alloc(a, FRAME_FORM_MAX);
	struct wr w = wr_of(query, FRAME_FORM_MAX);
	NEED(query != NULL, SYS_MEMORY);
	TRY(derive(s, VALUE_STATE, a, &state));
	TRY(derive(s, VALUE_NONCE, a, &nonce));
	TRY(derive(s, VALUE_VERIFIER, a, &verifier));
	TRY(challenge_of(verifier, a, &challenge));
	const struct form_field fields[] = {
		{ "response_type", BYTES_TEXT("code") },
		{ "client_id", row->admin_client },
		{ "redirect_uri", place },
		{ "scope", BYTES_TEXT(SCOPE) },
		{ "state", state },
		{ "nonce", nonce },
		{ "code_challenge", challenge },
		{ "code_challenge_method", BYTES_TEXT("S256") },
	};
	form_write(fields, COUNT_OF(fields), &w);
	struct bytes said = wr_done(&w);
	NEED(!w.bad, SYS_MEMORY);
	struct bytes url = row->authorize_url;
	const char *between = memchr(url.p, '?', url.n) ? "&" : "?"; /* RFC 6749 §3.1: its own query stays */
	*ret = arena_format(a, "%.*s%s%.*s", (int)url.n, (const char *)url.p, between, (int)said.n,
			    (const char *)said.p);
	return *ret ? NULL : FAIL(SYS_MEMORY);
}

fault authcode_begin(struct flow *f, const struct authcode_place *at, struct arena *a,
		     struct authcode_begun *ret)
{
	struct flow_token t;
	struct token parts;
	struct bytes place;
	struct authcode_begun begun;
	struct store_idp *row = NULL;
	TRY(store_idp_find(f->store, at->idp, a, &row));
	NEED(row && is_authcode_open(row), NOT_FOUND);
	TRY(place_of(at->host, a, &place));
	TRY(flow_token_new(TOKEN_BEGUN, a, &t));
	TRY(token_parse(bytes_text(t.text), TOKEN_BEGUN, &parts));
	const struct secret s = { BYTES_OF(parts.id), BYTES_OF(parts.secret), row->id };
	fault why = write_location(row, &s, place, a, &begun.location);
	secret_done(&parts, sizeof(parts));
	TRY(why);
	begun.cookie = arena_format(a, CALLER_COOKIE_BEGUN "=%s" CALLER_COOKIE_RULES "; Max-Age=%d", t.text,
				    AUTHCODE_LIFE_S);
	NEED(begun.cookie != NULL, SYS_MEMORY);
	*ret = begun;
	return NULL;
}

/* --- coming back ---------------------------------------------------------------------------------------- */

/* The provider whose state it is: those of others are as wrong as those of other browsers. */
static fault find_provider(struct flow *f, const struct call *c, const struct session_code *in,
			   struct arena *a, struct store_idp **ret)
{
	struct store_idp_list all;
	TRY(store_idp_list(f->store, a, &all));
	for (size_t i = 0; i < all.n; i++) {
		struct bytes state;
		const struct secret s = { c->token_id, c->token_secret, all.v[i].id };
		TRY(derive(&s, VALUE_STATE, a, &state));
		if (!is_authcode_open(&all.v[i]) || !is_secret_equal(state, in->state))
			continue;
		/* RFC 9207 §2.4 */
		NEED(!in->issuer.p || is_bytes_equal(in->issuer, all.v[i].issuer), SIGN_IN_STATE);
		*ret = &all.v[i];
		return NULL;
	}
	return FAIL(SIGN_IN_STATE);
}

/* Where the browser is back from, and what only it can have. */
struct arrival {
	struct bytes place, verifier;
};

/* Who asks at the token endpoint (OpenID Connect Core 1.0 §9): one of basic and form_secret, or neither. */
struct client {
	struct bytes id, basic, form_secret;
};

/* RFC 6749 §2.3.1: each as a form has it, then as RFC 7617. */
static fault write_basic(struct bytes id, struct bytes secret, struct arena *a, struct bytes *ret)
{
	uint8_t pair[FRAME_BASIC_MAX];
	uint8_t *text = arena_alloc(a, FRAME_BASIC_MAX);
	struct wr plain = wr_of(pair, sizeof(pair)), w = wr_of(text, FRAME_BASIC_MAX);
	NEED(text != NULL, SYS_MEMORY);
	form_write_value(id, &plain);
	wr_u8(&plain, ':');
	form_write_value(secret, &plain);
	base64_write(wr_done(&plain), &w);
	secret_done(pair, sizeof(pair));
	NEED(!plain.bad && !w.bad, BUG);
	*ret = wr_done(&w);
	return NULL;
}

static fault find_client(struct flow *f, const struct store_idp *row, struct arena *a, struct client *ret)
{
	const struct safe_place place = { PROVIDER_SECRET, row->id };
	struct bytes secret;
	*ret = (struct client){ .id = row->admin_client };
	if (!row->secret.p)
		return NULL;
	NEED(row->secret_ways, SIGN_IN_METHOD);
	TRY(safe_unseal(f, &place, row->secret, a, &secret));
	if (row->secret_ways & IDP_SECRET_BASIC)
		return write_basic(row->admin_client, secret, a, &ret->basic);
	ret->form_secret = secret;
	return NULL;
}

static fault write_form(const struct client *by, const struct session_code *in, const struct arrival *at,
			struct wr *w)
{
	struct form_field fields[6] = {
		{ "grant_type", BYTES_TEXT("authorization_code") },
		{ "code", in->code },
		{ "redirect_uri", at->place },
		{ "code_verifier", at->verifier },
	};
	size_t n = 4;
	if (!by->basic.p)
		fields[n++] = (struct form_field){ "client_id", by->id };
	if (by->form_secret.p)
		fields[n++] = (struct form_field){ "client_secret", by->form_secret };
	form_write(fields, n, w);
	return w->bad ? FAIL(SIGN_IN_STATE) : NULL;
}

fault authcode_take(struct flow *f, const struct call *c, const struct session_code *in, struct arena *a,
		    struct authcode_errand *ret)
{
	struct store_idp *row = NULL;
	struct arrival at;
	struct client by;
	uint8_t *form = arena_alloc(a, FRAME_FORM_MAX);
	struct wr w = wr_of(form, FRAME_FORM_MAX);
	NEED(form != NULL, SYS_MEMORY);
	NEED(c->token_id.p && c->token_secret.p, SIGN_IN_STATE);
	TRY(find_provider(f, c, in, a, &row));
	const struct secret s = { c->token_id, c->token_secret, row->id };
	struct authcode_errand e = { .idp = row->id, .url = row->token_url, .peer = c->peer,
				     .request_id = c->request_id };
	TRY(derive(&s, VALUE_NONCE, a, &e.nonce));
	TRY(derive(&s, VALUE_VERIFIER, a, &at.verifier));
	TRY(place_of(c->host, a, &at.place));
	TRY(find_client(f, row, a, &by));
	TRY(write_form(&by, in, &at, &w));
	e.form = wr_done(&w);
	e.basic = by.basic;
	*ret = e;
	return NULL;
}

/* --- in verify ------------------------------------------------------------------------------------------ */

fault authcode_examine(const struct examine *in, const struct idplist *idps, struct arena *a,
		       struct examined *ret)
{
	struct idtoken_user got;
	struct idtoken_case c = { .idp = in->admin_idp, .nonce = in->nonce, .idps = idps,
				  .now = (int64_t)in->now };
	*ret = (struct examined){ 0 };
	fault why = jose_parse_grant(in->file, a, &c.token);
	if (!why)
		why = idtoken_judge(&c, a, &got);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	ret->number = fault_number(why);
	if (why)
		return NULL;
	ret->are_cut = got.is_cut;
	return flow_encode(&user_message, &got.user, a, &ret->user);
}

/* --- who it is ------------------------------------------------------------------------------------------ */

/* A user who signs in under way: what the provider says of them, and what of that follows here. */
struct entry {
	const struct store_idp *by;
	struct user user;
	enum flow_role role;
};

/* As the provider writes it, in small letters; no name of an account with a password has an @ (account.h). */
static fault read_name(struct bytes name, struct arena *a, struct bytes *ret)
{
	static const char others[] = "-_0123456789.@+";
	bool is_address = false;
	uint8_t *p = arena_alloc(a, PASSWORD_NAME_MAX);
	NEED(p != NULL, SYS_MEMORY);
	NEED(name.n > 0 && name.n <= PASSWORD_NAME_MAX && name.p[0] != '.', ACCOUNT_NAMED);
	for (size_t i = 0; i < name.n; i++) {
		bool is_capital = name.p[i] >= 'A' && name.p[i] <= 'Z';
		p[i] = (uint8_t)(is_capital ? name.p[i] - 'A' + 'a' : name.p[i]);
		bool is_small = p[i] >= 'a' && p[i] <= 'z';
		NEED(is_small || memchr(others, p[i], sizeof(others) - 1), ACCOUNT_NAMED);
		is_address = is_address || p[i] == '@';
	}
	NEED(is_address, ACCOUNT_NAMED);
	*ret = bytes_of(p, name.n);
	return NULL;
}

/* Nobody knows what its password would be. */
static fault put_account(struct flow *f, const struct entry *e, struct arena *a, struct store_account **ret)
{
	struct store_account_list all;
	struct store_account row = {
		.role = bytes_text(caller_role_word(e->role)), .state = STORE_ACCOUNT_ACTIVE,
		.kind = BYTES_TEXT(ACCOUNT_OF_PROVIDER), .created = f->now, .changed = f->now,
	};
	struct store_identity identity = { .idp = e->by->id, .subject = e->user.subject };
	TRY(read_name(e->user.name, a, &row.name));
	TRY(flow_random_new(PASSWORD_HASH_SIZE, a, &row.hash));
	TRY(account_list(f, a, &all));
	NEED(all.n < ACCOUNT_MAX, ACCOUNT_FULL);
	fault why = store_account_put(f->store, &row);
	TRY(why == FAIL(CONFLICT) ? FAIL(ACCOUNT_NAMED) : why);
	identity.account = row.name;
	TRY(store_identity_put(f->store, &identity));
	return account_get(f, row.name, a, ret);
}

static fault find_account(struct flow *f, const struct entry *e, struct arena *a, struct store_account **ret)
{
	struct store_identity *found = NULL;
	const struct store_identity key = { .idp = e->by->id, .subject = e->user.subject };
	TRY(store_identity_find(f->store, &key, a, &found));
	if (!found)
		return put_account(f, e, a, ret);
	TRY(account_get(f, found->account, a, ret));
	NEED((*ret)->state == STORE_ACCOUNT_ACTIVE, SIGN_IN_WRONG);
	(*ret)->role = bytes_text(caller_role_word(e->role));
	return NULL;
}

static fault read_entry(struct flow *f, const struct authcode_result *r, struct arena *a, struct entry *ret)
{
	bool is_counted = false;
	struct store_idp *row = NULL;
	TRY(r->why);
	NEED(r->user.p && !message_parse(&user_message, r->user, &ret->user), SYS_FRAME);
	NEED(is_bytes_equal(ret->user.idp, r->errand->idp), SYS_FRAME);
	TRY(store_idp_find(f->store, r->errand->idp, a, &row));
	NEED(row && is_authcode_open(row), SIGN_IN_STATE);
	TRY(store_idp_use(f->store, ret->user.digest, (int64_t)ret->user.expires, &is_counted));
	NEED(is_counted, TOK_USED);
	ret->by = row;
	ret->role = provider_role(row, &ret->user.groups);
	NEED(ret->role || !r->are_groups_cut, SIGN_IN_GROUPS);
	NEED(ret->role, SIGN_IN_ROLE);
	return NULL;
}

static fault enter(struct flow *f, const struct authcode_result *r, struct entry *e, struct arena *a,
		   struct session_outcome *ret)
{
	struct session_proof proof = { .way = STORE_SESSION_PROVIDER };
	const struct session_order order = { r->errand->peer, r->errand->request_id };
	TRY(read_entry(f, r, a, e));
	TRY(find_account(f, e, a, &proof.account));
	return session_begin_proved(f, &order, &proof, a, ret);
}

/* Whom the provider named, whatever they may be here. */
static fault note_refusal(struct flow *f, const struct authcode_result *r, const struct entry *e, fault why,
			  struct arena *a)
{
	const char *who = e->user.name.p ? arena_text(a, e->user.name) : "nobody";
	NEED(who != NULL, SYS_MEMORY);
	const struct flow_deed deed = { who, "session.refuse", r->errand->idp, r->errand->request_id,
					why->name };
	return flow_note(f, &deed);
}

/* A sign-in stands where a name would: its code is not for guessing either. */
static struct attempts_sign_in attempt_of(const struct authcode_errand *errand)
{
	return (struct attempts_sign_in){ errand->nonce, errand->peer };
}

fault authcode_check_attempts(struct flow *f, const struct authcode_errand *errand, uint32_t *ret_retry_s)
{
	const struct attempts_sign_in who = attempt_of(errand);
	return attempts_check_sign_in(f->attempts, &who, f->now, ret_retry_s);
}

/* A provider that cannot be reached is nobody's fault. */
static void count(struct flow *f, const struct authcode_errand *errand, fault why)
{
	const struct attempts_sign_in who = attempt_of(errand);
	if (is_fault_refusal(why) || why == FAIL(FETCH_ANSWER))
		attempts_put_sign_in(f->attempts, &who, f->now);
}

/* Whose last group is gone may nothing any more, also not by sessions and tokens that there are. */
static fault lower(struct flow *f, const struct authcode_result *r, const struct entry *e, struct arena *a)
{
	struct store_identity *found = NULL;
	struct store_account *account = NULL;
	const struct store_identity key = { .idp = e->by->id, .subject = e->user.subject };
	TRY(store_identity_find(f->store, &key, a, &found));
	if (!found)
		return NULL;
	TRY(account_get(f, found->account, a, &account));
	account->role = bytes_text(caller_role_word(FLOW_ROLE_NOBODY));
	TRY(store_account_update(f->store, account));
	TRY(store_session_delete_account(f->store, account->name));
	const char *name = arena_text(a, account->name);
	NEED(name != NULL, SYS_MEMORY);
	const struct flow_deed deed = { name, "account.set", { 0 }, r->errand->request_id, "nobody" };
	return flow_note(f, &deed);
}

fault authcode_finish(struct flow *f, const struct authcode_result *r, struct arena *a,
		      struct session_outcome *ret)
{
	struct entry e = { 0 };
	*ret = (struct session_outcome){ 0 };
	ret->why = enter(f, r, &e, a, ret);
	if (!ret->why)
		return NULL;
	count(f, r->errand, ret->why);
	if (!is_fault_refusal(ret->why))
		return ret->why;
	ret->begun = (struct session_begun){ 0 };
	if (ret->why == FAIL(SIGN_IN_ROLE))
		TRY(lower(f, r, &e, a));
	return note_refusal(f, r, &e, ret->why, a);
}
