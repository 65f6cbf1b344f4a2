#include "flow/roll.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "flow/flow.h"

#define FIRST_ROOM 64

#define RECORD_MAX (ANCHORS_RECORD_MAX > EKLISTS_RECORD_SIZE ? ANCHORS_RECORD_MAX : EKLISTS_RECORD_SIZE)

struct line {
	uint8_t key[ANCHORS_HASH_SIZE]; /* a certificate's fingerprint, a list's id */
	uint8_t size;
	uint8_t record[RECORD_MAX]; /* as it goes into the digest */
};

/* Ascending by key. */
struct table {
	size_t n, room;
	struct line *v;
};

struct roll {
	struct table anchors, eklists;
	bool has_idps;
	uint8_t idps[IDPLIST_HASH_SIZE];
};

fault roll_answer(const struct roll_change *change, struct arena *a, struct flow_answer *answer)
{
	struct roll_change *kept = arena_alloc(a, sizeof(*kept));
	NEED(kept != NULL, SYS_MEMORY);
	*kept = *change;
	answer->changes = kept;
	answer->changes_n = 1;
	return NULL;
}

struct roll *roll_new(void)
{
	return heap_need(calloc(1, sizeof(struct roll)));
}

void roll_free(struct roll *r)
{
	if (!r)
		return;
	free(r->anchors.v);
	free(r->eklists.v);
	free(r);
}

struct anchors_record roll_record(const struct store_anchor *row)
{
	struct anchors_record record = { .fingerprint = row->fingerprint };
	if (row->role <= ANCHORS_ROLE_LAST)
		record.role = (enum anchors_role)row->role;
	if (record.role != ANCHORS_ROOT)
		return record;
	record.class = (enum anchors_class)row->class;
	record.maker = row->maker;
	return record;
}

/* The place of the first line whose key is not below. */
static size_t place_of(const struct table *t, struct bytes key)
{
	size_t low = 0, high = t->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (bytes_compare(BYTES_OF(t->v[middle].key), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void take_out(struct table *t, struct bytes key)
{
	size_t place = place_of(t, key);
	if (place == t->n || !is_bytes_equal(BYTES_OF(t->v[place].key), key))
		return;
	t->n--;
	memmove(t->v + place, t->v + place + 1, (t->n - place) * sizeof(*t->v));
}

/* The store holds nothing whose key or record is longer than its place here. */
static void insert(struct table *t, struct bytes key, struct wr *record)
{
	struct line line = { .size = (uint8_t)record->at };
	size_t place = place_of(t, key);
	bool is_copied = !record->bad && bytes_copy(key, line.key, sizeof(line.key));
	if (!is_copied)
		abort();
	memcpy(line.record, record->p, record->at);
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : FIRST_ROOM;
		t->v = heap_need(reallocarray(t->v, t->room, sizeof(*t->v)));
	}
	memmove(t->v + place + 1, t->v + place, (t->n - place) * sizeof(*t->v));
	t->v[place] = line;
	t->n++;
}

void roll_put(struct roll *r, const struct roll_change *change)
{
	uint8_t octets[RECORD_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	if (change->idps.p) {
		r->has_idps = idplist_hash(change->idps, r->idps);
		return;
	}
	struct table *t = change->list ? &r->eklists : &r->anchors;
	take_out(t, change->fingerprint);
	if (change->put) {
		const struct anchors_record record = roll_record(change->put);
		anchors_write(&record, &w);
	} else if (change->list) {
		wr_bytes(&w, change->list->id);
		wr_bytes(&w, change->list->digest);
	}
	if (w.at)
		insert(t, change->fingerprint, &w);
}

bool has_roll_idps(const struct roll *r)
{
	return r->has_idps;
}

size_t roll_count(const struct roll *r)
{
	return r->anchors.n;
}

/* All records in one view of the heap, which the caller frees. */
static struct bytes join(const struct table *t)
{
	size_t size = t->n * RECORD_MAX;
	uint8_t *records = heap_need(malloc(size + 1));
	struct wr w = wr_of(records, size);
	for (size_t i = 0; i < t->n; i++)
		wr_bytes(&w, bytes_of(t->v[i].record, t->v[i].size));
	return bytes_of(records, w.at);
}

void roll_digest(const struct roll *r, uint8_t ret[static ANCHORS_HASH_SIZE])
{
	struct bytes anchors = join(&r->anchors), eklists = join(&r->eklists);
	struct bytes idps = bytes_of(r->idps, r->has_idps ? sizeof(r->idps) : 0);
	anchors_hash(r->anchors.n, anchors, eklists, idps, ret);
	free((void *)anchors.p);
	free((void *)eklists.p);
}
