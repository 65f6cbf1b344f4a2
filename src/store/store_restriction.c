#include "store/store_restriction.h"

#include "store/row.h"

RECORD_TABLE(store_restriction, STORE_RESTRICTION_FIELDS)
RECORD_TABLE(store_restriction_listed, STORE_RESTRICTION_LISTED_FIELDS)

fault store_restriction_put(struct store *s, const struct store_restriction *row)
{
	return row_put(s, STMT_RESTRICTION_PUT, &store_restriction_record, row);
}

fault store_restriction_update(struct store *s, const struct store_restriction *row)
{
	return row_update(s, STMT_RESTRICTION_UPDATE, &store_restriction_record, row);
}

fault store_restriction_get(struct store *s, struct bytes id, struct arena *a, struct store_restriction **ret)
{
	void *row;
	TRY(row_get(s, STMT_RESTRICTION_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_restriction_list(struct store *s, size_t limit, struct arena *a,
			     struct store_restriction_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_RESTRICTION_LIST, VALUES(value_limit(limit)), a, &list));
	*ret = (struct store_restriction_list){ list.n, list.v };
	return NULL;
}

fault store_restriction_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_RESTRICTION_DELETE, VALUES(value_id(id)));
}
