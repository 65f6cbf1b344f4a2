/* id: names of records run in the order in which they were given (RFC 9562 §5.7, §6.2). */
#include "flow/flow.h"

#include <string.h>

#include "test.h"

#define NOW INT64_C(1767225600)
#define DRAWS 20000 /* more than twelve bits count, and more than fourteen */

static void draw(struct flow *f, uint8_t ret[16])
{
	uint8_t memory[16];
	struct arena a = { .p = memory, .n = sizeof(memory) };
	struct bytes id;
	OK(flow_id_new(f, &a, &id));
	CHECK(id.n == 16);
	memcpy(ret, id.p, 16);
}

static void ids_of_one_second_run_in_the_order_they_were_drawn(void **state)
{
	struct flow f = { .now = NOW };
	uint8_t last[16], id[16];
	(void)state;
	draw(&f, last);
	for (unsigned i = 0; i < DRAWS; i++) {
		draw(&f, id);
		CHECK(memcmp(id, last, 16) > 0);
		CHECK(id[6] >> 4 == 7 && id[8] >> 6 == 2);
		memcpy(last, id, 16);
	}
}

static void an_id_begins_with_the_milliseconds_of_its_time(void **state)
{
	static const uint8_t time[] = { 0x01, 0x9B, 0x76, 0xDA, 0xA8, 0x00, 0x70, 0x00, 0x80, 0x00 };
	struct flow f = { .now = NOW };
	uint8_t a[16], b[16];
	(void)state;
	draw(&f, a);
	CHECK(memcmp(a, time, sizeof(time)) == 0);
	f.now++;
	draw(&f, b);
	CHECK(memcmp(b, a, 6) > 0 && memcmp(b + 6, time + 6, 4) == 0);
}

static void a_clock_set_back_takes_no_id_back(void **state)
{
	struct flow f = { .now = NOW };
	uint8_t before[16], after[16];
	(void)state;
	draw(&f, before);
	f.now -= 3600;
	draw(&f, after);
	CHECK(memcmp(after, before, 16) > 0);
}

static void a_full_counter_goes_on_in_the_next_millisecond(void **state)
{
	struct flow f = { .now = NOW, .last_id = { .ms = (uint64_t)NOW * 1000, .n = (1 << 26) - 2 } };
	uint8_t last[16], next[16];
	(void)state;
	draw(&f, last);
	draw(&f, next);
	CHECK(memcmp(next, last, 6) > 0);
	CHECK(f.last_id.n == 0);
}

static void two_cores_draw_different_ids_at_one_time(void **state)
{
	struct flow f = { .now = NOW }, other = f;
	uint8_t a[16], b[16];
	(void)state;
	draw(&f, a);
	draw(&other, b);
	CHECK(memcmp(a, b, 10) == 0 && memcmp(a, b, 16) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ids_of_one_second_run_in_the_order_they_were_drawn),
		TEST(an_id_begins_with_the_milliseconds_of_its_time),
		TEST(a_clock_set_back_takes_no_id_back),
		TEST(a_full_counter_goes_on_in_the_next_millisecond),
		TEST(two_cores_draw_different_ids_at_one_time),
	};
	return RUN(tests);
}
