#include "store/store_decision.h"

#include "store/row.h"

RECORD_TABLE(store_decision, STORE_DECISION_FIELDS)
RECORD_TABLE(store_decision_hit, STORE_DECISION_HIT_FIELDS)

fault store_decision_put(struct store *s, const struct store_decision *row)
{
	return row_put(s, STMT_DECISION_PUT, &store_decision_record, row);
}

fault store_decision_get(struct store *s, struct bytes id, struct arena *a, struct store_decision **ret)
{
	void *row;
	TRY(row_get(s, STMT_DECISION_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_decision_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
				    struct arena *a, struct store_decision_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_id(device_id), value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_DECISION_LIST_BY_DEVICE, in, a, &list));
	*ret = (struct store_decision_list){ list.n, list.v };
	return NULL;
}

fault store_decision_list_by_ticket(struct store *s, struct bytes device_id, struct bytes ticket_id,
				    struct arena *a, struct store_decision_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_id(device_id), value_id(ticket_id), value_limit(STORE_PAGE_MAX));
	TRY(row_list(s, STMT_DECISION_LIST_BY_TICKET, in, a, &list));
	*ret = (struct store_decision_list){ list.n, list.v };
	return NULL;
}

fault store_decision_hit_list(struct store *s, struct store_page page, struct arena *a,
			      struct store_decision_hit_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_HIT_LIST, in, a, &list));
	*ret = (struct store_decision_hit_list){ list.n, list.v };
	return NULL;
}
