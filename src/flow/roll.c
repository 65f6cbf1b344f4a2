#include "flow/roll.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define FIRST_ROOM 64

struct line {
	uint8_t fingerprint[ANCHORS_HASH_SIZE];
	uint8_t size;
	uint8_t record[ANCHORS_RECORD_MAX]; /* as it goes into the digest */
};

/* Ascending by fingerprint. */
struct roll {
	size_t n, room;
	struct line *v;
};

struct roll *roll_new(void)
{
	return heap_need(calloc(1, sizeof(struct roll)));
}

void roll_free(struct roll *r)
{
	if (r)
		free(r->v);
	free(r);
}

struct anchors_record roll_record(const struct store_anchor *row)
{
	struct anchors_record record = { .fingerprint = row->fingerprint };
	if (row->role != ANCHORS_ROOT)
		return record;
	record.role = ANCHORS_ROOT;
	record.class = (enum anchors_class)row->class;
	record.maker = row->maker;
	return record;
}

/* The place of the first line whose fingerprint is not below. */
static size_t place_of(const struct roll *r, struct bytes fingerprint)
{
	size_t low = 0, high = r->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (bytes_compare(BYTES_OF(r->v[middle].fingerprint), fingerprint) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void take_out(struct roll *r, size_t place)
{
	r->n--;
	memmove(r->v + place, r->v + place + 1, (r->n - place) * sizeof(*r->v));
}

static void insert(struct roll *r, size_t place, const struct store_anchor *row)
{
	struct line line = { .size = 0 };
	const struct anchors_record record = roll_record(row);
	struct wr w = wr_of(line.record, sizeof(line.record));
	anchors_write(&record, &w);
	/* The store holds no maker that is longer than its message field, which is the record's. */
	if (w.bad || !bytes_copy(row->fingerprint, line.fingerprint, sizeof(line.fingerprint)))
		abort();
	line.size = (uint8_t)wr_done(&w).n;
	if (r->n == r->room) {
		r->room = r->room ? 2 * r->room : FIRST_ROOM;
		r->v = heap_need(reallocarray(r->v, r->room, sizeof(*r->v)));
	}
	memmove(r->v + place + 1, r->v + place, (r->n - place) * sizeof(*r->v));
	r->v[place] = line;
	r->n++;
}

void roll_put(struct roll *r, const struct roll_change *change)
{
	size_t place = place_of(r, change->fingerprint);
	if (place < r->n && is_bytes_equal(BYTES_OF(r->v[place].fingerprint), change->fingerprint))
		take_out(r, place);
	if (change->put)
		insert(r, place, change->put);
}

size_t roll_count(const struct roll *r)
{
	return r->n;
}

void roll_digest(const struct roll *r, uint8_t ret[static ANCHORS_HASH_SIZE])
{
	size_t size = r->n * ANCHORS_RECORD_MAX;
	uint8_t *records = heap_need(malloc(size + 1));
	struct wr w = wr_of(records, size);
	for (size_t i = 0; i < r->n; i++)
		wr_bytes(&w, bytes_of(r->v[i].record, r->v[i].size));
	anchors_hash(r->n, wr_done(&w), ret);
	free(records);
}
