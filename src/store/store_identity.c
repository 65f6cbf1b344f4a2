#include "store/store_identity.h"

#include "store/row.h"

RECORD_TABLE(store_identity, STORE_IDENTITY_FIELDS)

fault store_identity_put(struct store *s, const struct store_identity *row)
{
	return row_put(s, STMT_IDENTITY_PUT, &store_identity_record, row);
}

fault store_identity_find(struct store *s, const struct store_identity *key, struct arena *a,
			  struct store_identity **ret)
{
	void *row;
	TRY(row_find(s, STMT_IDENTITY_GET, VALUES(value_hash(key->idp), value_text(key->subject)), a, &row));
	*ret = row;
	return NULL;
}

fault store_identity_delete_accounts(struct store *s, struct bytes idp)
{
	uint64_t changed;
	return driver_run(s, STMT_IDENTITY_DELETE_ACCOUNTS, VALUES(value_hash(idp)), &changed);
}
