#include "damage.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

/* Gives copy an allocation of exactly n octets, so that a read past its end is seen by a sanitiser. */
static fault copy_exactly(const uint8_t *p, size_t n, damage_copy *copy, bool *ret_same)
{
	uint8_t out[DAMAGE_SIZE_MAX], *exact = malloc(n ? n : 1);
	CHECK(exact);
	if (n)
		memcpy(exact, p, n);
	struct wr w = wr_of(out, sizeof(out));
	fault f = copy(bytes_of(exact, n), &w);
	*ret_same = !f && is_bytes_equal(wr_done(&w), bytes_of(p, n));
	free(exact);
	return f;
}

static void check_refused(const uint8_t *p, size_t n, damage_copy *copy)
{
	bool is_same;
	fault f = copy_exactly(p, n, copy, &is_same);
	if (!f || f->kind != FAULT_INPUT)
		fail_msg("%zu octets gave %s", n, f ? f->name : "no fault");
}

void damage_check_same(struct bytes whole, damage_copy *copy)
{
	bool is_same;
	OK(copy_exactly(whole.p, whole.n, copy, &is_same));
	CHECK(is_same);
}

void damage_check_truncations(struct bytes whole, damage_copy *copy)
{
	for (size_t n = 0; n < whole.n; n++)
		check_refused(whole.p, n, copy);
}

void damage_check_trailing(struct bytes whole, damage_copy *copy)
{
	uint8_t longer[DAMAGE_SIZE_MAX] = { 0 };
	CHECK(whole.n < sizeof(longer));
	memcpy(longer, whole.p, whole.n);
	check_refused(longer, whole.n + 1, copy);
}

void damage_check_flips(struct bytes whole, damage_copy *copy)
{
	uint8_t flipped[DAMAGE_SIZE_MAX];
	CHECK(whole.n <= sizeof(flipped));
	for (size_t bit = 0; bit < 8 * whole.n; bit++) {
		bool is_same;
		memcpy(flipped, whole.p, whole.n);
		flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
		fault f = copy_exactly(flipped, whole.n, copy, &is_same);
		if (f ? f->kind != FAULT_INPUT : !is_same)
			fail_msg("bit %zu gave %s", bit, f ? f->name : "other octets");
	}
}

void damage_check(struct bytes whole, damage_copy *copy)
{
	damage_check_same(whole, copy);
	damage_check_truncations(whole, copy);
	damage_check_trailing(whole, copy);
	damage_check_flips(whole, copy);
}
