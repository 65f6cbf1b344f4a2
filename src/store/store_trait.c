#include "store/store_trait.h"

#include "store/row.h"

RECORD_TABLE(store_trait, STORE_TRAIT_FIELDS)

/* Rows as they come into v, which has room for a page. */
static fault collect(struct store *s, uint64_t wants, struct arena *a, struct store_trait_list *list)
{
	bool is_found;
	TRY(driver_next(s, STMT_TRAIT_LIST, &is_found));
	while (is_found) {
		struct store_trait *row = &list->v[list->n++];
		TRY(row_read(s, STMT_TRAIT_LIST, wants | STORE_TRAIT_BIT(id), a, row));
		TRY(driver_next(s, STMT_TRAIT_LIST, &is_found));
	}
	return NULL;
}

fault store_trait_list(struct store *s, struct store_page page, uint64_t wants, struct arena *a,
		       struct store_trait_list *ret)
{
	struct values in = VALUES(value_after(page.after), value_limit(page.limit),
				  value_number((wants & STORE_TRAIT_BIT(group_tag)) != 0));
	NEED(page.limit <= STORE_PAGE_MAX, BUG);
	struct store_trait_list list = { .v = arena_alloc(a, page.limit * sizeof(*list.v)) };
	NEED(list.v != NULL, SYS_MEMORY);
	fault why = driver_query(s, STMT_TRAIT_LIST, in);
	if (!why)
		why = collect(s, wants, a, &list);
	driver_end(s, STMT_TRAIT_LIST);
	TRY(why);
	*ret = list;
	return NULL;
}
