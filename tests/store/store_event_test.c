#include "store/store_event.h"

#include "store/scratch.h"
#include "store/store_audit.h"
#include "store/store_certificate.h"
#include "store/store_conflict.h"
#include "store/store_decision.h"
#include "store/store_refusal.h"
#include "store/store_registration.h"
#include "store/store_verdict.h"

#define DEVICE 1
#define OTHER 2

static struct store_event_list list(struct scratch *t, const struct store_event_of *of)
{
	struct store_event_list ret;
	const struct store_event_page page = { .limit = 100 };
	OK(store_event_list(t->s, of, &page, &t->arena, &ret));
	return ret;
}

static void put_verdict(struct scratch *t, unsigned n, unsigned device, int64_t time)
{
	struct store_verdict row;
	scratch_fill(t, &store_verdict_record, &row, n);
	row.device_id = scratch_id(t, device);
	row.created = time;
	OK(store_verdict_put(t->s, &row));
}

static struct bytes put_decision(struct scratch *t, unsigned n, int64_t time, struct bytes ticket)
{
	struct store_decision row;
	scratch_fill(t, &store_decision_record, &row, n);
	row.device_id = scratch_id(t, DEVICE);
	row.ticket_id = ticket;
	row.created = time;
	OK(store_decision_put(t->s, &row));
	return row.id;
}

static struct bytes put_certificate(struct scratch *t, unsigned n, int64_t time,
				    enum store_certificate_state state)
{
	struct store_certificate row;
	scratch_fill(t, &store_certificate_record, &row, n);
	row.device_id = scratch_id(t, DEVICE);
	row.ticket_id = scratch_id(t, n);
	row.created = time;
	row.state = state;
	row.revoked = 0;
	OK(store_certificate_put(t->s, &row));
	return row.serial;
}

static void put_audit(struct scratch *t, unsigned n, int64_t time, const char *action, const char *target)
{
	struct store_audit row;
	scratch_fill(t, &store_audit_record, &row, n);
	row.time = time;
	row.action = bytes_text(action);
	row.target = bytes_text(target);
	OK(store_audit_put(t->s, &row));
}

static const char *hex(struct scratch *t, struct bytes id)
{
	const char *text = "";
	for (size_t i = 0; i < id.n; i++)
		text = arena_format(&t->arena, "%s%02x", text, id.p[i]);
	return text;
}

static void each_table_gives_its_events_in_the_order_of_time(void **state)
{
	struct scratch *t = *state;
	struct store_registration registration;
	struct store_conflict conflict;
	struct store_refusal refusal;
	scratch_fill(t, &store_registration_record, &registration, 7);
	registration.profile = scratch_profile(t);
	registration.created = 10;
	OK(store_registration_put(t->s, &registration));
	scratch_fill(t, &store_conflict_record, &conflict, 8);
	conflict.device_id = scratch_id(t, DEVICE);
	conflict.first = 20;
	OK(store_conflict_put(t->s, &conflict, 10));
	put_verdict(t, 11, DEVICE, 30);
	put_decision(t, 12, 40, scratch_id(t, 99));
	struct bytes serial = put_certificate(t, 13, 50, STORE_CERTIFICATE_ISSUED);
	put_audit(t, 14, 60, "device.retire", hex(t, scratch_id(t, DEVICE)));
	OK(store_certificate_revoke(t->s, serial, 5, 60));
	scratch_fill(t, &store_refusal_record, &refusal, 15);
	refusal.last = 70;
	OK(store_refusal_put(t->s, &refusal, 10));
	const struct store_event_of of = { scratch_id(t, DEVICE), refusal.key, registration.id };
	struct store_event_list found = list(t, &of);
	CHECK(found.n == 8);
	for (size_t i = 0; i < found.n; i++)
		CHECK(found.v[i].kind == i + 1);
	CHECK(found.v[0].time == 10 && found.v[7].time == 70);
	CHECK(is_bytes_equal(found.v[4].key, serial) && is_bytes_equal(found.v[6].key, serial));
	CHECK(is_bytes_equal(found.v[7].key, refusal.key));
}

static void what_is_anothers_intended_only_or_void_is_not_among_them(void **state)
{
	struct scratch *t = *state;
	const struct store_event_of of = { .device_id = scratch_id(t, DEVICE) };
	put_verdict(t, 11, OTHER, 10);
	put_certificate(t, 12, 20, STORE_CERTIFICATE_INTENT);
	put_certificate(t, 13, 20, STORE_CERTIFICATE_VOID);
	put_audit(t, 14, 30, "device.retire", hex(t, scratch_id(t, OTHER)));
	CHECK(list(t, &of).n == 0);
	put_verdict(t, 15, DEVICE, 10);
	CHECK(list(t, &of).n == 1);
}

static void nobody_has_no_events(void **state)
{
	struct scratch *t = *state;
	put_audit(t, 14, 30, "server.start", "");
	CHECK(list(t, &(struct store_event_of){ 0 }).n == 0);
}

static void in_one_second_a_certificate_follows_its_decision_and_not_the_next(void **state)
{
	struct scratch *t = *state;
	const struct store_event_of of = { .device_id = scratch_id(t, DEVICE) };
	put_certificate(t, 20, 10, STORE_CERTIFICATE_ISSUED);
	struct bytes a = put_decision(t, 21, 10, scratch_id(t, 20));
	put_decision(t, 22, 10, scratch_id(t, 98));
	struct store_event_list found = list(t, &of);
	CHECK(found.n == 3);
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i].kind == STORE_EVENT_ISSUED) {
			CHECK(i > 0 && is_bytes_equal(found.v[i - 1].key, a));
			CHECK(is_bytes_equal(found.v[i].cause, a));
		}
}

static void pages_hold_every_event_once(void **state)
{
	struct scratch *t = *state;
	const struct store_event_of of = { .device_id = scratch_id(t, DEVICE) };
	struct store_event_page page = { .limit = 2 };
	struct store_event_list found = { .n = 1 };
	size_t n = 0;
	for (unsigned i = 0; i < 9; i++)
		put_verdict(t, 10 + i, DEVICE, 10 + i / 4);
	while (found.n) {
		struct store_event_list next;
		OK(store_event_list(t->s, &of, &page, &t->arena, &next));
		for (size_t i = 1; i < next.n; i++)
			CHECK(next.v[i].time >= next.v[i - 1].time);
		n += next.n;
		found = next;
		page.after = found.n ? &found.v[found.n - 1] : NULL;
	}
	CHECK(n == 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(each_table_gives_its_events_in_the_order_of_time),
		SCRATCH_TEST(what_is_anothers_intended_only_or_void_is_not_among_them),
		SCRATCH_TEST(nobody_has_no_events),
		SCRATCH_TEST(in_one_second_a_certificate_follows_its_decision_and_not_the_next),
		SCRATCH_TEST(pages_hold_every_event_once),
	};
	return RUN(tests);
}
