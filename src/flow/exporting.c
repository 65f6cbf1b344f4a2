#include "flow/exporting.h"

fault exporting_put(struct flow *f, const struct inventory_actor *by, struct arena *a,
		    struct store_export *row)
{
	uint64_t n;
	TRY(exporting_prune(f));
	TRY(store_export_count(f->store, &n));
	NEED(n < EXPORTING_MAX, EXPORT_FULL);
	TRY(flow_id_new(f, a, &row->id));
	row->actor = bytes_text(by->name);
	row->created = f->now;
	row->expires = f->now + EXPORTING_LIFE_S;
	TRY(store_export_put(f->store, row));
	return flow_audit(f, by->name, "export.add", row->id, by->request_id);
}

fault exporting_get(struct flow *f, struct bytes id, struct arena *a, struct store_export **ret)
{
	TRY(store_export_get(f->store, id, a, ret));
	NEED((*ret)->expires > f->now, NOT_FOUND);
	return NULL;
}

fault exporting_list(struct flow *f, struct store_page page, struct arena *a, struct store_export_list *ret)
{
	return store_export_list(f->store, page, a, ret);
}

fault exporting_begin(struct flow *f, const struct inventory_actor *by, struct bytes id, struct arena *a,
		      struct store_export **ret)
{
	TRY(exporting_get(f, id, a, ret));
	return flow_audit(f, by->name, "export.read", id, by->request_id);
}

fault exporting_prune(struct flow *f)
{
	return store_export_prune(f->store, f->now);
}
