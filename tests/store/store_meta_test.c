#include "store/store_meta.h"

#include "store/scratch.h"

static void put_replaces_the_value(void **state)
{
	struct scratch *t = *state;
	struct store_meta row = { .name = BYTES_TEXT("crl"), .value = BYTES_TEXT("one") }, *got;
	OK(store_meta_put(t->s, &row));
	row.value = BYTES_TEXT("two");
	OK(store_meta_put(t->s, &row));
	OK(store_meta_get(t->s, row.name, &t->arena, &got));
	CHECK(is_scratch_same(&store_meta_record, &row, got));
}

static void an_empty_value_is_not_an_absent_one(void **state)
{
	struct scratch *t = *state;
	struct store_meta row = { .name = BYTES_TEXT("empty"), .value = BYTES_TEXT("") }, *got;
	OK(store_meta_put(t->s, &row));
	OK(store_meta_find(t->s, row.name, &t->arena, &got));
	CHECK(got != NULL && got->value.p != NULL && got->value.n == 0);
	row.value = (struct bytes){ 0 };
	REFUSES(BUG, store_meta_put(t->s, &row));
}

static void an_unknown_name_is_not_found(void **state)
{
	struct scratch *t = *state;
	struct store_meta *got;
	OK(store_meta_find(t->s, BYTES_TEXT("nothing"), &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(NOT_FOUND, store_meta_get(t->s, BYTES_TEXT("nothing"), &t->arena, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(put_replaces_the_value),
		SCRATCH_TEST(an_empty_value_is_not_an_absent_one),
		SCRATCH_TEST(an_unknown_name_is_not_found),
	};
	return RUN(tests);
}
