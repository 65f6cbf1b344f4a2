#include "store/store_crl.h"

#include "store/row.h"

RECORD_TABLE(store_crl, STORE_CRL_FIELDS)

fault store_crl_put(struct store *s, const struct store_crl *row)
{
	return row_put(s, STMT_CRL_PUT, &store_crl_record, row);
}

fault store_crl_find(struct store *s, struct bytes name, struct arena *a, struct store_crl **ret)
{
	void *row;
	TRY(row_find(s, STMT_CRL_GET, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_crl_list(struct store *s, struct store_page page, struct arena *a, struct store_crl_list *ret)
{
	struct row_list list;
	struct bytes after = page.after.p ? page.after : BYTES_TEXT("");
	TRY(row_list(s, STMT_CRL_LIST, VALUES(value_text(after), value_limit(page.limit)), a, &list));
	*ret = (struct store_crl_list){ list.n, list.v };
	return NULL;
}

fault store_crl_find_due(struct store *s, const struct store_crl_due *due, struct arena *a,
			 struct store_crl **ret)
{
	void *row;
	struct values in = VALUES(value_number(due->now - due->pause_s),
				  value_number(due->now - due->renewal_s), value_number(due->now));
	TRY(row_find(s, STMT_CRL_DUE, in, a, &row));
	*ret = row;
	return NULL;
}

fault store_crl_ask(struct store *s, struct bytes name, int64_t now)
{
	return row_change(s, STMT_CRL_ASK, VALUES(value_text(name), value_number(now)));
}

fault store_crl_update(struct store *s, const struct store_crl *row)
{
	uint64_t changed;
	struct values in = VALUES(value_text(row->name), value_number((int64_t)row->number),
				  value_number(row->this_update), value_number(row->next_update),
				  value_number((int64_t)row->entries), value_bytes(row->der));
	TRY(driver_run(s, STMT_CRL_UPDATE, in, &changed));
	return changed ? NULL : row_check_state(s, STMT_CRL_COUNT, VALUES(value_text(row->name)));
}

fault store_crl_use(struct store *s, struct bytes name, int64_t now)
{
	return row_change(s, STMT_CRL_USE, VALUES(value_text(name), value_number(now)));
}

fault store_crl_prune(struct store *s, const struct store_crl_kept *kept)
{
	uint64_t changed;
	struct values in = VALUES(value_number(kept->before), value_number((int64_t)kept->oldest),
				  value_number((int64_t)kept->latest));
	return driver_run(s, STMT_CRL_PRUNE, in, &changed);
}
