/*
 * ticket: octets are no ticket unless they were sealed; what can be sealed unseals to the same message.
 *
 * The first octet chooses: the rest as sealed octets, or as the message to seal.
 */
#include "cert/ticket.h"
#include "fuzz.h"

static const struct vault_key key = { .generation = 1, .key = { 1 } };

static void touch(const struct ticket *t)
{
	const struct bytes views[] = { t->id, t->nonce, t->server_key_hash, t->ek_hash,
				       t->ak_name, t->secret_hash, t->pcr_selection, t->token_id,
				       t->registration, t->profile, t->outcomes };
	for (size_t i = 0; i < COUNT_OF(views); i++)
		fuzz_touch(views[i]);
	for (size_t i = 0; i < t->ek_hashes.n; i++)
		fuzz_touch(t->ek_hashes.v[i]);
}

static void unseal(struct bytes sealed, struct arena *a)
{
	struct ticket t = { 0 };
	fault f = ticket_unseal(sealed, &key, 1, a, &t);
	HOLDS(!f || f == FAIL(TICKET_INVALID));
	if (!f)
		touch(&t);
}

static void seal(struct bytes message, struct arena *a)
{
	static const uint8_t nonce[VAULT_NONCE_SIZE] = { 2 };
	uint8_t sealed[TRIP_TICKET_MAX], again[TRIP_TICKET_MAX];
	struct ticket t, back;
	struct wr w = wr_of(sealed, sizeof(sealed)), v = wr_of(again, sizeof(again));
	if (message_parse(&ticket_message, message, &t) || ticket_seal(&t, &key, nonce, &w))
		return;
	HOLDS(!ticket_unseal(wr_done(&w), &key, 1, a, &back));
	touch(&back);
	message_write(&ticket_message, &back, &v);
	HOLDS(is_bytes_equal(wr_done(&v), message));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n == 0)
		return 0;
	struct arena a;
	arena_init(&a, 8192);
	struct bytes rest = bytes_of(p + 1, n - 1);
	if (p[0] & 1)
		seal(rest, &a);
	else
		unseal(rest, &a);
	arena_done(&a);
	return 0;
}
