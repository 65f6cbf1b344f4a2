#include "store/store_audit.h"

#include "store/row.h"

RECORD_TABLE(store_audit, STORE_AUDIT_FIELDS)

fault store_audit_put(struct store *s, const struct store_audit *row)
{
	return row_put(s, STMT_AUDIT_PUT, &store_audit_record, row);
}

fault store_audit_get(struct store *s, struct bytes id, struct arena *a, struct store_audit **ret)
{
	void *row;
	TRY(row_get(s, STMT_AUDIT_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_audit_list(struct store *s, struct store_page page, struct arena *a, struct store_audit_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_AUDIT_LIST, in, a, &list));
	*ret = (struct store_audit_list){ list.n, list.v };
	return NULL;
}
