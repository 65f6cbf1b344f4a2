#include "flow/revocation.h"

#include "store/store_meta.h"

#define REVOCATION_LIST "crl"
#define REVOCATION_STATE "crl.state" /* the message crl of the list in force */

static fault find(struct flow *f, const char *name, struct arena *a, struct bytes *ret)
{
	struct store_meta *row = NULL;
	TRY(store_meta_find(f->store, bytes_text(name), a, &row));
	*ret = row ? row->value : (struct bytes){ 0 };
	return NULL;
}

fault revocation_get(struct flow *f, struct arena *a, struct bytes *ret)
{
	return find(f, REVOCATION_LIST, a, ret);
}

fault revocation_next(struct flow *f, struct arena *a, struct crl *ret)
{
	struct bytes state;
	struct crl last = { 0 };
	TRY(find(f, REVOCATION_STATE, a, &state));
	if (state.p)
		TRY(message_parse(&crl_message, state, &last));
	bool is_due = last.number == 0 || (uint64_t)f->now >= last.this_update + REVOCATION_RENEWAL_S;
	*ret = (struct crl){
		.number = is_due ? last.number + 1 : 0,
		.this_update = (uint64_t)f->now,
		.next_update = (uint64_t)f->now + REVOCATION_PERIOD_S,
	};
	return NULL;
}

fault revocation_put(struct flow *f, const struct crl *request, struct bytes der)
{
	uint8_t memory[64];
	struct wr w = wr_of(memory, sizeof(memory));
	message_write(&crl_message, request, &w);
	NEED(!w.bad, BUG);
	const struct store_meta list = { BYTES_TEXT(REVOCATION_LIST), der };
	const struct store_meta state = { BYTES_TEXT(REVOCATION_STATE), wr_done(&w) };
	TRY(store_meta_put(f->store, &list));
	return store_meta_put(f->store, &state);
}
