#include "store/store_session.h"

#include "store/row.h"

RECORD_TABLE(store_session, STORE_SESSION_FIELDS)

fault store_session_put(struct store *s, const struct store_session *row)
{
	return row_put(s, STMT_SESSION_PUT, &store_session_record, row);
}

fault store_session_get(struct store *s, struct bytes id, struct arena *a, struct store_session **ret)
{
	void *row;
	TRY(row_get(s, STMT_SESSION_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_session_list(struct store *s, struct store_page page, struct arena *a,
			 struct store_session_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_SESSION_LIST, in, a, &list));
	*ret = (struct store_session_list){ list.n, list.v };
	return NULL;
}

fault store_session_update_used(struct store *s, struct bytes id, int64_t used)
{
	return row_change(s, STMT_SESSION_UPDATE_USED, VALUES(value_id(id), value_number(used)));
}

fault store_session_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_SESSION_DELETE, VALUES(value_id(id)));
}

fault store_session_delete_account(struct store *s, struct bytes account)
{
	uint64_t changed;
	return driver_run(s, STMT_SESSION_DELETE_ACCOUNT, VALUES(value_text(account)), &changed);
}

fault store_session_delete_others(struct store *s, struct bytes account, struct bytes id)
{
	uint64_t changed;
	struct values in = VALUES(value_text(account), value_id(id));
	return driver_run(s, STMT_SESSION_DELETE_OTHERS, in, &changed);
}

fault store_session_prune(struct store *s, int64_t before)
{
	uint64_t changed;
	return driver_run(s, STMT_SESSION_PRUNE, VALUES(value_number(before)), &changed);
}
