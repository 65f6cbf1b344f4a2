#include "store/store_crl.h"

#include <string.h>

#include "store/scratch.h"
#include "store/store_certificate.h"

#define HELD_AT(now) (&(struct store_certificate_hold){ STORE_CERTIFICATE_BY_HAND, now })

#define GENERATION 3

/* A list of the serials above one octet and up to another, signed at the time 100. */
static struct store_crl list_of(struct scratch *t, const char *name, uint8_t above, uint8_t upto)
{
	struct store_crl row;
	uint8_t *octets = arena_alloc(&t->arena, 32);
	memset(octets, 0xFF, 32);
	octets[0] = above;
	octets[16] = upto;
	scratch_fill(t, &store_crl_record, &row, 1);
	row.name = bytes_text(name);
	row.above = bytes_of(octets, 16);
	row.upto = bytes_of(octets + 16, 16);
	row.number = 5;
	row.this_update = row.tried = row.named = 100;
	row.state = STORE_CRL_RIGHT;
	row.generation = GENERATION;
	OK(store_crl_put(t->s, &row));
	return row;
}

static const struct store_crl *got(struct scratch *t, struct bytes name)
{
	struct store_crl *row;
	OK(store_crl_find(t->s, name, &t->arena, &row));
	return row;
}

static void every_field_is_kept(void **state)
{
	struct scratch *t = *state;
	struct store_crl row = list_of(t, "full", 1, 2);
	CHECK(is_scratch_same(&store_crl_record, &row, got(t, row.name)));
	REFUSES(CONFLICT, store_crl_put(t->s, &row));
	CHECK(!got(t, BYTES_TEXT("other")));
}

static void a_list_of_lists_leaves_their_octets_out(void **state)
{
	struct scratch *t = *state;
	struct store_crl_list list;
	list_of(t, "b", 1, 2);
	list_of(t, "a", 1, 2);
	OK(store_crl_list(t->s, (struct store_page){ .limit = 5 }, &t->arena, &list));
	CHECK(list.n == 2 && is_bytes_text(list.v[0].name, "a") && !list.v[0].der.p && !list.v[1].der.p);
	const struct store_page second = { .limit = 5, .after = BYTES_TEXT("a") };
	OK(store_crl_list(t->s, second, &t->arena, &list));
	CHECK(list.n == 1 && is_bytes_text(list.v[0].name, "b"));
}

static const struct store_crl *due(struct scratch *t, int64_t now)
{
	const struct store_crl_due when = { now, 10, 1000 };
	struct store_crl *row;
	OK(store_crl_find_due(t->s, &when, &t->arena, &row));
	return row;
}

static void whatever_is_old_or_not_right_is_due_after_a_pause(void **state)
{
	struct scratch *t = *state;
	struct store_crl row = list_of(t, "a", 0x3F, 0x7F);
	CHECK(!due(t, 1099) && due(t, 1100) && due(t, 99));
	OK(store_crl_ask(t->s, row.name, 105));
	CHECK(!due(t, 114) && due(t, 115));
	row.number = 6;
	row.this_update = 105;
	OK(store_crl_update(t->s, &row));
	CHECK(got(t, row.name)->state == STORE_CRL_RIGHT && !due(t, 1104) && due(t, 1105));
	REFUSES(CONFLICT, store_crl_update(t->s, &row));
	row.name = BYTES_TEXT("b");
	REFUSES(NOT_FOUND, store_crl_update(t->s, &row));
	REFUSES(NOT_FOUND, store_crl_ask(t->s, row.name, 1));
	REFUSES(NOT_FOUND, store_crl_use(t->s, row.name, 1));
}

static void a_certificates_step_spoils_the_lists_of_its_serial_alone(void **state)
{
	struct scratch *t = *state;
	struct store_certificate c;
	scratch_fill(t, &store_certificate_record, &c, 2);
	c.state = STORE_CERTIFICATE_ISSUED;
	c.generation = GENERATION;
	uint8_t first = c.serial.p[0];
	struct store_crl own = list_of(t, "own", (uint8_t)(first - 1), first);
	struct store_crl below = list_of(t, "below", 0, (uint8_t)(first - 1));
	struct store_crl over = list_of(t, "over", first, 0xFF);
	OK(store_certificate_put(t->s, &c));
	OK(store_certificate_revoke_others(t->s, c.device_id, c.ticket_id, 4, 200));
	CHECK(got(t, own.name)->state == STORE_CRL_RIGHT);
	OK(store_certificate_hold_by_device(t->s, c.device_id, HELD_AT(200)));
	CHECK(got(t, own.name)->state == STORE_CRL_SPOILED);
	OK(store_crl_ask(t->s, own.name, 200));
	OK(store_certificate_release(t->s, c.serial, STORE_CERTIFICATE_BY_HAND));
	CHECK(got(t, own.name)->state == STORE_CRL_SPOILED);
	CHECK(got(t, below.name)->state == STORE_CRL_RIGHT && got(t, over.name)->state == STORE_CRL_RIGHT);
}

static void what_no_certificate_names_any_more_goes(void **state)
{
	struct scratch *t = *state;
	struct store_crl old = list_of(t, "old", 1, 2), used = list_of(t, "used", 1, 2);
	OK(store_crl_use(t->s, used.name, 300));
	OK(store_crl_prune(t->s, &(struct store_crl_kept){ 100, 0, GENERATION }));
	CHECK(got(t, old.name) != NULL);
	OK(store_crl_prune(t->s, &(struct store_crl_kept){ 101, 0, GENERATION }));
	CHECK(!got(t, old.name) && got(t, used.name));
	OK(store_crl_prune(t->s, &(struct store_crl_kept){ 101, GENERATION, GENERATION }));
	CHECK(got(t, used.name) != NULL);
	OK(store_crl_prune(t->s, &(struct store_crl_kept){ 101, GENERATION + 1, GENERATION + 1 }));
	CHECK(!got(t, used.name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept),
		SCRATCH_TEST(a_list_of_lists_leaves_their_octets_out),
		SCRATCH_TEST(whatever_is_old_or_not_right_is_due_after_a_pause),
		SCRATCH_TEST(a_certificates_step_spoils_the_lists_of_its_serial_alone),
		SCRATCH_TEST(what_no_certificate_names_any_more_goes),
	};
	return RUN(tests);
}
