#include "store/store_admin.h"

#include "store/row.h"

RECORD_TABLE(store_admin, STORE_ADMIN_FIELDS)

fault store_admin_put(struct store *s, const struct store_admin *row)
{
	return row_put(s, STMT_ADMIN_PUT, &store_admin_record, row);
}

fault store_admin_get(struct store *s, struct bytes id, struct arena *a, struct store_admin **ret)
{
	void *row;
	TRY(row_get(s, STMT_ADMIN_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_admin_list(struct store *s, struct store_page page, struct arena *a, struct store_admin_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_ADMIN_LIST, in, a, &list));
	*ret = (struct store_admin_list){ list.n, list.v };
	return NULL;
}

fault store_admin_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_ADMIN_DELETE, VALUES(value_id(id)));
}
