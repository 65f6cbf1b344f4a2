#include "store/store_compliance.h"

#include "store/row.h"

RECORD_TABLE(store_compliance, STORE_COMPLIANCE_FIELDS)
RECORD_TABLE(store_compliance_listed, STORE_COMPLIANCE_LISTED_FIELDS)

fault store_compliance_put(struct store *s, const struct store_compliance *row)
{
	return row_put(s, STMT_COMPLIANCE_PUT, &store_compliance_record, row);
}

fault store_compliance_update(struct store *s, const struct store_compliance *row)
{
	return row_update(s, STMT_COMPLIANCE_UPDATE, &store_compliance_record, row);
}

fault store_compliance_get(struct store *s, struct bytes id, struct arena *a, struct store_compliance **ret)
{
	void *row;
	TRY(row_get(s, STMT_COMPLIANCE_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_compliance_list(struct store *s, size_t limit, struct arena *a, struct store_compliance_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_COMPLIANCE_LIST, VALUES(value_limit(limit)), a, &list));
	*ret = (struct store_compliance_list){ list.n, list.v };
	return NULL;
}

fault store_compliance_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_COMPLIANCE_DELETE, VALUES(value_id(id)));
}
