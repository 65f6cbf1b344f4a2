#include "store/store_appraisal.h"

#include "store/row.h"

RECORD_TABLE(store_appraisal, STORE_APPRAISAL_FIELDS)

fault store_appraisal_put(struct store *s, const struct store_appraisal *row)
{
	return row_put(s, STMT_APPRAISAL_PUT, &store_appraisal_record, row);
}

fault store_appraisal_find(struct store *s, struct bytes device_id, struct arena *a,
			   struct store_appraisal **ret)
{
	void *row;
	TRY(row_find(s, STMT_APPRAISAL_GET, VALUES(value_id(device_id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_appraisal_list_due(struct store *s, int64_t now, size_t limit, struct arena *a,
			       struct store_appraisal_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_number(now), value_limit(limit));
	TRY(row_list(s, STMT_APPRAISAL_LIST_DUE, in, a, &list));
	*ret = (struct store_appraisal_list){ list.n, list.v };
	return NULL;
}

fault store_appraisal_spoil(struct store *s)
{
	uint64_t changed;
	return driver_run(s, STMT_APPRAISAL_SPOIL, VALUES_NONE, &changed);
}

fault store_appraisal_count(struct store *s, uint64_t state, uint64_t *ret)
{
	return row_number(s, STMT_APPRAISAL_COUNT, VALUES(value_number((int64_t)state)), ret);
}
