#include "store/store_signinlink.h"

#include "store/row.h"

RECORD_TABLE(store_signinlink, STORE_SIGNINLINK_FIELDS)

fault store_signinlink_put(struct store *s, const struct store_signinlink *row)
{
	uint64_t changed;
	TRY(driver_run(s, STMT_SIGNINLINK_DELETE_ACCOUNT, VALUES(value_text(row->account)), &changed));
	return row_put(s, STMT_SIGNINLINK_PUT, &store_signinlink_record, row);
}

fault store_signinlink_find(struct store *s, struct bytes id, struct arena *a, struct store_signinlink **ret)
{
	void *row;
	TRY(row_find(s, STMT_SIGNINLINK_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_signinlink_use(struct store *s, struct bytes id)
{
	return row_change(s, STMT_SIGNINLINK_DELETE, VALUES(value_id(id)));
}
