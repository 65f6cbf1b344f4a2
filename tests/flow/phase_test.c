#include "flow/phase.h"

#include "office.h"

#include "cert/crl.h"
#include "store/store_certificate.h"
#include "store/store_enrolment.h"

#define EK 5
#define ANN "ann@example.org"

static void office_limits(struct office *o, uint64_t wait_s, uint64_t life_s)
{
	o->limits.provisioning = (struct provisioning_limits){ wait_s, life_s };
}

/* A pre-provisioned profile for all, and a device of it that is to be that user's, or anybody's. */
static struct bytes registered_for(struct office *o, const char *user)
{
	struct store_profile *p;
	struct store_registration *r;
	const struct profile_new laptops = { .display_name = BYTES_TEXT("laptops"),
					     .usage = BYTES_TEXT("pre-provisioned") };
	const struct registration_new in = { .ek_hash = office_octets(o, EK, 32),
					     .profile = BYTES_TEXT("laptops"),
					     .assigned_user_principal_name = bytes_text(user) };
	OK(profiles_put(&o->flow, &o->admin, &laptops, &o->arena, &p));
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
	return r->id;
}

static struct store_registration *registration(struct office *o, struct bytes id)
{
	struct store_registration *r;
	OK(store_registration_get(o->flow.store, id, &o->arena, &r));
	return r;
}

/* What the device says when it comes for that purpose, with that user's token or without one. */
struct visit {
	struct begin_facts begin;
	struct bytes secret;
};

static struct visit visit_for(struct office *o, enum trip_purpose purpose, const char *user)
{
	const char *text;
	struct token t;
	const struct token_new token = { .profile = BYTES_TEXT("laptops"),
					 .user_principal_name = bytes_text(user) };
	struct visit v = { .begin = office_begin(o, EK, NULL) };
	v.begin.purpose = purpose;
	v.begin.now = (uint64_t)o->flow.now;
	if (!user)
		return v;
	OK(inventory_put_token(&o->flow, &o->admin, &token, &o->arena, &text));
	OK(token_parse(bytes_text(text), TOKEN_ENROLMENT, &t));
	v.begin.token_id = arena_copy(&o->arena, BYTES_OF(t.id));
	v.secret = arena_copy(&o->arena, BYTES_OF(t.secret));
	return v;
}

static struct answer_facts answer_of(struct office *o, const struct visit *v)
{
	const struct challenge_result c = office_challenge(o, &v->begin);
	struct answer_facts answer = office_answer(o, &v->begin, &c);
	answer.token_secret = v->secret;
	return answer;
}

static fault come(struct office *o, enum trip_purpose purpose, const char *user)
{
	struct admission a;
	struct flow_answer reply;
	const struct visit v = visit_for(o, purpose, user);
	struct answer_facts answer = answer_of(o, &v);
	TRY(office_admit(o, &answer, &a));
	if (a.issues)
		OK(office_release(o, &a, &reply));
	return NULL;
}

static fault refused(struct office *o, enum trip_purpose purpose, const char *user)
{
	const struct visit v = visit_for(o, purpose, user);
	return office_begin_refused(o, &v.begin);
}

static struct store_device *device(struct office *o, struct bytes registration_id)
{
	struct store_device *d;
	OK(store_device_get(o->flow.store, registration(o, registration_id)->device_id, &o->arena, &d));
	return d;
}

/* How many of the device's certificates are in that state for that reason. */
static size_t count(struct office *o, struct bytes device_id, enum store_certificate_state state,
		    uint64_t reason)
{
	struct store_certificate_list list;
	size_t n = 0;
	const struct store_page page = { .limit = 100 };
	OK(store_certificate_list_by_device(o->flow.store, device_id, page, &o->arena, &list));
	for (size_t i = 0; i < list.n; i++)
		n += list.v[i].state == state && list.v[i].reason == reason;
	return n;
}

static void a_technician_reseals_the_device_and_its_user_gets_new_certificates(void **state)
{
	struct office *o = *state;
	struct bytes id = registered_for(o, NULL);
	OK(come(o, TRIP_PROVISION, NULL));
	struct bytes device_id = registration(o, id)->device_id;
	CHECK(registration(o, id)->phase == PROVISIONING_PREPARED);
	CHECK(count(o, device_id, STORE_CERTIFICATE_ISSUED, 0) == 2 && !device(o, id)->upn.n);
	o->flow.now += 60;
	OK(come(o, TRIP_RESEAL, NULL));
	CHECK(registration(o, id)->phase == PROVISIONING_RESEALED);
	CHECK(registration(o, id)->phase_since == OFFICE_NOW + 60);
	CHECK(count(o, device_id, STORE_CERTIFICATE_HELD, CRL_HOLD) == 2);
	o->flow.now += 60;
	OK(come(o, TRIP_ENROLL, ANN));
	CHECK(registration(o, id)->phase == PROVISIONING_BOUND);
	CHECK(is_bytes_equal(registration(o, id)->device_id, device_id));
	CHECK(is_bytes_text(device(o, id)->upn, ANN));
	CHECK(count(o, device_id, STORE_CERTIFICATE_REVOKED, CRL_SUPERSEDED) == 2);
	CHECK(count(o, device_id, STORE_CERTIFICATE_ISSUED, 0) == 2);
}

static void a_step_out_of_order_is_refused_by_name_at_either_trip(void **state)
{
	struct office *o = *state;
	struct admission a;
	registered_for(o, NULL);
	REFUSES(RESEAL_EARLY, refused(o, TRIP_RESEAL, NULL));
	const struct visit early = visit_for(o, TRIP_ENROLL, ANN);
	struct answer_facts late = answer_of(o, &early);
	OK(come(o, TRIP_PROVISION, NULL));
	REFUSES(PROVISION_UNSEALED, refused(o, TRIP_ENROLL, ANN));
	REFUSES(PROVISION_UNSEALED, office_admit(o, &late, &a));
	OK(come(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	OK(come(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	OK(come(o, TRIP_ENROLL, ANN));
	REFUSES(PROVISION_BOUND, refused(o, TRIP_RESEAL, NULL));
	REFUSES(PROVISION_BOUND, refused(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_ENROLL, ANN));
}

static void a_ticket_of_one_purpose_serves_no_other(void **state)
{
	struct office *o = *state;
	struct admission a;
	registered_for(o, NULL);
	OK(come(o, TRIP_PROVISION, NULL));
	const struct visit v = visit_for(o, TRIP_PROVISION, NULL);
	struct answer_facts answer = answer_of(o, &v);
	answer.purpose = TRIP_RESEAL;
	REFUSES(PURPOSE_MISMATCH, office_admit(o, &answer, &a));
}

static void the_user_waits_and_does_not_wait_too_long(void **state)
{
	struct office *o = *state;
	struct challenge_result r;
	struct bytes id = registered_for(o, NULL);
	office_limits(o, 5400, 86400);
	OK(come(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	const struct visit v = visit_for(o, TRIP_ENROLL, ANN);
	REFUSES(PROVISION_WAIT, challenge_build(&o->flow, &v.begin, &o->arena, &r));
	assert_string_equal(r.answer.detail, "from 2026-01-01T01:30:00Z");
	/* Resealing it once more starts no other wait. */
	o->flow.now += 5400;
	OK(come(o, TRIP_RESEAL, NULL));
	office_challenge(o, &v.begin);
	o->flow.now = OFFICE_NOW + 86400;
	REFUSES(PROVISION_EXPIRED, challenge_build(&o->flow, &v.begin, &o->arena, &r));
	assert_string_equal(r.answer.detail, "until 2026-01-02T00:00:00Z");
	OK(come(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	o->flow.now += 5400;
	OK(come(o, TRIP_ENROLL, ANN));
	CHECK(registration(o, id)->phase == PROVISIONING_BOUND);
}

static void the_device_becomes_nobodys_but_its_users(void **state)
{
	struct office *o = *state;
	struct bytes id = registered_for(o, ANN);
	OK(come(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	REFUSES(USER_MISSING, refused(o, TRIP_ENROLL, NULL));
	REFUSES(USER_UNNAMED, refused(o, TRIP_ENROLL, ""));
	REFUSES(USER_OTHER, refused(o, TRIP_ENROLL, "bob@example.org"));
	OK(come(o, TRIP_ENROLL, "Ann@Example.org"));
	CHECK(is_bytes_text(device(o, id)->upn, "Ann@Example.org"));
}

static void a_bound_device_is_another_users_when_an_administrator_allows_it(void **state)
{
	struct office *o = *state;
	struct bytes id = registered_for(o, NULL);
	OK(come(o, TRIP_ENROLL, ANN));
	CHECK(registration(o, id)->phase == PROVISIONING_BOUND);
	REFUSES(USER_OTHER, refused(o, TRIP_ENROLL, "bob@example.org"));
	OK(inventory_update_userless(&o->flow, &o->admin, id, &o->arena));
	CHECK(registration(o, id)->phase == PROVISIONING_NONE);
	OK(come(o, TRIP_PROVISION, NULL));
	CHECK(!device(o, id)->upn.n);
	OK(come(o, TRIP_RESEAL, NULL));
	OK(come(o, TRIP_ENROLL, "bob@example.org"));
	CHECK(is_bytes_text(device(o, id)->upn, "bob@example.org"));
}

static void with_the_one_time_limit_a_technician_comes_once(void **state)
{
	struct office *o = *state;
	struct store_profile *p;
	struct bytes id = registered_for(o, NULL);
	const struct profiles_change once = { BYTES_TEXT("laptops"), { .one_time = BYTES_TEXT("on") } };
	OK(profiles_update(&o->flow, &o->admin, &once, &o->arena, &p));
	OK(come(o, TRIP_PROVISION, NULL));
	REFUSES(ENROLMENT_ONCE, refused(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	OK(come(o, TRIP_ENROLL, ANN));
	OK(inventory_update_userless(&o->flow, &o->admin, id, &o->arena));
	OK(come(o, TRIP_PROVISION, NULL));
}

static void a_reseal_asked_twice_is_answered_with_the_same_octets(void **state)
{
	struct office *o = *state;
	struct admission first, again;
	struct noted reply;
	struct bytes id = registered_for(o, NULL);
	OK(come(o, TRIP_PROVISION, NULL));
	const struct visit v = visit_for(o, TRIP_RESEAL, NULL);
	struct answer_facts answer = answer_of(o, &v);
	OK(office_admit(o, &answer, &first));
	CHECK(first.issues == 0 && first.answer.status == 200);
	OK(message_parse(&noted_message, first.answer.body, &reply));
	CHECK(is_bytes_text(reply.profile, "laptops") && reply.time == (uint64_t)OFFICE_NOW);
	o->flow.now += 1000;
	OK(office_admit(o, &answer, &again));
	CHECK(again.issues == 0 && is_bytes_equal(again.answer.body, first.answer.body));
	CHECK(registration(o, id)->phase_since == OFFICE_NOW);
}

static void what_the_ca_does_not_sign_leaves_the_device_as_it_was(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct bytes id = registered_for(o, NULL);
	OK(come(o, TRIP_PROVISION, NULL));
	OK(come(o, TRIP_RESEAL, NULL));
	struct bytes device_id = registration(o, id)->device_id;
	const struct visit v = visit_for(o, TRIP_ENROLL, ANN);
	struct answer_facts answer = answer_of(o, &v);
	OK(office_admit(o, &answer, &a));
	CHECK(registration(o, id)->phase == PROVISIONING_RESEALED && !device(o, id)->upn.n);
	OK(issuance_void(&o->flow, a.ticket_id, FAIL(SIGNER_REFUSED), &o->arena));
	CHECK(registration(o, id)->phase == PROVISIONING_RESEALED && !device(o, id)->upn.n);
	CHECK(count(o, device_id, STORE_CERTIFICATE_HELD, CRL_HOLD) == 2);
	OK(come(o, TRIP_ENROLL, ANN));
	CHECK(count(o, device_id, STORE_CERTIFICATE_ISSUED, 0) == 2);
	CHECK(is_bytes_text(device(o, id)->upn, ANN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_technician_reseals_the_device_and_its_user_gets_new_certificates),
		OFFICE_TEST(a_step_out_of_order_is_refused_by_name_at_either_trip),
		OFFICE_TEST(a_ticket_of_one_purpose_serves_no_other),
		OFFICE_TEST(the_user_waits_and_does_not_wait_too_long),
		OFFICE_TEST(the_device_becomes_nobodys_but_its_users),
		OFFICE_TEST(a_bound_device_is_another_users_when_an_administrator_allows_it),
		OFFICE_TEST(with_the_one_time_limit_a_technician_comes_once),
		OFFICE_TEST(a_reseal_asked_twice_is_answered_with_the_same_octets),
		OFFICE_TEST(what_the_ca_does_not_sign_leaves_the_device_as_it_was),
	};
	return RUN(tests);
}
