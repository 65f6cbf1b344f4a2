/* Links that sign somebody in once. */
#include "flow/signinlink.h"

#include <string.h>

#include "flow/office.h"
#include "store/store_signinlink.h"

static const struct caller founder = { .name = "founder", .role = FLOW_ROLE_OWNER };
static const struct caller guard = { .name = "guard", .role = FLOW_ROLE_SECURITY };

static void put(struct office *o, const char *name, const char *role)
{
	struct store_account *row;
	const struct account_order of = { &founder, &o->admin, { 0 } };
	const struct account_new in = { .name = bytes_text(name), .role = bytes_text(role),
					.proof = office_octets(o, 1, 32) };
	OK(account_put(&o->flow, &of, &in, &o->arena, &row));
	o->limits.session_idle_s = 1800;
	o->limits.session_s = 43200;
}

static fault make(struct office *o, const struct caller *by, const char *name, struct signinlink *ret)
{
	const struct account_order of = { by, &o->admin, bytes_text(name) };
	return signinlink_put(&o->flow, &of, &o->arena, ret);
}

/* What comes of a link's token from an address; NULL: a session. */
static fault use(struct office *o, const char *token, const char *peer)
{
	struct token t;
	struct session_outcome out;
	struct call c = { .peer = bytes_text(peer), .request_id = o->admin.request_id };
	OK(token_parse(bytes_text(token), TOKEN_LINK, &t));
	c.token_id = BYTES_OF(t.id);
	c.token_secret = BYTES_OF(t.secret);
	OK(signinlink_use(&o->flow, &c, &o->arena, &out));
	if (!out.why)
		CHECK(out.begun.cookie && out.begun.caller.is_session && !out.begun.caller.is_bound);
	return out.why;
}

static void a_link_signs_its_account_in_once(void **state)
{
	struct office *o = *state;
	struct signinlink link;
	put(o, "anna", "reader");
	OK(make(o, &guard, "anna", &link));
	CHECK(link.expires == OFFICE_NOW + SIGNINLINK_LIFE_S);
	OK(use(o, link.token, "192.0.2.1"));
	REFUSES(LINK_OVER, use(o, link.token, "192.0.2.1"));
}

static void a_link_that_is_too_old_or_has_a_successor_signs_nobody_in(void **state)
{
	struct office *o = *state;
	struct signinlink first, second;
	put(o, "anna", "reader");
	OK(make(o, &guard, "anna", &first));
	OK(make(o, &guard, "anna", &second));
	REFUSES(LINK_OVER, use(o, first.token, "192.0.2.1"));
	o->flow.now += SIGNINLINK_LIFE_S;
	REFUSES(LINK_OVER, use(o, second.token, "192.0.2.1"));
	o->flow.now--;
	REFUSES(LINK_OVER, use(o, second.token, "192.0.2.1"));
}

static void nobody_makes_a_link_for_who_is_above_them_disabled_or_not_there(void **state)
{
	struct office *o = *state;
	struct signinlink link;
	struct store_account *row;
	const struct account_set out = { .state = BYTES_TEXT("disabled") };
	const struct account_order of = { &founder, &o->admin, BYTES_TEXT("anna") };
	put(o, "zoe", "owner");
	put(o, "anna", "reader");
	REFUSES(AUTHZ, make(o, &guard, "zoe", &link));
	REFUSES(NOT_FOUND, make(o, &guard, "ben", &link));
	OK(make(o, &guard, "anna", &link));
	OK(account_update(&o->flow, &of, &out, &o->arena, &row));
	REFUSES(LINK_OVER, use(o, link.token, "192.0.2.1"));
	REFUSES(STATE_INVALID, make(o, &guard, "anna", &link));
}

static void of_a_link_no_secret_is_stored_and_a_guessed_one_is_worth_nothing(void **state)
{
	struct office *o = *state;
	struct token t;
	struct signinlink link;
	struct store_signinlink *row;
	char text[TOKEN_TEXT_SIZE];
	put(o, "anna", "reader");
	OK(make(o, &guard, "anna", &link));
	OK(token_parse(bytes_text(link.token), TOKEN_LINK, &t));
	OK(store_signinlink_find(o->flow.store, BYTES_OF(t.id), &o->arena, &row));
	CHECK(row && !is_bytes_equal(row->hash, BYTES_OF(t.secret)));
	t.secret[0] ^= 1;
	token_write(&t, text);
	for (int i = 0; i < 5; i++)
		REFUSES(LINK_OVER, use(o, text, "192.0.2.9"));
	REFUSES(SIGN_IN_LOCKED, use(o, text, "192.0.2.9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_link_signs_its_account_in_once),
		OFFICE_TEST(a_link_that_is_too_old_or_has_a_successor_signs_nobody_in),
		OFFICE_TEST(nobody_makes_a_link_for_who_is_above_them_disabled_or_not_there),
		OFFICE_TEST(of_a_link_no_secret_is_stored_and_a_guessed_one_is_worth_nothing),
	};
	return RUN(tests);
}
