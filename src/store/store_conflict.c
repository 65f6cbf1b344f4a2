#include "store/store_conflict.h"

#include "store/row.h"

RECORD_TABLE(store_conflict, STORE_CONFLICT_FIELDS)

fault store_conflict_put(struct store *s, const struct store_conflict *row, size_t cap)
{
	uint64_t changed;
	NEED(cap >= 1 && (row->device_id.p || row->registration.p), BUG);
	TRY(row_put(s, STMT_CONFLICT_PUT, &store_conflict_record, row));
	struct values others = VALUES(value_hash(row->key), value_number((int64_t)cap - 1));
	return driver_run(s, STMT_CONFLICT_PRUNE, others, &changed);
}

fault store_conflict_get(struct store *s, struct bytes id, struct arena *a, struct store_conflict **ret)
{
	void *row;
	TRY(row_get(s, STMT_CONFLICT_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_conflict_list(struct store *s, struct store_page page, struct arena *a,
			  struct store_conflict_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_CONFLICT_LIST, in, a, &list));
	*ret = (struct store_conflict_list){ list.n, list.v };
	return NULL;
}

fault store_conflict_count(struct store *s, struct bytes ek_hash, enum store_conflict_state state,
			   uint64_t *ret)
{
	struct values in = VALUES(value_hash(ek_hash), value_number((int64_t)state));
	return row_number(s, STMT_CONFLICT_COUNT_BY_EK, in, ret);
}

fault store_conflict_decide(struct store *s, const struct store_conflict *row)
{
	struct values in = VALUES(value_id(row->id), value_number((int64_t)row->state),
				  value_number(row->decided), value_text(row->actor));
	fault why = row_change(s, STMT_CONFLICT_DECIDE, in);
	if (why != FAIL(NOT_FOUND))
		return why;
	return row_check_state(s, STMT_CONFLICT_COUNT, VALUES(value_id(row->id)));
}
