#include "store/store_trait.h"

#include <string.h>

#include "store/row.h"

RECORD_TABLE(store_trait, STORE_TRAIT_FIELDS)
RECORD_TABLE(store_trait_tag, STORE_TRAIT_TAG_FIELDS)

const struct record store_trait_claims_record = { "store_trait_claims", store_trait_fields,
						  STORE_TRAIT_AT_assurance + 1, sizeof(struct store_trait) };
const struct record store_trait_machine_record = { "store_trait_machine", store_trait_fields,
						   STORE_TRAIT_AT_os_version + 1,
						   sizeof(struct store_trait) };

/* The first whose record has all that is wanted is taken. */
static enum stmt way_of(uint64_t wants)
{
	static const struct {
		enum stmt which;
		const struct record *gives;
	} ways[] = {
		{ STMT_TRAIT_LIST_CLAIMS, &store_trait_claims_record },
		{ STMT_TRAIT_LIST_MACHINE, &store_trait_machine_record },
		{ STMT_TRAIT_LIST, &store_trait_record },
	};
	size_t i = 0;
	while (i + 1 < COUNT_OF(ways) && wants >> ways[i].gives->count)
		i++;
	return ways[i].which;
}

/* Rows as they come into v, which has room for a page. */
static fault collect(struct store *s, enum stmt which, uint64_t wants, struct arena *a,
		     struct store_trait_list *list)
{
	bool is_found;
	TRY(driver_next(s, which, &is_found));
	while (is_found) {
		struct store_trait *row = &list->v[list->n++];
		TRY(row_read(s, which, wants | STORE_TRAIT_BIT(id), a, row));
		TRY(driver_next(s, which, &is_found));
	}
	return NULL;
}

fault store_trait_list(struct store *s, struct store_page page, uint64_t wants, struct arena *a,
		       struct store_trait_list *ret)
{
	const enum stmt which = way_of(wants);
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	NEED(page.limit <= STORE_PAGE_MAX, BUG);
	struct store_trait_list list = { .v = arena_alloc(a, page.limit * sizeof(*list.v)) };
	NEED(list.v != NULL, SYS_MEMORY);
	fault why = driver_query(s, which, in);
	if (!why)
		why = collect(s, which, wants, a, &list);
	driver_end(s, which);
	TRY(why);
	*ret = list;
	return NULL;
}

/* Both are in the order of ids, so that each is gone through once. */
static fault collect_tags(struct store *s, const struct store_trait_list *of, struct arena *a,
			  struct bytes *tags)
{
	const enum stmt which = STMT_TRAIT_LIST_TAGS;
	struct store_trait_tag row;
	bool is_found;
	size_t i = 0;
	TRY(driver_next(s, which, &is_found));
	while (is_found) {
		struct bytes id = driver_column(s, which, 0).view;
		while (i < of->n && bytes_compare(of->v[i].id, id) < 0)
			i++;
		if (i < of->n && is_bytes_equal(of->v[i].id, id)) {
			TRY(row_read(s, which, UINT64_C(1) << 1, a, &row)); /* the tag alone */
			tags[i] = row.group_tag;
		}
		TRY(driver_next(s, which, &is_found));
	}
	return NULL;
}

fault store_trait_read_tags(struct store *s, const struct store_trait_list *of, struct arena *a,
			    struct bytes *ret)
{
	memset(ret, 0, of->n * sizeof(*ret));
	if (!of->n)
		return NULL;
	struct values in = VALUES(value_id(of->v[0].id), value_id(of->v[of->n - 1].id));
	fault why = driver_query(s, STMT_TRAIT_LIST_TAGS, in);
	if (!why)
		why = collect_tags(s, of, a, ret);
	driver_end(s, STMT_TRAIT_LIST_TAGS);
	return why;
}
