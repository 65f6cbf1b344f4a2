#include "store/store_webhook.h"

#include "store/row.h"

RECORD_TABLE(store_webhook, STORE_WEBHOOK_FIELDS)

fault store_webhook_put(struct store *s, const struct store_webhook *row)
{
	uint64_t count;
	TRY(row_number(s, STMT_WEBHOOK_COUNT, VALUES_NONE, &count));
	NEED(count < STORE_WEBHOOK_MAX, WEBHOOK_LIMIT);
	return row_put(s, STMT_WEBHOOK_PUT, &store_webhook_record, row);
}

fault store_webhook_update(struct store *s, const struct store_webhook *row)
{
	return row_update(s, STMT_WEBHOOK_UPDATE, &store_webhook_record, row);
}

fault store_webhook_find(struct store *s, struct bytes id, struct arena *a, struct store_webhook **ret)
{
	void *row;
	TRY(row_find(s, STMT_WEBHOOK_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_webhook_find_by_name(struct store *s, struct bytes name, struct arena *a,
				 struct store_webhook **ret)
{
	void *row;
	TRY(row_find(s, STMT_WEBHOOK_BY_NAME, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_webhook_list(struct store *s, struct arena *a, struct store_webhook_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_WEBHOOK_LIST, VALUES_NONE, a, &list));
	*ret = (struct store_webhook_list){ list.n, list.v };
	return NULL;
}

fault store_webhook_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_WEBHOOK_DELETE, VALUES(value_id(id)));
}
