#include "cert/vault.h"

#include <string.h>

#include "test.h"

#define SECRET "correct horse"
#define PURPOSE "client secret"

static const struct vault_key key = { .generation = 7, .key = { 1, 2, 3 } };
static const struct vault_keys keys = { &key, 1 };
static const uint8_t nonce[VAULT_NONCE_SIZE] = { 9, 8, 7 };

static int set_up(void **state)
{
	static struct arena a;
	arena_init(&a, 65536);
	*state = &a;
	return 0;
}

static int tear_down(void **state)
{
	arena_done(*state);
	return 0;
}

static struct bytes sealed(uint8_t out[static 128])
{
	const struct vault_content c = { BYTES_TEXT(SECRET), BYTES_TEXT(PURPOSE) };
	struct wr w = wr_of(out, 128);
	OK(vault_seal(&c, &key, nonce, &w));
	return wr_done(&w);
}

static fault unseal(struct bytes b, const char *purpose, struct arena *a, struct bytes *ret)
{
	struct vault_content c = { .purpose = bytes_text(purpose) };
	TRY(vault_unseal(b, &keys, a, &c));
	*ret = c.plain;
	return NULL;
}

static void what_is_sealed_cannot_be_read_and_comes_back(void **state)
{
	uint8_t out[128];
	struct bytes back, s = sealed(out);
	CHECK(s.n == strlen(SECRET) + VAULT_ROOM && !memmem(s.p, s.n, SECRET, strlen(SECRET)));
	OK(unseal(s, PURPOSE, *state, &back));
	CHECK(is_bytes_text(back, SECRET));
}

static void it_is_worth_nothing_for_another_purpose(void **state)
{
	static const char *const others[] = { "", "client secre", "client secret ", "approval" };
	uint8_t out[128];
	struct bytes back, s = sealed(out);
	for (size_t i = 0; i < COUNT_OF(others); i++)
		REFUSES(TICKET_INVALID, unseal(s, others[i], *state, &back));
}

static void every_truncation_and_every_flipped_bit_is_refused(void **state)
{
	uint8_t out[128];
	struct bytes back, s = sealed(out);
	for (size_t n = 0; n < s.n; n++)
		REFUSES(TICKET_INVALID, unseal(bytes_slice(s, 0, n), PURPOSE, *state, &back));
	for (size_t bit = 0; bit < 8 * s.n; bit++) {
		out[bit / 8] ^= (uint8_t)(1 << bit % 8);
		REFUSES(TICKET_INVALID, unseal(s, PURPOSE, *state, &back));
		out[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	OK(unseal(s, PURPOSE, *state, &back));
}

static void an_octet_behind_it_is_refused(void **state)
{
	uint8_t out[128];
	struct bytes back, s = sealed(out);
	out[s.n] = 0;
	REFUSES(TICKET_INVALID, unseal(bytes_of(out, s.n + 1), PURPOSE, *state, &back));
}

static void where_there_is_no_room_nothing_is_written(void **state)
{
	const struct vault_content c = { .plain = BYTES_TEXT(SECRET) };
	uint8_t out[sizeof(SECRET) + VAULT_ROOM] = { 0 };
	struct wr w = wr_of(out, strlen(SECRET) + VAULT_ROOM - 1);
	(void)state;
	REFUSES(BUG, vault_seal(&c, &key, nonce, &w));
	CHECK(w.at == 0 && out[0] == 0);
	w = wr_of(out, strlen(SECRET) + VAULT_ROOM);
	OK(vault_seal(&c, &key, nonce, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		ROW(what_is_sealed_cannot_be_read_and_comes_back),
		ROW(it_is_worth_nothing_for_another_purpose),
		ROW(every_truncation_and_every_flipped_bit_is_refused),
		ROW(an_octet_behind_it_is_refused),
		ROW(where_there_is_no_room_nothing_is_written),
	};
	return RUN(tests);
}
