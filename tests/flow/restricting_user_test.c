/* Who may enrol by whose device it would be: how many a user has, and groups of users who signed in. */
#include "flow/restricting.h"

#include <string.h>

#include "cert/token.h"
#include "flow/hindsight.h"
#include "flow/provider.h"
#include "office.h"
#include "store/store_refusal.h"

#define PROVIDER BYTES_TEXT("https://id.example")

/* What core does when the transaction that changed a rule is over. */
static void put(struct office *o, const struct restriction_words *in)
{
	struct restricting_order order = { .by = &o->admin, .a = &o->arena };
	OK(restricting_put(&o->flow, in, &order));
	OK(restricting_build(&o->flow));
}

/* Nobody has more devices than that. */
static void put_limit(struct office *o, const char *limit)
{
	put(o, &(struct restriction_words){ .display_name = BYTES_TEXT("Few"),
					    .action = BYTES_TEXT("allow"),
					    .limit = bytes_text(limit) });
}

static int setup(void **state)
{
	struct store_profile *p;
	struct store_idp *row;
	struct flow_answer changed;
	const struct profile_new open = { .display_name = BYTES_TEXT("open"),
					  .attestation = BYTES_TEXT("off") };
	const struct idp_new in = { .display_name = BYTES_TEXT("contoso"), .issuer = PROVIDER,
				    .client_id = BYTES_TEXT("assay"), .profile = BYTES_TEXT("open") };
	if (office_setup(state))
		return -1;
	struct office *o = *state;
	struct provider_order order = { .by = &o->admin, .a = &o->arena, .answer = &changed };
	OK(profiles_put(&o->flow, &o->admin, &open, &o->arena, &p));
	OK(provider_put(&o->flow, &in, &order, &row));
	return 0;
}

#define USER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, office_done)

/* --- who comes ------------------------------------------------------------------------------------------ */

/* Both trips of a device of its own, without a TPM. */
static struct office_trips trips(struct office *o, struct begin_facts begin, uint8_t key)
{
	struct office_trips t = { .begin = begin };
	t.challenge = office_challenge(o, &t.begin);
	t.answer = office_answer(o, &t.begin, &t.challenge);
	t.answer.key_a = t.answer.request_digest = office_octets(o, key, 32);
	return t;
}

/* A device whose user shows an enrolment token in that name. */
static struct office_trips token_trips(struct office *o, uint8_t key, const char *user)
{
	const char *text;
	struct token token;
	const struct token_new in = { .profile = BYTES_TEXT("open"),
				      .user_principal_name = bytes_text(user) };
	struct begin_facts begin = office_begin(o, 0, NULL);
	OK(inventory_put_token(&o->flow, &o->admin, &in, &o->arena, &text));
	OK(token_parse(bytes_text(text), TOKEN_ENROLMENT, &token));
	begin.token_id = arena_copy(&o->arena, BYTES_OF(token.id));
	struct office_trips t = trips(o, begin, key);
	t.answer.token_secret = arena_copy(&o->arena, BYTES_OF(token.secret));
	return t;
}

/* A device whose user signed in and is, the provider says, in that group. */
static struct office_trips user_trips(struct office *o, uint8_t key, const char *name, const char *group)
{
	struct user u = { .subject = bytes_text(name),
			  .name = bytes_text(name),
			  .groups = { 1, { bytes_text(group) } },
			  .digest = office_octets(o, key, 32),
			  .expires = OFFICE_NOW + 600 };
	struct begin_facts begin = office_begin(o, 0, NULL);
	OK(flow_hash(PROVIDER, &o->arena, &u.idp));
	begin.idp = u.idp;
	struct office_trips t = trips(o, begin, key);
	OK(flow_encode(&user_message, &u, &o->arena, &t.answer.user));
	return t;
}

static fault enrol(struct office *o, struct office_trips t)
{
	struct admission a;
	struct flow_answer ignored;
	TRY(office_admit(o, &t.answer, &a));
	return office_release(o, &a, &ignored);
}

/* --- how many ------------------------------------------------------------------------------------------- */

static void a_users_devices_count_however_the_user_says_who_that_is(void **state)
{
	struct office *o = *state;
	struct admission a;
	put_limit(o, "2");
	OK(enrol(o, token_trips(o, 21, "ann@example.org")));
	OK(enrol(o, user_trips(o, 22, "Ann@example.org", "Berlin")));
	struct office_trips third = token_trips(o, 23, "ANN@example.org");
	REFUSES(RESTRICTION_LIMIT, office_admit(o, &third.answer, &a));
	CHECK(strstr(a.answer.detail, "restriction Few") && strstr(a.answer.detail, "2 of at most 2"));
	REFUSES(RESTRICTION_LIMIT, enrol(o, user_trips(o, 24, "ann@example.org", "Berlin")));
	OK(enrol(o, user_trips(o, 25, "bob@example.org", "Berlin")));
	OK(enrol(o, token_trips(o, 26, NULL)));
}

static void a_user_whose_device_is_retired_has_a_place_again(void **state)
{
	struct office *o = *state;
	struct store_device_list list;
	put_limit(o, "1");
	OK(enrol(o, token_trips(o, 21, "ann@example.org")));
	REFUSES(RESTRICTION_LIMIT, enrol(o, token_trips(o, 22, "ann@example.org")));
	OK(store_device_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &list));
	OK(inventory_retire_device(&o->flow, &o->admin, list.v[0].id, &o->arena));
	OK(enrol(o, token_trips(o, 22, "ann@example.org")));
}

/* Neither has its certificate yet when the other asks. */
static void of_two_devices_at_once_one_gets_the_last_place(void **state)
{
	struct office *o = *state;
	struct admission first, second;
	struct flow_answer ignored;
	struct office_trips a = token_trips(o, 21, "ann@example.org"),
			    b = user_trips(o, 22, "ann@example.org", "Berlin");
	put_limit(o, "1");
	OK(office_admit(o, &a.answer, &first));
	REFUSES(RESTRICTION_LIMIT, office_admit(o, &b.answer, &second));
	OK(issuance_void(&o->flow, first.ticket_id, FAIL(SIGNER_REFUSED), &o->arena));
	OK(office_admit(o, &b.answer, &second));
	OK(office_release(o, &second, &ignored));
}

static void a_device_that_enrols_again_takes_no_further_place(void **state)
{
	struct office *o = *state;
	struct store_registration *r;
	struct admission a;
	struct flow_answer ignored;
	const struct registration_new in = { .ek_hash = office_octets(o, 5, 32),
					     .assigned_user_principal_name = BYTES_TEXT("ann@example.org") };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
	put_limit(o, "1");
	for (uint8_t i = 0; i < 2; i++) {
		struct office_trips t = office_trips(o, 5, NULL);
		OK(flow_hash(t.answer.id, &o->arena, &t.answer.request_digest));
		OK(office_admit(o, &t.answer, &a));
		OK(office_release(o, &a, &ignored));
	}
	REFUSES(RESTRICTION_LIMIT, enrol(o, token_trips(o, 21, "ann@example.org")));
}

/* --- groups --------------------------------------------------------------------------------------------- */

static void a_restriction_for_a_group_of_users_is_for_them_alone(void **state)
{
	struct office *o = *state;
	struct admission a;
	put(o, &(struct restriction_words){ .display_name = BYTES_TEXT("No guests"),
					    .user_groups = BYTES_TEXT("Visitors, Guests") });
	struct office_trips guest = user_trips(o, 21, "eve@example.org", "guests");
	REFUSES(RESTRICTION_BLOCKED, office_admit(o, &guest.answer, &a));
	CHECK(strstr(a.answer.detail, "No guests"));
	OK(enrol(o, user_trips(o, 22, "ann@example.org", "Berlin")));
	OK(enrol(o, token_trips(o, 23, "eve@example.org")));
}

static void groups_are_remembered_for_deciding_again(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct hindsight h;
	struct store_refusal *row;
	struct store_refusal_list list;
	put(o, &(struct restriction_words){ .display_name = BYTES_TEXT("No guests"),
					    .user_groups = BYTES_TEXT("Guests") });
	struct office_trips guest = user_trips(o, 21, "eve@example.org", "Guests");
	REFUSES(RESTRICTION_BLOCKED, office_admit(o, &guest.answer, &a));
	OK(store_refusal_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &list));
	OK(store_refusal_get(o->flow.store, list.v[0].key, &o->arena, &row));
	OK(hindsight_build(&o->flow, row, &o->arena, &h));
	REFUSES(RESTRICTION_BLOCKED, h.now);
	CHECK(h.list.n == 1 && strcmp(counterfactual_word(&h.list.v[0]), "restrictionOff") == 0);
}

static void who_has_too_many_devices_is_told_so_again(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct hindsight h;
	struct store_refusal *row;
	struct store_refusal_list list;
	put_limit(o, "1");
	OK(enrol(o, token_trips(o, 21, "ann@example.org")));
	struct office_trips second = user_trips(o, 22, "ann@example.org", "Berlin");
	REFUSES(RESTRICTION_LIMIT, office_admit(o, &second.answer, &a));
	OK(store_refusal_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &list));
	OK(store_refusal_get(o->flow.store, list.v[0].key, &o->arena, &row));
	OK(hindsight_build(&o->flow, row, &o->arena, &h));
	REFUSES(RESTRICTION_LIMIT, h.now);
	CHECK(h.list.n == 1 && strcmp(counterfactual_word(&h.list.v[0]), "restrictionOff") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		USER_TEST(a_users_devices_count_however_the_user_says_who_that_is),
		USER_TEST(a_user_whose_device_is_retired_has_a_place_again),
		USER_TEST(of_two_devices_at_once_one_gets_the_last_place),
		USER_TEST(a_device_that_enrols_again_takes_no_further_place),
		USER_TEST(a_restriction_for_a_group_of_users_is_for_them_alone),
		USER_TEST(groups_are_remembered_for_deciding_again),
		USER_TEST(who_has_too_many_devices_is_told_so_again),
	};
	return RUN(tests);
}
