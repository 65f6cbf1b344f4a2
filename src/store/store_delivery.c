#include "store/store_delivery.h"

#include "store/row.h"

RECORD_TABLE(store_delivery, STORE_DELIVERY_FIELDS)

fault store_delivery_put(struct store *s, const struct store_delivery *row)
{
	return row_put(s, STMT_DELIVERY_PUT, &store_delivery_record, row);
}

fault store_delivery_update(struct store *s, const struct store_delivery *row)
{
	return row_update(s, STMT_DELIVERY_UPDATE, &store_delivery_record, row);
}

static fault find_by(struct store *s, enum stmt which, struct values in, struct arena *a,
		     struct store_delivery **ret)
{
	void *row;
	TRY(row_find(s, which, in, a, &row));
	*ret = row;
	return NULL;
}

fault store_delivery_find(struct store *s, struct bytes id, struct arena *a, struct store_delivery **ret)
{
	return find_by(s, STMT_DELIVERY_GET, VALUES(value_id(id)), a, ret);
}

fault store_delivery_find_due(struct store *s, struct bytes webhook_id, int64_t now, struct arena *a,
			      struct store_delivery **ret)
{
	return find_by(s, STMT_DELIVERY_DUE, VALUES(value_id(webhook_id), value_number(now)), a, ret);
}

fault store_delivery_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_DELIVERY_DELETE, VALUES(value_id(id)));
}

fault store_delivery_count(struct store *s, struct bytes webhook_id, uint64_t *ret)
{
	return row_number(s, STMT_DELIVERY_COUNT, VALUES(value_id(webhook_id)), ret);
}

fault store_delivery_list_old(struct store *s, int64_t before, size_t most, struct arena *a,
			      struct store_delivery_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_DELIVERY_OLD, VALUES(value_number(before), value_limit(most)), a, &list));
	*ret = (struct store_delivery_list){ list.n, list.v };
	return NULL;
}
