#include "store/store_filter.h"

#include "store/row.h"

RECORD_TABLE(store_filter, STORE_FILTER_FIELDS)

fault store_filter_put(struct store *s, const struct store_filter *row)
{
	return row_put(s, STMT_FILTER_PUT, &store_filter_record, row);
}

fault store_filter_update(struct store *s, const struct store_filter *row)
{
	return row_update(s, STMT_FILTER_UPDATE, &store_filter_record, row);
}

fault store_filter_get(struct store *s, struct bytes id, struct arena *a, struct store_filter **ret)
{
	void *row;
	TRY(row_get(s, STMT_FILTER_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_filter_find_by_name(struct store *s, struct bytes name, struct arena *a,
				struct store_filter **ret)
{
	void *row;
	TRY(row_find(s, STMT_FILTER_BY_NAME, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_filter_list(struct store *s, struct store_page page, struct arena *a,
			struct store_filter_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_FILTER_LIST, in, a, &list));
	*ret = (struct store_filter_list){ list.n, list.v };
	return NULL;
}

fault store_filter_count(struct store *s, uint64_t *ret)
{
	return row_number(s, STMT_FILTER_COUNT, VALUES_NONE, ret);
}

fault store_filter_count_uses(struct store *s, struct bytes id, uint64_t *ret)
{
	return row_number(s, STMT_FILTER_COUNT_USES, VALUES(value_id(id)), ret);
}

fault store_filter_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_FILTER_DELETE, VALUES(value_id(id)));
}
