#include "cert/ticket.h"

#include <string.h>

#include "test.h"

static const struct vault_key key = { .generation = 7, .key = { 1, 2, 3 } };
static const uint8_t nonce[VAULT_NONCE_SIZE] = { 9, 8, 7 };
static uint8_t octets[TRIP_CHECKS_MAX];

static int set_up(void **state)
{
	static struct arena a;
	arena_init(&a, 65536);
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(i + 1);
	*state = &a;
	return 0;
}

static int tear_down(void **state)
{
	arena_done(*state);
	return 0;
}

/* Only what must be there. */
static struct ticket least(void)
{
	return (struct ticket){ .id = bytes_of(octets, 16),
				.nonce = bytes_of(octets + 1, 32),
				.purpose = TRIP_ENROLL,
				.server_key_hash = bytes_of(octets + 2, 32),
				.profile = bytes_of(octets + 3, 16),
				.vouch = 1,
				.key = TRIP_KEY_TPM,
				.issued = 1000,
				.expires = 1300 };
}

/* Everything, as large as it may be. */
static struct ticket most(void)
{
	struct ticket t = least();
	t.ek_hash = bytes_of(octets + 4, 32);
	for (size_t i = 0; i < 8; i++)
		if (!bytes_list_put(&t.ek_hashes, bytes_of(octets + 5 + i, 32)))
			fail();
	t.ak_name = bytes_of(octets, 66);
	t.secret_hash = bytes_of(octets + 6, 32);
	t.pcr_selection = bytes_of(octets, 64);
	t.token_id = bytes_of(octets + 7, 16);
	t.registration = bytes_of(octets + 8, 16);
	t.purpose = TRIP_PURPOSE_LAST;
	t.vouch = 255;
	t.key = TRIP_KEY_SOFTWARE;
	t.issued = t.expires = INT64_MAX;
	t.outcomes = BYTES_OF(octets);
	return t;
}

static struct bytes sealed(const struct ticket *t, uint8_t out[static TRIP_TICKET_MAX])
{
	struct wr w = wr_of(out, TRIP_TICKET_MAX);
	OK(ticket_seal(t, &key, nonce, &w));
	return wr_done(&w);
}

static void a_ticket_unseals_to_what_was_sealed(void **state)
{
	struct ticket v[] = { least(), most() };
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		uint8_t out[TRIP_TICKET_MAX], once[TRIP_TICKET_MAX], twice[TRIP_TICKET_MAX];
		struct ticket back;
		struct wr a = wr_of(once, sizeof(once)), b = wr_of(twice, sizeof(twice));
		OK(ticket_unseal(sealed(&v[i], out), &key, 1, *state, &back));
		message_write(&ticket_message, &v[i], &a);
		message_write(&ticket_message, &back, &b);
		CHECK(a.at && is_bytes_equal(wr_done(&a), wr_done(&b)));
		CHECK(is_bytes_equal(back.id, v[i].id) && back.expires == v[i].expires);
	}
}

static void the_inside_is_not_readable(void **state)
{
	(void)state;
	uint8_t out[TRIP_TICKET_MAX];
	struct ticket t = most();
	struct bytes s = sealed(&t, out);
	CHECK(!memmem(s.p, s.n, t.nonce.p, t.nonce.n) && !memmem(s.p, s.n, t.secret_hash.p, t.secret_hash.n));
}

static void every_truncation_is_refused(void **state)
{
	uint8_t out[TRIP_TICKET_MAX];
	struct ticket t = least(), back;
	struct bytes s = sealed(&t, out);
	for (size_t n = 0; n < s.n; n++)
		REFUSES(TICKET_INVALID, ticket_unseal(bytes_slice(s, 0, n), &key, 1, *state, &back));
}

static void every_flipped_bit_is_refused(void **state)
{
	uint8_t out[TRIP_TICKET_MAX];
	struct ticket t = least(), back;
	struct bytes s = sealed(&t, out);
	for (size_t bit = 0; bit < 8 * s.n; bit++) {
		out[bit / 8] ^= (uint8_t)(1 << bit % 8);
		REFUSES(TICKET_INVALID, ticket_unseal(s, &key, 1, *state, &back));
		out[bit / 8] ^= (uint8_t)(1 << bit % 8);
		arena_reset(*state);
	}
}

static void an_octet_behind_it_is_refused(void **state)
{
	uint8_t out[TRIP_TICKET_MAX];
	struct ticket t = least(), back;
	struct bytes s = sealed(&t, out);
	for (unsigned v = 0; v < 256; v++) {
		out[s.n] = (uint8_t)v;
		REFUSES(TICKET_INVALID, ticket_unseal(bytes_of(out, s.n + 1), &key, 1, *state, &back));
	}
}

static void anything_above_the_ceiling_is_refused(void **state)
{
	uint8_t big[TRIP_TICKET_MAX + 1] = { 1, 0, 0, 0, 7 };
	struct ticket back;
	REFUSES(TICKET_INVALID, ticket_unseal(BYTES_OF(big), &key, 1, *state, &back));
}

static void another_key_does_not_unseal(void **state)
{
	uint8_t out[TRIP_TICKET_MAX];
	struct ticket t = least(), back;
	struct vault_key other = key;
	other.key[31] ^= 1;
	REFUSES(TICKET_INVALID, ticket_unseal(sealed(&t, out), &other, 1, *state, &back));
}

static void the_generation_chooses_the_key(void **state)
{
	uint8_t out[TRIP_TICKET_MAX];
	struct ticket t = least(), back;
	struct vault_key keys[] = { { .generation = 8, .key = { 5 } }, key };
	struct bytes s = sealed(&t, out);
	OK(ticket_unseal(s, keys, 2, *state, &back));
	REFUSES(TICKET_INVALID, ticket_unseal(s, keys, 1, *state, &back));
	REFUSES(TICKET_INVALID, ticket_unseal(s, keys, 0, *state, &back));
	keys[1].generation = 9;
	REFUSES(TICKET_INVALID, ticket_unseal(s, keys, 2, *state, &back));
}

static void fields_of_another_size_are_not_sealed(void **state)
{
	(void)state;
	uint8_t out[TRIP_TICKET_MAX];
	struct ticket bad[] = {
		most(), most(), most(), most(), most(), most(), most(), most(), most(), most()
	};
	size_t n = 0;
	bad[n++].id.n = 15;
	bad[n++].nonce.n = 31;
	bad[n++].server_key_hash.n = 0;
	bad[n++].ek_hash.n = 20;
	bad[n++].ek_hashes.v[7].n = 31;
	bad[n++].secret_hash.n = 1;
	bad[n++].token_id.n = 8;
	bad[n++].profile.n = 15;
	bad[n++].registration.n = 0;
	bad[n++].id = (struct bytes){ 0 };
	CHECK(n == COUNT_OF(bad));
	for (size_t i = 0; i < n; i++) {
		struct wr w = wr_of(out, sizeof(out));
		REFUSES(BUG, ticket_seal(&bad[i], &key, nonce, &w));
		CHECK(w.at == 0);
	}
}

static void too_little_room_is_a_fault(void **state)
{
	uint8_t out[TRIP_TICKET_MAX], small[64];
	struct ticket t = least(), back;
	struct wr w = wr_of(small, sizeof(small));
	REFUSES(BUG, ticket_seal(&t, &key, nonce, &w));
	struct arena a;
	arena_init(&a, 16);
	REFUSES(SYS_MEMORY, ticket_unseal(sealed(&t, out), &key, 1, &a, &back));
	arena_done(&a);
	arena_reset(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ticket_unseals_to_what_was_sealed),
		TEST(the_inside_is_not_readable),
		TEST(every_truncation_is_refused),
		TEST(every_flipped_bit_is_refused),
		TEST(an_octet_behind_it_is_refused),
		TEST(anything_above_the_ceiling_is_refused),
		TEST(another_key_does_not_unseal),
		TEST(the_generation_chooses_the_key),
		TEST(fields_of_another_size_are_not_sealed),
		TEST(too_little_room_is_a_fault),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
