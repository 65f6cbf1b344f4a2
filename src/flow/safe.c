#include "flow/safe.h"

static struct bytes purpose_of(const struct safe_place *at, uint8_t octets[static VAULT_PURPOSE_MAX])
{
	struct wr w = wr_of(octets, VAULT_PURPOSE_MAX);
	wr_bytes(&w, bytes_text(at->kind));
	wr_u8(&w, 0);
	wr_bytes(&w, at->id);
	return wr_done(&w);
}

fault safe_seal(struct flow *f, const struct safe_place *at, struct bytes plain, struct arena *a,
		struct bytes *ret)
{
	struct bytes nonce;
	uint8_t purpose[VAULT_PURPOSE_MAX];
	uint8_t *p = arena_alloc(a, plain.n + VAULT_ROOM);
	const struct vault_content c = { plain, purpose_of(at, purpose) };
	NEED(p != NULL, SYS_MEMORY);
	NEED(c.purpose.p != NULL, BUG);
	TRY(flow_random_new(VAULT_NONCE_SIZE, a, &nonce));
	struct wr w = wr_of(p, plain.n + VAULT_ROOM);
	TRY(vault_seal(&c, f->record_key, nonce.p, &w));
	*ret = wr_done(&w);
	return NULL;
}

fault safe_unseal(const struct flow *f, const struct safe_place *at, struct bytes sealed, struct arena *a,
		  struct bytes *ret)
{
	uint8_t purpose[VAULT_PURPOSE_MAX];
	struct vault_content c = { .purpose = purpose_of(at, purpose) };
	fault why = vault_unseal(sealed, &(struct vault_keys){ f->record_key, 1 }, a, &c);
	TRY(why == FAIL(TICKET_INVALID) ? FAIL(SECRET_LOST) : why);
	*ret = c.plain;
	return NULL;
}
