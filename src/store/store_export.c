#include "store/store_export.h"

#include "store/row.h"

RECORD_TABLE(store_export, STORE_EXPORT_FIELDS)

fault store_export_put(struct store *s, const struct store_export *row)
{
	return row_put(s, STMT_EXPORT_PUT, &store_export_record, row);
}

fault store_export_get(struct store *s, struct bytes id, struct arena *a, struct store_export **ret)
{
	void *row;
	TRY(row_get(s, STMT_EXPORT_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_export_list(struct store *s, struct store_page page, struct arena *a,
			struct store_export_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_EXPORT_LIST, in, a, &list));
	*ret = (struct store_export_list){ list.n, list.v };
	return NULL;
}

fault store_export_prune(struct store *s, int64_t now)
{
	uint64_t changed;
	return driver_run(s, STMT_EXPORT_PRUNE, VALUES(value_number(now)), &changed);
}

fault store_export_count(struct store *s, uint64_t *ret)
{
	return row_number(s, STMT_EXPORT_COUNT, VALUES_NONE, ret);
}
