#include "store/store_webhook.h"

#include "store/scratch.h"
#include "store/store_delivery.h"

/* A webhook, and two notices of one device and one of another for it. */
static void fill(struct scratch *t, struct store_webhook *w, struct store_delivery rows[3])
{
	static const uint8_t ids[3][16] = { { 1 }, { 2 }, { 3 } }; /* as they are drawn, in time */
	scratch_fill(t, &store_webhook_record, w, 1);
	OK(store_webhook_put(t->s, w));
	for (unsigned i = 0; i < 3; i++) {
		scratch_fill(t, &store_delivery_record, &rows[i], i + 1);
		rows[i].id = BYTES_OF(ids[i]);
		rows[i].webhook_id = w->id;
		rows[i].device_id = scratch_id(t, i < 2 ? 50 : 60);
		rows[i].due = 100;
		rows[i].created = 10 + i;
		OK(store_delivery_put(t->s, &rows[i]));
	}
}

static struct store_delivery *due(struct scratch *t, const struct store_webhook *w, int64_t now)
{
	struct store_delivery *d = NULL;
	OK(store_delivery_find_due(t->s, w->id, now, &t->arena, &d));
	return d;
}

static void what_waits_comes_in_the_order_of_its_device_and_when_it_is_time(void **state)
{
	struct scratch *t = *state;
	struct store_webhook w;
	struct store_delivery rows[3], *d;
	fill(t, &w, rows);
	CHECK(!due(t, &w, 99));
	d = due(t, &w, 100);
	CHECK(d && is_scratch_same(&store_delivery_record, d, &rows[0]));
	/* The first is put off: the second waits behind it, the other device's does not. */
	rows[0].due = 200;
	OK(store_delivery_update(t->s, &rows[0]));
	d = due(t, &w, 100);
	CHECK(d && is_scratch_same(&store_delivery_record, d, &rows[2]));
	OK(store_delivery_delete(t->s, rows[2].id));
	CHECK(!due(t, &w, 100));
	OK(store_delivery_delete(t->s, rows[0].id));
	d = due(t, &w, 100);
	CHECK(d && is_scratch_same(&store_delivery_record, d, &rows[1]));
	REFUSES(NOT_FOUND, store_delivery_delete(t->s, rows[0].id));
}

static void what_waits_goes_with_its_webhook(void **state)
{
	struct scratch *t = *state;
	struct store_webhook w, *found;
	struct store_delivery rows[3], *d;
	uint64_t n;
	fill(t, &w, rows);
	OK(store_delivery_count(t->s, w.id, &n));
	CHECK(n == 3);
	OK(store_webhook_delete(t->s, w.id));
	OK(store_delivery_count(t->s, w.id, &n));
	OK(store_delivery_find(t->s, rows[1].id, &t->arena, &d));
	OK(store_webhook_find(t->s, w.id, &t->arena, &found));
	CHECK(n == 0 && !d && !found);
	REFUSES(NOT_FOUND, store_delivery_put(t->s, &rows[1]));
}

static void a_webhook_is_found_by_its_name_which_is_its_own(void **state)
{
	struct scratch *t = *state;
	struct store_webhook w, other, *found;
	struct store_webhook_list list;
	scratch_fill(t, &store_webhook_record, &w, 1);
	scratch_fill(t, &store_webhook_record, &other, 2);
	OK(store_webhook_put(t->s, &w));
	other.name = w.name;
	REFUSES(CONFLICT, store_webhook_put(t->s, &other));
	w.tries = 7;
	OK(store_webhook_update(t->s, &w));
	OK(store_webhook_find_by_name(t->s, w.name, &t->arena, &found));
	CHECK(found && is_scratch_same(&store_webhook_record, found, &w));
	OK(store_webhook_list(t->s, &t->arena, &list));
	CHECK(list.n == 1);
}

static void there_are_so_many_webhooks_and_no_more(void **state)
{
	struct scratch *t = *state;
	for (unsigned i = 0; i <= STORE_WEBHOOK_MAX; i++) {
		struct store_webhook w;
		scratch_fill(t, &store_webhook_record, &w, i + 1);
		fault why = store_webhook_put(t->s, &w);
		CHECK(why == (i < STORE_WEBHOOK_MAX ? NULL : FAIL(WEBHOOK_LIMIT)));
	}
}

static void the_oldest_are_found(void **state)
{
	struct scratch *t = *state;
	struct store_webhook w;
	struct store_delivery rows[3];
	struct store_delivery_list list;
	fill(t, &w, rows);
	OK(store_delivery_list_old(t->s, 12, 10, &t->arena, &list));
	CHECK(list.n == 2 && is_scratch_same(&store_delivery_record, &list.v[1], &rows[1]));
	OK(store_delivery_list_old(t->s, 12, 1, &t->arena, &list));
	CHECK(list.n == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_waits_comes_in_the_order_of_its_device_and_when_it_is_time),
		SCRATCH_TEST(what_waits_goes_with_its_webhook),
		SCRATCH_TEST(a_webhook_is_found_by_its_name_which_is_its_own),
		SCRATCH_TEST(there_are_so_many_webhooks_and_no_more),
		SCRATCH_TEST(the_oldest_are_found),
	};
	return RUN(tests);
}
