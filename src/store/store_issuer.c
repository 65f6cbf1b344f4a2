#include "store/store_issuer.h"

#include "store/row.h"

RECORD_TABLE(store_issuer, STORE_ISSUER_FIELDS)

fault store_issuer_put(struct store *s, const struct store_issuer *row, size_t cap)
{
	uint64_t changed;
	NEED(cap >= 1, BUG);
	TRY(row_put(s, STMT_ISSUER_PUT, &store_issuer_record, row));
	struct values others = VALUES(value_hash(row->id), value_number((int64_t)cap - 1));
	return driver_run(s, STMT_ISSUER_PRUNE, others, &changed);
}

fault store_issuer_put_device(struct store *s, struct bytes id, struct bytes ek_hash)
{
	uint64_t changed;
	TRY(driver_run(s, STMT_ISSUER_PUT_DEVICE, VALUES(value_hash(id), value_hash(ek_hash)), &changed));
	return changed ? driver_run(s, STMT_ISSUER_COUNT_DEVICES, VALUES(value_hash(id)), &changed) : NULL;
}

fault store_issuer_get(struct store *s, struct bytes id, struct arena *a, struct store_issuer **ret)
{
	void *row;
	TRY(row_get(s, STMT_ISSUER_GET, VALUES(value_hash(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_issuer_find_due(struct store *s, int64_t now, struct arena *a, struct store_issuer **ret)
{
	void *row;
	TRY(row_find(s, STMT_ISSUER_DUE, VALUES(value_number(now)), a, &row));
	*ret = row;
	return NULL;
}

fault store_issuer_find_by_ek(struct store *s, struct bytes ek_hash, struct arena *a,
			      struct store_issuer **ret)
{
	void *row;
	TRY(row_find(s, STMT_ISSUER_BY_EK, VALUES(value_hash(ek_hash)), a, &row));
	*ret = row;
	return NULL;
}

fault store_issuer_update(struct store *s, const struct store_issuer *row)
{
	return row_update(s, STMT_ISSUER_UPDATE, &store_issuer_record, row);
}

fault store_issuer_list(struct store *s, struct store_page page, struct arena *a,
			struct store_issuer_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_ISSUER_LIST, in, a, &list));
	*ret = (struct store_issuer_list){ list.n, list.v };
	return NULL;
}
