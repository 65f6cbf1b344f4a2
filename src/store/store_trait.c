#include "store/store_trait.h"

#include "store/row.h"

RECORD_TABLE(store_trait, STORE_TRAIT_FIELDS)

fault store_trait_list(struct store *s, struct store_page page, uint64_t wants, struct arena *a,
		       struct store_trait_list *ret)
{
	struct row_list list;
	struct values in =
		VALUES(value_after(page.after), value_limit(page.limit), value_number((int64_t)wants));
	TRY(row_list(s, STMT_TRAIT_LIST, in, a, &list));
	*ret = (struct store_trait_list){ list.n, list.v };
	return NULL;
}
