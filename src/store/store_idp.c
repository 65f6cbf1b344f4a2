#include "store/store_idp.h"

#include "store/row.h"

RECORD_TABLE(store_idp, STORE_IDP_FIELDS)

fault store_idp_put(struct store *s, const struct store_idp *row)
{
	uint64_t count;
	TRY(row_number(s, STMT_IDP_COUNT, VALUES_NONE, &count));
	NEED(count < STORE_IDP_MAX, IDP_LIMIT);
	return row_put(s, STMT_IDP_PUT, &store_idp_record, row);
}

fault store_idp_update(struct store *s, const struct store_idp *row)
{
	return row_update(s, STMT_IDP_UPDATE, &store_idp_record, row);
}

fault store_idp_get(struct store *s, struct bytes id, struct arena *a, struct store_idp **ret)
{
	void *row;
	TRY(row_get(s, STMT_IDP_GET, VALUES(value_hash(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_idp_find(struct store *s, struct bytes id, struct arena *a, struct store_idp **ret)
{
	void *row;
	TRY(row_find(s, STMT_IDP_GET, VALUES(value_hash(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_idp_find_by_name(struct store *s, struct bytes name, struct arena *a, struct store_idp **ret)
{
	void *row;
	TRY(row_find(s, STMT_IDP_BY_NAME, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_idp_find_due(struct store *s, int64_t now, struct arena *a, struct store_idp **ret)
{
	void *row;
	TRY(row_find(s, STMT_IDP_DUE, VALUES(value_number(now)), a, &row));
	*ret = row;
	return NULL;
}

fault store_idp_list(struct store *s, struct arena *a, struct store_idp_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_IDP_LIST, VALUES_NONE, a, &list));
	*ret = (struct store_idp_list){ list.n, list.v };
	return NULL;
}

fault store_idp_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_IDP_DELETE, VALUES(value_hash(id)));
}

fault store_idp_use(struct store *s, struct bytes digest, int64_t expires, bool *ret_counted)
{
	uint64_t changed;
	TRY(driver_run(s, STMT_IDP_USE_PUT, VALUES(value_hash(digest), value_number(expires)), &changed));
	*ret_counted = changed == 1;
	return NULL;
}

fault store_idp_count_uses(struct store *s, struct bytes digest, uint64_t *ret)
{
	return row_number(s, STMT_IDP_USE_COUNT, VALUES(value_hash(digest)), ret);
}

fault store_idp_prune_uses(struct store *s, int64_t before)
{
	uint64_t changed;
	return driver_run(s, STMT_IDP_USE_PRUNE, VALUES(value_number(before)), &changed);
}
