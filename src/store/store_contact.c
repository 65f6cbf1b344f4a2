#include "store/store_contact.h"

#include "store/row.h"

RECORD_TABLE(store_contact, STORE_CONTACT_FIELDS)

fault store_contact_put(struct store *s, const struct store_contact *row)
{
	fault why = row_put(s, STMT_CONTACT_PUT, &store_contact_record, row);
	return why == FAIL(CONFLICT) ? NULL : why;
}

fault store_contact_find(struct store *s, struct bytes device_id, struct arena *a,
			 struct store_contact **ret)
{
	void *row;
	TRY(row_find(s, STMT_CONTACT_GET, VALUES(value_bytes(device_id)), a, &row));
	*ret = row;
	return NULL;
}
