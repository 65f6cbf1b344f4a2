#include "store/store_meta.h"

#include "store/row.h"

RECORD_TABLE(store_meta, STORE_META_FIELDS)

fault store_meta_put(struct store *s, const struct store_meta *row)
{
	return row_put(s, STMT_META_PUT, &store_meta_record, row);
}

fault store_meta_get(struct store *s, struct bytes name, struct arena *a, struct store_meta **ret)
{
	void *row;
	TRY(row_get(s, STMT_META_GET, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_meta_find(struct store *s, struct bytes name, struct arena *a, struct store_meta **ret)
{
	void *row;
	TRY(row_find(s, STMT_META_GET, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}
