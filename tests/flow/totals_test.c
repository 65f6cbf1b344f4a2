#include "flow/totals.h"

#include <stdio.h>

#include "office.h"
#include "store/store_audit.h"

#define ROWS 12000
#define DAY 86400

/* Whoever asks, on a handle of its own beside the office's. */
struct asker {
	struct office *o;
	struct store *own;
	struct totals *totals;
};

static void fill(struct office *o, unsigned from, unsigned n)
{
	OK(store_begin(o->flow.store));
	for (unsigned i = from; i < from + n; i++) {
		arena_reset(&o->arena);
		const struct store_audit row = {
			.id = bytes_of(arena_format(&o->arena, "%016u", i), 16),
			.time = OFFICE_NOW,
			.actor = BYTES_TEXT("admin"),
			.action = i % 4 ? BYTES_TEXT("device.enroll") : BYTES_TEXT("device.retire"),
		};
		OK(store_audit_put(o->flow.store, &row));
	}
	OK(store_commit(o->flow.store));
}

static struct asker asker(struct office *o)
{
	char path[96];
	struct asker a = { .o = o };
	snprintf(path, sizeof(path), "%s/db", o->folder);
	OK(store_open_lists(path, &a.own));
	a.totals = totals_new(a.own);
	return a;
}

static void done(struct asker *a)
{
	totals_free(a->totals);
	store_close(a->own);
}

static struct selection question(const char *ending)
{
	return (struct selection){
		.view = STORE_LISTING_AUDIT,
		.top = 50,
		.nodes_n = 1,
		.nodes = { { SELECTION_ENDS,
			     STORE_LISTING_AUDIT_ACTION,
			     { SELECTION_TEXT, 0, bytes_text(ending) } } },
	};
}

/* So many parts, until nothing is due. */
static unsigned walk(struct asker *a, int64_t now)
{
	unsigned n = 0;
	while (totals_walk(a->totals, now))
		n++;
	return n;
}

static bool is_told(struct asker *a, const char *ending, int64_t now, uint64_t n, int64_t counted)
{
	struct store_listing_total total;
	const struct selection q = question(ending);
	return totals_find(a->totals, &q, now, &total) && total.is_all && total.n == n &&
	       total.counted == counted;
}

static void what_was_asked_for_is_counted_in_parts_and_then_told(void **state)
{
	struct asker a = asker(*state);
	struct store_listing_total total;
	struct selection q = question("retire");
	fill(a.o, 1, ROWS);
	CHECK(walk(&a, 100) == 0 && !totals_find(a.totals, &q, 100, &total));
	totals_put(a.totals, &q, 100);
	CHECK(!totals_find(a.totals, &q, 100, &total));
	CHECK(walk(&a, 101) == ROWS / TOTALS_RECORDS + 1);
	CHECK(is_told(&a, "retire", 102, ROWS / 4, 101) && !is_told(&a, "enroll", 102, ROWS - ROWS / 4, 101));
	q.sorts_n = 1;
	q.sorts[0].column = STORE_LISTING_AUDIT_TIME;
	q.top = 7;
	q.is_counted = true;
	CHECK(totals_find(a.totals, &q, 103, &total) && total.n == ROWS / 4);
	done(&a);
}

static void it_is_counted_again_after_a_rest_for_as_long_as_somebody_asks(void **state)
{
	struct asker a = asker(*state);
	const struct selection q = question("retire");
	fill(a.o, 1, ROWS);
	totals_put(a.totals, &q, 100);
	CHECK(walk(&a, 100) > 0 && walk(&a, 100) == 0);
	fill(a.o, 1 + ROWS, 4);
	CHECK(walk(&a, 110) > 0 && is_told(&a, "retire", 110, ROWS / 4 + 1, 110));
	CHECK(walk(&a, 110 + DAY) == 0);
	CHECK(!is_told(&a, "retire", 110 + DAY, ROWS / 4 + 1, 110));
	CHECK(walk(&a, 110 + DAY) > 0 && is_told(&a, "retire", 110 + DAY, ROWS / 4 + 1, 110 + DAY));
	done(&a);
}

static void of_too_many_the_one_that_was_not_asked_for_longest_is_forgotten(void **state)
{
	char ending[TOTALS_MAX + 1][8];
	struct asker a = asker(*state);
	fill(a.o, 1, 8);
	for (unsigned i = 0; i <= TOTALS_MAX; i++) {
		snprintf(ending[i], sizeof(ending[i]), "x%u", i);
		const struct selection q = question(ending[i]);
		totals_put(a.totals, &q, 100 + i);
	}
	CHECK(walk(&a, 200) == TOTALS_MAX);
	CHECK(!is_told(&a, ending[0], 200, 0, 200));
	for (unsigned i = 1; i <= TOTALS_MAX; i++)
		CHECK(is_told(&a, ending[i], 200, 0, 200));
	done(&a);
}

static void what_cannot_be_counted_is_forgotten(void **state)
{
	struct asker a = asker(*state);
	struct selection q = question("retire");
	q.nodes[0].column = STORE_LISTING_DEVICE_NAME;
	totals_put(a.totals, &q, 100);
	CHECK(walk(&a, 100) == 1 && walk(&a, 200) == 0);
	done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(what_was_asked_for_is_counted_in_parts_and_then_told),
		OFFICE_TEST(it_is_counted_again_after_a_rest_for_as_long_as_somebody_asks),
		OFFICE_TEST(of_too_many_the_one_that_was_not_asked_for_longest_is_forgotten),
		OFFICE_TEST(what_cannot_be_counted_is_forgotten),
	};
	return RUN(tests);
}
