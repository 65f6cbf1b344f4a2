#include "flow/filtering.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define PAGE 100
#define RECORDS_SIZE (4 << 20) /* records while they are compiled; what is not touched costs nothing */

struct entry {
	uint8_t id[RECORD_ID_SIZE];
	const struct filter *filter;
};

struct filtering {
	struct arena arena;
	size_t n;
	struct entry entries[FILTERS_MAX]; /* in the order of their ids */
};

/* --- loading -------------------------------------------------------------------------------------------- */

/* The compiled record; NULL when it cannot decide anything. */
static const struct filter *compile(const struct store_filter *row, struct arena *a)
{
	const struct filter *f = NULL;
	struct filter_error ignored;
	enum attribute_id label;
	if (filter_parse(row->rule, a, &f, &ignored) ||
	    filter_check_source(f, row->trusts_labels == 1, &label))
		return NULL;
	return f;
}

static fault load(struct flow *f, struct filtering *filtering, struct arena *a)
{
	struct store_page page = { .limit = PAGE };
	struct store_filter_list list = { .n = PAGE };
	while (list.n == PAGE) {
		TRY(store_filter_list(f->store, page, a, &list));
		NEED(list.n <= FILTERS_MAX - filtering->n, FILTER_LIMIT);
		for (size_t i = 0; i < list.n; i++) {
			struct entry *e = &filtering->entries[filtering->n++];
			NEED(bytes_copy(list.v[i].id, e->id, sizeof(e->id)), SYS_STORAGE);
			e->filter = compile(&list.v[i], &filtering->arena);
		}
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	}
	NEED(!is_arena_full(&filtering->arena), SYS_MEMORY);
	return NULL;
}

fault filtering_build(struct flow *f)
{
	struct arena records;
	struct filtering *filtering = heap_need(calloc(1, sizeof(*filtering)));
	arena_init(&filtering->arena, (size_t)FILTERS_MAX * FILTER_ARENA_SIZE);
	arena_init(&records, RECORDS_SIZE);
	fault why = load(f, filtering, &records);
	arena_done(&records);
	if (why) {
		filtering_free(filtering);
		return why;
	}
	filtering_free(f->filtering);
	f->filtering = filtering;
	return NULL;
}

void filtering_free(struct filtering *filtering)
{
	if (!filtering)
		return;
	arena_done(&filtering->arena);
	free(filtering);
}

static int compare(const void *id, const void *entry)
{
	return bytes_compare(*(const struct bytes *)id, BYTES_OF(((const struct entry *)entry)->id));
}

const struct filter *filtering_find(const struct flow *f, struct bytes id)
{
	const struct filtering *all = f->filtering;
	const struct entry *e =
		all ? bsearch(&id, all->entries, all->n, sizeof(all->entries[0]), compare) : NULL;
	return e ? e->filter : NULL;
}

/* --- reading -------------------------------------------------------------------------------------------- */

static const char *describe(struct bytes rule, const struct filter_error *error, struct arena *a)
{
	return arena_format(a, "column %zu: %s.", filter_column(rule, error->at), error->sentence);
}

fault filtering_read(struct bytes rule, bool trusts_labels, struct arena *a, const char **ret_detail)
{
	struct arena scratch;
	const struct filter *f = NULL;
	struct filter_error error = { 0 };
	enum attribute_id label;
	arena_init(&scratch, FILTER_ARENA_SIZE);
	fault why = filter_parse(rule, &scratch, &f, &error);
	if (why && error.sentence)
		*ret_detail = describe(rule, &error, a);
	if (!why)
		why = filter_check_source(f, trusts_labels, &label);
	if (why == FAIL(POL_UNVERIFIED_ATTR))
		*ret_detail = arena_format(a, "device.%s is what the device says of itself.",
					   attributes[label].name);
	arena_done(&scratch);
	return why;
}

/* --- changing ------------------------------------------------------------------------------------------- */

static fault check(const struct store_filter *row, struct arena *a)
{
	const char *ignored;
	NEED(row->name.n && row->rule.n <= FILTER_RULE_MAX, PARSE_FIELD);
	return filtering_read(row->rule, row->trusts_labels == 1, a, &ignored);
}

fault filtering_put(struct flow *f, const struct inventory_actor *by, const struct filter_new *in,
		    struct arena *a, struct store_filter **ret)
{
	uint64_t count;
	struct store_filter *row = arena_alloc(a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	*row = (struct store_filter){
		.name = in->display_name,
		.rule = in->rule,
		.trusts_labels = in->trust_claims,
		.created = f->now,
		.updated = f->now,
	};
	TRY(check(row, a));
	TRY(store_filter_count(f->store, &count));
	NEED(count < FILTERS_MAX, FILTER_LIMIT);
	TRY(flow_id_new(f, a, &row->id));
	TRY(store_filter_put(f->store, row));
	*ret = row;
	return flow_audit(f, by->name, "filter.add", row->id, by->request_id);
}

fault filtering_update(struct flow *f, const struct inventory_actor *by, const struct filter_set *in,
		       struct arena *a, struct store_filter *row)
{
	NEED(in->display_name.p || in->rule.p, PARSE_FIELD);
	row->name = in->display_name.p ? in->display_name : row->name;
	row->rule = in->rule.p ? in->rule : row->rule;
	row->updated = f->now;
	TRY(check(row, a));
	TRY(store_filter_update(f->store, row));
	return flow_audit(f, by->name, "filter.set", row->id, by->request_id);
}

fault filtering_get(struct flow *f, struct bytes id, struct arena *a, struct store_filter **ret)
{
	return store_filter_get(f->store, id, a, ret);
}

fault filtering_list(struct flow *f, struct store_page page, struct arena *a, struct store_filter_list *ret)
{
	return store_filter_list(f->store, page, a, ret);
}

fault filtering_count_uses(struct flow *f, struct bytes id, uint64_t *ret)
{
	return store_filter_count_uses(f->store, id, ret);
}

fault filtering_delete(struct flow *f, const struct inventory_actor *by, struct bytes id)
{
	TRY(store_filter_delete(f->store, id));
	return flow_audit(f, by->name, "filter.remove", id, by->request_id);
}
