#include "store/store_tally.h"

#include "store/scratch.h"
#include "store/store_audit.h"

#define ROWS 3000

static const struct selection_value rare = { SELECTION_TEXT, 0, { (const uint8_t *)"no one", 6 } };

static void fill(struct scratch *t)
{
	struct store_audit row;
	OK(store_begin(t->s));
	for (unsigned i = 0; i < ROWS; i++) {
		arena_reset(&t->arena);
		scratch_fill(t, &store_audit_record, &row, 10 + i);
		row.action = i % 3 ? BYTES_TEXT("device.enroll") : BYTES_TEXT("device.retire");
		OK(store_audit_put(t->s, &row));
	}
	OK(store_commit(t->s));
}

/* A third of the rows, each of which is compared with n texts before that is known. */
static struct selection question(size_t n)
{
	struct selection q = { .view = STORE_LISTING_AUDIT, .top = 1 };
	for (size_t i = 0; i < n; i++)
		q.nodes[q.nodes_n++] = (struct selection_node){ .op = SELECTION_OR };
	for (size_t i = 0; i < n; i++)
		q.nodes[q.nodes_n++] =
			(struct selection_node){ SELECTION_CONTAINS, STORE_LISTING_AUDIT_ACTOR, rare };
	const struct selection_value retire = { SELECTION_TEXT, 0, BYTES_TEXT("retire") };
	q.nodes[q.nodes_n++] = (struct selection_node){ SELECTION_ENDS, STORE_LISTING_AUDIT_ACTION, retire };
	return q;
}

static uint64_t tally(struct scratch *t, const struct selection *q, size_t records)
{
	struct store_listing_total total = { 0 };
	OK(store_tally_open(t->s, q, &t->arena));
	while (!total.is_all)
		OK(store_tally_next(t->s, records, &total));
	store_tally_close(t->s);
	return total.n;
}

static void a_total_that_takes_too_long_is_at_least_what_was_counted(void **state)
{
	struct scratch *t = *state;
	struct store_listing_total total;
	fill(t);
	const struct selection easy = question(0), hard = question(31);
	OK(store_listing_count(t->s, &easy, &t->arena, &total));
	CHECK(total.is_all && total.n == ROWS / 3);
	OK(store_listing_count(t->s, &hard, &t->arena, &total));
	CHECK(!total.is_all && total.n > 0 && total.n < ROWS / 3);
}

static void parts_of_any_size_add_up_to_all_that_is_asked_for(void **state)
{
	struct scratch *t = *state;
	fill(t);
	const struct selection easy = question(0), hard = question(31),
			       all = { .view = STORE_LISTING_AUDIT, .top = 1 };
	CHECK(tally(t, &all, 7) == ROWS);
	CHECK(tally(t, &easy, 1) == ROWS / 3);
	CHECK(tally(t, &hard, 100) == ROWS / 3);
	CHECK(tally(t, &hard, ROWS + 1) == ROWS / 3);
}

static void what_comes_while_it_is_counted_is_not_counted(void **state)
{
	struct scratch *t = *state;
	struct store *own;
	struct store_audit row;
	struct store_listing_total total = { 0 };
	const struct selection all = { .view = STORE_LISTING_AUDIT, .top = 1 };
	fill(t);
	OK(store_open_lists(t->path, &own));
	OK(store_tally_open(own, &all, &t->arena));
	OK(store_tally_next(own, 10, &total));
	CHECK(total.n == 10 && !total.is_all);
	scratch_fill(t, &store_audit_record, &row, 10 + ROWS);
	OK(store_audit_put(t->s, &row));
	OK(store_tally_next(own, 2 * ROWS, &total));
	CHECK(total.n == ROWS && total.is_all);
	store_tally_close(own);
	CHECK(tally(t, &all, 100) == ROWS + 1);
	store_close(own);
}

static void what_the_list_does_not_have_is_refused(void **state)
{
	struct scratch *t = *state;
	struct selection q = question(0);
	q.nodes[0].column = STORE_LISTING_DEVICE_NAME;
	REFUSES(SYS_FRAME, store_tally_open(t->s, &q, &t->arena));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(a_total_that_takes_too_long_is_at_least_what_was_counted),
		SCRATCH_TEST(parts_of_any_size_add_up_to_all_that_is_asked_for),
		SCRATCH_TEST(what_comes_while_it_is_counted_is_not_counted),
		SCRATCH_TEST(what_the_list_does_not_have_is_refused),
	};
	return RUN(tests);
}
