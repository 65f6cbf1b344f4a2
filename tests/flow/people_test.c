#include <string.h>

#include "cert/password.h"
#include "cert/token.h"
#include "flow/apitoken.h"
#include "flow/session.h"
#include "flow/signinlink.h"
#include "office.h"
#include "store/store_audit.h"

static const struct caller founder = { .name = "founder", .role = FLOW_ROLE_OWNER };
static const struct caller guard = { .name = "guard", .role = FLOW_ROLE_SECURITY };

static struct account_order order(struct office *o, const struct caller *by, const char *name)
{
	return (struct account_order){ by, &o->admin, bytes_text(name) };
}

static struct bytes proof(struct office *o, uint8_t v)
{
	return office_octets(o, v, PASSWORD_PROOF_SIZE);
}

static fault put(struct office *o, const struct caller *by, const char *name, const char *role)
{
	struct store_account *row;
	const struct account_order of = order(o, by, NULL);
	const struct account_new in = { .name = bytes_text(name), .role = bytes_text(role),
					.proof = proof(o, 1) };
	return account_put(&o->flow, &of, &in, &o->arena, &row);
}

static fault set(struct office *o, const struct caller *by, const char *name, struct account_set in)
{
	struct store_account *row;
	const struct account_order of = order(o, by, name);
	return account_update(&o->flow, &of, &in, &o->arena, &row);
}

static fault take(struct office *o, const struct caller *by, const char *name)
{
	const struct account_order of = order(o, by, name);
	return account_delete(&o->flow, &of, &o->arena);
}

static struct session_outcome try_in(struct office *o, const char *name, uint8_t v)
{
	struct session_outcome out;
	const struct session_order from = { BYTES_TEXT("192.0.2.1"), o->admin.request_id };
	const struct session_new in = { .name = bytes_text(name), .proof = proof(o, v) };
	o->limits.session_idle_s = 1800;
	o->limits.session_s = 43200;
	OK(session_begin(&o->flow, &from, &in, &o->arena, &out));
	return out;
}

static size_t sessions(struct office *o)
{
	struct store_session_list list;
	OK(session_list(&o->flow, (struct store_page){ .limit = 100 }, &o->arena, &list));
	return list.n;
}

/* --- accounts ------------------------------------------------------------------------------------------- */

static void an_account_is_of_a_name_and_a_role_that_there_are(void **state)
{
	struct office *o = *state;
	static const char *const bad[] = { "", "Anna", "an na", "a.b", "\xC3\xA4",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	OK(put(o, &founder, "anna_2-x", "owner"));
	REFUSES(CONFLICT, put(o, &founder, "anna_2-x", "reader"));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(ACCOUNT_NAME, put(o, &founder, bad[i], "reader"));
	REFUSES(ROLE_UNKNOWN, put(o, &founder, "b", "king"));
	REFUSES(ROLE_UNKNOWN, put(o, &founder, "b", "nobody"));
}

static void nobody_makes_changes_or_removes_who_is_above_them(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	OK(put(o, &founder, "ben", "owner"));
	OK(put(o, &guard, "carl", "security"));
	REFUSES(AUTHZ, put(o, &guard, "dora", "owner"));
	REFUSES(AUTHZ, set(o, &guard, "carl", (struct account_set){ .role = BYTES_TEXT("owner") }));
	REFUSES(AUTHZ, set(o, &guard, "anna", (struct account_set){ .role = BYTES_TEXT("reader") }));
	REFUSES(AUTHZ, set(o, &guard, "anna", (struct account_set){ .state = BYTES_TEXT("disabled") }));
	REFUSES(AUTHZ, take(o, &guard, "anna"));
	const struct account_order of = order(o, &guard, "anna");
	const struct password_new in = { .proof = proof(o, 9) };
	REFUSES(AUTHZ, account_update_password(&o->flow, &of, &in, &o->arena));
	OK(set(o, &guard, "carl", (struct account_set){ .role = BYTES_TEXT("reader") }));
	OK(take(o, &founder, "anna"));
	REFUSES(NOT_FOUND, take(o, &founder, "anna"));
}

static void the_last_owner_stays(void **state)
{
	struct office *o = *state;
	const struct account_set out = { .state = BYTES_TEXT("disabled") };
	const struct account_set low = { .role = BYTES_TEXT("reader") };
	OK(put(o, &founder, "anna", "owner"));
	REFUSES(OWNER_LAST, take(o, &founder, "anna"));
	REFUSES(OWNER_LAST, set(o, &founder, "anna", out));
	REFUSES(OWNER_LAST, set(o, &founder, "anna", low));
	OK(put(o, &founder, "ben", "owner"));
	OK(set(o, &founder, "anna", out));
	REFUSES(OWNER_LAST, take(o, &founder, "ben"));
	OK(take(o, &founder, "anna"));
	REFUSES(OWNER_LAST, set(o, &founder, "ben", low));
}

static void a_first_owners_token_counts_while_it_is_there(void **state)
{
	struct office *o = *state;
	const char *text;
	struct store_admin_list list;
	const struct account_order of = order(o, &founder, NULL);
	OK(caller_put(&o->flow, "founder", FLOW_ROLE_OWNER, &o->arena, &text));
	OK(apitoken_list(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	REFUSES(OWNER_LAST, apitoken_delete(&o->flow, &of, list.v[0].id, &o->arena));
	OK(put(o, &founder, "anna", "owner"));
	OK(apitoken_delete(&o->flow, &of, list.v[0].id, &o->arena));
	REFUSES(OWNER_LAST, take(o, &founder, "anna"));
}

/* --- signing in ----------------------------------------------------------------------------------------- */

static void whoever_proves_the_password_gets_a_cookie_that_no_script_reads(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	const struct session_outcome out = try_in(o, "anna", 1);
	OK(out.why);
	CHECK(strncmp(out.begun.cookie, "__Host-assay=assay-s-", 21) == 0);
	CHECK(strstr(out.begun.cookie, "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200"));
	CHECK(out.begun.caller.role == FLOW_ROLE_OWNER && strlen(out.begun.caller.csrf) == 64);
	CHECK(!strstr(out.begun.cookie, out.begun.caller.csrf));
	CHECK(sessions(o) == 1);
}

static void of_a_session_no_secret_is_stored(void **state)
{
	struct office *o = *state;
	struct store_session_list list;
	struct token t;
	OK(put(o, &founder, "anna", "owner"));
	const struct session_outcome out = try_in(o, "anna", 1);
	OK(session_list(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	OK(token_parse(bytes_of(out.begun.cookie + 13, TOKEN_TEXT_SIZE - 1), TOKEN_SESSION, &t));
	CHECK(is_bytes_equal(list.v[0].id, BYTES_OF(t.id)));
	CHECK(!is_bytes_equal(list.v[0].hash, BYTES_OF(t.secret)));
}

static void a_wrong_password_and_a_name_of_nobody_are_answered_alike(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "reader"));
	OK(put(o, &founder, "zoe", "owner"));
	CHECK(try_in(o, "anna", 2).why == FAIL(SIGN_IN_WRONG));
	CHECK(try_in(o, "nobody", 2).why == FAIL(SIGN_IN_WRONG));
	OK(set(o, &founder, "anna", (struct account_set){ .state = BYTES_TEXT("disabled") }));
	CHECK(try_in(o, "anna", 1).why == FAIL(SIGN_IN_WRONG));
	CHECK(sessions(o) == 0);
}

static void five_wrong_passwords_lock_a_name_whether_it_is_an_accounts_or_not(void **state)
{
	struct office *o = *state;
	static const char *const names[] = { "anna", "nobody" };
	OK(put(o, &founder, "anna", "owner"));
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		for (int k = 0; k < ATTEMPTS_PER_NAME; k++)
			CHECK(try_in(o, names[i], 2).why == FAIL(SIGN_IN_WRONG));
		const struct session_outcome out = try_in(o, names[i], 1);
		CHECK(out.why == FAIL(SIGN_IN_LOCKED) && out.retry_after_s == ATTEMPTS_SIGN_IN_WINDOW_S);
	}
	o->flow.now += ATTEMPTS_SIGN_IN_WINDOW_S - 1;
	CHECK(try_in(o, "anna", 1).why == FAIL(SIGN_IN_LOCKED));
	o->flow.now++;
	OK(try_in(o, "anna", 1).why);
}

static void a_right_password_lets_the_name_begin_anew(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	for (int i = 0; i < 3; i++) {
		for (int k = 1; k < ATTEMPTS_PER_NAME; k++)
			CHECK(try_in(o, "anna", 2).why == FAIL(SIGN_IN_WRONG));
		OK(try_in(o, "anna", 1).why);
	}
}

static void many_names_from_one_address_lock_the_address(void **state)
{
	struct office *o = *state;
	char name[2] = "a";
	OK(put(o, &founder, "anna", "owner"));
	for (int i = 0; i < ATTEMPTS_SIGN_IN_PER_PEER; i++) {
		name[0] = (char)('a' + i % 25);
		CHECK(try_in(o, name, 2).why == FAIL(SIGN_IN_WRONG));
	}
	CHECK(try_in(o, "anna", 1).why == FAIL(SIGN_IN_LOCKED));
}

static void that_a_password_is_for_emergencies_learns_who_proves_it_and_nobody_else(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	OK(put(o, &founder, "ben", "owner"));
	o->limits.passwords = BYTES_TEXT("anna, zoe");
	CHECK(try_in(o, "ben", 1).why == FAIL(SIGN_IN_PROVIDER) && sessions(o) == 0);
	CHECK(office_deeds(o, "session.refuse") == 1);
	for (int k = 0; k < ATTEMPTS_PER_NAME; k++) {
		CHECK(try_in(o, "anna", 2).why == FAIL(SIGN_IN_WRONG));
		CHECK(try_in(o, "ben", 2).why == FAIL(SIGN_IN_WRONG));
		CHECK(try_in(o, "nobody", 2).why == FAIL(SIGN_IN_WRONG));
	}
	CHECK(try_in(o, "anna", 1).why == FAIL(SIGN_IN_LOCKED));
	CHECK(try_in(o, "ben", 1).why == FAIL(SIGN_IN_LOCKED));
	CHECK(try_in(o, "nobody", 1).why == FAIL(SIGN_IN_LOCKED));
}

static void another_password_or_a_removal_ends_the_sessions(void **state)
{
	struct office *o = *state;
	const struct account_order of = order(o, &founder, "anna");
	const struct password_new in = { .proof = proof(o, 5) };
	OK(put(o, &founder, "anna", "reader"));
	OK(put(o, &founder, "zoe", "owner"));
	OK(try_in(o, "anna", 1).why);
	OK(account_update_password(&o->flow, &of, &in, &o->arena));
	CHECK(sessions(o) == 0 && try_in(o, "anna", 1).why == FAIL(SIGN_IN_WRONG));
	OK(try_in(o, "anna", 5).why);
	OK(take(o, &founder, "anna"));
	CHECK(sessions(o) == 0);
}

static fault change(struct office *o, const struct caller *by, uint8_t old, uint8_t new)
{
	struct session_outcome out;
	const struct account_order of = order(o, by, NULL);
	const struct session_change c = { &of, BYTES_TEXT("192.0.2.1") };
	const struct password_own in = { .name = BYTES_TEXT("anna"), .proof = proof(o, old),
					 .new_proof = proof(o, new) };
	TRY(session_update_password(&o->flow, &c, &in, &o->arena, &out));
	return out.why;
}

static void whoever_proves_the_old_password_has_a_new_one_and_is_out_elsewhere(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	const struct session_outcome own = try_in(o, "anna", 1);
	OK(try_in(o, "anna", 1).why);
	OK(change(o, &own.begun.caller, 1, 5));
	CHECK(sessions(o) == 1);
	OK(session_delete(&o->flow, &(struct account_order){ &own.begun.caller, &o->admin, { 0 } },
			  own.begun.caller.id, &o->arena));
	CHECK(try_in(o, "anna", 1).why == FAIL(SIGN_IN_WRONG));
	OK(try_in(o, "anna", 5).why);
}

static void old_passwords_that_are_wrong_count_like_those_of_a_sign_in(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	const struct session_outcome own = try_in(o, "anna", 1);
	for (int i = 0; i < ATTEMPTS_PER_NAME; i++)
		REFUSES(SIGN_IN_WRONG, change(o, &own.begun.caller, 2, 5));
	REFUSES(SIGN_IN_LOCKED, change(o, &own.begun.caller, 1, 5));
	CHECK(try_in(o, "anna", 1).why == FAIL(SIGN_IN_LOCKED));
}

static void nobody_changes_a_password_as_somebody_else(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	OK(put(o, &founder, "ben", "owner"));
	const struct session_outcome other = try_in(o, "ben", 1);
	REFUSES(AUTHZ, change(o, &other.begun.caller, 1, 5));
	REFUSES(STATE_INVALID, change(o, &founder, 1, 5));
}

static void a_password_of_somebody_elses_binds_until_it_is_changed(void **state)
{
	struct office *o = *state;
	const struct account_order of = order(o, &founder, "anna");
	const struct password_new in = { .proof = proof(o, 7), .force_change_password_next_sign_in = 1 };
	OK(put(o, &founder, "anna", "owner"));
	CHECK(!try_in(o, "anna", 1).begun.caller.is_bound);
	OK(account_update_password(&o->flow, &of, &in, &o->arena));
	const struct session_outcome bound = try_in(o, "anna", 7);
	CHECK(bound.begun.caller.is_bound);
	OK(change(o, &bound.begun.caller, 7, 8));
	CHECK(!try_in(o, "anna", 8).begun.caller.is_bound);
	const struct account_order own = order(o, &bound.begun.caller, "anna");
	OK(account_update_password(&o->flow, &own, &in, &o->arena));
	CHECK(!try_in(o, "anna", 7).begun.caller.is_bound);
}

static void a_session_is_ended_by_its_own_and_by_nobody_below(void **state)
{
	struct office *o = *state;
	OK(put(o, &founder, "anna", "owner"));
	const struct session_outcome first = try_in(o, "anna", 1), second = try_in(o, "anna", 1);
	const struct account_order below = order(o, &guard, NULL), own = order(o, &first.begun.caller, NULL);
	REFUSES(AUTHZ, session_delete(&o->flow, &below, first.begun.caller.id, &o->arena));
	OK(session_delete(&o->flow, &own, second.begun.caller.id, &o->arena));
	OK(session_delete(&o->flow, &own, first.begun.caller.id, &o->arena));
	REFUSES(NOT_FOUND, session_delete(&o->flow, &own, first.begun.caller.id, &o->arena));
}

static void a_token_is_not_above_who_makes_it(void **state)
{
	struct office *o = *state;
	const char *text;
	const struct account_order of = order(o, &guard, NULL);
	struct api_token_new in = { .display_name = BYTES_TEXT("ci"), .role = BYTES_TEXT("owner") };
	REFUSES(AUTHZ, apitoken_put(&o->flow, &of, &in, &o->arena, &text));
	in.role = BYTES_TEXT("security");
	OK(apitoken_put(&o->flow, &of, &in, &o->arena, &text));
	REFUSES(CONFLICT, apitoken_put(&o->flow, &of, &in, &o->arena, &text));
}

/* One that is for a part of the server, until a time. */
static const struct caller part = { .name = "ci", .role = FLOW_ROLE_OWNER, .expires = OFFICE_NOW + 60,
				    .scope = BYTES_TEXT("audit people") };

static fault lend(struct office *o, const struct caller *by, const char *scope)
{
	const char *text;
	const struct account_order of = order(o, by, NULL);
	const struct api_token_new in = { .display_name = bytes_text(scope), .role = BYTES_TEXT("reader"),
					  .scope = bytes_text(scope) };
	return apitoken_put(&o->flow, &of, &in, &o->arena, &text);
}

static void a_token_of_a_part_makes_none_of_more_or_for_longer(void **state)
{
	struct office *o = *state;
	struct store_admin_list list;
	OK(lend(o, &part, "people"));
	OK(lend(o, &part, "people audit"));
	REFUSES(AUTHZ_SCOPE, lend(o, &part, ""));
	REFUSES(AUTHZ_SCOPE, lend(o, &part, "people trust"));
	REFUSES(AUTHZ_SCOPE, lend(o, &part, "peop"));
	OK(apitoken_list(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	CHECK(list.n == 2 && list.v[0].expires == part.expires && list.v[1].expires == part.expires);
	OK(lend(o, &founder, ""));
}

static void a_token_of_a_part_gives_nobody_a_way_in(void **state)
{
	struct office *o = *state;
	struct signinlink link;
	const struct account_order of = order(o, &part, "anna");
	const struct password_new in = { .proof = proof(o, 7) };
	OK(put(o, &founder, "anna", "reader"));
	REFUSES(AUTHZ_SCOPE, put(o, &part, "ben", "reader"));
	REFUSES(AUTHZ_SCOPE, set(o, &part, "anna", (struct account_set){ .role = BYTES_TEXT("owner") }));
	REFUSES(AUTHZ_SCOPE, account_update_password(&o->flow, &of, &in, &o->arena));
	REFUSES(AUTHZ_SCOPE, signinlink_put(&o->flow, &of, &o->arena, &link));
	OK(set(o, &part, "anna", (struct account_set){ .state = BYTES_TEXT("disabled") }));
	REFUSES(AUTHZ_SCOPE, set(o, &part, "anna", (struct account_set){ .state = BYTES_TEXT("active") }));
	OK(take(o, &part, "anna"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(an_account_is_of_a_name_and_a_role_that_there_are),
		OFFICE_TEST(nobody_makes_changes_or_removes_who_is_above_them),
		OFFICE_TEST(the_last_owner_stays),
		OFFICE_TEST(a_first_owners_token_counts_while_it_is_there),
		OFFICE_TEST(whoever_proves_the_password_gets_a_cookie_that_no_script_reads),
		OFFICE_TEST(of_a_session_no_secret_is_stored),
		OFFICE_TEST(a_wrong_password_and_a_name_of_nobody_are_answered_alike),
		OFFICE_TEST(five_wrong_passwords_lock_a_name_whether_it_is_an_accounts_or_not),
		OFFICE_TEST(a_right_password_lets_the_name_begin_anew),
		OFFICE_TEST(many_names_from_one_address_lock_the_address),
		OFFICE_TEST(that_a_password_is_for_emergencies_learns_who_proves_it_and_nobody_else),
		OFFICE_TEST(another_password_or_a_removal_ends_the_sessions),
		OFFICE_TEST(whoever_proves_the_old_password_has_a_new_one_and_is_out_elsewhere),
		OFFICE_TEST(old_passwords_that_are_wrong_count_like_those_of_a_sign_in),
		OFFICE_TEST(nobody_changes_a_password_as_somebody_else),
		OFFICE_TEST(a_password_of_somebody_elses_binds_until_it_is_changed),
		OFFICE_TEST(a_session_is_ended_by_its_own_and_by_nobody_below),
		OFFICE_TEST(a_token_is_not_above_who_makes_it),
		OFFICE_TEST(a_token_of_a_part_makes_none_of_more_or_for_longer),
		OFFICE_TEST(a_token_of_a_part_gives_nobody_a_way_in),
	};
	return RUN(tests);
}
