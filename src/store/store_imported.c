#include "store/store_imported.h"

#include "store/row.h"

RECORD_TABLE(store_imported, STORE_IMPORTED_FIELDS)

fault store_imported_put(struct store *s, const struct store_imported *row)
{
	NEED(!row->registration.p != !row->fault.p, BUG);
	return row_put(s, STMT_IMPORTED_PUT, &store_imported_record, row);
}

fault store_imported_get(struct store *s, struct bytes id, struct arena *a, struct store_imported **ret)
{
	void *row;
	TRY(row_get(s, STMT_IMPORTED_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_imported_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_IMPORTED_DELETE, VALUES(value_id(id)));
}

fault store_imported_prune(struct store *s, size_t keep)
{
	uint64_t changed;
	return driver_run(s, STMT_IMPORTED_PRUNE, VALUES(value_number((int64_t)keep)), &changed);
}
