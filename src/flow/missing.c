#include "flow/missing.h"

#include "attest/ekissuer.h"
#include "flow/backoff.h"
#include "flow/roll.h"

/*
 * --- in verify -------------------------------------------------------------------------------------------
 */

static fault write_missing(const struct missing *m, struct arena *a, struct bytes *ret)
{
	*ret = (struct bytes){ 0 };
	return m->id.p ? flow_encode(&missing_message, m, a, ret) : NULL;
}

struct bytes missing_find(const struct bytes_list *chain, const struct anchors *anchors, struct arena *a)
{
	struct missing m;
	struct bytes message = { 0 };
	fault why = ekissuer_find(chain, anchors, a, &m);
	if (!why)
		why = write_missing(&m, a, &message);
	return why ? (struct bytes){ 0 } : message;
}

fault missing_examine(const struct examine *in, const struct anchors *anchors, struct arena *a,
		      struct examined *ret)
{
	struct missing m;
	struct ekissuer_file file = { 0 };
	NEED(!message_parse(&missing_message, in->missing, &m), SYS_FRAME);
	fault why = ekissuer_check(in->file, &m, anchors, a, &file);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	*ret = (struct examined){ .number = fault_number(why),
				  .certificate = file.certificate,
				  .signer = file.signer,
				  .not_after = file.not_after > 0 ? (uint64_t)file.not_after : 0 };
	return write_missing(&file.next, a, &ret->missing);
}

/*
 * --- in core: what is missing ----------------------------------------------------------------------------
 */

static fault note(struct flow *f, struct bytes message, struct bytes ek_hash)
{
	struct missing m;
	NEED(!message_parse(&missing_message, message, &m), SYS_FRAME);
	const struct store_issuer row = {
		.id = m.id,
		.name = m.name,
		.subject = m.subject,
		.key_id = m.key_id,
		.url = m.url,
		.state = STORE_ISSUER_MISSING,
		.next = f->now,
		.sample = ek_hash,
		.first = f->now,
		.last = f->now,
	};
	TRY(store_issuer_put(f->store, &row, f->limits->issuers));
	return ek_hash.p ? store_issuer_put_device(f->store, m.id, ek_hash) : NULL;
}

fault missing_put(struct flow *f, struct bytes message, struct bytes ek_hash)
{
	return message.p ? note(f, message, ek_hash) : NULL;
}

/*
 * --- in core: fetching it --------------------------------------------------------------------------------
 */

fault missing_find_due(struct flow *f, struct arena *a, struct store_issuer **ret, struct bytes *ret_missing)
{
	struct store_issuer *row = NULL;
	TRY(store_issuer_find_due(f->store, f->now, a, &row));
	if (row) {
		const struct missing m = { row->id, row->name, row->subject, row->key_id, row->url };
		TRY(flow_encode(&missing_message, &m, a, ret_missing));
		TRY(backoff_find(f, row->tries++, &row->next));
		TRY(store_issuer_update(f->store, row));
	}
	*ret = row;
	return NULL;
}

static fault take_file(struct flow *f, const struct missing_result *r, struct arena *a,
		       struct store_issuer *row)
{
	struct bytes fingerprint;
	TRY(flow_hash(r->examined.certificate, a, &fingerprint));
	row->state = STORE_ISSUER_PENDING;
	row->certificate = r->examined.certificate;
	row->fingerprint = fingerprint;
	row->not_after = (int64_t)r->examined.not_after;
	row->signer = r->examined.signer;
	/* Nothing trusted signed it: what is missing above it may be fetched too. */
	return r->examined.missing.p ? note(f, r->examined.missing, row->sample) : NULL;
}

fault missing_finish(struct flow *f, const struct missing_result *r, struct arena *a)
{
	struct store_issuer *row = NULL;
	fault why = store_issuer_get(f->store, r->id, a, &row);
	if (why == FAIL(NOT_FOUND))
		return NULL;
	TRY(why);
	if (row->state != STORE_ISSUER_MISSING)
		return NULL;
	row->fault = r->why ? bytes_text(r->why->name) : (struct bytes){ 0 };
	row->detail = r->why ? r->detail : (struct bytes){ 0 };
	if (!r->why)
		TRY(take_file(f, r, a, row));
	return store_issuer_update(f->store, row);
}

/*
 * --- in core: deciding -----------------------------------------------------------------------------------
 */

static const char *const words[] = {
	[STORE_ISSUER_MISSING] = "missing",
	[STORE_ISSUER_PENDING] = "pending",
	[STORE_ISSUER_APPROVED] = "approved",
	[STORE_ISSUER_REJECTED] = "rejected",
};

const char *missing_word(enum store_issuer_state state)
{
	return state > 0 && state < COUNT_OF(words) ? words[state] : "unknown";
}

/* One that is trusted already, whoever imported it, stays as it is. */
static fault trust(struct flow *f, const struct store_issuer *row, struct arena *a,
		   struct flow_answer *answer)
{
	NEED(row->certificate.p, ISSUER_MISSING);
	struct store_anchor *anchor = arena_alloc(a, sizeof(*anchor));
	NEED(anchor != NULL, SYS_MEMORY);
	*anchor = (struct store_anchor){
		.fingerprint = row->fingerprint,
		.certificate = row->certificate,
		.role = ANCHORS_INTERMEDIATE,
		.class = ANCHORS_UNKNOWN,
		.subject = row->subject,
		.source = row->url.p ? row->url : BYTES_TEXT("fetched"),
		.not_after = row->not_after,
		.created = f->now,
	};
	fault why = store_anchor_put(f->store, anchor);
	if (why == FAIL(CONFLICT))
		return NULL;
	TRY(why);
	const struct roll_change change = { .fingerprint = row->fingerprint, .put = anchor };
	return roll_answer(&change, a, answer);
}

/* What somebody imported as a root is not this row's to take away. */
static fault distrust(struct flow *f, const struct store_issuer *row, struct arena *a,
		      struct flow_answer *answer)
{
	struct store_anchor *anchor = NULL;
	if (row->state != STORE_ISSUER_APPROVED)
		return NULL;
	fault why = store_anchor_get(f->store, row->fingerprint, a, &anchor);
	if (why == FAIL(NOT_FOUND) || (!why && anchor->role != ANCHORS_INTERMEDIATE))
		return NULL;
	TRY(why);
	TRY(store_anchor_delete(f->store, row->fingerprint));
	return roll_answer(&(struct roll_change){ .fingerprint = row->fingerprint }, a, answer);
}

struct decision {
	const char *action; /* in the audit */
	enum store_issuer_state state;
	fault (*run)(struct flow *f, const struct store_issuer *row, struct arena *a,
		     struct flow_answer *answer);
};

static fault decide(struct flow *f, const struct decision *d, const struct missing_order *order,
		    struct arena *a, struct flow_answer *answer)
{
	struct store_issuer *row = NULL;
	TRY(store_issuer_get(f->store, order->id, a, &row));
	TRY(d->run(f, row, a, answer));
	row->state = d->state;
	TRY(store_issuer_update(f->store, row));
	return flow_audit(f, order->by->name, d->action, row->id, order->by->request_id);
}

fault missing_approve(struct flow *f, const struct missing_order *order, struct arena *a,
		      struct flow_answer *ret_answer)
{
	static const struct decision d = { "issuer.approve", STORE_ISSUER_APPROVED, trust };
	return decide(f, &d, order, a, ret_answer);
}

fault missing_reject(struct flow *f, const struct missing_order *order, struct arena *a,
		     struct flow_answer *ret_answer)
{
	static const struct decision d = { "issuer.reject", STORE_ISSUER_REJECTED, distrust };
	return decide(f, &d, order, a, ret_answer);
}

fault missing_get(struct flow *f, struct bytes id, struct arena *a, struct store_issuer **ret)
{
	return store_issuer_get(f->store, id, a, ret);
}

fault missing_list(struct flow *f, struct store_page page, struct arena *a, struct store_issuer_list *ret)
{
	return store_issuer_list(f->store, page, a, ret);
}
