#include "server/pending.h"

#include "test.h"

/* Links are only compared here. */
static struct link *link_of(uintptr_t n)
{
	return (struct link *)n;
}

static void an_item_is_taken_once_and_only_from_where_it_was_sent(void **state)
{
	(void)state;
	struct pending *p = pending_new(4);
	struct pending_item in = { .to = link_of(16), .from_id = 9 }, out;
	uint64_t id;
	OK(pending_put(p, &in, &id));
	CHECK(!pending_take(p, id, link_of(32), &out));
	CHECK(!pending_take(p, id + 4, link_of(16), &out));
	CHECK(!pending_take(p, 0, link_of(16), &out));
	CHECK(pending_take(p, id, link_of(16), &out) && out.from_id == 9);
	CHECK(!pending_take(p, id, link_of(16), &out));
	pending_free(p);
}

static void a_full_table_is_busy_and_a_late_answer_finds_nobody_elses_item(void **state)
{
	(void)state;
	struct pending *p = pending_new(2);
	struct pending_item in = { .to = link_of(16) }, out;
	uint64_t a, b, c;
	OK(pending_put(p, &in, &a));
	OK(pending_put(p, &in, &b));
	REFUSES(SYS_BUSY, pending_put(p, &in, &c));
	CHECK(pending_take(p, a, link_of(16), &out));
	OK(pending_put(p, &in, &c));
	CHECK(c != a && !pending_take(p, a, link_of(16), &out));
	CHECK(pending_count(p) == 2);
	pending_free(p);
}

static void what_went_to_a_lost_link_is_found_whole(void **state)
{
	(void)state;
	struct pending *p = pending_new(8);
	struct pending_item in = { .to = link_of(16) }, out;
	uint64_t id;
	for (int i = 0; i < 6; i++) {
		in.to = link_of(i % 2 ? 16 : 32);
		OK(pending_put(p, &in, &id));
	}
	size_t n = 0;
	CHECK(pending_count_link(p, link_of(16)) == 3 && pending_count_link(p, link_of(48)) == 0);
	while (pending_take_link(p, link_of(16), &out))
		n++;
	CHECK(pending_count_link(p, link_of(16)) == 0 && pending_count_link(p, link_of(32)) == 3);
	CHECK(n == 3 && pending_count(p) == 3);
	pending_free(p);
}

static void only_old_items_are_old(void **state)
{
	(void)state;
	struct pending *p = pending_new(4);
	struct pending_item out;
	uint64_t id;
	for (int64_t t = 10; t <= 30; t += 10)
		OK(pending_put(p, &(struct pending_item){ .to = link_of(16), .since_ms = t }, &id));
	CHECK(pending_take_old(p, 20, &out) && out.since_ms == 10);
	CHECK(!pending_take_old(p, 20, &out));
	pending_free(p);
}

static void an_asker_that_left_is_forgotten(void **state)
{
	(void)state;
	struct pending *p = pending_new(4);
	struct pending_item in = { .to = link_of(16), .from = link_of(48) }, out;
	uint64_t id;
	OK(pending_put(p, &in, &id));
	pending_forget(p, link_of(48));
	CHECK(pending_take(p, id, link_of(16), &out) && out.from == NULL);
	pending_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_item_is_taken_once_and_only_from_where_it_was_sent),
		TEST(a_full_table_is_busy_and_a_late_answer_finds_nobody_elses_item),
		TEST(what_went_to_a_lost_link_is_found_whole),
		TEST(only_old_items_are_old),
		TEST(an_asker_that_left_is_forgotten),
	};
	return RUN(tests);
}
