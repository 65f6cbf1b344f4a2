#include "flow/failures.h"

#include "attest/verdict.h"
#include "base/text.h"

#define DAY_S 86400
#define HOUR_S 3600

fault failures_put(struct flow *f, const struct store_refusal *row, const struct filing *filing)
{
	const struct store_profile *profile = filing->naming ? filing->naming->profile : NULL;
	const struct store_failure failure = {
		.request_id = row->request_id,
		.time = f->now,
		.device = row->key,
		.fault = row->fault,
		.detail = row->detail,
		.trip = row->trip,
		.begun = filing->ticket ? (int64_t)filing->ticket->issued : 0,
		.peer = row->peer,
		.name = row->name,
		.serial = row->serial,
		.model = row->model,
		.maker = row->tpm_maker.p ? row->tpm_maker : filing->named_maker,
		.issuer = filing->named_issuer,
		.profile = profile ? profile->name : (struct bytes){ 0 },
		.edition = VERDICT_EDITION,
		.outcomes = BYTES_OF(filing->verdict->of),
		.required = BYTES_OF(filing->verdict->required),
	};
	fault why = store_failure_put(f->store, &failure);
	return why == FAIL(CONFLICT) ? NULL : why;
}

/* The slots of a list that begins at since: whole hours unless it is short. */
static int64_t slot_of(int64_t now, int64_t since)
{
	int64_t span = now > since ? now - since : 1;
	int64_t unit = span >= DAY_S ? HOUR_S : 60;
	int64_t slot = (span + FAILURES_SLOTS - 1) / FAILURES_SLOTS;
	return (slot + unit - 1) / unit * unit;
}

static fault fill_slots(struct flow *f, const struct store_failure_span *span, struct arena *a,
			struct failures_group *g)
{
	struct store_failure_slot_list slots;
	TRY(store_failure_list_slots(f->store, span, g->sum, a, &slots));
	for (size_t i = 0; i < slots.n; i++) {
		uint64_t at = slots.v[i].slot;
		g->slots[at < FAILURES_SLOTS ? at : FAILURES_SLOTS - 1] += slots.v[i].count;
	}
	return NULL;
}

fault failures_list(struct flow *f, int64_t since, enum store_failure_by by, struct arena *a,
		    struct failures_list *ret)
{
	struct store_failure_sum_list sums;
	int64_t from = since ? since : f->now - DAY_S;
	int64_t slot_s = slot_of(f->now, from);
	const struct store_failure_span span = { from, by, FAILURES_GROUPS_MAX, slot_s };
	TRY(store_failure_sum(f->store, &span, a, &sums));
	struct failures_group *v = arena_alloc(a, sums.n * sizeof(*v) + 1);
	NEED(v != NULL, SYS_MEMORY);
	for (size_t i = 0; i < sums.n; i++) {
		v[i] = (struct failures_group){ .sum = &sums.v[i] };
		TRY(fill_slots(f, &span, a, &v[i]));
	}
	size_t slots = f->now > from ? (size_t)((f->now - from) / slot_s) + 1 : 1;
	slots = slots < FAILURES_SLOTS ? slots : FAILURES_SLOTS;
	*ret = (struct failures_list){ from, slot_s, slots, sums.n, v };
	return NULL;
}

enum store_failure_by failures_by(struct bytes word)
{
	static const char *const words[] = {
		[STORE_FAILURE_BY_CAUSE] = "cause",     [STORE_FAILURE_BY_MAKER] = "maker",
		[STORE_FAILURE_BY_ISSUER] = "issuer",   [STORE_FAILURE_BY_PROFILE] = "profile",
		[STORE_FAILURE_BY_MODEL] = "model",
	};
	return (enum store_failure_by)text_word_find(words, COUNT_OF(words), word);
}
