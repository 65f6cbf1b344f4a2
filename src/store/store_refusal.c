#include "store/store_refusal.h"

#include "store/row.h"

RECORD_TABLE(store_refusal, STORE_REFUSAL_FIELDS)

fault store_refusal_put(struct store *s, const struct store_refusal *row, size_t cap)
{
	uint64_t changed;
	NEED(cap >= 1, BUG);
	TRY(row_put(s, STMT_REFUSAL_PUT, &store_refusal_record, row));
	struct values others = VALUES(value_hash(row->key), value_number((int64_t)cap - 1));
	return driver_run(s, STMT_REFUSAL_PRUNE, others, &changed);
}

fault store_refusal_get(struct store *s, struct bytes key, struct arena *a, struct store_refusal **ret)
{
	void *row;
	TRY(row_get(s, STMT_REFUSAL_GET, VALUES(value_hash(key)), a, &row));
	*ret = row;
	return NULL;
}

fault store_refusal_list(struct store *s, struct store_page page, struct arena *a,
			 struct store_refusal_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_REFUSAL_LIST, in, a, &list));
	*ret = (struct store_refusal_list){ list.n, list.v };
	return NULL;
}

fault store_refusal_delete(struct store *s, struct bytes key)
{
	return row_change(s, STMT_REFUSAL_DELETE, VALUES(value_hash(key)));
}
