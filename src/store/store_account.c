#include "store/store_account.h"

#include "store/row.h"

RECORD_TABLE(store_account, STORE_ACCOUNT_FIELDS)

fault store_account_put(struct store *s, const struct store_account *row)
{
	return row_put(s, STMT_ACCOUNT_PUT, &store_account_record, row);
}

fault store_account_get(struct store *s, struct bytes name, struct arena *a, struct store_account **ret)
{
	void *row;
	TRY(row_get(s, STMT_ACCOUNT_GET, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_account_find(struct store *s, struct bytes name, struct arena *a, struct store_account **ret)
{
	void *row;
	TRY(row_find(s, STMT_ACCOUNT_GET, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_account_list(struct store *s, struct store_page page, struct arena *a,
			 struct store_account_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_text(page.after.p ? page.after : BYTES_TEXT("")),
				  value_limit(page.limit));
	TRY(row_list(s, STMT_ACCOUNT_LIST, in, a, &list));
	*ret = (struct store_account_list){ list.n, list.v };
	return NULL;
}

fault store_account_update(struct store *s, const struct store_account *row)
{
	return row_update(s, STMT_ACCOUNT_UPDATE, &store_account_record, row);
}

fault store_account_delete(struct store *s, struct bytes name)
{
	return row_change(s, STMT_ACCOUNT_DELETE, VALUES(value_text(name)));
}

fault store_account_count_role(struct store *s, struct bytes role, uint64_t *ret)
{
	return row_number(s, STMT_ACCOUNT_COUNT_ROLE,
			  VALUES(value_text(role), value_number(STORE_ACCOUNT_ACTIVE)), ret);
}
