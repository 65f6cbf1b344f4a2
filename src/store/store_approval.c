#include "store/store_approval.h"

#include "store/row.h"

RECORD_TABLE(store_approval, STORE_APPROVAL_FIELDS)

fault store_approval_put(struct store *s, const struct store_approval *row)
{
	return row_put(s, STMT_APPROVAL_PUT, &store_approval_record, row);
}

fault store_approval_get(struct store *s, struct bytes id, struct arena *a, struct store_approval **ret)
{
	void *row;
	TRY(row_get(s, STMT_APPROVAL_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_approval_list(struct store *s, struct store_page page, struct arena *a,
			  struct store_approval_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_APPROVAL_LIST, in, a, &list));
	*ret = (struct store_approval_list){ list.n, list.v };
	return NULL;
}

fault store_approval_count(struct store *s, int64_t now, uint64_t *ret)
{
	return row_number(s, STMT_APPROVAL_COUNT,
			  VALUES(value_number(now), value_number(STORE_APPROVAL_PENDING)), ret);
}

fault store_approval_finish(struct store *s, const struct store_approval *row)
{
	return row_change(s, STMT_APPROVAL_FINISH,
			  VALUES(value_id(row->id), value_number((int64_t)row->state),
				 value_text(row->decider), value_number(row->decided),
				 value_number(STORE_APPROVAL_PENDING)));
}
