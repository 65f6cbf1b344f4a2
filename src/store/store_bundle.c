#include "store/store_bundle.h"

#include "store/row.h"

RECORD_TABLE(store_bundle, STORE_BUNDLE_FIELDS)

fault store_bundle_put(struct store *s, const struct store_bundle *row)
{
	return row_put(s, STMT_BUNDLE_PUT, &store_bundle_record, row);
}

fault store_bundle_get(struct store *s, struct bytes device_id, struct arena *a, struct store_bundle **ret)
{
	void *row;
	TRY(row_get(s, STMT_BUNDLE_GET, VALUES(value_id(device_id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_bundle_prune(struct store *s, size_t keep)
{
	uint64_t changed;
	return driver_run(s, STMT_BUNDLE_PRUNE, VALUES(value_number((int64_t)keep)), &changed);
}
