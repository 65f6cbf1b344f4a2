#include "store/store_blocklist.h"

#include "store/row.h"

RECORD_TABLE(store_blocklist, STORE_BLOCKLIST_FIELDS)

fault store_blocklist_put(struct store *s, const struct store_blocklist *row)
{
	return row_put(s, STMT_BLOCKLIST_PUT, &store_blocklist_record, row);
}

fault store_blocklist_get(struct store *s, struct bytes id, struct arena *a, struct store_blocklist **ret)
{
	void *row;
	TRY(row_get(s, STMT_BLOCKLIST_GET, VALUES(value_text(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_blocklist_list(struct store *s, struct store_page page, struct arena *a,
			   struct store_blocklist_list *ret)
{
	struct row_list list;
	struct bytes after = page.after.p ? page.after : BYTES_TEXT("");
	struct values in = VALUES(value_text(after), value_limit(page.limit));
	TRY(row_list(s, STMT_BLOCKLIST_LIST, in, a, &list));
	*ret = (struct store_blocklist_list){ list.n, list.v };
	return NULL;
}

fault store_blocklist_count(struct store *s, uint64_t *ret)
{
	return row_number(s, STMT_BLOCKLIST_COUNT, VALUES_NONE, ret);
}

fault store_blocklist_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_BLOCKLIST_DELETE, VALUES(value_text(id)));
}
