#include "store/store_failure.h"

#include "store/row.h"

#define SLOTS_MAX 1000

RECORD_TABLE(store_failure, STORE_FAILURE_FIELDS)
RECORD_TABLE(store_failure_sum, STORE_FAILURE_SUM_FIELDS)
RECORD_TABLE(store_failure_slot, STORE_FAILURE_SLOT_FIELDS)

fault store_failure_put(struct store *s, const struct store_failure *row)
{
	return row_put(s, STMT_FAILURE_PUT, &store_failure_record, row);
}

fault store_failure_find(struct store *s, struct bytes request_id, struct arena *a,
			 struct store_failure **ret)
{
	void *row;
	TRY(row_find(s, STMT_FAILURE_GET, VALUES(value_id(request_id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_failure_sum(struct store *s, const struct store_failure_span *span, struct arena *a,
			struct store_failure_sum_list *ret)
{
	struct row_list list;
	struct values in =
		VALUES(value_number(span->since), value_number(span->by), value_limit(span->limit));
	TRY(row_list(s, STMT_FAILURE_SUM, in, a, &list));
	*ret = (struct store_failure_sum_list){ list.n, list.v };
	return NULL;
}

fault store_failure_find_sum(struct store *s, const struct store_failure_span *span,
			     const struct store_failure_sum *of, struct arena *a,
			     struct store_failure_sum **ret)
{
	void *row;
	struct values in = VALUES(value_number(span->since), value_number(span->by), value_text(of->fault),
				  row_optional(of->name, value_text));
	TRY(row_find(s, STMT_FAILURE_SUM_OF, in, a, &row));
	*ret = row;
	return NULL;
}

fault store_failure_find_issuer(struct store *s, int64_t since, const struct store_failure_sum *of,
				struct arena *a, struct store_failure_sum **ret)
{
	void *row;
	struct values in = VALUES(value_number(since), value_text(of->fault), value_text(of->name));
	TRY(row_find(s, STMT_FAILURE_ISSUER, in, a, &row));
	*ret = row;
	return NULL;
}

fault store_failure_list_slots(struct store *s, const struct store_failure_span *span,
			       const struct store_failure_sum *of, struct arena *a,
			       struct store_failure_slot_list *ret)
{
	struct row_list list;
	NEED(span->slot_s > 0, BUG);
	struct values in = VALUES(value_number(span->since), value_number(span->by), value_text(of->fault),
				  row_optional(of->name, value_text), value_number(span->slot_s),
				  value_limit(SLOTS_MAX));
	TRY(row_list(s, STMT_FAILURE_SLOTS, in, a, &list));
	*ret = (struct store_failure_slot_list){ list.n, list.v };
	return NULL;
}

fault store_failure_prune(struct store *s, int64_t before, size_t cap)
{
	uint64_t changed;
	TRY(driver_run(s, STMT_FAILURE_EXPIRE, VALUES(value_number(before)), &changed));
	return driver_run(s, STMT_FAILURE_PRUNE, VALUES(value_number((int64_t)cap)), &changed);
}
