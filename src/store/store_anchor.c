#include "store/store_anchor.h"

#include "store/row.h"

RECORD_TABLE(store_anchor, STORE_ANCHOR_FIELDS)

fault store_anchor_put(struct store *s, const struct store_anchor *row)
{
	return row_put(s, STMT_ANCHOR_PUT, &store_anchor_record, row);
}

fault store_anchor_get(struct store *s, struct bytes fingerprint, struct arena *a, struct store_anchor **ret)
{
	void *row;
	TRY(row_get(s, STMT_ANCHOR_GET, VALUES(value_hash(fingerprint)), a, &row));
	*ret = row;
	return NULL;
}

fault store_anchor_list(struct store *s, struct store_page page, struct arena *a,
			struct store_anchor_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_ANCHOR_LIST, in, a, &list));
	*ret = (struct store_anchor_list){ list.n, list.v };
	return NULL;
}

fault store_anchor_count(struct store *s, uint64_t *ret)
{
	return row_number(s, STMT_ANCHOR_COUNT, VALUES_NONE, ret);
}

fault store_anchor_delete(struct store *s, struct bytes fingerprint)
{
	return row_change(s, STMT_ANCHOR_DELETE, VALUES(value_hash(fingerprint)));
}
