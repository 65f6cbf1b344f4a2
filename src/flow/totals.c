#include "flow/totals.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "store/store_tally.h"

#define ASKED_S 86400 /* so long after somebody asked it is counted again */
#define ARENA (64 << 10)
#define PARTS_PER_S 10 /* so many parts are paid for with a second in which nothing is counted again */

struct kept {
	size_t n;
	uint8_t octets[SELECTION_SIZE_MAX]; /* the question */
	int64_t asked;
	int64_t counted; /* 0: not yet */
	uint64_t found;
};

struct totals {
	struct store *own;
	struct arena arena; /* of what is counted now */
	struct kept *v[TOTALS_MAX];
	struct kept *at; /* NULL: nothing is counted now */
	struct store_listing_total sum;
	int64_t begun, rests; /* until when nothing is counted again */
	int64_t parts;
};

struct totals *totals_new(struct store *own)
{
	struct totals *t = heap_need(calloc(1, sizeof(*t)));
	t->own = own;
	arena_init(&t->arena, ARENA);
	return t;
}

static void stop(struct totals *t)
{
	if (t->at)
		store_tally_close(t->own);
	t->at = NULL;
}

void totals_free(struct totals *t)
{
	if (!t)
		return;
	stop(t);
	for (size_t i = 0; i < TOTALS_MAX; i++)
		free(t->v[i]);
	arena_done(&t->arena);
	free(t);
}

/* What a total depends on. */
static struct bytes question(const struct selection *q, uint8_t octets[static SELECTION_SIZE_MAX])
{
	struct selection only = *q;
	struct wr w = wr_of(octets, SELECTION_SIZE_MAX);
	only.sorts_n = only.after_n = 0;
	only.members = 0;
	only.top = 1;
	only.is_counted = true;
	selection_write(&only, &w);
	return wr_done(&w);
}

static struct kept *find(struct totals *t, struct bytes asked)
{
	for (size_t i = 0; i < TOTALS_MAX; i++)
		if (t->v[i] && is_bytes_equal(bytes_of(t->v[i]->octets, t->v[i]->n), asked))
			return t->v[i];
	return NULL;
}

bool totals_find(struct totals *t, const struct selection *q, int64_t now, struct store_listing_total *ret)
{
	uint8_t octets[SELECTION_SIZE_MAX];
	struct kept *k = find(t, question(q, octets));
	if (!k)
		return false;
	k->asked = now;
	if (!k->counted || now - k->counted > TOTALS_AGE_S)
		return false;
	*ret = (struct store_listing_total){ .n = k->found, .is_all = true, .counted = k->counted };
	return true;
}

/* A free place, or that of what was not asked for longest. */
static size_t place(struct totals *t)
{
	size_t oldest = 0;
	for (size_t i = 0; i < TOTALS_MAX; i++) {
		if (!t->v[i])
			return i;
		if (t->v[i]->asked < t->v[oldest]->asked)
			oldest = i;
	}
	return oldest;
}

static void forget(struct totals *t, size_t i)
{
	if (t->v[i] == t->at)
		stop(t);
	free(t->v[i]);
	t->v[i] = NULL;
}

void totals_put(struct totals *t, const struct selection *q, int64_t now)
{
	uint8_t octets[SELECTION_SIZE_MAX];
	struct bytes asked = question(q, octets);
	if (!asked.n || find(t, asked))
		return;
	size_t i = place(t);
	forget(t, i);
	t->v[i] = heap_need(calloc(1, sizeof(*t->v[i])));
	t->v[i]->n = asked.n;
	t->v[i]->asked = now;
	memcpy(t->v[i]->octets, asked.p, asked.n);
}

/* What nobody could be told goes first, then what was counted longest ago. */
static struct kept *next(const struct totals *t, int64_t now)
{
	struct kept *due = NULL;
	for (size_t i = 0; i < TOTALS_MAX; i++) {
		struct kept *k = t->v[i];
		bool is_asked = k && now - k->asked < ASKED_S;
		if (is_asked && (!due || k->counted < due->counted))
			due = k;
	}
	bool is_told = due && due->counted && now - due->counted <= TOTALS_AGE_S;
	return is_told && now < t->rests ? NULL : due;
}

static fault begin(struct totals *t, struct kept *k, int64_t now)
{
	struct selection q;
	arena_reset(&t->arena);
	TRY(selection_parse(bytes_of(k->octets, k->n), &q));
	TRY(store_tally_open(t->own, &q, &t->arena));
	t->sum = (struct store_listing_total){ 0 };
	t->parts = 0;
	t->begun = now;
	t->at = k;
	return NULL;
}

static void drop(struct totals *t, const struct kept *k)
{
	size_t i = 0;
	while (t->v[i] != k)
		i++;
	forget(t, i);
}

static void finish(struct totals *t, int64_t now)
{
	t->at->found = t->sum.n;
	t->at->counted = t->begun;
	t->rests = now + 1 + t->parts / PARTS_PER_S;
	stop(t);
}

bool totals_walk(struct totals *t, int64_t now)
{
	struct kept *k = t->at ? t->at : next(t, now);
	if (!k)
		return false;
	fault why = t->at ? NULL : begin(t, k, now);
	if (!why)
		why = store_tally_next(t->own, TOTALS_RECORDS, &t->sum);
	t->parts++;
	if (why)
		drop(t, k);
	else if (t->sum.is_all)
		finish(t, now);
	return true;
}
