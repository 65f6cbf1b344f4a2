#include "server/entrance.h"

#include <stdlib.h>

#include "base/heap.h"
#include "base/secret.h"

#define ENTRANCE_ARENA (2 * FRAME_FORM_MAX)

struct place {
	struct arena arena; /* owns the errand */
	struct authcode_errand errand;
	struct entrance_waiter waiter;
};

/* A ring: n of them from first on. */
struct entrance {
	size_t first, n;
	struct place v[ENTRANCE_MAX];
};

struct entrance *entrance_new(void)
{
	struct entrance *e = heap_need(calloc(1, sizeof(*e)));
	for (size_t i = 0; i < ENTRANCE_MAX; i++)
		arena_init(&e->v[i].arena, ENTRANCE_ARENA);
	return e;
}

void entrance_free(struct entrance *e)
{
	for (size_t i = 0; e && i < ENTRANCE_MAX; i++) {
		secret_done(e->v[i].arena.p, e->v[i].arena.n);
		arena_done(&e->v[i].arena);
	}
	free(e);
}

fault entrance_put(struct entrance *e, const struct authcode_errand *errand,
		   const struct entrance_waiter *waiter)
{
	NEED(e->n < ENTRANCE_MAX, SYS_BUSY);
	struct place *p = &e->v[(e->first + e->n) % ENTRANCE_MAX];
	arena_reset(&p->arena);
	p->errand = (struct authcode_errand){
		.idp = arena_copy(&p->arena, errand->idp),
		.url = arena_copy(&p->arena, errand->url),
		.form = arena_copy(&p->arena, errand->form),
		.basic = arena_copy(&p->arena, errand->basic),
		.nonce = arena_copy(&p->arena, errand->nonce),
		.peer = arena_copy(&p->arena, errand->peer),
		.request_id = arena_copy(&p->arena, errand->request_id),
	};
	NEED(!is_arena_full(&p->arena), SYS_MEMORY);
	p->waiter = *waiter;
	e->n++;
	return NULL;
}

const struct authcode_errand *entrance_find(const struct entrance *e)
{
	return e->n ? &e->v[e->first].errand : NULL;
}

fault entrance_take(struct entrance *e, struct entrance_waiter *ret)
{
	NEED(e->n, BUG);
	struct place *p = &e->v[e->first];
	*ret = p->waiter;
	secret_done(p->arena.p, p->arena.at);
	p->errand = (struct authcode_errand){ 0 };
	e->first = (e->first + 1) % ENTRANCE_MAX;
	e->n--;
	return NULL;
}

void entrance_forget(struct entrance *e, const struct link *link)
{
	for (size_t i = 0; i < ENTRANCE_MAX; i++)
		if (e->v[i].waiter.link == link)
			e->v[i].waiter.link = NULL;
}
