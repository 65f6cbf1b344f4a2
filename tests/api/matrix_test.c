/*
 * Every endpoint of administrators asked by everybody: what each may follows from the tables alone.
 * Credentials are read as verify reads them, the call is served as core serves it.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/endpoint.h"
#include "api/reader.h"
#include "api/scope.h"
#include "api/serve.h"
#include "base/text.h"
#include "cert/password.h"
#include "cert/token.h"
#include "flow/apitoken.h"
#include "flow/caller.h"
#include "flow/session.h"
#include "flow/office.h"

#define SCOPE "audit reports"
#define IDENTITIES_MAX 40

/* Somebody, as they are seen from outside, and what is known of them. */
struct identity {
	const char *name;
	const char *authorization, *cookie, *csrf; /* NULL: not sent */
	fault why; /* why they are nobody; NULL: they are somebody, */
	enum flow_role role; /* of that role, */
	const char *scope;   /* for that alone; NULL: anything */
	bool lacks_csrf;
	bool is_bound;       /* to change the password first */
};

struct crowd {
	struct office *o;
	struct account_order owner; /* of whom the others got what they have */
	size_t n;
	struct identity v[IDENTITIES_MAX];
};

static struct identity *add(struct crowd *c, const char *name)
{
	CHECK(c->n < IDENTITIES_MAX);
	c->v[c->n] = (struct identity){ .name = name };
	return &c->v[c->n++];
}

/* --- who there is --------------------------------------------------------------------------------------- */

static struct bytes proof_of(struct crowd *c, uint8_t v)
{
	return office_octets(c->o, v, PASSWORD_PROOF_SIZE);
}

static void put_account(struct crowd *c, const char *name, const char *role, uint8_t proof)
{
	struct store_account *row;
	const struct account_new in = { .name = bytes_text(name), .role = bytes_text(role),
					.proof = proof_of(c, proof) };
	OK(account_put(&c->o->flow, &c->owner, &in, &c->o->arena, &row));
}

static struct session_begun sign_in(struct crowd *c, const char *name, uint8_t proof)
{
	struct session_outcome out;
	const struct session_order from = { BYTES_TEXT("192.0.2.1"), c->owner.by->request_id };
	const struct session_new in = { .name = bytes_text(name), .proof = proof_of(c, proof) };
	OK(session_begin(&c->o->flow, &from, &in, &c->o->arena, &out));
	OK(out.why);
	return out.begun;
}

/* The cookie alone, as a browser sends it. */
static const char *cookie_of(struct crowd *c, const struct session_begun *s)
{
	struct bytes rest = bytes_text(s->cookie);
	struct bytes cookie = bytes_until(&rest, ';');
	return arena_format(&c->o->arena, "theme=dark; %.*s", (int)cookie.n, (const char *)cookie.p);
}

static struct identity *add_session(struct crowd *c, const char *account, uint8_t proof, const char *name)
{
	const struct session_begun s = sign_in(c, account, proof);
	struct identity *i = add(c, name);
	i->cookie = cookie_of(c, &s);
	i->csrf = s.caller.csrf;
	i->role = s.caller.role;
	return i;
}

static const char *bearer(struct crowd *c, const char *text)
{
	return arena_format(&c->o->arena, "Bearer %s", text);
}

static struct identity *add_token(struct crowd *c, const char *role, const char *scope, const char *name)
{
	const char *text;
	const struct api_token_new in = { .display_name = bytes_text(name), .role = bytes_text(role),
					  .scope = bytes_text(scope) };
	OK(apitoken_put(&c->o->flow, &c->owner, &in, &c->o->arena, &text));
	struct identity *i = add(c, name);
	i->authorization = bearer(c, text);
	i->role = caller_role_find(in.role);
	i->scope = scope;
	return i;
}

/* The record of the token that was made last. */
static struct store_admin *record_of(struct crowd *c, const char *name)
{
	struct store_admin_list list;
	const struct store_page all = { .limit = STORE_PAGE_MAX };
	OK(apitoken_list(&c->o->flow, all, &c->o->arena, &list));
	for (size_t i = 0; i < list.n; i++)
		if (is_bytes_text(list.v[i].name, name))
			return &list.v[i];
	fail_msg("no token is called %s", name);
	return NULL;
}

static void add_strangers(struct crowd *c)
{
	struct token t = { .kind = TOKEN_ADMIN };
	char *text = arena_alloc(&c->o->arena, TOKEN_TEXT_SIZE);
	add(c, "nobody")->why = FAIL(AUTHN);
	struct identity *i = add(c, "words");
	i->authorization = "Bearer words";
	i->why = FAIL(AUTHN);
	i = add(c, "a made-up token");
	i->authorization = bearer(c, token_write(&t, text));
	i->why = FAIL(AUTHN);
	i = add(c, "a browser without a session");
	i->cookie = "theme=dark; " CALLER_COOKIE "=; " CALLER_COOKIE "2=x";
	i->why = FAIL(AUTHN);
}

static void add_tokens(struct crowd *c)
{
	for (enum flow_role r = FLOW_ROLE_READER; r <= FLOW_ROLE_OWNER; r++)
		add_token(c, caller_role_word(r), NULL,
			  arena_format(&c->o->arena, "token of %s", caller_role_word(r)));
	add_token(c, "owner", SCOPE, "token for the audit");
	add_token(c, "owner", NULL, "expired token")->why = FAIL(AUTHN);
	struct store_admin *row = record_of(c, "expired token");
	OK(store_admin_delete(c->o->flow.store, row->id));
	row->expires = OFFICE_NOW;
	OK(store_admin_put(c->o->flow.store, row));
	add_token(c, "owner", NULL, "revoked token")->why = FAIL(AUTHN);
	row = record_of(c, "revoked token");
	OK(apitoken_delete(&c->o->flow, &c->owner, row->id, &c->o->arena));
}

/* Tokens that an account made for itself: it was disabled, or may less now. */
static void add_lent_tokens(struct crowd *c)
{
	struct store_account *row;
	const struct account_order was = c->owner;
	struct caller self = *c->owner.caller;
	const struct account_set lower = { .role = BYTES_TEXT("reader") },
				 out = { .state = BYTES_TEXT("disabled") };
	c->owner.caller = &self;
	put_account(c, "lower", "owner", 91);
	put_account(c, "out", "owner", 92);
	self.account = BYTES_TEXT("lower");
	add_token(c, "owner", NULL, "token of one who may less now")->role = FLOW_ROLE_READER;
	self.account = BYTES_TEXT("out");
	add_token(c, "owner", NULL, "token of one who is out")->why = FAIL(AUTHN);
	c->owner = was;
	c->owner.name = BYTES_TEXT("lower");
	OK(account_update(&c->o->flow, &c->owner, &lower, &c->o->arena, &row));
	c->owner.name = BYTES_TEXT("out");
	OK(account_update(&c->o->flow, &c->owner, &out, &c->o->arena, &row));
}

/* Somebody else chose the password. */
static void add_bound(struct crowd *c)
{
	struct store_account *row;
	put_account(c, "bound", "owner", 93);
	OK(account_get(&c->o->flow, BYTES_TEXT("bound"), &c->o->arena, &row));
	row->given = 1;
	OK(store_account_update(c->o->flow.store, row));
	add_session(c, "bound", 93, "session with a password of somebody else's")->is_bound = true;
}

static void add_sessions(struct crowd *c)
{
	for (enum flow_role r = FLOW_ROLE_READER; r <= FLOW_ROLE_OWNER; r++) {
		const char *role = caller_role_word(r);
		put_account(c, role, role, (uint8_t)r);
		add_session(c, role, (uint8_t)r, arena_format(&c->o->arena, "session of %s", role));
	}
	struct identity *i = add_session(c, "owner", FLOW_ROLE_OWNER, "session without the page's word");
	i->csrf = NULL;
	i->lacks_csrf = true;
	i = add_session(c, "owner", FLOW_ROLE_OWNER, "session with another session's word");
	i->csrf = c->v[c->n - 3].csrf;
	i->lacks_csrf = true;
	add_bound(c);
	i = add_session(c, "owner", FLOW_ROLE_OWNER, "session as a token");
	i->authorization = bearer(c, strstr(i->cookie, "assay-s-"));
	i->cookie = NULL;
	i->why = FAIL(TOK_FLOW);
	i = add(c, "token as a session");
	i->cookie = arena_format(&c->o->arena, CALLER_COOKIE "=%s",
				 c->v[4].authorization + strlen("Bearer "));
	i->why = FAIL(TOK_FLOW);
}

static void add_ended_sessions(struct crowd *c)
{
	struct flow *f = &c->o->flow;
	f->now = OFFICE_NOW - (int64_t)c->o->limits.session_idle_s;
	add_session(c, "owner", FLOW_ROLE_OWNER, "session that was not used")->why = FAIL(SESSION_OVER);
	f->now = OFFICE_NOW - (int64_t)c->o->limits.session_s;
	add_session(c, "owner", FLOW_ROLE_OWNER, "session that is too old")->why = FAIL(SESSION_OVER);
	f->now = OFFICE_NOW;
	const struct session_begun s = sign_in(c, "owner", FLOW_ROLE_OWNER);
	struct identity *i = add(c, "session that was ended");
	i->cookie = cookie_of(c, &s);
	i->csrf = s.caller.csrf;
	i->why = FAIL(SESSION_OVER);
	OK(session_delete(f, &c->owner, s.caller.id, &c->o->arena));
}

static void make_crowd(struct office *o, struct crowd *c)
{
	static const struct caller founder = { .name = "founder", .role = FLOW_ROLE_OWNER };
	*c = (struct crowd){ .o = o, .owner = { .caller = &founder, .by = &o->admin } };
	o->limits.session_idle_s = 1800;
	o->limits.session_s = 43200;
	add_strangers(c);
	add_tokens(c);
	add_sessions(c);
	add_lent_tokens(c); /* there is an owner besides them */
	add_ended_sessions(c);
}

/* --- asking --------------------------------------------------------------------------------------------- */

/* What the tables say; NULL: it is served, whatever comes of it. */
static fault expected(const struct identity *i, enum endpoint_id id)
{
	const struct endpoint *e = &endpoints[id];
	if (e->role == FLOW_ROLE_NOBODY)
		return NULL;
	if (i->why)
		return i->why;
	if (i->lacks_csrf && strcmp(e->method, "GET") != 0)
		return FAIL(SESSION_CSRF);
	if (i->role < e->role)
		return FAIL(AUTHZ);
	bool is_own = strcmp(e->path, "/assay/v1/session") == 0 || id == ENDPOINT_PASSWORD_OWN;
	if (i->is_bound && !is_own)
		return FAIL(PASSWORD_GIVEN);
	bool is_inside = strncmp(e->path, "/assay/v1/audit", strlen("/assay/v1/audit")) == 0 ||
			 strstr(e->path, "/reports") || strstr(e->path, "/refusals") ||
			 strstr(e->path, "/faults") || strstr(e->path, "/outbreaks") ||
			 strstr(e->path, "/requests") || strstr(e->path, "/restrictionHits");
	return i->scope && !is_inside ? FAIL(AUTHZ_SCOPE) : NULL;
}

static fault ask(struct crowd *c, const struct identity *i, enum endpoint_id id, struct bytes target)
{
	struct arena a;
	struct flow_answer answer = { 0 };
	const struct serve_files files = { 0 };
	const struct request r = {
		.authorization = bytes_text(i->authorization), .cookie = bytes_text(i->cookie),
		.csrf = bytes_text(i->csrf),
	};
	struct call call = { .endpoint = id, .target = target, .top = 10, .now = OFFICE_NOW,
			     .peer = BYTES_TEXT("192.0.2.2"), .request_id = c->o->admin.request_id };
	arena_init(&a, 1 << 20);
	OK(store_begin(c->o->flow.store));
	fault why = endpoints[id].role == FLOW_ROLE_NOBODY ? NULL : caller_parse(&r, &a, &call);
	if (!why)
		why = serve_call(&c->o->flow, &files, &call, &a, &answer);
	if (!why && answer.reading)
		why = reader_answer(&c->o->flow, answer.reading, &a, &answer);
	store_rollback(c->o->flow.store);
	arena_done(&a);
	return why;
}

/* One of the answers that say no to who asks. */
static bool is_denial(fault why)
{
	static const fault denials[] = { FAIL(AUTHN), FAIL(AUTHZ), FAIL(AUTHZ_SCOPE), FAIL(SESSION_OVER),
					 FAIL(SESSION_CSRF), FAIL(TOK_FLOW), FAIL(PASSWORD_GIVEN) };
	for (size_t i = 0; i < COUNT_OF(denials); i++)
		if (why == denials[i])
			return true;
	return false;
}

static void everybody_may_what_the_tables_say_and_nothing_else(void **state)
{
	struct crowd c;
	size_t served = 0, cells = 0;
	make_crowd(*state, &c);
	for (size_t id = 0; id < ENDPOINT_COUNT; id++)
		for (size_t i = 0; i < c.n && endpoints[id].listener & ENDPOINT_ON_ADMIN; i++, cells++) {
			const struct bytes target = BYTES_TEXT("00000000-0000-0000-0000-000000000000");
			fault wanted = expected(&c.v[i], (enum endpoint_id)id);
			fault why = ask(&c, &c.v[i], (enum endpoint_id)id, target);
			if (wanted ? why != wanted : is_denial(why))
				fail_msg("%s %s by %s gave %s", endpoints[id].method, endpoints[id].path,
					 c.v[i].name, why ? why->name : "no fault");
			served += !wanted;
		}
	CHECK(served > 500 && cells - served > 500);
	COUNTED("cells", cells);
}

/* Addresses, markup, statements and texts that would write more than they say. */
static void what_stands_in_an_address_is_a_name_and_nothing_else(void **state)
{
	static const char *const targets[] = {
		"' OR 1=1 --", "\"; DROP TABLE account; --", "<script>alert(1)</script>", "=cmd|'/c calc'!A1",
		"..", "%2e%2e%2f", "$1", "owner'--", "%E2%80%AEreenwo", "a b",
	};
	struct crowd c;
	make_crowd(*state, &c);
	const struct identity *owner = &c.v[8];
	CHECK(owner->role == FLOW_ROLE_OWNER && !owner->why && !owner->scope);
	for (size_t id = 0; id < ENDPOINT_COUNT; id++)
		for (size_t i = 0; i < COUNT_OF(targets) && strstr(endpoints[id].path, "{}"); i++) {
			fault why = ask(&c, owner, (enum endpoint_id)id, bytes_text(targets[i]));
			bool is_known = !why || why->kind == FAULT_INPUT || why->kind == FAULT_DENIED ||
					why->kind == FAULT_LIMIT || why == FAIL(NOT_FOUND) ||
					why == FAIL(SYS_BUSY);
			if (!is_known)
				fail_msg("%s of %s gave %s", endpoints[id].path, targets[i], why->name);
		}
	struct store_account_list all;
	OK(account_list(&c.o->flow, &c.o->arena, &all));
	CHECK(all.n == 8);
}

static void a_scope_is_made_of_parts_that_there_are_and_covers_those_alone(void **state)
{
	(void)state;
	static const char all[] = "devices reports registrations filters restrictions compliance "
				  "certificates conflicts profiles enrollment-tokens trust audit people";
	OK(scope_check(bytes_text(all)));
	CHECK(has_scope((struct bytes){ 0 }, ENDPOINT_ACCOUNTS));
	CHECK(has_scope(BYTES_TEXT("audit people"), ENDPOINT_ACCOUNTS));
	CHECK(!has_scope(BYTES_TEXT("audit"), ENDPOINT_ACCOUNTS));
	CHECK(!has_scope(bytes_text(all), ENDPOINT_SESSION_OWN));
	REFUSES(SCOPE_UNKNOWN, scope_check(BYTES_TEXT("audit peopl")));
	REFUSES(SCOPE_UNKNOWN, scope_check(BYTES_TEXT("audit  people")));
	REFUSES(SCOPE_UNKNOWN, scope_check(BYTES_TEXT("Audit")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(everybody_may_what_the_tables_say_and_nothing_else),
		OFFICE_TEST(what_stands_in_an_address_is_a_name_and_nothing_else),
		TEST(a_scope_is_made_of_parts_that_there_are_and_covers_those_alone),
	};
	json_object_seed(1);
	return RUN(tests);
}
