#include "store/store_eklist.h"

#include "store/row.h"

RECORD_TABLE(store_eklist, STORE_EKLIST_FIELDS)
RECORD_TABLE(store_eklist_body, STORE_EKLIST_BODY_FIELDS)

fault store_eklist_put(struct store *s, const struct store_eklist *row, size_t cap)
{
	uint64_t count;
	TRY(row_number(s, STMT_EKLIST_COUNT, VALUES_NONE, &count));
	if (count >= cap)
		return NULL;
	fault why = row_put(s, STMT_EKLIST_PUT, &store_eklist_record, row);
	return why == FAIL(CONFLICT) ? NULL : why;
}

fault store_eklist_get(struct store *s, struct bytes id, struct arena *a, struct store_eklist **ret)
{
	void *row;
	TRY(row_get(s, STMT_EKLIST_GET, VALUES(value_hash(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_eklist_find_due(struct store *s, int64_t now, struct arena *a, struct store_eklist **ret)
{
	void *row;
	TRY(row_find(s, STMT_EKLIST_DUE, VALUES(value_number(now)), a, &row));
	*ret = row;
	return NULL;
}

fault store_eklist_update(struct store *s, const struct store_eklist *row)
{
	return row_update(s, STMT_EKLIST_UPDATE, &store_eklist_record, row);
}

fault store_eklist_list(struct store *s, struct store_page page, struct arena *a,
			struct store_eklist_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_EKLIST_LIST, in, a, &list));
	*ret = (struct store_eklist_list){ list.n, list.v };
	return NULL;
}

fault store_eklist_count(struct store *s, uint64_t *ret)
{
	return row_number(s, STMT_EKLIST_ENTRIES, VALUES_NONE, ret);
}

fault store_eklist_put_body(struct store *s, const struct store_eklist_body *row)
{
	return row_put(s, STMT_EKLIST_BODY_PUT, &store_eklist_body_record, row);
}

fault store_eklist_get_body(struct store *s, struct bytes id, struct arena *a, struct store_eklist_body **ret)
{
	void *row;
	TRY(row_get(s, STMT_EKLIST_BODY_GET, VALUES(value_hash(id)), a, &row));
	*ret = row;
	return NULL;
}
