#include "flow/views.h"

fault views_put(struct flow *f, const struct account_order *o, const struct view_new *in, struct arena *a,
		struct store_view **ret)
{
	uint64_t n;
	struct store_view *row = arena_alloc(a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	NEED(o->caller->account.p != NULL, STATE_INVALID);
	TRY(store_view_count(f->store, o->caller->account, &n));
	NEED(n < VIEWS_MAX, BODY_LIMIT);
	*row = (struct store_view){
		.account = o->caller->account,
		.name = in->display_name,
		.list = in->list,
		.query = bytes_unless_empty(in->query),
		.created = f->now,
	};
	TRY(flow_id_new(f, a, &row->id));
	TRY(store_view_put(f->store, row));
	*ret = row;
	return flow_audit(f, o->by->name, "view.add", row->id, o->by->request_id);
}

fault views_list(struct flow *f, const struct account_order *o, struct arena *a, struct store_view_list *ret)
{
	*ret = (struct store_view_list){ 0 };
	return o->caller->account.p ? store_view_list(f->store, o->caller->account, a, ret) : NULL;
}

fault views_delete(struct flow *f, const struct account_order *o, struct bytes id)
{
	NEED(o->caller->account.p != NULL, NOT_FOUND);
	TRY(store_view_delete(f->store, o->caller->account, id));
	return flow_audit(f, o->by->name, "view.remove", id, o->by->request_id);
}
