/* Webhooks are told of what happens, once it is so, and until they have taken it. */
#include "flow/notifying.h"

#include <string.h>

#include "flow/proofs.h"
#include "member.h"
#include "policy/compliance.h"
#include "store/store_delivery.h"

#define EK 5
#define URL "https://receiver.example/events"
#define RETRY_S 8
#define DAYS 7

static void add(struct office *o, const char *name)
{
	struct notifying_view v;
	struct notifying_order order = { .by = &o->admin, .a = &o->arena };
	const struct webhook_new in = { bytes_text(name), BYTES_TEXT(URL) };
	o->limits.webhook_retry_s = RETRY_S;
	o->limits.webhook_days = DAYS;
	OK(notifying_add(&o->flow, &in, &order, &v));
}

static struct notifying_view view(struct office *o, const char *name)
{
	struct notifying_view v;
	OK(notifying_get(&o->flow, bytes_text(name), &o->arena, &v));
	return v;
}

static struct notifying_turn due(struct office *o)
{
	struct notifying_turn t;
	OK(notifying_find_due(&o->flow, &o->arena, &t));
	return t;
}

static void finish(struct office *o, const struct notifying_turn *t, fault why)
{
	const struct notifying_result r = { t->id, why, BYTES_TEXT("it answered 503") };
	OK(notifying_finish(&o->flow, &r, &o->arena));
}

/* The next notice, which is taken. */
static struct notice told(struct office *o)
{
	const struct notifying_turn t = due(o);
	CHECK(t.id.p != NULL);
	finish(o, &t, NULL);
	return t.notice;
}

static void who_enrols_changes_and_retires_is_told_in_that_order(void **state)
{
	struct office *o = *state;
	struct store_device *d;
	add(o, "siem");
	const struct member m = member_enrolled(o, EK);
	OK(store_device_get(o->flow.store, m.id, &o->arena, &d));
	OK(proofs_refuse(&o->flow, d, TRIP_ATTEST, FAIL(SIG_INVALID), &o->arena));
	OK(inventory_retire_device(&o->flow, &o->admin, m.id, &o->arena));
	const struct notice enrolled = told(o), changed = told(o), retired = told(o);
	CHECK(enrolled.kind == NOTICE_ENROLLED && retired.kind == NOTICE_RETIRED);
	CHECK(changed.kind == NOTICE_COMPLIANCE && changed.before == COMPLIANCE_COMPLIANT);
	CHECK(changed.state == COMPLIANCE_NONCOMPLIANT &&
	      is_bytes_text(changed.reasons, "ATTESTATION_FAILED"));
	CHECK(is_bytes_equal(changed.device_id, m.id) && is_bytes_text(changed.audience, URL));
	CHECK(changed.issued == OFFICE_NOW && changed.time == OFFICE_NOW);
	CHECK(!due(o).id.p && view(o, "siem").row->sent == 3 && view(o, "siem").waiting == 0);
}

static void what_was_not_taken_is_tried_again_later_and_later_under_its_id(void **state)
{
	struct office *o = *state;
	add(o, "siem");
	(void)member_enrolled(o, EK);
	const struct notifying_turn first = due(o);
	finish(o, &first, FAIL(FETCH_ANSWER));
	CHECK(!due(o).id.p && view(o, "siem").row->tries == 1);
	CHECK(is_bytes_text(view(o, "siem").row->fault, "FETCH_ANSWER"));
	o->flow.now += RETRY_S;
	const struct notifying_turn again = due(o);
	CHECK(is_bytes_equal(first.notice.id, again.notice.id) && again.notice.time == OFFICE_NOW);
	CHECK(again.notice.issued == (uint64_t)o->flow.now);
	finish(o, &again, FAIL(FETCH_TIMEOUT));
	o->flow.now += RETRY_S;
	CHECK(!due(o).id.p);
	o->flow.now += RETRY_S;
	CHECK(told(o).kind == NOTICE_ENROLLED);
	CHECK(!view(o, "siem").row->fault.p && view(o, "siem").row->tries == 0);
}

/* Whoever sent it died: nobody says what became of it. */
static void what_nobody_hears_of_again_is_sent_again(void **state)
{
	struct office *o = *state;
	add(o, "siem");
	(void)member_enrolled(o, EK);
	const struct notifying_turn first = due(o);
	CHECK(first.id.p && !due(o).id.p);
	o->flow.now += RETRY_S;
	CHECK(is_bytes_equal(told(o).id, first.notice.id));
}

static void one_that_does_not_answer_keeps_nothing_from_another(void **state)
{
	struct office *o = *state;
	add(o, "dead");
	add(o, "siem");
	(void)member_enrolled(o, EK);
	for (int i = 0; i < 2; i++) {
		const struct notifying_turn t = due(o);
		finish(o, &t, i == 0 ? FAIL(FETCH_TIMEOUT) : NULL);
	}
	CHECK(view(o, "dead").waiting + view(o, "siem").waiting == 1);
	CHECK(view(o, "dead").row->sent + view(o, "siem").row->sent == 1);
}

static void what_waits_for_too_long_is_given_up_counted_and_named(void **state)
{
	struct office *o = *state;
	add(o, "siem");
	(void)member_enrolled(o, EK);
	o->flow.now += DAYS * 86400;
	OK(notifying_prune(&o->flow));
	CHECK(view(o, "siem").waiting == 1);
	o->flow.now++;
	OK(notifying_prune(&o->flow));
	CHECK(view(o, "siem").waiting == 0 && view(o, "siem").row->lost == 1);
	CHECK(office_deeds(o, "webhook.lost") == 1);
}

/* As an older program may have written it, or a disk that rots. */
static void what_cannot_be_read_is_given_up_counted_and_named_and_the_next_goes_out(void **state)
{
	struct office *o = *state;
	const struct notice n = { .kind = NOTICE_ENROLLED, .device_id = office_octets(o, 1, 16) };
	static const struct bytes wrong[] = { BYTES_TEXT("\xA0"), BYTES_TEXT("?") };
	struct store_delivery_list waiting;
	add(o, "siem");
	for (size_t i = 0; i < COUNT_OF(wrong) + 1; i++)
		OK(notifying_put(&o->flow, &n, &o->arena));
	OK(store_delivery_list_old(o->flow.store, o->flow.now + 1, COUNT_OF(wrong), &o->arena, &waiting));
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		waiting.v[i].notice = wrong[i];
		OK(store_delivery_update(o->flow.store, &waiting.v[i]));
	}
	CHECK(told(o).kind == NOTICE_ENROLLED && !due(o).id.p);
	CHECK(view(o, "siem").waiting == 0 && view(o, "siem").row->lost == COUNT_OF(wrong));
	CHECK(view(o, "siem").row->sent == 1 && office_deeds(o, "webhook.lost") == COUNT_OF(wrong));
}

static void however_much_is_too_old_it_is_given_up(void **state)
{
	struct office *o = *state;
	const struct notice n = { .kind = NOTICE_ENROLLED, .device_id = office_octets(o, 1, 16) };
	add(o, "siem");
	for (int i = 0; i < 250; i++)
		OK(notifying_put(&o->flow, &n, &o->arena));
	CHECK(view(o, "siem").waiting == 250);
	o->flow.now += DAYS * 86400 + 1;
	OK(notifying_prune(&o->flow));
	CHECK(view(o, "siem").waiting == 0 && view(o, "siem").row->lost == 250);
}

static void a_trial_is_for_one_alone_and_comes_at_once(void **state)
{
	struct office *o = *state;
	struct notifying_order order = { .by = &o->admin, .a = &o->arena };
	add(o, "other");
	add(o, "siem");
	OK(notifying_try(&o->flow, BYTES_TEXT("siem"), &order));
	CHECK(view(o, "other").waiting == 0 && told(o).kind == NOTICE_TRIAL);
	REFUSES(NOT_FOUND, notifying_try(&o->flow, BYTES_TEXT("none"), &order));
	OK(notifying_delete(&o->flow, BYTES_TEXT("siem"), &order));
	REFUSES(NOT_FOUND, notifying_delete(&o->flow, BYTES_TEXT("siem"), &order));
}

static void an_address_is_one_of_https(void **state)
{
	struct office *o = *state;
	struct notifying_view v;
	struct notifying_order order = { .by = &o->admin, .a = &o->arena };
	static const char *const bad[] = { "http://a/",    "https://",     "https:///x", "https://u@a/",
					   "https://a/#b", "https://a/\"", "ftp://a",    "https://a b" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const struct webhook_new in = { BYTES_TEXT("siem"), bytes_text(bad[i]) };
		REFUSES(PARSE_FIELD, notifying_add(&o->flow, &in, &order, &v));
		CHECK(order.detail != NULL);
	}
	add(o, "siem");
	const struct webhook_new again = { BYTES_TEXT("siem"), BYTES_TEXT("https://b/?token=c") };
	REFUSES(CONFLICT, notifying_add(&o->flow, &again, &order, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(who_enrols_changes_and_retires_is_told_in_that_order),
		OFFICE_TEST(what_was_not_taken_is_tried_again_later_and_later_under_its_id),
		OFFICE_TEST(what_nobody_hears_of_again_is_sent_again),
		OFFICE_TEST(one_that_does_not_answer_keeps_nothing_from_another),
		OFFICE_TEST(what_waits_for_too_long_is_given_up_counted_and_named),
		OFFICE_TEST(what_cannot_be_read_is_given_up_counted_and_named_and_the_next_goes_out),
		OFFICE_TEST(however_much_is_too_old_it_is_given_up),
		OFFICE_TEST(a_trial_is_for_one_alone_and_comes_at_once),
		OFFICE_TEST(an_address_is_one_of_https),
	};
	return RUN(tests);
}
