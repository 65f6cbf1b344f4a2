#include "flow/scoping.h"

#include "base/text.h"
#include "store/store_filter.h"

/* A filter's id or, when it is none, its name. */
static fault find_filter(struct flow *f, struct bytes word, struct arena *a, struct bytes *ret)
{
	struct store_filter *row = NULL;
	uint8_t *id = arena_alloc(a, RECORD_ID_SIZE);
	NEED(id != NULL, SYS_MEMORY);
	if (text_uuid_parse(word, id))
		TRY(store_filter_get(f->store, bytes_of(id, RECORD_ID_SIZE), a, &row));
	else
		TRY(store_filter_find_by_name(f->store, word, a, &row));
	NEED(row != NULL, NOT_FOUND);
	*ret = row->id;
	return NULL;
}

fault scoping_read(struct flow *f, struct scoping *s, struct arena *a, const char **ret_detail)
{
	struct bytes word = s->include.n ? s->include : s->exclude;
	if (!s->include.p && !s->exclude.p)
		return NULL;
	*ret_detail = "include: there is one filter, which is included or excluded.";
	NEED(!s->include.n || !s->exclude.n, PARSE_FIELD);
	s->mode = SCOPE_UNFILTERED;
	s->filter_id = (struct bytes){ 0 };
	if (!word.n)
		return NULL;
	*ret_detail = "There is no such filter: assay filter list.";
	TRY(find_filter(f, word, a, &s->filter_id));
	s->mode = s->include.n ? SCOPE_INCLUDE : SCOPE_EXCLUDE;
	return NULL;
}
