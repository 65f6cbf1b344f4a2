#include "store/store_verdict.h"

#include "store/row.h"

RECORD_TABLE(store_verdict, STORE_VERDICT_FIELDS)

fault store_verdict_put(struct store *s, const struct store_verdict *row)
{
	return row_put(s, STMT_VERDICT_PUT, &store_verdict_record, row);
}

fault store_verdict_get(struct store *s, struct bytes id, struct arena *a, struct store_verdict **ret)
{
	void *row;
	TRY(row_get(s, STMT_VERDICT_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_verdict_find_latest(struct store *s, struct bytes device_id, struct arena *a,
				struct store_verdict **ret)
{
	void *row;
	TRY(row_find(s, STMT_VERDICT_LATEST, VALUES(value_id(device_id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_verdict_find_ticket(struct store *s, struct bytes device_id, struct bytes ticket_id,
				struct arena *a, struct store_verdict **ret)
{
	void *row;
	TRY(row_find(s, STMT_VERDICT_BY_TICKET, VALUES(value_id(device_id), value_id(ticket_id)), a, &row));
	*ret = row;
	return NULL;
}
