#include "store/store_outbreak.h"

#include "store/row.h"

RECORD_TABLE(store_outbreak, STORE_OUTBREAK_FIELDS)

fault store_outbreak_put(struct store *s, const struct store_outbreak *row)
{
	return row_put(s, STMT_OUTBREAK_PUT, &store_outbreak_record, row);
}

fault store_outbreak_update(struct store *s, const struct store_outbreak *row)
{
	return row_update(s, STMT_OUTBREAK_UPDATE, &store_outbreak_record, row);
}

static fault list_by(struct store *s, enum stmt which, struct store_page page, struct arena *a,
		     struct store_outbreak_list *ret)
{
	struct row_list list;
	TRY(row_list(s, which, VALUES(value_after(page.after), value_limit(page.limit)), a, &list));
	*ret = (struct store_outbreak_list){ list.n, list.v };
	return NULL;
}

fault store_outbreak_list_open(struct store *s, struct store_page page, struct arena *a,
			       struct store_outbreak_list *ret)
{
	return list_by(s, STMT_OUTBREAK_LIST_OPEN, page, a, ret);
}

fault store_outbreak_list(struct store *s, struct store_page page, struct arena *a,
			  struct store_outbreak_list *ret)
{
	return list_by(s, STMT_OUTBREAK_LIST, page, a, ret);
}

fault store_outbreak_prune(struct store *s, int64_t before)
{
	uint64_t changed;
	return driver_run(s, STMT_OUTBREAK_PRUNE, VALUES(value_number(before)), &changed);
}
