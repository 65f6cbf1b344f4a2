#include "store/store_proof.h"

#include "store/row.h"

RECORD_TABLE(store_proof, STORE_PROOF_FIELDS)

fault store_proof_put(struct store *s, const struct store_proof *row)
{
	return row_put(s, STMT_PROOF_PUT, &store_proof_record, row);
}

fault store_proof_find(struct store *s, struct bytes device_id, struct arena *a,
			     struct store_proof **ret)
{
	void *row;
	TRY(row_find(s, STMT_PROOF_GET, VALUES(value_bytes(device_id)), a, &row));
	*ret = row;
	return NULL;
}
