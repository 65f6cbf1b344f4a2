#include "store/store_view.h"

#include "store/row.h"

RECORD_TABLE(store_view, STORE_VIEW_FIELDS)

fault store_view_put(struct store *s, const struct store_view *row)
{
	return row_put(s, STMT_VIEW_PUT, &store_view_record, row);
}

fault store_view_list(struct store *s, struct bytes account, struct arena *a, struct store_view_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_VIEW_LIST, VALUES(value_text(account)), a, &list));
	*ret = (struct store_view_list){ list.n, list.v };
	return NULL;
}

fault store_view_count(struct store *s, struct bytes account, uint64_t *ret)
{
	return row_number(s, STMT_VIEW_COUNT, VALUES(value_text(account)), ret);
}

fault store_view_delete(struct store *s, struct bytes account, struct bytes id)
{
	return row_change(s, STMT_VIEW_DELETE, VALUES(value_id(id), value_text(account)));
}
