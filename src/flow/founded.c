#include "flow/founded.h"

#include "store/store_meta.h"

#define ARENA_SIZE 1024

/* A crash between the two leaves the row without the note, which the next start adds. */
static fault put(struct flow *f, const struct founded *of, struct arena *a)
{
	struct store_meta *known = NULL;
	TRY(store_meta_find(f->store, of->note, a, &known));
	if (known)
		return NULL;
	TRY(flow_id_new(f, a, of->id));
	fault why = of->put(f->store, of->row);
	TRY(why == FAIL(CONFLICT) ? NULL : why);
	return store_meta_put(f->store, &(struct store_meta){ of->note, BYTES_TEXT("1") });
}

fault founded_put(struct flow *f, const struct founded *of)
{
	struct arena a;
	arena_init(&a, ARENA_SIZE);
	fault why = put(f, of, &a);
	arena_done(&a);
	return why;
}
