#include "flow/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_anchor.h"

#define SNAPSHOT_PAGE 100
#define SNAPSHOT_ARENA (SNAPSHOT_PAGE * 16384)

fault snapshot_list(struct flow *f, fault (*each)(void *of, const struct anchor *anchor), void *of,
		    uint64_t *ret_count)
{
	uint8_t last[ANCHORS_HASH_SIZE];
	struct store_page page = { .limit = SNAPSHOT_PAGE };
	struct store_anchor_list list = { .n = SNAPSHOT_PAGE };
	struct arena a;
	fault why = NULL;
	*ret_count = 0;
	arena_init(&a, SNAPSHOT_ARENA);
	while (!why && list.n == SNAPSHOT_PAGE) {
		arena_reset(&a);
		why = store_anchor_list(f->store, page, &a, &list);
		for (size_t i = 0; !why && i < list.n; i++) {
			const struct anchor one = { list.v[i].certificate, list.v[i].maker, list.v[i].class };
			why = each(of, &one);
			++*ret_count;
		}
		if (!why && list.n && bytes_copy(list.v[list.n - 1].fingerprint, last, sizeof(last)))
			page.after = BYTES_OF(last);
	}
	arena_done(&a);
	return why;
}

static fault write_one(void *of, const struct anchor *anchor)
{
	uint8_t fingerprint[ANCHORS_HASH_SIZE];
	TRY(alg_sha256(anchor->certificate, fingerprint));
	const struct anchors_record r = { BYTES_OF(fingerprint), ANCHORS_ROOT,
					  (enum anchors_class)anchor->class, anchor->maker };
	anchors_write(&r, of);
	return NULL;
}

fault snapshot_build(struct flow *f)
{
	size_t size = (size_t)ANCHORS_MAX * ANCHORS_RECORD_MAX;
	uint8_t *records = malloc(size);
	uint64_t count;
	NEED(records != NULL, SYS_MEMORY);
	struct wr w = wr_of(records, size);
	fault why = snapshot_list(f, write_one, &w, &count);
	if (!why)
		anchors_hash(count, wr_done(&w), f->snapshot);
	free(records);
	return why;
}

fault snapshot_read_anchor(struct anchor_new *in, struct arena *a)
{
	NEED(!in->subject.p && in->not_after == 0, PARSE_FIELD);
	struct anchors *only = anchors_new();
	struct bytes fingerprint;
	fault why = anchors_put(only, in->certificate, in->maker, ANCHORS_UNKNOWN);
	if (!why)
		why = flow_hash(in->certificate, a, &fingerprint);
	const struct anchors_entry *entry = why ? NULL : anchors_find(only, fingerprint);
	if (entry) {
		struct anchors_label label;
		anchors_describe(entry, &label);
		in->subject = arena_copy(a, bytes_text(label.subject));
		in->not_after = label.not_after > 0 ? (uint64_t)label.not_after : 0;
	}
	anchors_free(only);
	return why;
}
