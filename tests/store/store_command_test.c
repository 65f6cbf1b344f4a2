#include "store/store_command.h"

#include "store/scratch.h"
#include "store/store_device.h"

static struct store_command command(struct scratch *t, unsigned n, unsigned device, uint64_t kind)
{
	return (struct store_command){
		.id = scratch_id(t, n), .device_id = scratch_id(t, device), .kind = kind,
		.state = STORE_COMMAND_PENDING, .actor = BYTES_TEXT("somebody"), .created = 100,
		.expires = 200,
	};
}

static uint64_t state_of(struct scratch *t, unsigned n)
{
	struct store_command *got;
	OK(store_command_get(t->s, scratch_id(t, n), &t->arena, &got));
	return got->state;
}

static void what_was_put_and_changed_is_what_is_there(void **state)
{
	struct scratch *t = *state;
	struct store_command row, *got;
	scratch_put_device(t, 2);
	scratch_fill(t, &store_command_record, &row, 1);
	row.device_id = scratch_id(t, 2);
	OK(store_command_put(t->s, &row));
	OK(store_command_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_command_record, &row, got));
	scratch_strip(&store_command_record, &row);
	row.state = STORE_COMMAND_FAILED;
	OK(store_command_update(t->s, &row));
	OK(store_command_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_command_record, &row, got));
	row.id = scratch_id(t, 9);
	REFUSES(NOT_FOUND, store_command_update(t->s, &row));
	REFUSES(NOT_FOUND, store_command_get(t->s, row.id, &t->arena, &got));
}

static void a_device_has_one_open_command_of_a_kind(void **state)
{
	struct scratch *t = *state;
	scratch_put_device(t, 2);
	scratch_put_device(t, 3);
	struct store_command first = command(t, 11, 2, 1), second = command(t, 12, 2, 1),
			     other = command(t, 13, 2, 2), elsewhere = command(t, 14, 3, 1);
	OK(store_command_put(t->s, &first));
	REFUSES(CONFLICT, store_command_put(t->s, &second));
	OK(store_command_put(t->s, &other));
	OK(store_command_put(t->s, &elsewhere));
	first.state = STORE_COMMAND_SENT;
	OK(store_command_update(t->s, &first));
	REFUSES(CONFLICT, store_command_put(t->s, &second));
	first.state = STORE_COMMAND_SUCCEEDED;
	OK(store_command_update(t->s, &first));
	OK(store_command_put(t->s, &second));
}

static void a_command_is_for_a_device_and_goes_with_it(void **state)
{
	struct scratch *t = *state;
	struct store_command *got;
	const struct store_command row = command(t, 11, 2, 1);
	REFUSES(CONFLICT, store_command_put(t->s, &row));
	scratch_put_device(t, 2);
	OK(store_command_put(t->s, &row));
	OK(store_device_delete(t->s, row.device_id));
	REFUSES(NOT_FOUND, store_command_get(t->s, row.id, &t->arena, &got));
}

static void lists_are_of_all_of_a_device_or_of_what_is_open(void **state)
{
	struct scratch *t = *state;
	struct store_command_list list;
	const struct store_page page = { .limit = 10 };
	scratch_put_device(t, 2);
	scratch_put_device(t, 3);
	struct store_command over = command(t, 12, 2, 2);
	over.state = STORE_COMMAND_CANCELLED;
	OK(store_command_put(t->s, &over));
	for (unsigned kind = 1; kind < 4; kind++) {
		const struct store_command row = command(t, 20 + kind, kind == 3 ? 3 : 2, kind);
		OK(store_command_put(t->s, &row));
	}
	OK(store_command_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 4);
	OK(store_command_list_by_device(t->s, scratch_id(t, 2), page, &t->arena, &list));
	CHECK(list.n == 3);
	OK(store_command_list_open(t->s, scratch_id(t, 2), &t->arena, &list));
	CHECK(list.n == 2);
}

static void what_is_open_expires_and_what_is_over_stays(void **state)
{
	struct scratch *t = *state;
	scratch_put_device(t, 2);
	struct store_command row = command(t, 11, 2, 1), over = command(t, 12, 2, 2), *got;
	over.state = STORE_COMMAND_SUCCEEDED;
	OK(store_command_put(t->s, &row));
	OK(store_command_put(t->s, &over));
	OK(store_command_expire(t->s, BYTES_TEXT("LATE"), 199));
	CHECK(state_of(t, 11) == STORE_COMMAND_PENDING);
	OK(store_command_expire(t->s, BYTES_TEXT("LATE"), 200));
	OK(store_command_get(t->s, row.id, &t->arena, &got));
	CHECK(got->state == STORE_COMMAND_EXPIRED && got->finished == 200);
	CHECK(is_bytes_text(got->fault, "LATE"));
	CHECK(state_of(t, 12) == STORE_COMMAND_SUCCEEDED);
}

static void of_what_is_over_the_newest_are_kept(void **state)
{
	struct scratch *t = *state;
	struct store_command_list list;
	const struct store_page page = { .limit = 10 };
	scratch_put_device(t, 2);
	for (unsigned n = 0; n < 6; n++) {
		uint8_t id[16] = { (uint8_t)n };
		struct store_command row = command(t, 1, 2, n);
		row.id = BYTES_OF(id);
		row.state = n == 0 ? STORE_COMMAND_SENT : STORE_COMMAND_FAILED;
		OK(store_command_put(t->s, &row));
	}
	OK(store_command_prune(t->s, scratch_id(t, 2), 3));
	OK(store_command_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 4 && list.v[0].kind == 0 && list.v[1].kind == 3 && list.v[3].kind == 5);
}

static void a_batch_knows_what_became_of_its_commands(void **state)
{
	struct scratch *t = *state;
	uint64_t n;
	const struct bytes batch = scratch_id(t, 50);
	for (unsigned i = 0; i < 3; i++) {
		scratch_put_device(t, 2 + i);
		struct store_command row = command(t, 11 + i, 2 + i, 1);
		row.batch = i < 2 ? batch : (struct bytes){ 0 };
		row.state = i ? STORE_COMMAND_SENT : STORE_COMMAND_SUCCEEDED;
		OK(store_command_put(t->s, &row));
	}
	OK(store_command_count(t->s, batch, STORE_COMMAND_SENT, &n));
	CHECK(n == 1);
	OK(store_command_void_by_batch(t->s, batch, 150));
	CHECK(state_of(t, 11) == STORE_COMMAND_SUCCEEDED && state_of(t, 12) == STORE_COMMAND_CANCELLED);
	CHECK(state_of(t, 13) == STORE_COMMAND_SENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_was_put_and_changed_is_what_is_there),
		SCRATCH_TEST(a_device_has_one_open_command_of_a_kind),
		SCRATCH_TEST(a_command_is_for_a_device_and_goes_with_it),
		SCRATCH_TEST(lists_are_of_all_of_a_device_or_of_what_is_open),
		SCRATCH_TEST(what_is_open_expires_and_what_is_over_stays),
		SCRATCH_TEST(of_what_is_over_the_newest_are_kept),
		SCRATCH_TEST(a_batch_knows_what_became_of_its_commands),
	};
	return RUN(tests);
}
