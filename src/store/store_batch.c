#include "store/store_batch.h"

#include "store/row.h"

RECORD_TABLE(store_batch, STORE_BATCH_FIELDS)

fault store_batch_put(struct store *s, const struct store_batch *row)
{
	return row_put(s, STMT_BATCH_PUT, &store_batch_record, row);
}

fault store_batch_get(struct store *s, struct bytes id, struct arena *a, struct store_batch **ret)
{
	void *row;
	TRY(row_get(s, STMT_BATCH_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_batch_update(struct store *s, const struct store_batch *row)
{
	return row_update(s, STMT_BATCH_UPDATE, &store_batch_record, row);
}

static fault list_rows(struct store *s, enum stmt which, struct values in, struct arena *a,
			  struct store_batch_list *ret)
{
	struct row_list list;
	TRY(row_list(s, which, in, a, &list));
	*ret = (struct store_batch_list){ list.n, list.v };
	return NULL;
}

fault store_batch_list(struct store *s, struct store_page page, struct arena *a, struct store_batch_list *ret)
{
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	return list_rows(s, STMT_BATCH_LIST, in, a, ret);
}

fault store_batch_list_open(struct store *s, struct arena *a, struct store_batch_list *ret)
{
	return list_rows(s, STMT_BATCH_LIST_OPEN, VALUES_NONE, a, ret);
}
