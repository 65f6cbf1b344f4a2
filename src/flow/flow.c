#include "flow/flow.h"

#include "attest/alg.h"
#include "base/secret.h"
#include "base/text.h"
#include "flow/auditing.h"
#include "proc/entropy.h"

const struct issuer *flow_issuer(const struct flow *f, uint64_t generation)
{
	for (size_t i = 0; i <= f->formers; i++)
		if (f->issuer[i].generation == generation)
			return &f->issuer[i];
	return NULL;
}

fault flow_random_new(size_t n, struct arena *a, struct bytes *ret)
{
	uint8_t *p = arena_alloc(a, n);
	NEED(p != NULL, SYS_MEMORY);
	TRY(entropy_fill(p, n));
	*ret = bytes_of(p, n);
	return NULL;
}

#define ID_COUNTER_BITS 26 /* those of rand_a, and 14 beside the variant */

fault flow_id_new(struct flow *f, struct arena *a, struct bytes *ret)
{
	uint8_t *p = arena_alloc(a, 16);
	uint64_t now_ms = (uint64_t)f->now * 1000;
	struct flow_clock next = { f->last_id.ms, f->last_id.n + 1 };
	NEED(p != NULL, SYS_MEMORY);
	TRY(entropy_fill(p, 16));
	if (now_ms > next.ms || next.n >> ID_COUNTER_BITS)
		next = (struct flow_clock){ now_ms > next.ms ? now_ms : next.ms + 1, 0 };
	struct wr w = wr_of(p, 10);
	wr_be16(&w, (uint16_t)(next.ms >> 32));
	wr_be32(&w, (uint32_t)next.ms);
	wr_be16(&w, (uint16_t)(0x7000 | next.n >> 14));
	wr_be16(&w, (uint16_t)(0x8000 | (next.n & 0x3FFF)));
	f->last_id = next;
	*ret = bytes_of(p, 16);
	return NULL;
}

/* Written where the arena's next allocation will be, which is made when its size is known. */
fault flow_encode(const struct message *m, const void *from, struct arena *a, struct bytes *ret)
{
	struct wr w = wr_of(a->p + a->at, a->n - a->at);
	message_write(m, from, &w);
	if (w.bad)
		secret_done(w.p, w.at);
	NEED(!w.bad, BUG);
	*ret = wr_done(&w);
	return arena_alloc(a, w.at) ? NULL : FAIL(SYS_MEMORY);
}

fault flow_seal(struct flow *f, const struct ticket *t, struct arena *a, struct bytes *ret)
{
	struct bytes nonce;
	uint8_t *p = arena_alloc(a, TRIP_TICKET_MAX);
	NEED(p != NULL, SYS_MEMORY);
	TRY(flow_random_new(VAULT_NONCE_SIZE, a, &nonce));
	struct wr w = wr_of(p, TRIP_TICKET_MAX);
	TRY(ticket_seal(t, f->ticket_key, nonce.p, &w));
	*ret = wr_done(&w);
	return NULL;
}

fault flow_token_new(enum token_kind kind, struct arena *a, struct flow_token *ret)
{
	struct token *t = arena_alloc(a, sizeof(*t));
	char *text = arena_alloc(a, TOKEN_TEXT_SIZE);
	uint8_t *hash = arena_alloc(a, TOKEN_HASH_SIZE);
	NEED(t && text && hash, SYS_MEMORY);
	t->kind = kind;
	TRY(entropy_fill(t->id, sizeof(t->id)));
	TRY(entropy_fill(t->secret, sizeof(t->secret)));
	TRY(token_hash(kind, BYTES_OF(t->id), BYTES_OF(t->secret), hash));
	*ret = (struct flow_token){ BYTES_OF(t->id), bytes_of(hash, TOKEN_HASH_SIZE), token_write(t, text) };
	return NULL;
}

fault flow_hash(struct bytes b, struct arena *a, struct bytes *ret)
{
	uint8_t *p = arena_alloc(a, 32);
	NEED(p != NULL, SYS_MEMORY);
	TRY(alg_sha256(b, p));
	*ret = bytes_of(p, 32);
	return NULL;
}

fault flow_note(struct flow *f, const struct flow_deed *deed)
{
	uint8_t memory[64];
	char hex[TEXT_HEX_SIZE(32)];
	struct arena a = { .p = memory, .n = sizeof(memory) };
	NEED(deed->target.n <= 32, BUG);
	struct store_audit row = {
		.time = f->now,
		.actor = bytes_text(deed->actor),
		.action = bytes_text(deed->action),
		.target = bytes_text(deed->target.p ? text_hex(deed->target, hex) : NULL),
		.detail = bytes_text(deed->detail),
		.request_id = deed->request_id,
	};
	TRY(flow_id_new(f, &a, &row.id));
	return auditing_put(f, &row);
}

fault flow_audit(struct flow *f, const char *actor, const char *action, struct bytes target,
		 struct bytes request_id)
{
	return flow_note(f, &(struct flow_deed){ actor, action, target, request_id, NULL });
}
