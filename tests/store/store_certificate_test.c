#include "store/store_certificate.h"

#include "store/scratch.h"

#define HELD_AT(now) (&(struct store_certificate_hold){ STORE_CERTIFICATE_BY_HAND, now })

static struct store_certificate certificate(struct scratch *t, unsigned n)
{
	struct store_certificate row;
	scratch_fill(t, &store_certificate_record, &row, n);
	row.holds = 0;
	row.state = STORE_CERTIFICATE_INTENT;
	row.der = (struct bytes){ 0 };
	row.revoked = 0;
	row.reason = 0;
	return row;
}

static const struct store_certificate *got(struct scratch *t, struct bytes serial)
{
	struct store_certificate *row;
	OK(store_certificate_get(t->s, serial, &t->arena, &row));
	return row;
}

static void every_field_is_kept(void **state)
{
	struct scratch *t = *state;
	struct store_certificate full, row = certificate(t, 3);
	scratch_fill(t, &store_certificate_record, &full, 2);
	OK(store_certificate_put(t->s, &full));
	OK(store_certificate_put(t->s, &row));
	CHECK(is_scratch_same(&store_certificate_record, &full, got(t, full.serial)));
	CHECK(is_scratch_same(&store_certificate_record, &row, got(t, row.serial)));
}

static void a_serial_is_given_once(void **state)
{
	struct scratch *t = *state;
	struct store_certificate row = certificate(t, 2), again = certificate(t, 3);
	again.serial = row.serial;
	OK(store_certificate_put(t->s, &row));
	REFUSES(CONFLICT, store_certificate_put(t->s, &again));
	CHECK(is_scratch_same(&store_certificate_record, &row, got(t, row.serial)));
}

static void an_intent_is_issued_once(void **state)
{
	struct scratch *t = *state;
	struct store_certificate row = certificate(t, 2);
	REFUSES(NOT_FOUND, store_certificate_issue(t->s, row.serial, BYTES_TEXT("der")));
	OK(store_certificate_put(t->s, &row));
	OK(store_certificate_issue(t->s, row.serial, BYTES_TEXT("der")));
	REFUSES(CONFLICT, store_certificate_issue(t->s, row.serial, BYTES_TEXT("other")));
	row.state = STORE_CERTIFICATE_ISSUED;
	row.der = BYTES_TEXT("der");
	CHECK(is_scratch_same(&store_certificate_record, &row, got(t, row.serial)));
}

static void only_what_was_issued_is_revoked_and_once(void **state)
{
	struct scratch *t = *state;
	struct store_certificate row = certificate(t, 2);
	REFUSES(NOT_FOUND, store_certificate_revoke(t->s, row.serial, 1, 500));
	OK(store_certificate_put(t->s, &row));
	REFUSES(CONFLICT, store_certificate_revoke(t->s, row.serial, 1, 500));
	OK(store_certificate_issue(t->s, row.serial, BYTES_TEXT("der")));
	OK(store_certificate_revoke(t->s, row.serial, 1, 500));
	REFUSES(CONFLICT, store_certificate_revoke(t->s, row.serial, 4, 600));
	CHECK(got(t, row.serial)->state == STORE_CERTIFICATE_REVOKED);
	CHECK(got(t, row.serial)->reason == 1);
	CHECK(got(t, row.serial)->revoked == 500);
}

/* A device certificate with that number, issued to a device. */
static struct store_certificate issued(struct scratch *t, unsigned n, unsigned device)
{
	struct store_certificate row = certificate(t, n);
	row.kind = 2;
	row.device_id = scratch_id(t, device);
	OK(store_certificate_put(t->s, &row));
	OK(store_certificate_issue(t->s, row.serial, BYTES_TEXT("der")));
	return row;
}

static bool is_standing(const struct store_certificate *c, enum store_certificate_state state,
			uint64_t reason, int64_t revoked)
{
	return c->state == state && c->reason == reason && c->revoked == revoked;
}

static void what_is_held_is_released_as_it_was_or_revoked(void **state)
{
	struct scratch *t = *state;
	struct store_certificate row = certificate(t, 2);
	REFUSES(NOT_FOUND, store_certificate_hold(t->s, row.serial, HELD_AT(500)));
	REFUSES(NOT_FOUND, store_certificate_release(t->s, row.serial, STORE_CERTIFICATE_BY_HAND));
	row = issued(t, 3, 70);
	REFUSES(CONFLICT, store_certificate_release(t->s, row.serial, STORE_CERTIFICATE_BY_HAND));
	OK(store_certificate_hold(t->s, row.serial, HELD_AT(500)));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_HELD, 6, 500));
	REFUSES(CONFLICT, store_certificate_hold(t->s, row.serial, HELD_AT(600)));
	OK(store_certificate_release(t->s, row.serial, STORE_CERTIFICATE_BY_HAND));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_ISSUED, 0, 0));
	OK(store_certificate_hold(t->s, row.serial, HELD_AT(700)));
	OK(store_certificate_revoke(t->s, row.serial, 1, 800));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_REVOKED, 1, 800));
	REFUSES(CONFLICT, store_certificate_release(t->s, row.serial, STORE_CERTIFICATE_BY_HAND));
	REFUSES(CONFLICT, store_certificate_hold(t->s, row.serial, HELD_AT(900)));
}

static void lifting_one_hold_does_not_lift_another(void **state)
{
	struct scratch *t = *state;
	struct store_certificate row = issued(t, 2, 70);
	const struct store_certificate_hold other = { STORE_CERTIFICATE_BY_COMPLIANCE, 600 };
	OK(store_certificate_hold(t->s, row.serial, HELD_AT(500)));
	OK(store_certificate_hold_by_device(t->s, row.device_id, &other));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_HELD, 6, 500));
	OK(store_certificate_release_by_device(t->s, row.device_id, STORE_CERTIFICATE_BY_COMPLIANCE));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_HELD, 6, 500));
	CHECK(got(t, row.serial)->holds == STORE_CERTIFICATE_BY_HAND);
	OK(store_certificate_release_by_device(t->s, row.device_id, STORE_CERTIFICATE_BY_COMPLIANCE));
	REFUSES(CONFLICT, store_certificate_release(t->s, row.serial, STORE_CERTIFICATE_BY_RESEAL));
	OK(store_certificate_release(t->s, row.serial,
				     STORE_CERTIFICATE_BY_HAND | STORE_CERTIFICATE_BY_RESEAL));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_ISSUED, 0, 0) && !got(t, row.serial)->holds);
}

static void a_device_is_held_with_all_it_has_and_counts_as_alive_but_not_in_force(void **state)
{
	struct scratch *t = *state;
	struct store_certificate row = issued(t, 2, 70), gone = issued(t, 3, 70), other = issued(t, 4, 71);
	struct bytes device = row.device_id;
	uint64_t live;
	OK(store_certificate_count_in_force(t->s, device, row.not_before, &live));
	CHECK(live == 1);
	OK(store_certificate_revoke(t->s, gone.serial, 1, 400));
	OK(store_certificate_hold_by_device(t->s, device, HELD_AT(500)));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_HELD, 6, 500));
	CHECK(is_standing(got(t, gone.serial), STORE_CERTIFICATE_REVOKED, 1, 400));
	CHECK(is_standing(got(t, other.serial), STORE_CERTIFICATE_ISSUED, 0, 0));
	OK(store_certificate_count_live(t->s, device, &live));
	CHECK(live == 1);
	OK(store_certificate_count_in_force(t->s, device, row.not_before, &live));
	CHECK(live == 0);
	OK(store_certificate_release_by_device(t->s, device, STORE_CERTIFICATE_BY_HAND));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_ISSUED, 0, 0));
	OK(store_certificate_hold_by_device(t->s, device, HELD_AT(600)));
	OK(store_certificate_revoke_by_device(t->s, device, 5, 700));
	CHECK(is_standing(got(t, row.serial), STORE_CERTIFICATE_REVOKED, 5, 700));
}

static void voiding_a_ticket_takes_its_intents_only(void **state)
{
	struct scratch *t = *state;
	struct store_certificate intent = certificate(t, 2), issued = certificate(t, 3),
				 other = certificate(t, 4);
	uint64_t count;
	issued.ticket_id = intent.ticket_id;
	OK(store_certificate_put(t->s, &intent));
	OK(store_certificate_put(t->s, &issued));
	OK(store_certificate_put(t->s, &other));
	OK(store_certificate_issue(t->s, issued.serial, BYTES_TEXT("der")));
	OK(store_certificate_void_by_ticket(t->s, intent.ticket_id, &count));
	CHECK(count == 1);
	CHECK(got(t, intent.serial)->state == STORE_CERTIFICATE_VOID);
	CHECK(got(t, issued.serial)->state == STORE_CERTIFICATE_ISSUED);
	CHECK(got(t, other.serial)->state == STORE_CERTIFICATE_INTENT);
	OK(store_certificate_void_by_ticket(t->s, intent.ticket_id, &count));
	CHECK(count == 0);
	REFUSES(CONFLICT, store_certificate_issue(t->s, intent.serial, BYTES_TEXT("der")));
}

static void a_new_set_revokes_what_the_device_had_and_nothing_else(void **state)
{
	struct scratch *t = *state;
	struct store_certificate own = certificate(t, 2), earlier = certificate(t, 3),
				 other = certificate(t, 4);
	uint64_t live;
	own.device_id = earlier.device_id = scratch_id(t, 70);
	other.device_id = scratch_id(t, 71);
	own.ticket_id = scratch_id(t, 80);
	earlier.ticket_id = scratch_id(t, 81);
	OK(store_certificate_count_live(t->s, own.device_id, &live));
	CHECK(live == 0);
	OK(store_certificate_put(t->s, &own));
	OK(store_certificate_put(t->s, &earlier));
	OK(store_certificate_put(t->s, &other));
	OK(store_certificate_count_open(t->s, own.device_id, &live));
	CHECK(live == 2);
	OK(store_certificate_issue(t->s, own.serial, BYTES_TEXT("der")));
	OK(store_certificate_count_open(t->s, own.device_id, &live));
	CHECK(live == 1);
	OK(store_certificate_issue(t->s, earlier.serial, BYTES_TEXT("der")));
	OK(store_certificate_issue(t->s, other.serial, BYTES_TEXT("der")));
	OK(store_certificate_revoke_others(t->s, own.device_id, own.ticket_id, 4, 500));
	CHECK(got(t, own.serial)->state == STORE_CERTIFICATE_ISSUED);
	CHECK(got(t, earlier.serial)->state == STORE_CERTIFICATE_REVOKED);
	CHECK(got(t, earlier.serial)->reason == 4 && got(t, earlier.serial)->revoked == 500);
	CHECK(got(t, other.serial)->state == STORE_CERTIFICATE_ISSUED);
	OK(store_certificate_count_live(t->s, own.device_id, &live));
	CHECK(live == 1);
}

static void lists_are_of_one_ticket_or_device_in_pages(void **state)
{
	struct scratch *t = *state;
	struct store_certificate_list list;
	struct store_page page = { .limit = 2 };
	size_t n = 0;
	for (unsigned i = 0; i < 8; i++) {
		struct store_certificate row = certificate(t, 10 + i);
		row.ticket_id = scratch_id(t, i % 2);
		row.device_id = scratch_id(t, i < 5);
		OK(store_certificate_put(t->s, &row));
	}
	do {
		OK(store_certificate_list_by_ticket(t->s, scratch_id(t, 1), page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++, n++) {
			CHECK(is_bytes_equal(list.v[i].ticket_id, scratch_id(t, 1)));
			page.after = list.v[i].serial;
		}
	} while (list.n);
	CHECK(n == 4);
	OK(store_certificate_list_by_device(t->s, scratch_id(t, 1), (struct store_page){ .limit = 9 },
					    &t->arena, &list));
	CHECK(list.n == 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept),
		SCRATCH_TEST(a_serial_is_given_once),
		SCRATCH_TEST(an_intent_is_issued_once),
		SCRATCH_TEST(only_what_was_issued_is_revoked_and_once),
		SCRATCH_TEST(what_is_held_is_released_as_it_was_or_revoked),
		SCRATCH_TEST(lifting_one_hold_does_not_lift_another),
		SCRATCH_TEST(a_device_is_held_with_all_it_has_and_counts_as_alive_but_not_in_force),
		SCRATCH_TEST(voiding_a_ticket_takes_its_intents_only),
		SCRATCH_TEST(a_new_set_revokes_what_the_device_had_and_nothing_else),
		SCRATCH_TEST(lists_are_of_one_ticket_or_device_in_pages),
	};
	return RUN(tests);
}
