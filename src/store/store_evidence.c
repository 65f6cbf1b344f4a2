#include "store/store_evidence.h"

#include "store/row.h"

RECORD_TABLE(store_evidence, STORE_EVIDENCE_FIELDS)

fault store_evidence_put(struct store *s, const struct store_evidence *row, size_t keep)
{
	uint64_t changed;
	NEED(row->body.p && keep >= 1, BUG);
	TRY(row_put(s, STMT_EVIDENCE_PUT, &store_evidence_record, row));
	struct values others = VALUES(value_id(row->device_id), value_hash(row->digest),
				      value_number((int64_t)keep - 1));
	return driver_run(s, STMT_EVIDENCE_PRUNE, others, &changed);
}

fault store_evidence_get(struct store *s, struct bytes digest, struct arena *a, struct store_evidence **ret)
{
	void *row;
	TRY(row_get(s, STMT_EVIDENCE_GET, VALUES(value_hash(digest)), a, &row));
	*ret = row;
	return NULL;
}

fault store_evidence_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
				    struct arena *a, struct store_evidence_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_id(device_id), value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_EVIDENCE_LIST_BY_DEVICE, in, a, &list));
	*ret = (struct store_evidence_list){ list.n, list.v };
	return NULL;
}
