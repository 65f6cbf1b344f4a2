#include "store/store_enrolment.h"

#include "store/scratch.h"

static struct store_enrolment enrolment(struct scratch *t, unsigned n)
{
	struct store_enrolment row;
	scratch_fill(t, &store_enrolment_record, &row, n);
	row.state = STORE_ENROLMENT_INTENT;
	row.fault = (struct bytes){ 0 };
	row.reply = (struct bytes){ 0 };
	row.finished = 0;
	return row;
}

static void a_ticket_is_spent_once(void **state)
{
	struct scratch *t = *state;
	struct store_enrolment row = enrolment(t, 2), again = enrolment(t, 3), *got;
	again.ticket_id = row.ticket_id;
	OK(store_enrolment_find(t->s, row.ticket_id, &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(NOT_FOUND, store_enrolment_get(t->s, row.ticket_id, &t->arena, &got));
	OK(store_enrolment_put(t->s, &row));
	REFUSES(CONFLICT, store_enrolment_put(t->s, &again));
	OK(store_enrolment_get(t->s, row.ticket_id, &t->arena, &got));
	CHECK(is_scratch_same(&store_enrolment_record, &row, got));
	OK(store_enrolment_find(t->s, row.ticket_id, &t->arena, &got));
	CHECK(is_scratch_same(&store_enrolment_record, &row, got));
}

static void every_field_is_kept(void **state)
{
	struct scratch *t = *state;
	struct store_enrolment row, *got;
	scratch_fill(t, &store_enrolment_record, &row, 2);
	OK(store_enrolment_put(t->s, &row));
	OK(store_enrolment_get(t->s, row.ticket_id, &t->arena, &got));
	CHECK(is_scratch_same(&store_enrolment_record, &row, got));
}

static void an_intent_finishes_once(void **state)
{
	struct scratch *t = *state;
	struct store_enrolment row = enrolment(t, 2), *got;
	REFUSES(NOT_FOUND, store_enrolment_finish(t->s, &row));
	OK(store_enrolment_put(t->s, &row));
	row.state = STORE_ENROLMENT_ISSUED;
	row.reply = BYTES_TEXT("the reply");
	row.finished = 50;
	OK(store_enrolment_finish(t->s, &row));
	struct store_enrolment other = row;
	other.state = STORE_ENROLMENT_VOID;
	other.reply = BYTES_TEXT("another reply");
	REFUSES(CONFLICT, store_enrolment_finish(t->s, &other));
	OK(store_enrolment_get(t->s, row.ticket_id, &t->arena, &got));
	CHECK(is_scratch_same(&store_enrolment_record, &row, got));
}

static void a_void_one_says_why(void **state)
{
	struct scratch *t = *state;
	struct store_enrolment row = enrolment(t, 2), *got;
	OK(store_enrolment_put(t->s, &row));
	row.state = STORE_ENROLMENT_VOID;
	row.fault = BYTES_TEXT("SIGNER_REFUSED");
	row.finished = 50;
	OK(store_enrolment_finish(t->s, &row));
	OK(store_enrolment_get(t->s, row.ticket_id, &t->arena, &got));
	CHECK(is_scratch_same(&store_enrolment_record, &row, got));
}

static void open_ones_are_listed_in_pages(void **state)
{
	struct scratch *t = *state;
	struct store_enrolment_list list;
	struct store_page page = { .limit = 2 };
	size_t n = 0;
	for (unsigned i = 0; i < 9; i++) {
		struct store_enrolment row = enrolment(t, 10 + i);
		row.state = i < 5 ? STORE_ENROLMENT_INTENT : STORE_ENROLMENT_ISSUED;
		OK(store_enrolment_put(t->s, &row));
	}
	do {
		OK(store_enrolment_list_open(t->s, page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++, n++) {
			CHECK(list.v[i].state == STORE_ENROLMENT_INTENT);
			page.after = list.v[i].ticket_id;
		}
	} while (list.n);
	CHECK(n == 5);
}

static void pruning_keeps_intents_and_what_is_younger(void **state)
{
	struct scratch *t = *state;
	struct store_enrolment intent = enrolment(t, 2), old = enrolment(t, 3), young = enrolment(t, 4), *got;
	uint64_t count;
	old.state = STORE_ENROLMENT_ISSUED;
	old.finished = 99;
	young.state = STORE_ENROLMENT_VOID;
	young.finished = 100;
	OK(store_enrolment_put(t->s, &intent));
	OK(store_enrolment_put(t->s, &old));
	OK(store_enrolment_put(t->s, &young));
	OK(store_enrolment_prune(t->s, 100, &count));
	CHECK(count == 1);
	REFUSES(NOT_FOUND, store_enrolment_get(t->s, old.ticket_id, &t->arena, &got));
	OK(store_enrolment_get(t->s, intent.ticket_id, &t->arena, &got));
	OK(store_enrolment_get(t->s, young.ticket_id, &t->arena, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(a_ticket_is_spent_once),
		SCRATCH_TEST(every_field_is_kept),
		SCRATCH_TEST(an_intent_finishes_once),
		SCRATCH_TEST(a_void_one_says_why),
		SCRATCH_TEST(open_ones_are_listed_in_pages),
		SCRATCH_TEST(pruning_keeps_intents_and_what_is_younger),
	};
	return RUN(tests);
}
