#include "attest/eklists.h"

#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "base/heap.h"

struct entry {
	struct eklist list; /* views of octets */
	uint8_t digest[EKLIST_HASH_SIZE];
	uint8_t octets[]; /* the message */
};

/* Ascending by id. */
struct eklists {
	size_t n;
	struct entry *v[EKLISTS_MAX];
};

struct eklists *eklists_new(void)
{
	return heap_need(calloc(1, sizeof(struct eklists)));
}

void eklists_free(struct eklists *l)
{
	for (size_t i = 0; l && i < l->n; i++)
		free(l->v[i]);
	free(l);
}

/* The place of the first entry whose id is not below. */
static size_t place_of(const struct eklists *l, struct bytes id)
{
	size_t low = 0, high = l->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (bytes_compare(l->v[middle]->list.id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct eklists *l, size_t place, struct bytes id)
{
	return place < l->n && is_bytes_equal(l->v[place]->list.id, id);
}

/* For a list of that id, which takes the place of an earlier one. */
static bool has_room(const struct eklists *l, struct bytes id)
{
	return l->n < EKLISTS_MAX || is_at(l, place_of(l, id), id);
}

bool has_eklists_id(const struct eklists *l, const uint8_t id[static EKLIST_HASH_SIZE])
{
	struct bytes wanted = bytes_of(id, EKLIST_HASH_SIZE);
	return is_at(l, place_of(l, wanted), wanted);
}

static bool is_ascending(struct bytes serials)
{
	for (size_t i = EKLIST_SERIAL_SIZE; i < serials.n; i += EKLIST_SERIAL_SIZE)
		if (bytes_compare(bytes_slice(serials, i - EKLIST_SERIAL_SIZE, EKLIST_SERIAL_SIZE),
				  bytes_slice(serials, i, EKLIST_SERIAL_SIZE)) >= 0)
			return false;
	return serials.n % EKLIST_SERIAL_SIZE == 0;
}

fault eklists_hash(struct bytes message, uint8_t ret[static EKLIST_HASH_SIZE])
{
	return alg_sha256(message, ret);
}

static struct entry *entry_new(const struct eklist *list)
{
	size_t size = list->serials.n + EKLIST_MAX - EKLIST_SERIALS_MAX * EKLIST_SERIAL_SIZE;
	struct entry *e = heap_need(calloc(1, sizeof(*e) + size));
	struct wr w = wr_of(e->octets, size);
	message_write(&eklist_message, list, &w);
	struct bytes message = wr_done(&w);
	if (message_parse(&eklist_message, message, &e->list) || eklists_hash(message, e->digest)) {
		free(e);
		return NULL;
	}
	return e;
}

static void put_entry(struct eklists *l, struct entry *e)
{
	size_t place = place_of(l, e->list.id);
	if (is_at(l, place, e->list.id)) {
		free(l->v[place]);
	} else {
		memmove(&l->v[place + 1], &l->v[place], (l->n - place) * sizeof(struct entry *));
		l->n++;
	}
	l->v[place] = e;
}

fault eklists_put(struct eklists *l, const struct eklist *list)
{
	NEED(is_ascending(list->serials), PARSE_FIELD);
	NEED(has_room(l, list->id), SYS_MEMORY);
	struct entry *e = entry_new(list);
	NEED(e != NULL, PARSE_FIELD);
	put_entry(l, e);
	return NULL;
}

void eklists_merge(struct eklists *l, struct eklists *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (has_room(l, from->v[i]->list.id))
			put_entry(l, from->v[i]);
		else
			free(from->v[i]);
	free(from);
}

size_t eklists_count(const struct eklists *l)
{
	return l->n;
}

void eklists_write(const struct eklists *l, struct wr *w)
{
	for (size_t i = 0; i < l->n; i++) {
		wr_bytes(w, l->v[i]->list.id);
		wr_bytes(w, BYTES_OF(l->v[i]->digest));
	}
}

/* --- what they say -------------------------------------------------------------------------------------- */

static bool has_serial(const struct eklist *list, struct bytes serial)
{
	size_t low = 0, high = list->serials.n / EKLIST_SERIAL_SIZE;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct bytes one =
			bytes_slice(list->serials, middle * EKLIST_SERIAL_SIZE, EKLIST_SERIAL_SIZE);
		int order = bytes_compare(one, serial);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* A certificate with what is asked of every list about it. */
struct question {
	const struct eklists_subject *of;
	uint8_t serial[EKLIST_SERIAL_SIZE];
	size_t n;
	uint8_t ids[EKLIST_URLS_MAX][EKLIST_HASH_SIZE]; /* of the lists that it names */
};

static bool is_asked(const struct eklists_subject *of, struct question *ret)
{
	struct eklist_urls urls;
	*ret = (struct question){ .of = of };
	eklist_find_urls(of->points, &urls);
	for (ret->n = 0; ret->n < urls.n; ret->n++)
		if (eklist_id(of->issuer, urls.v[ret->n], ret->ids[ret->n]))
			return false;
	return eklist_serial(of->serial, ret->serial) == NULL;
}

static bool is_about(const struct eklist *list, const struct question *q)
{
	bool is_named = !list->is_part;
	for (size_t i = 0; i < q->n; i++)
		is_named = is_named || is_bytes_equal(list->id, BYTES_OF(q->ids[i]));
	return is_named && (list->scope & (q->of->is_ca ? EKLIST_CAS : EKLIST_LEAVES));
}

static bool is_of_issuer(const struct eklist *list, const struct question *q)
{
	return is_bytes_equal(list->issuer, BYTES_OF(q->of->issuer));
}

static bool is_now(const struct eklist *list, int64_t now)
{
	return now >= 0 && list->this_update <= (uint64_t)now + EKLIST_SKEW_S &&
	       (uint64_t)now <= list->next_update;
}

void eklists_judge(const struct eklists *l, const struct eklists_subject *of, int64_t now,
		   struct eklists_finding *ret)
{
	struct question q;
	*ret = (struct eklists_finding){ .is_revoked = !is_asked(of, &q), .is_named = of->points.p != NULL };
	for (size_t i = 0; i < l->n; i++) {
		const struct eklist *list = &l->v[i]->list;
		if (!is_of_issuer(list, &q))
			continue;
		bool is_present = is_about(list, &q);
		ret->is_revoked = ret->is_revoked || has_serial(list, BYTES_OF(q.serial));
		ret->is_present = ret->is_present || is_present;
		ret->is_current = ret->is_current || (is_present && is_now(list, now));
	}
}

/* --- as much of them as is about a chain ---------------------------------------------------------------- */

static fault put_cut(const struct eklist *list, struct bytes serials, struct arena *a, struct bytes_list *ret)
{
	uint8_t octets[TRIP_EKLIST_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	struct eklist cut = *list;
	cut.serials = serials;
	message_write(&eklist_message, &cut, &w);
	struct bytes message = arena_copy(a, wr_done(&w));
	NEED(!w.bad && !is_arena_full(a) && ret->n < TRIP_EKLISTS_MAX && bytes_list_put(ret, message),
	     SYS_MEMORY);
	return NULL;
}

/* One serial number is enough: with it the chain is as lost as with two. */
static fault cut_one(const struct eklist *list, const struct question *q, size_t n, struct arena *a,
		     struct bytes_list *ret)
{
	struct bytes found = { 0 };
	bool is_wanted = false;
	for (size_t i = 0; i < n; i++) {
		if (!is_of_issuer(list, &q[i]))
			continue;
		is_wanted = is_wanted || is_about(list, &q[i]);
		if (has_serial(list, BYTES_OF(q[i].serial)))
			found = BYTES_OF(q[i].serial);
	}
	return is_wanted || found.p ? put_cut(list, found, a, ret) : NULL;
}

fault eklists_cut(const struct eklists *l, const struct eklists_subject *of, size_t n, struct arena *a,
		  struct bytes_list *ret)
{
	struct question q[TRIP_CHAIN_MAX];
	NEED(n <= TRIP_CHAIN_MAX, SYS_MEMORY);
	for (size_t i = 0; i < n; i++)
		NEED(is_asked(&of[i], &q[i]), SYS_MEMORY);
	for (size_t i = 0; i < l->n; i++)
		TRY(cut_one(&l->v[i]->list, q, n, a, ret));
	return NULL;
}
