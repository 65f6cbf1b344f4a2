#include "store/store_token.h"

#include "store/row.h"

RECORD_TABLE(store_token, STORE_TOKEN_FIELDS)

fault store_token_put(struct store *s, const struct store_token *row)
{
	return row_put(s, STMT_TOKEN_PUT, &store_token_record, row);
}

fault store_token_get(struct store *s, struct bytes id, struct arena *a, struct store_token **ret)
{
	void *row;
	TRY(row_get(s, STMT_TOKEN_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_token_list(struct store *s, struct store_page page, struct arena *a, struct store_token_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_TOKEN_LIST, in, a, &list));
	*ret = (struct store_token_list){ list.n, list.v };
	return NULL;
}

fault store_token_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_TOKEN_DELETE, VALUES(value_id(id)));
}

fault store_token_use(struct store *s, struct bytes id, int64_t now, bool *ret_counted)
{
	uint64_t changed;
	TRY(driver_run(s, STMT_TOKEN_USE, VALUES(value_id(id), value_number(now)), &changed));
	*ret_counted = changed == 1;
	return NULL;
}

fault store_token_release(struct store *s, struct bytes id)
{
	uint64_t ignored;
	return driver_run(s, STMT_TOKEN_RELEASE, VALUES(value_id(id)), &ignored);
}
