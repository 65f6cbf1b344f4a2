#include "flow/approval.h"

#include "base/text.h"
#include "flow/confiding.h"
#include "flow/safe.h"
#include "store/store_meta.h"

#define PLACE(row) (&(const struct safe_place){ "approval", (row)->id })

static const char *const states[] = {
	[0] = "unknown",
	[STORE_APPROVAL_PENDING] = "pending",
	[STORE_APPROVAL_APPROVED] = "approved",
	[STORE_APPROVAL_REJECTED] = "rejected",
	[STORE_APPROVAL_OVERTAKEN] = "overtaken",
};

/* What the audit says of each decision. */
static const char *const deeds[] = {
	[STORE_APPROVAL_APPROVED] = "approval.approve",
	[STORE_APPROVAL_REJECTED] = "approval.reject",
	[STORE_APPROVAL_OVERTAKEN] = "approval.overtake",
};

const char *approval_state_word(const struct store_approval *row, int64_t now)
{
	bool is_expired = row->state == STORE_APPROVAL_PENDING && now >= row->expires;
	return is_expired ? "expired" : text_word(states, COUNT_OF(states), row->state);
}

/*
 * Of each its length and octets, so that no two requests have one digest. The body as it is sealed: a digest
 * that everybody may see says nothing of the secrets in it.
 */
static fault digest_of(const struct store_approval *row, struct arena *a, struct bytes *ret)
{
	const struct bytes parts[] = { row->method, row->path, row->target, row->body };
	size_t n = COUNT_OF(parts) * sizeof(uint32_t);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		n += parts[i].n;
	uint8_t *octets = arena_alloc(a, n);
	NEED(octets != NULL, SYS_MEMORY);
	struct wr w = wr_of(octets, n);
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		wr_be32(&w, (uint32_t)parts[i].n);
		wr_bytes(&w, parts[i]);
	}
	NEED(!w.bad, BUG);
	return flow_hash(wr_done(&w), a, ret);
}

fault approval_note_switch(struct flow *f)
{
	uint8_t memory[256], now = f->limits->two_persons;
	struct arena a = { .p = memory, .n = sizeof(memory) };
	struct store_meta *was = NULL;
	const struct store_meta is = { BYTES_TEXT("two persons"), bytes_of(&now, 1) };
	const char *action = now ? "two-persons.on" : "two-persons.off";
	const struct flow_deed deed = { .actor = "assayd", .action = action };
	TRY(store_meta_find(f->store, is.name, &a, &was));
	bool was_on = was && was->value.n && was->value.p[0];
	if (was_on == f->limits->two_persons)
		return NULL;
	TRY(store_meta_put(f->store, &is));
	return flow_note(f, &deed);
}

fault approval_put(struct flow *f, const struct account_order *o, const struct approval_request *in,
		   struct arena *a, struct bytes *ret_id)
{
	uint64_t waiting;
	struct store_approval row = {
		.method = in->method, .path = in->path, .target = in->target, .seen = in->seen,
		.requester = bytes_text(o->caller->name), .account = o->caller->account,
		.asker = o->caller->id,
		.state = STORE_APPROVAL_PENDING, .created = f->now, .expires = f->now + APPROVAL_LIFE_S,
	};
	TRY(store_approval_count(f->store, f->now, &waiting));
	NEED(waiting < APPROVAL_MAX, APPROVAL_FULL);
	TRY(flow_id_new(f, a, &row.id));
	if (in->body.n)
		TRY(safe_seal(f, PLACE(&row), in->body, a, &row.body));
	TRY(digest_of(&row, a, &row.digest));
	TRY(store_approval_put(f->store, &row));
	*ret_id = row.id;
	return flow_audit(f, o->by->name, "approval.ask", row.id, o->by->request_id);
}

fault approval_get(struct flow *f, struct bytes id, struct arena *a, struct store_approval **ret)
{
	return store_approval_get(f->store, id, a, ret);
}

fault approval_get_body(const struct flow *f, const struct store_approval *row, struct arena *a,
			struct bytes *ret)
{
	*ret = (struct bytes){ 0 };
	return row->body.p ? safe_unseal(f, PLACE(row), row->body, a, ret) : NULL;
}

fault approval_list(struct flow *f, struct store_page page, struct arena *a, struct store_approval_list *ret)
{
	return store_approval_list(f->store, page, a, ret);
}

struct caller approval_asker(const struct store_approval *row)
{
	return (struct caller){ .account = row->account, .id = row->asker };
}

/* Whose account or token is gone, or may less now, asks for nothing any more. */
static fault check_asker(struct flow *f, const struct store_approval *row, enum flow_role role,
			 struct arena *a)
{
	struct store_account *account = NULL;
	struct store_admin *token = NULL;
	fault why = row->account.p ? store_account_find(f->store, row->account, a, &account)
				   : store_admin_get(f->store, row->asker, a, &token);
	TRY(why == FAIL(NOT_FOUND) ? NULL : why);
	if (role == FLOW_ROLE_NOBODY)
		return NULL;
	NEED(!account || account->state == STORE_ACCOUNT_ACTIVE, APPROVAL_OVER);
	NEED(!token || token->expires == 0 || f->now < token->expires, APPROVAL_OVER);
	struct bytes word = account ? account->role : token ? token->role : (struct bytes){ 0 };
	NEED(caller_role_find(word) >= role, APPROVAL_OVER);
	return NULL;
}

fault approval_check(struct flow *f, const struct account_order *o, const struct store_approval *row,
		     enum flow_role role, struct arena *a)
{
	const struct caller asker = approval_asker(row);
	TRY(confiding_check(f, &asker, o->caller));
	return check_asker(f, row, role, a);
}

fault approval_finish(struct flow *f, const struct account_order *o, enum store_approval_state state,
		      struct store_approval *row)
{
	NEED(row->state == STORE_APPROVAL_PENDING && f->now < row->expires, APPROVAL_OVER);
	row->state = state;
	row->decider = bytes_text(o->caller->name);
	row->decided = f->now;
	TRY(store_approval_finish(f->store, row));
	return flow_audit(f, o->by->name, deeds[state], row->id, o->by->request_id);
}
