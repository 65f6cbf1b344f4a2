/* What core can tell of a device's life from the records that its use cases leave. */
#include "flow/history.h"

#include "office.h"
#include "attest/keystate.h"
#include "store/store_device.h"

static struct history_list history(struct office *o, struct bytes id)
{
	struct history_list list;
	const struct store_event_page page = { .limit = 100 };
	OK(history_list(&o->flow, id, &page, &o->arena, &list));
	return list;
}

/* A letter each: Registered, Claimed, Judged, Decided, Issued, Acted, revOked, reFused. */
static const char *letters(struct office *o, const struct history_list *list)
{
	char *text = arena_alloc(&o->arena, list->n + 1);
	assert_non_null(text);
	for (size_t i = 0; i < list->n; i++)
		text[i] = "?RCJDIAOF"[list->v[i].at.kind];
	return text;
}

#define READS(o, id, expected)                                     \
	do {                                                       \
		struct history_list list_ = history(o, id);        \
		assert_string_equal(letters(o, &list_), expected); \
	} while (0)

static struct bytes enrol(struct office *o, uint8_t ek)
{
	struct admission a;
	struct flow_answer answer;
	struct store_device *d = NULL;
	struct office_trips s = office_trips(o, ek, NULL);
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &answer));
	OK(store_device_find_by_ek(o->flow.store, s.begin.ek_hash, &o->arena, &d));
	assert_non_null(d);
	return d->id;
}

static void an_enrolment_is_told_from_the_registration_to_the_release(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	struct bytes id = enrol(o, 5);
	READS(o, id, "RJDDIIA");
	struct history_list list = history(o, id);
	CHECK(list.is_last && list.v[1].has_outcomes && is_verdict_trusted(&list.v[1].outcomes));
	CHECK(list.v[1].verdict->evidence.n == 32);
	CHECK(list.v[3].decision->kind == STORE_DECISION_ENROLMENT);
	CHECK(is_bytes_text(list.v[3].restriction, "Default"));
}

static void the_same_is_found_by_the_hash_of_its_EK(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	enrol(o, 5);
	READS(o, office_octets(o, 5, 32), "RJDDIIA");
}

static void a_stranger_has_its_refusal_alone(void **state)
{
	struct office *o = *state;
	struct begin_facts b = office_begin(o, 6, NULL);
	struct history_list list;
	const struct store_event_page page = { .limit = 100 };
	REFUSES(NOT_FOUND, history_list(&o->flow, b.ek_hash, &page, &o->arena, &list));
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	READS(o, b.ek_hash, "F");
	list = history(o, b.ek_hash);
	CHECK(is_bytes_text(list.v[0].verdict->fault, "DEVICE_NOT_REGISTERED") && list.v[0].has_outcomes);
}

static void a_refusal_that_is_over_stays_in_the_history_of_the_device(void **state)
{
	struct office *o = *state;
	struct store_refusal_list refusals;
	struct begin_facts b = office_begin(o, 6, NULL);
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	office_register_key(o, 6);
	struct bytes id = enrol(o, 6);
	OK(store_refusal_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &refusals));
	CHECK(refusals.n == 0);
	struct history_list list = history(o, id);
	assert_string_equal(letters(o, &list), "RJJDDIIA");
	CHECK(is_bytes_text(list.v[1].verdict->fault, "DEVICE_NOT_REGISTERED"));
	CHECK(list.v[1].verdict->attempts == 2 && !list.v[2].verdict->fault.p);
}

static void retiring_and_enrolling_again_is_told_in_that_order(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	struct bytes id = enrol(o, 5);
	OK(inventory_retire_device(&o->flow, &o->admin, id, &o->arena));
	READS(o, id, "RJDDIIAAOO");
	CHECK(is_bytes_equal(enrol(o, 5), id));
	READS(o, id, "RJDDIIAAOOJDDIIA");
}

static void what_happened_to_a_device_outlives_it(void **state)
{
	struct office *o = *state;
	struct store_device *d;
	office_register_key(o, 5);
	struct bytes id = enrol(o, 5);
	OK(inventory_delete_device(&o->flow, &o->admin, id, &o->arena));
	REFUSES(NOT_FOUND, inventory_get_device(&o->flow, id, &o->arena, &d));
	REFUSES(NOT_FOUND, inventory_delete_device(&o->flow, &o->admin, id, &o->arena));
	READS(o, id, "JDDIIAAOO");
	OK(store_device_find_by_ek(o->flow.store, office_octets(o, 5, 32), &o->arena, &d));
	CHECK(d == NULL);
}

static void a_retired_device_can_be_deleted_too(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	struct bytes id = enrol(o, 5);
	OK(inventory_retire_device(&o->flow, &o->admin, id, &o->arena));
	o->flow.now++;
	OK(inventory_delete_device(&o->flow, &o->admin, id, &o->arena));
	READS(o, id, "JDDIIAAOOA");
}

static void a_device_that_is_being_enrolled_is_not_deleted(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_device *d = NULL;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	OK(store_device_find_by_ek(o->flow.store, s.begin.ek_hash, &o->arena, &d));
	REFUSES(SYS_BUSY, inventory_delete_device(&o->flow, &o->admin, d->id, &o->arena));
}

static void views_of_the_keys_that_differ_are_noted_and_others_are_not(void **state)
{
	static const struct {
		enum keystate said;
		const char *letters;
	} cases[] = {
		{ KEYSTATE_NONE, "RJDDIIA" },
		{ KEYSTATE_UNSAID, "RJDDIIA" },
		{ KEYSTATE_INVALID, "RAJDDIIA" },
	};
	struct office *o = *state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct admission a;
		struct flow_answer answer;
		uint8_t ek = (uint8_t)(5 + i);
		office_register_key(o, ek);
		struct office_trips s = office_trips(o, ek, NULL);
		s.answer.key_state = cases[i].said;
		OK(office_admit(o, &s.answer, &a));
		OK(office_release(o, &a, &answer));
		READS(o, s.begin.ek_hash, cases[i].letters);
	}
	struct history_list list = history(o, office_octets(o, 7, 32));
	CHECK(is_bytes_text(list.v[1].audit->detail, "server noKey, device invalidKey"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(an_enrolment_is_told_from_the_registration_to_the_release),
		OFFICE_TEST(the_same_is_found_by_the_hash_of_its_EK),
		OFFICE_TEST(a_stranger_has_its_refusal_alone),
		OFFICE_TEST(a_refusal_that_is_over_stays_in_the_history_of_the_device),
		OFFICE_TEST(retiring_and_enrolling_again_is_told_in_that_order),
		OFFICE_TEST(what_happened_to_a_device_outlives_it),
		OFFICE_TEST(a_retired_device_can_be_deleted_too),
		OFFICE_TEST(a_device_that_is_being_enrolled_is_not_deleted),
		OFFICE_TEST(views_of_the_keys_that_differ_are_noted_and_others_are_not),
	};
	return RUN(tests);
}
