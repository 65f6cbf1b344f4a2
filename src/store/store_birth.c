#include "store/store_birth.h"

#include "store/row.h"

RECORD_TABLE(store_birth, STORE_BIRTH_FIELDS)

fault store_birth_put(struct store *s, const struct store_birth *row)
{
	fault why = row_put(s, STMT_BIRTH_PUT, &store_birth_record, row);
	return why == FAIL(CONFLICT) ? NULL : why;
}

fault store_birth_find(struct store *s, struct bytes key, struct arena *a, struct store_birth **ret)
{
	void *row;
	TRY(row_find(s, STMT_BIRTH_GET, VALUES(value_bytes(key)), a, &row));
	*ret = row;
	return NULL;
}
