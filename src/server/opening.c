#include "server/opening.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define OPENING_BUCKETS 1024 /* ticket ids are random, so their octets spread */
#define OPENING_ARENA 16384

struct openings {
	size_t n;
	struct opening *buckets[OPENING_BUCKETS];
};

struct openings *openings_new(void)
{
	return heap_need(calloc(1, sizeof(struct openings)));
}

static size_t bucket_of(struct bytes id)
{
	return (id.n >= 2 ? (size_t)(id.p[0] | id.p[1] << 8) : 0) % OPENING_BUCKETS;
}

static void opening_free(struct opening *t)
{
	arena_done(&t->arena);
	free(t);
}

void openings_free(struct openings *o)
{
	for (size_t i = 0; o && i < OPENING_BUCKETS; i++)
		while (o->buckets[i])
			openings_delete(o, o->buckets[i]);
	free(o);
}

static struct issue copy_issue(const struct issue *i, struct arena *a)
{
	struct issue c = *i;
	c.serial = arena_copy(a, i->serial);
	c.device_id = arena_copy(a, i->device_id);
	c.key_a = arena_copy(a, i->key_a);
	c.key_b = arena_copy(a, i->key_b);
	c.tbs_hash = arena_copy(a, i->tbs_hash);
	return c;
}

struct opening *openings_put(struct openings *o, const struct issuance *i)
{
	struct opening *t = heap_need(calloc(1, sizeof(*t)));
	arena_init(&t->arena, OPENING_ARENA);
	t->issuance.n = i->n;
	t->issuance.ticket_id = arena_copy(&t->arena, i->ticket_id);
	for (size_t k = 0; k < i->n; k++)
		t->issuance.issue[k] = copy_issue(&i->issue[k], &t->arena);
	struct opening **at = &o->buckets[bucket_of(i->ticket_id)];
	t->next = *at;
	*at = t;
	o->n++;
	return t;
}

struct opening *openings_find(const struct openings *o, struct bytes ticket_id)
{
	struct opening *t = o->buckets[bucket_of(ticket_id)];
	while (t && !is_bytes_equal(t->issuance.ticket_id, ticket_id))
		t = t->next;
	return t;
}

void openings_delete(struct openings *o, struct opening *gone)
{
	struct opening **at = &o->buckets[bucket_of(gone->issuance.ticket_id)];
	while (*at && *at != gone)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = gone->next;
	o->n--;
	opening_free(gone);
}

void opening_put_der(struct opening *t, size_t k, struct bytes der)
{
	if (!t->issuance.der[k].p)
		t->issuance.der[k] = arena_copy(&t->arena, der);
}

bool is_opening_signed(const struct opening *t)
{
	for (size_t i = 0; i < t->issuance.n; i++)
		if (!t->issuance.der[i].p)
			return false;
	return true;
}

void openings_list(struct openings *o, void (*each)(void *of, struct opening *t), void *of)
{
	for (size_t i = 0; i < OPENING_BUCKETS; i++)
		for (struct opening *t = o->buckets[i], *next; t; t = next) {
			next = t->next;
			each(of, t);
		}
}

size_t openings_count(const struct openings *o)
{
	return o->n;
}
