/*
 * store_issuer: rows that are noted again, devices counted once, room made for others, turns to fetch.
 */
#include "test.h"

#include <string.h>

#include "store/scratch.h"
#include "store/store_issuer.h"

#define CAP 3

static uint8_t ids[8][RECORD_HASH_SIZE];

static struct store_issuer issuer_of(size_t n, int64_t now)
{
	memset(ids[n], (int)n + 1, RECORD_HASH_SIZE);
	return (struct store_issuer){ .id = BYTES_OF(ids[n]),
				      .name = BYTES_TEXT("name"),
				      .subject = BYTES_TEXT("CN=name"),
				      .state = STORE_ISSUER_MISSING,
				      .first = now,
				      .last = now };
}

static struct store_issuer *get(struct scratch *s, size_t n)
{
	struct store_issuer *row = NULL;
	OK(store_issuer_get(s->s, BYTES_OF(ids[n]), &s->arena, &row));
	return row;
}

static void one_noted_again_keeps_what_is_known_of_it(void **state)
{
	struct scratch *s = *state;
	struct store_issuer row = issuer_of(0, 100), again = issuer_of(0, 200);
	OK(store_issuer_put(s->s, &row, CAP));
	again.url = BYTES_TEXT("http://a/");
	again.sample = BYTES_OF(ids[0]);
	OK(store_issuer_put(s->s, &again, CAP));
	again.url = BYTES_TEXT("http://b/");
	OK(store_issuer_put(s->s, &again, CAP));
	const struct store_issuer *found = get(s, 0);
	CHECK(found->first == 100 && found->last == 200 && is_bytes_text(found->url, "http://a/"));
	CHECK(is_bytes_equal(found->sample, again.sample));
}

static void a_device_is_counted_once_for_each(void **state)
{
	struct scratch *s = *state;
	struct store_issuer row = issuer_of(0, 100), other = issuer_of(1, 100);
	OK(store_issuer_put(s->s, &row, CAP));
	OK(store_issuer_put(s->s, &other, CAP));
	for (int i = 0; i < 3; i++) {
		OK(store_issuer_put_device(s->s, row.id, row.id));
		OK(store_issuer_put_device(s->s, row.id, other.id));
		OK(store_issuer_put_device(s->s, other.id, other.id));
	}
	CHECK(get(s, 0)->devices == 2 && get(s, 1)->devices == 1);
}

static void the_oldest_undecided_makes_room_and_those_fetched_stay_longer(void **state)
{
	struct scratch *s = *state;
	struct store_issuer *gone = NULL;
	for (size_t n = 0; n < 2; n++) {
		struct store_issuer row = issuer_of(n, 100 + (int64_t)n);
		OK(store_issuer_put(s->s, &row, CAP));
		row.state = n ? STORE_ISSUER_REJECTED : STORE_ISSUER_PENDING;
		OK(store_issuer_update(s->s, &row));
	}
	for (size_t n = 2; n < 6; n++) {
		struct store_issuer row = issuer_of(n, 100 + (int64_t)n);
		OK(store_issuer_put(s->s, &row, CAP));
	}
	CHECK(get(s, 0) && get(s, 1) && get(s, 4) && get(s, 5));
	REFUSES(NOT_FOUND, store_issuer_get(s->s, BYTES_OF(ids[2]), &s->arena, &gone));
	REFUSES(NOT_FOUND, store_issuer_get(s->s, BYTES_OF(ids[3]), &s->arena, &gone));
}

static void the_next_to_fetch_is_the_one_that_waits_longest(void **state)
{
	struct scratch *s = *state;
	struct store_issuer *due = NULL;
	for (size_t n = 0; n < 3; n++) {
		struct store_issuer row = issuer_of(n, 100);
		row.url = n == 2 ? (struct bytes){ 0 } : BYTES_TEXT("http://a/");
		row.next = 300 - 100 * (int64_t)n;
		OK(store_issuer_put(s->s, &row, CAP));
	}
	OK(store_issuer_find_due(s->s, 199, &s->arena, &due));
	CHECK(due == NULL);
	OK(store_issuer_find_due(s->s, 400, &s->arena, &due));
	CHECK(due && is_bytes_equal(due->id, BYTES_OF(ids[1])));
	due->state = STORE_ISSUER_PENDING;
	OK(store_issuer_update(s->s, due));
	OK(store_issuer_find_due(s->s, 400, &s->arena, &due));
	CHECK(due && is_bytes_equal(due->id, BYTES_OF(ids[0])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(one_noted_again_keeps_what_is_known_of_it),
		SCRATCH_TEST(a_device_is_counted_once_for_each),
		SCRATCH_TEST(the_oldest_undecided_makes_room_and_those_fetched_stay_longer),
		SCRATCH_TEST(the_next_to_fetch_is_the_one_that_waits_longest),
	};
	return RUN(tests);
}
