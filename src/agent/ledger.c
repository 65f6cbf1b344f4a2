#include "agent/ledger.h"

#include "attest/alg.h"
#include "base/text.h"

#define EFFECT_ROOM (TRIP_EFFECT_MAX + 64)
#define LEDGER_ROOM (TRIP_ORDERS_MAX * EFFECT_ROOM)

MESSAGE_TABLE(ledger, LEDGER_FIELDS)

fault ledger_find(struct state *state, struct arena *arena, struct ledger *ret)
{
	struct bytes file;
	TRY(state_find(state, STATE_LEDGER, arena, &file));
	if (!file.p || message_parse(&ledger_message, file, ret))
		*ret = (struct ledger){ 0 };
	return NULL;
}

/* As much of the detail as a message takes, when all of it can be shown. */
static struct bytes detail_of(const struct cause *cause)
{
	struct bytes text = bytes_text(cause->detail);
	text.n = text.n < TRIP_REASON_MAX ? text.n : TRIP_REASON_MAX;
	return text.n && is_text_printable(text) ? text : (struct bytes){ 0 };
}

static fault build(const struct order *order, const struct cause *cause, struct arena *arena,
		   struct bytes *ret)
{
	struct effect e = { .id = order->id };
	if (cause->code[0]) {
		e.fault = bytes_text(cause->code);
		e.detail = detail_of(cause);
	}
	return message_build(&effect_message, &e, EFFECT_ROOM, arena, ret);
}

/* An order that is carried out again has the latest effect. */
static size_t place_of(const struct ledger *l, struct bytes id)
{
	struct effect e;
	for (size_t i = 0; i < l->effects.n; i++)
		if (!message_parse(&effect_message, l->effects.v[i], &e) && is_bytes_equal(e.id, id))
			return i;
	return l->effects.n;
}

static fault hash_certificate(struct state *state, struct arena *arena, struct bytes *ret)
{
	struct bytes file;
	uint8_t *digest = arena_alloc(arena, TRIP_HASH_SIZE);
	NEED(digest, SYS_MEMORY);
	TRY(state_find(state, STATE_DEVICE_CERTIFICATE, arena, &file));
	TRY(alg_sha256(file, digest));
	*ret = bytes_of(digest, TRIP_HASH_SIZE);
	return NULL;
}

fault ledger_put(struct state *state, const struct order *order, const struct cause *cause,
		 struct arena *arena)
{
	struct ledger l;
	struct bytes effect, file;
	TRY(ledger_find(state, arena, &l));
	TRY(build(order, cause, arena, &effect));
	size_t at = place_of(&l, order->id);
	if (at == TRIP_ORDERS_MAX)
		return NULL; /* no room: the order comes again, when those before are heard */
	l.effects.v[at] = effect;
	l.effects.n += at == l.effects.n;
	if (order->kind == TRIP_ORDER_RETIRE && !cause->code[0])
		TRY(hash_certificate(state, arena, &l.leaving));
	TRY(message_build(&ledger_message, &l, LEDGER_ROOM, arena, &file));
	return state_put(state, STATE_LEDGER, file);
}

fault ledger_find_leaving(struct state *state, const struct ledger *ledger, struct arena *arena, bool *ret)
{
	struct bytes hash;
	TRY(hash_certificate(state, arena, &hash));
	*ret = ledger->leaving.p && is_bytes_equal(ledger->leaving, hash);
	return NULL;
}

fault ledger_delete(struct state *state)
{
	return state_remove(state, STATE_LEDGER);
}
