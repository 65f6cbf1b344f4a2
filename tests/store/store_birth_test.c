#include "store/store_birth.h"

#include "store/scratch.h"

static void the_first_firmware_of_a_key_stays(void **state)
{
	struct scratch *t = *state;
	struct store_birth row = { scratch_hash(t, 2), 0x0007003D00000000, 100 }, later = row, *got;
	OK(store_birth_put(t->s, &row));
	later.firmware = UINT64_MAX;
	OK(store_birth_put(t->s, &later));
	OK(store_birth_find(t->s, row.key, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_birth_record, &row, got));
}

static void a_version_of_64_bits_keeps_them(void **state)
{
	struct scratch *t = *state;
	struct store_birth row = { scratch_hash(t, 3), UINT64_MAX, 100 }, *got;
	OK(store_birth_put(t->s, &row));
	OK(store_birth_find(t->s, row.key, &t->arena, &got));
	CHECK(got && got->firmware == UINT64_MAX);
}

static void a_key_that_was_never_seen_has_no_row(void **state)
{
	struct scratch *t = *state;
	struct store_birth *got;
	OK(store_birth_find(t->s, scratch_hash(t, 4), &t->arena, &got));
	CHECK(got == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(the_first_firmware_of_a_key_stays),
		SCRATCH_TEST(a_version_of_64_bits_keeps_them),
		SCRATCH_TEST(a_key_that_was_never_seen_has_no_row),
	};
	return RUN(tests);
}
