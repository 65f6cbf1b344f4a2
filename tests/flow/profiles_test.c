#include "flow/profiles.h"

#include "office.h"
#include "policy/deployment.h"

static struct store_profile *put(struct office *o, const struct profile_new *in)
{
	struct store_profile *p;
	OK(profiles_put(&o->flow, &o->admin, in, &o->arena, &p));
	return p;
}

static void assign(struct office *o, struct bytes profile, struct bytes group_tag)
{
	const struct profiles_assignment in = { profile, group_tag };
	OK(profiles_put_assignment(&o->flow, &o->admin, &in, &o->arena));
}

static struct store_registration *registered(struct office *o, uint8_t ek, const char *group_tag)
{
	struct store_registration *r;
	const struct registration_new in = { .ek_hash = office_octets(o, ek, 32),
					     .group_tag = bytes_text(group_tag) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
	return r;
}

static struct bytes name_granted(struct office *o, uint8_t ek, const char *serial)
{
	struct admission a;
	struct flow_answer reply;
	struct grant g;
	struct office_trips s = office_trips(o, ek, serial);
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &reply));
	OK(message_parse(&grant_message, reply.body, &g));
	return g.name;
}

static void a_device_without_any_profile_is_refused_by_that_name(void **state)
{
	struct office *o = *state;
	const struct profiles_assignment all = { .which = BYTES_TEXT(PROFILES_DEFAULT) };
	CHECK(registered(o, 5, NULL)->profile.p);
	OK(profiles_delete_assignment(&o->flow, &o->admin, &all, &o->arena));
	const struct begin_facts b = office_begin(o, 5, NULL);
	REFUSES(PROFILE_UNASSIGNED, office_begin_refused(o, &b));
	/* What was undone stays undone. */
	CHECK(!registered(o, 6, NULL)->profile.p);
	assign(o, BYTES_TEXT(PROFILES_DEFAULT), (struct bytes){ 0 });
	office_challenge(o, &b);
}

static void the_group_tags_profile_comes_before_everybodys(void **state)
{
	struct office *o = *state;
	const struct profile_new shop = { .display_name = BYTES_TEXT("shop"),
					  .failure = BYTES_TEXT("retryOnError"), .timeout_s = 7 };
	assign(o, put(o, &shop)->name, BYTES_TEXT("shop"));
	registered(o, 5, "shop");
	registered(o, 6, "other");
	const struct begin_facts b5 = office_begin(o, 5, NULL), b6 = office_begin(o, 6, NULL);
	const struct challenge_result r5 = office_challenge(o, &b5), r6 = office_challenge(o, &b6);
	struct challenge c;
	OK(message_parse(&challenge_message, r5.answer.body, &c));
	CHECK(c.failure == TRIP_RETRY_ON_ERROR && c.timeout_s == 7);
	OK(message_parse(&challenge_message, r6.answer.body, &c));
	CHECK(c.failure == TRIP_FAIL_ON_ERROR && c.timeout_s == TRIP_TIMEOUT_S);
}

static void a_new_device_is_named_by_its_profile_and_keeps_the_name(void **state)
{
	struct office *o = *state;
	const struct profile_new shop = { .display_name = BYTES_TEXT("shop"),
					  .device_name_template = BYTES_TEXT("PC-%RAND:9%") };
	const struct profile_new plain = { .display_name = BYTES_TEXT("plain") };
	assign(o, put(o, &shop)->name, BYTES_TEXT("shop"));
	assign(o, put(o, &plain)->name, (struct bytes){ 0 });
	registered(o, 5, "shop");
	registered(o, 6, NULL);
	struct bytes name = name_granted(o, 5, NULL);
	CHECK(name.n == 12 && is_bytes_equal(bytes_slice(name, 0, 3), BYTES_TEXT("PC-")));
	CHECK(is_bytes_equal(name_granted(o, 5, NULL), name));
	CHECK(is_bytes_text(name_granted(o, 6, NULL), "device"));
}

static void a_device_without_the_serial_number_of_its_name_is_told_so(void **state)
{
	struct office *o = *state;
	struct admission a;
	const struct profile_new shop = { .display_name = BYTES_TEXT("shop"),
					  .device_name_template = BYTES_TEXT("PC-%SERIAL%") };
	assign(o, put(o, &shop)->name, (struct bytes){ 0 });
	registered(o, 5, NULL);
	struct office_trips s = office_trips(o, 5, NULL);
	REFUSES(NAME_SERIAL, office_admit(o, &s.answer, &a));
	CHECK(is_bytes_text(name_granted(o, 5, "5CG-12"), "PC-5CG12"));
}

static void what_contradicts_itself_is_refused_together_with_what_stays(void **state)
{
	struct office *o = *state;
	struct store_profile *p;
	const struct profile_new office = { .display_name = BYTES_TEXT("office"),
					    .attestation = BYTES_TEXT("preferred"),
					    .failure = BYTES_TEXT("ignoreOnError") };
	struct profiles_change change = { put(o, &office)->name, { .attestation = BYTES_TEXT("required") } };
	REFUSES(PROFILE_IGNORE, profiles_update(&o->flow, &o->admin, &change, &o->arena, &p));
	change.in = (struct profile_new){ .usage = BYTES_TEXT("pre-provisioned") };
	REFUSES(PROFILE_PREPARED, profiles_update(&o->flow, &o->admin, &change, &o->arena, &p));
	change.in = (struct profile_new){ .usage = BYTES_TEXT("pre-provisioned"),
					  .attestation = BYTES_TEXT("required"),
					  .failure = BYTES_TEXT("retryOnError") };
	OK(profiles_update(&o->flow, &o->admin, &change, &o->arena, &p));
	CHECK(p->usage == DEPLOYMENT_PREPARED && p->key == TRIP_KEY_TPM && p->timeout_s == TRIP_TIMEOUT_S);
}

static void a_word_that_a_profile_does_not_take_is_answered_with_those_it_does(void **state)
{
	struct office *o = *state;
	const char *detail = NULL;
	const struct profile_new all = { .attestation = BYTES_TEXT("off"),
					 .unknown = BYTES_TEXT("deny"),
					 .usage = BYTES_TEXT("user-driven"),
					 .failure = BYTES_TEXT("retryOnError"),
					 .one_time = BYTES_TEXT("off"),
					 .device_name_template = BYTES_TEXT("PC|%SERIAL%") };
	struct profile_new in = { .one_time = BYTES_TEXT("on|off") };
	OK(profiles_read(&all, &o->arena, &detail));
	CHECK(detail == NULL);
	REFUSES(PARSE_FIELD, profiles_read(&in, &o->arena, &detail));
	CHECK(detail && is_bytes_text(bytes_text(detail), "oneTime must be one of on|off."));
	in = (struct profile_new){ .attestation = BYTES_TEXT("") };
	REFUSES(PARSE_FIELD, profiles_read(&in, &o->arena, &detail));
	CHECK(is_bytes_text(bytes_text(detail), "attestation must be one of required|preferred|off."));
}

static void a_device_that_enrols_once_waits_to_be_allowed_again(void **state)
{
	struct office *o = *state;
	struct store_registration *r;
	struct admission a;
	const struct profile_new kiosk = { .display_name = BYTES_TEXT("kiosk"),
					   .one_time = BYTES_TEXT("on") };
	assign(o, put(o, &kiosk)->name, (struct bytes){ 0 });
	struct bytes id = registered(o, 5, NULL)->id;
	struct office_trips late = office_trips(o, 5, NULL);
	name_granted(o, 5, NULL);
	const struct begin_facts b = office_begin(o, 5, NULL);
	REFUSES(ENROLMENT_ONCE, office_begin_refused(o, &b));
	/* A challenge from before does not help. */
	late.answer.key_a = office_octets(o, 0x21, 32);
	REFUSES(ENROLMENT_ONCE, office_admit(o, &late.answer, &a));
	OK(inventory_update_userless(&o->flow, &o->admin, id, &o->arena));
	name_granted(o, 5, NULL);
	REFUSES(ENROLMENT_ONCE, office_begin_refused(o, &b));
	OK(store_registration_get(o->flow.store, id, &o->arena, &r));
	CHECK(r->userless == DEPLOYMENT_USERLESS_BLOCKED);
	/* Where the limit is off again, or the device was retired, it may. */
	OK(inventory_retire_device(&o->flow, &o->admin, r->device_id, &o->arena));
	office_challenge(o, &b);
}

static void without_the_limit_a_device_enrols_as_often_as_it_likes(void **state)
{
	struct office *o = *state;
	struct store_registration *r;
	struct bytes id = registered(o, 5, NULL)->id;
	name_granted(o, 5, NULL);
	name_granted(o, 5, NULL);
	OK(store_registration_get(o->flow.store, id, &o->arena, &r));
	CHECK(r->userless == DEPLOYMENT_USERLESS_UNKNOWN);
}

static void where_a_user_has_to_be_there_the_tpms_proof_is_not_enough(void **state)
{
	struct office *o = *state;
	struct admission a;
	const char *text;
	struct token t;
	const struct profile_new desk = { .display_name = BYTES_TEXT("desk"),
					  .usage = BYTES_TEXT("user-driven") };
	const struct token_new token = { .profile = BYTES_TEXT("desk") };
	assign(o, put(o, &desk)->name, (struct bytes){ 0 });
	registered(o, 5, NULL);
	struct begin_facts b = office_begin(o, 5, NULL);
	REFUSES(USER_MISSING, office_begin_refused(o, &b));
	OK(inventory_put_token(&o->flow, &o->admin, &token, &o->arena, &text));
	OK(token_parse(bytes_text(text), TOKEN_ENROLMENT, &t));
	b.token_id = BYTES_OF(t.id);
	const struct challenge_result c = office_challenge(o, &b);
	struct answer_facts answer = office_answer(o, &b, &c);
	REFUSES(TOK_INVALID, office_admit(o, &answer, &a));
	const struct challenge_result again = office_challenge(o, &b);
	answer = office_answer(o, &b, &again);
	answer.token_secret = BYTES_OF(t.secret);
	OK(office_admit(o, &answer, &a));
	CHECK(a.issues == 2 && a.issue[1].assurance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_device_without_any_profile_is_refused_by_that_name),
		OFFICE_TEST(the_group_tags_profile_comes_before_everybodys),
		OFFICE_TEST(a_new_device_is_named_by_its_profile_and_keeps_the_name),
		OFFICE_TEST(a_device_without_the_serial_number_of_its_name_is_told_so),
		OFFICE_TEST(what_contradicts_itself_is_refused_together_with_what_stays),
		OFFICE_TEST(a_word_that_a_profile_does_not_take_is_answered_with_those_it_does),
		OFFICE_TEST(a_device_that_enrols_once_waits_to_be_allowed_again),
		OFFICE_TEST(without_the_limit_a_device_enrols_as_often_as_it_likes),
		OFFICE_TEST(where_a_user_has_to_be_there_the_tpms_proof_is_not_enough),
	};
	return RUN(tests);
}
