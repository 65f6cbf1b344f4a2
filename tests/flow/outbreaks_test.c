#include "flow/outbreaks.h"

#include "flow/failures.h"
#include "flow/requests.h"
#include "office.h"

#define DEVICES 12

/* A TPM that nobody registered asks, and is refused; its request's id is all `request`. */
static void turn_away(struct office *o, uint8_t ek, uint8_t request)
{
	struct begin_facts facts = office_begin(o, ek, NULL);
	facts.request_id = office_octets(o, request, 16);
	facts.named_maker = BYTES_TEXT("IFX");
	facts.named_issuer = BYTES_TEXT("CN=Issuer");
	facts.evidence = BYTES_TEXT("evidence");
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &facts));
}

static struct outbreaks_news look(struct office *o)
{
	struct outbreaks_news news;
	OK(outbreaks_judge(&o->flow, &o->arena, &news));
	return news;
}

static void many_devices_of_one_maker_are_named_once(void **state)
{
	struct office *o = *state;
	for (uint8_t i = 1; i <= DEVICES; i++)
		turn_away(o, i, i);
	struct outbreaks_news news = look(o);
	CHECK(news.n == 1 && news.v[0].change == OUTBREAK_BEGINS);
	const struct store_outbreak *row = news.v[0].row;
	CHECK(is_bytes_text(row->origin, "IFX"));
	CHECK(is_bytes_text(row->issuer, "CN=Issuer"));
	CHECK(is_bytes_text(row->fault, "DEVICE_NOT_REGISTERED"));
	CHECK(row->devices == DEVICES && row->issuer_devices == DEVICES && row->first == OFFICE_NOW);
	turn_away(o, DEVICES + 1, DEVICES + 1);
	CHECK(look(o).n == 0);
	struct store_outbreak_list list;
	OK(outbreaks_list(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	CHECK(list.n == 1 && list.v[0].devices == DEVICES + 1 && !list.v[0].ended);
}

static void one_device_that_tries_again_and_again_is_none(void **state)
{
	struct office *o = *state;
	for (uint8_t i = 1; i <= DEVICES; i++)
		turn_away(o, 1, i);
	CHECK(look(o).n == 0);
}

static void many_over_a_longer_time_are_none(void **state)
{
	struct office *o = *state;
	for (uint8_t i = 1; i <= DEVICES; i++) {
		turn_away(o, i, i);
		o->flow.now += 100;
	}
	CHECK(look(o).n == 0);
}

static void it_ends_when_the_window_has_emptied_and_may_begin_anew(void **state)
{
	struct office *o = *state;
	for (uint8_t i = 1; i <= DEVICES; i++)
		turn_away(o, i, i);
	CHECK(look(o).n == 1);
	o->flow.now += o->limits.outbreak.window_s + 1;
	struct outbreaks_news news = look(o);
	CHECK(news.n == 1 && news.v[0].change == OUTBREAK_ENDS && news.v[0].row->ended == o->flow.now);
	CHECK(look(o).n == 0);
	for (uint8_t i = 1; i <= DEVICES; i++)
		turn_away(o, i, 100 + i);
	CHECK(look(o).n == 1);
}

static void what_fails_is_listed_with_devices_attempts_and_hours(void **state)
{
	struct office *o = *state;
	struct failures_list list;
	turn_away(o, 1, 1);
	turn_away(o, 1, 2);
	turn_away(o, 2, 3);
	OK(failures_list(&o->flow, 0, STORE_FAILURE_BY_MAKER, &o->arena, &list));
	CHECK(list.slot_s == 3600 && list.n == 1);
	CHECK(list.v[0].sum->devices == 2 && list.v[0].sum->count == 3);
	CHECK(list.v[0].slots[FAILURES_SLOTS - 1] == 3 && list.v[0].slots[0] == 0);
	OK(failures_list(&o->flow, OFFICE_NOW - 1800, STORE_FAILURE_BY_CAUSE, &o->arena, &list));
	CHECK(list.slot_s == 120 && list.v[0].slots[15] == 3);
}

static void a_refused_request_is_found_by_its_id_with_evidence_while_it_is_the_latest(void **state)
{
	struct office *o = *state;
	struct requests_found r;
	REFUSES(NOT_FOUND, requests_get(&o->flow, office_octets(o, 1, 16), &o->arena, &r));
	turn_away(o, 1, 1);
	OK(requests_get(&o->flow, office_octets(o, 1, 16), &o->arena, &r));
	CHECK(r.failure && !r.enrolment && r.failure->trip == 1 && r.has_outcomes && r.evidence.n == 32);
	turn_away(o, 1, 2);
	OK(requests_get(&o->flow, office_octets(o, 1, 16), &o->arena, &r));
	CHECK(r.failure && !r.evidence.p);
}

static void an_admitted_request_is_found_with_decisions_and_the_time_of_its_challenge(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	struct requests_found r;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	o->flow.now += 3;
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &reply));
	OK(requests_get(&o->flow, s.answer.request_id, &o->arena, &r));
	CHECK(r.enrolment && !r.failure && r.device && r.enrolment->state == STORE_ENROLMENT_ISSUED);
	CHECK(r.decisions.n == 2 && r.begun == OFFICE_NOW && r.enrolment->created == OFFICE_NOW + 3);
	CHECK(r.has_outcomes && is_verdict_trusted(&r.outcomes) && r.evidence.n == 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(many_devices_of_one_maker_are_named_once),
		OFFICE_TEST(one_device_that_tries_again_and_again_is_none),
		OFFICE_TEST(many_over_a_longer_time_are_none),
		OFFICE_TEST(it_ends_when_the_window_has_emptied_and_may_begin_anew),
		OFFICE_TEST(what_fails_is_listed_with_devices_attempts_and_hours),
		OFFICE_TEST(a_refused_request_is_found_by_its_id_with_evidence_while_it_is_the_latest),
		OFFICE_TEST(an_admitted_request_is_found_with_decisions_and_the_time_of_its_challenge),
	};
	return RUN(tests);
}
