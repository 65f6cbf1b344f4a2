#include "store/store_audit.h"

#include "store/row.h"

RECORD_TABLE(store_audit, STORE_AUDIT_FIELDS)
RECORD_TABLE(store_audit_tip, STORE_AUDIT_TIP_FIELDS)
RECORD_TABLE(store_audit_head, STORE_AUDIT_HEAD_FIELDS)

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

/* What a page of a chain is asked by. */
#define CHAIN_VALUES(page)                                                                  \
	VALUES(value_text((page)->writer), value_number((int64_t)(page)->after), value_limit((page)->limit))

fault store_audit_list_chain(struct store *s, const struct store_audit_chain *page, struct arena *a,
			     struct store_audit_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_AUDIT_CHAIN, CHAIN_VALUES(page), a, &list));
	*ret = (struct store_audit_list){ list.n, list.v };
	return NULL;
}

fault store_audit_find_tip(struct store *s, struct bytes writer, struct arena *a,
			   struct store_audit_tip **ret)
{
	void *row;
	TRY(row_find(s, STMT_AUDIT_TIP, VALUES(value_text(writer)), a, &row));
	*ret = row;
	return NULL;
}

fault store_audit_list_unchained(struct store *s, struct store_page page, struct arena *a,
				 struct store_audit_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_AUDIT_UNCHAINED, in, a, &list));
	*ret = (struct store_audit_list){ list.n, list.v };
	return NULL;
}

fault store_audit_update_chain(struct store *s, const struct store_audit *row)
{
	return row_change(s, STMT_AUDIT_UPDATE_CHAIN,
			  VALUES(value_id(row->id), value_text(row->writer),
				 value_number((int64_t)row->number), value_hash(row->previous),
				 value_hash(row->hash)));
}

fault store_audit_put_head(struct store *s, const struct store_audit_head *row)
{
	return row_put(s, STMT_AUDIT_HEAD_PUT, &store_audit_head_record, row);
}

fault store_audit_find_head(struct store *s, struct bytes writer, struct arena *a,
			    struct store_audit_head **ret)
{
	void *row;
	TRY(row_find(s, STMT_AUDIT_HEAD_LAST, VALUES(value_text(writer)), a, &row));
	*ret = row;
	return NULL;
}

fault store_audit_list_heads(struct store *s, const struct store_audit_chain *page, struct arena *a,
			     struct store_audit_head_list *ret)
{
	struct row_list list;
	TRY(row_list(s, STMT_AUDIT_HEAD_LIST, CHAIN_VALUES(page), a, &list));
	*ret = (struct store_audit_head_list){ list.n, list.v };
	return NULL;
}
