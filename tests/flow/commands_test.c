#include "flow/commands.h"

#include "flow/batches.h"
#include "flow/bundles.h"
#include "flow/checkin.h"
#include "flow/proofs.h"
#include "member.h"
#include "store/store_certificate.h"
#include "store/store_proof.h"

#define EK 5
#define DAY_S 86400

/* The record of a device that has enrolled by its EK hash. */
static struct store_device *enrolled(struct office *o, uint8_t ek)
{
	struct store_device *d = NULL;
	OK(store_device_get(o->flow.store, member_enrolled(o, ek).id, &o->arena, &d));
	return d;
}

static bool tell(struct office *o, const struct store_device *d, enum trip_order kind)
{
	bool made = false;
	const struct commands_ask ask = { commands_kind_find((uint64_t)kind), d->id, { 0 } };
	OK(commands_put(&o->flow, &o->admin, &ask, &o->arena, &made));
	return made;
}

/* A check-in of the device, which says this of one order; NULL: nothing. */
static struct bytes_list come(struct office *o, const struct store_device *d, const struct effect *said)
{
	struct bytes_list orders, effects = { .n = said ? 1 : 0 };
	if (said)
		OK(flow_encode(&effect_message, said, &o->arena, &effects.v[0]));
	OK(commands_exchange(&o->flow, d, &effects, &o->arena, &orders));
	return orders;
}

static struct order only(struct bytes_list orders)
{
	struct order order = { 0 };
	CHECK(orders.n == 1);
	OK(message_parse(&order_message, orders.v[0], &order));
	return order;
}

/* The device's latest command. */
static const struct store_command *last(struct office *o, const struct store_device *d)
{
	struct store_command_list list;
	const struct store_page page = { .limit = 100 };
	OK(commands_list(&o->flow, d->id, page, &o->arena, &list));
	CHECK(list.n > 0);
	return &list.v[list.n - 1];
}

static void a_device_is_told_again_until_it_is_known_what_came_of_it(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	CHECK(tell(o, d, TRIP_ORDER_ATTEST) && !tell(o, d, TRIP_ORDER_ATTEST));
	CHECK(last(o, d)->state == STORE_COMMAND_PENDING);
	const struct order first = only(come(o, d, NULL)), again = only(come(o, d, NULL));
	CHECK(first.kind == TRIP_ORDER_ATTEST && is_bytes_equal(first.id, again.id));
	CHECK(last(o, d)->state == STORE_COMMAND_SENT && last(o, d)->tries == 2);
	OK(commands_finish_trip(&o->flow, d->id, TRIP_ATTEST, &o->arena));
	CHECK(last(o, d)->state == STORE_COMMAND_SUCCEEDED && come(o, d, NULL).n == 0);
	CHECK(tell(o, d, TRIP_ORDER_ATTEST));
}

static void what_the_server_would_have_seen_is_not_done_because_the_device_says_so(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	tell(o, d, TRIP_ORDER_RENEW);
	const struct effect done = { .id = only(come(o, d, NULL)).id };
	CHECK(come(o, d, &done).n == 0);
	CHECK(last(o, d)->state == STORE_COMMAND_FAILED);
	CHECK(is_bytes_text(last(o, d)->fault, "COMMAND_UNPROVEN"));
}

static void a_failure_that_may_pass_is_tried_when_the_device_comes_next_and_not_for_ever(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	tell(o, d, TRIP_ORDER_DIAGNOSTICS);
	const struct effect busy = { .id = only(come(o, d, NULL)).id,
				     .fault = BYTES_TEXT("TPM_BUSY"),
				     .detail = BYTES_TEXT("just now") };
	CHECK(fault_find(busy.fault)->retry);
	CHECK(come(o, d, &busy).n == 0);
	CHECK(last(o, d)->state == STORE_COMMAND_SENT && is_bytes_text(last(o, d)->detail, "just now"));
	for (unsigned i = 1; i < COMMANDS_TRIES_MAX; i++) {
		only(come(o, d, NULL));
		come(o, d, &busy);
	}
	CHECK(last(o, d)->state == STORE_COMMAND_FAILED && come(o, d, NULL).n == 0);
}

static void a_fault_that_this_server_does_not_know_is_kept_in_its_own_word(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	tell(o, d, TRIP_ORDER_DIAGNOSTICS);
	const struct effect odd = { .id = only(come(o, d, NULL)).id, .fault = BYTES_TEXT("FROM_LATER") };
	come(o, d, &odd);
	CHECK(is_bytes_text(last(o, d)->fault, "COMMAND_UNPROVEN"));
	CHECK(is_bytes_text(last(o, d)->detail, "FROM_LATER"));
}

static void what_another_device_says_of_a_command_is_not_heard(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK), *other = enrolled(o, EK + 1);
	tell(o, d, TRIP_ORDER_DIAGNOSTICS);
	const struct effect e = { .id = only(come(o, d, NULL)).id, .fault = BYTES_TEXT("TPM_MISSING") };
	CHECK(come(o, other, &e).n == 0);
	CHECK(last(o, d)->state == STORE_COMMAND_SENT);
}

static void a_trip_that_is_refused_ends_the_commands_that_lead_to_it(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	tell(o, d, TRIP_ORDER_ATTEST);
	CHECK(tell(o, d, TRIP_ORDER_RENEW));
	OK(proofs_refuse(&o->flow, d, TRIP_ATTEST, FAIL(KEYS_CHANGED), &o->arena));
	const struct order order = only(come(o, d, NULL));
	CHECK(order.kind == TRIP_ORDER_RENEW);
}

static void a_new_certificate_for_the_same_attestation_key_is_no_rotation(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	tell(o, d, TRIP_ORDER_ROTATE);
	OK(commands_finish_trip(&o->flow, d->id, TRIP_RENEW, &o->arena));
	CHECK(last(o, d)->state == STORE_COMMAND_PENDING);
	OK(commands_finish(&o->flow, d->id, TRIP_ORDER_ROTATE, &o->arena));
	CHECK(last(o, d)->state == STORE_COMMAND_SUCCEEDED);
}

static void a_command_expires_and_one_that_is_over_cannot_be_taken_back(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	tell(o, d, TRIP_ORDER_ATTEST);
	o->flow.now += 7 * DAY_S;
	CHECK(come(o, d, NULL).n == 0);
	OK(commands_expire(&o->flow));
	CHECK(last(o, d)->state == STORE_COMMAND_EXPIRED);
	REFUSES(CONFLICT, commands_cancel(&o->flow, &o->admin, last(o, d)->id, &o->arena));
	CHECK(tell(o, d, TRIP_ORDER_ATTEST));
	OK(commands_cancel(&o->flow, &o->admin, last(o, d)->id, &o->arena));
	CHECK(last(o, d)->state == STORE_COMMAND_CANCELLED && come(o, d, NULL).n == 0);
}

static void a_retired_device_is_told_that_alone_and_one_that_came_back_is_not(void **state)
{
	struct office *o = *state;
	bool made;
	struct store_device *retired, *active = enrolled(o, EK);
	const struct commands_ask ask = { commands_kind_find(TRIP_ORDER_ATTEST), active->id, { 0 } };
	tell(o, active, TRIP_ORDER_ATTEST);
	CHECK(tell(o, active, TRIP_ORDER_RETIRE));
	REFUSES(DEVICE_RETIRED, commands_put(&o->flow, &o->admin, &ask, &o->arena, &made));
	OK(store_device_get(o->flow.store, active->id, &o->arena, &retired));
	const struct order order = only(come(o, retired, NULL));
	CHECK(order.kind == TRIP_ORDER_RETIRE);
	CHECK(come(o, active, NULL).n == 0 && last(o, active)->state == STORE_COMMAND_CANCELLED);
}

static void a_retired_device_is_over_when_it_says_so(void **state)
{
	struct office *o = *state;
	struct store_device *d = enrolled(o, EK);
	tell(o, d, TRIP_ORDER_RETIRE);
	OK(store_device_get(o->flow.store, d->id, &o->arena, &d));
	const struct effect left = { .id = only(come(o, d, NULL)).id };
	CHECK(come(o, d, &left).n == 0 && last(o, d)->state == STORE_COMMAND_SUCCEEDED);
}

static void a_proof_that_is_old_has_the_server_ask_for_another(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	struct store_command_list list;
	const struct store_page page = { .limit = 10 };
	const struct store_certificate shown = { .not_before = OFFICE_NOW,
						 .not_after = OFFICE_NOW + 30 * DAY_S };
	o->limits.attest_s = 8 * 3600;
	o->flow.now += 7 * 3600 - 1;
	OK(commands_put_due(&o->flow, d, &shown, &o->arena));
	OK(commands_list(&o->flow, d->id, page, &o->arena, &list));
	CHECK(list.n == 0);
	o->flow.now += 3601;
	OK(commands_put_due(&o->flow, d, &shown, &o->arena));
	OK(commands_put_due(&o->flow, d, &shown, &o->arena));
	OK(commands_list(&o->flow, d->id, page, &o->arena, &list));
	CHECK(list.n == 1 && is_bytes_text(list.v[0].actor, "policy"));
	o->limits.attest_s = 0;
	OK(commands_cancel(&o->flow, &o->admin, list.v[0].id, &o->arena));
	OK(commands_put_due(&o->flow, d, &shown, &o->arena));
	CHECK(last(o, d)->state == STORE_COMMAND_CANCELLED);
}

static void a_certificate_in_its_last_third_is_renewed_by_policy(void **state)
{
	struct office *o = *state;
	const struct store_device *d = enrolled(o, EK);
	const struct store_certificate shown = { .device_id = d->id, .not_before = OFFICE_NOW,
						 .not_after = OFFICE_NOW + 30 * DAY_S };
	o->flow.now += 20 * DAY_S - 1;
	OK(commands_put_due(&o->flow, d, &shown, &o->arena));
	CHECK(come(o, d, NULL).n == 0);
	o->flow.now += 5 * DAY_S + 1;
	OK(commands_put_due(&o->flow, d, &shown, &o->arena));
	CHECK(only(come(o, d, NULL)).kind == TRIP_ORDER_RENEW);
}

static void a_batch_tells_as_many_as_its_rate_says_and_goes_on_where_it_was(void **state)
{
	struct office *o = *state;
	struct store_batch *b = NULL;
	struct batches_count n;
	const struct batches_ask ask = { commands_kind_find(TRIP_ORDER_ATTEST), .rate = 60 };
	for (uint8_t ek = EK; ek < EK + 5; ek++)
		enrolled(o, ek);
	OK(batches_put(&o->flow, &o->admin, &ask, &o->arena, &b));
	OK(batches_run(&o->flow, &o->arena));
	OK(batches_count(&o->flow, b->id, &n));
	CHECK(n.of[STORE_COMMAND_PENDING] == 3);
	o->flow.now += 60;
	OK(batches_run(&o->flow, &o->arena));
	OK(batches_run(&o->flow, &o->arena));
	OK(batches_get(&o->flow, b->id, &o->arena, &b));
	CHECK(b->made == 5 && b->devices == 5 && b->finished == o->flow.now);
	OK(batches_cancel(&o->flow, &o->admin, b->id, &o->arena));
	OK(batches_count(&o->flow, b->id, &n));
	CHECK(n.of[STORE_COMMAND_PENDING] == 0 && n.of[STORE_COMMAND_CANCELLED] == 5);
	REFUSES(CONFLICT, batches_cancel(&o->flow, &o->admin, b->id, &o->arena));
}

static void a_batch_is_of_those_of_which_its_filter_holds(void **state)
{
	struct office *o = *state;
	struct store_batch *b = NULL;
	const struct batches_ask none = { .kind = commands_kind_find(TRIP_ORDER_RENEW),
					  .rule = BYTES_TEXT("(device.isTpmAttested -eq \"False\")") };
	const struct batches_ask all = { .kind = commands_kind_find(TRIP_ORDER_RENEW),
					 .rule = BYTES_TEXT("(device.isTpmAttested -eq \"True\")") };
	enrolled(o, EK);
	enrolled(o, EK + 1);
	OK(batches_put(&o->flow, &o->admin, &none, &o->arena, &b));
	const struct bytes first = b->id;
	OK(batches_put(&o->flow, &o->admin, &all, &o->arena, &b));
	OK(batches_run(&o->flow, &o->arena));
	OK(batches_get(&o->flow, b->id, &o->arena, &b));
	CHECK(b->devices == 2 && b->made == 2);
	OK(batches_get(&o->flow, first, &o->arena, &b));
	CHECK(b->devices == 2 && b->made == 0 && b->finished);
}

static void devices_that_are_named_are_told_at_once_and_no_others(void **state)
{
	struct office *o = *state;
	uint8_t ids[3 * FIELD_ID_SIZE] = { 0 }; /* the last one is nobody's */
	struct store_batch *b = NULL;
	struct store_command_list told;
	const struct store_page page = { .limit = 2 };
	const struct commands_kind *rotate = commands_kind_find(TRIP_ORDER_ROTATE);
	const struct batches_ask ask = { .kind = rotate, .devices = BYTES_OF(ids) };
	for (uint8_t i = 0; i < 2; i++)
		memcpy(ids + i * FIELD_ID_SIZE, enrolled(o, (uint8_t)(EK + i))->id.p, FIELD_ID_SIZE);
	enrolled(o, EK + 2);
	OK(batches_put(&o->flow, &o->admin, &ask, &o->arena, &b));
	CHECK(b->devices == 3 && b->made == 2 && b->rate == 0 && b->finished == o->flow.now);
	OK(batches_run(&o->flow, &o->arena));
	OK(batches_list_commands(&o->flow, b->id, page, &o->arena, &told));
	CHECK(told.n == 2 && is_bytes_equal(told.v[0].device_id, bytes_of(ids, FIELD_ID_SIZE)));
	OK(batches_put(&o->flow, &o->admin, &ask, &o->arena, &b)); /* open ones are what was asked for */
	CHECK(b->devices == 3 && b->made == 0);
	const struct bytes other = bytes_of(ids, FIELD_ID_SIZE);
	REFUSES(NOT_FOUND, batches_list_commands(&o->flow, other, page, &o->arena, &told));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_device_is_told_again_until_it_is_known_what_came_of_it),
		OFFICE_TEST(what_the_server_would_have_seen_is_not_done_because_the_device_says_so),
		OFFICE_TEST(a_failure_that_may_pass_is_tried_when_the_device_comes_next_and_not_for_ever),
		OFFICE_TEST(a_fault_that_this_server_does_not_know_is_kept_in_its_own_word),
		OFFICE_TEST(what_another_device_says_of_a_command_is_not_heard),
		OFFICE_TEST(a_trip_that_is_refused_ends_the_commands_that_lead_to_it),
		OFFICE_TEST(a_new_certificate_for_the_same_attestation_key_is_no_rotation),
		OFFICE_TEST(a_command_expires_and_one_that_is_over_cannot_be_taken_back),
		OFFICE_TEST(a_retired_device_is_told_that_alone_and_one_that_came_back_is_not),
		OFFICE_TEST(a_retired_device_is_over_when_it_says_so),
		OFFICE_TEST(a_proof_that_is_old_has_the_server_ask_for_another),
		OFFICE_TEST(a_certificate_in_its_last_third_is_renewed_by_policy),
		OFFICE_TEST(a_batch_tells_as_many_as_its_rate_says_and_goes_on_where_it_was),
		OFFICE_TEST(a_batch_is_of_those_of_which_its_filter_holds),
		OFFICE_TEST(devices_that_are_named_are_told_at_once_and_no_others),
	};
	return RUN(tests);
}
