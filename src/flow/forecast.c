#include "flow/forecast.h"

#include "flow/appraising.h"

#define PAGE 100             /* devices that are held at once */
#define PAGE_ARENA (8 << 20) /* with their certificates */

/* A slice under way. */
struct work {
	struct flow *f;
	struct arena *a;      /* of what is answered */
	struct arena scratch; /* of one page */
	const struct blocklist *list; /* the row */
	struct forecast_hit *hits;
	struct forecast *ret;
};

/* Makers' TPMs are told apart before a device's keys are asked for, which takes several records. */
static bool is_other_maker(const struct blocklist *list, const struct store_device *d)
{
	struct bytes maker = list->v[0].text.maker;
	return maker.p && d->tpm_maker.p && !is_bytes_equal(maker, d->tpm_maker);
}

/* Who it is about outlives its page. */
static fault keep(struct work *w, const struct store_device *d, const struct blocklist_finding *finding)
{
	struct store_device *kept;
	TRY(store_device_get(w->f->store, d->id, w->a, &kept));
	w->hits[w->ret->n++] = (struct forecast_hit){ kept, *finding };
	return NULL;
}

static fault judge(struct work *w, const struct store_device *d)
{
	struct blocklist_tpm tpm;
	struct blocklist_finding finding;
	if (d->state != STORE_DEVICE_ACTIVE)
		return NULL;
	w->ret->devices++;
	if (!d->ak_name.p || is_other_maker(w->list, d))
		return NULL;
	TRY(appraising_get_tpm(w->f, d, &w->scratch, &tpm));
	blocklist_judge(w->list, &tpm, &finding);
	bool is_hit = finding.outcome != BLOCKLIST_FINE || finding.warnings;
	return is_hit ? keep(w, d, &finding) : NULL;
}

static fault judge_page(struct work *w)
{
	struct store_device_list list;
	const struct store_page page = { .limit = PAGE, .after = w->ret->after };
	arena_reset(&w->scratch);
	TRY(store_device_list(w->f->store, page, &w->scratch, &list));
	for (size_t i = 0; i < list.n; i++)
		TRY(judge(w, &list.v[i]));
	bool is_last = list.n < page.limit;
	w->ret->after = is_last ? (struct bytes){ 0 } : arena_copy(w->a, list.v[list.n - 1].id);
	return is_arena_full(w->a) ? FAIL(SYS_MEMORY) : NULL;
}

static fault judge_slice(struct work *w)
{
	for (size_t n = 0; n < FORECAST_SLICE; n += PAGE) {
		TRY(judge_page(w));
		if (!w->ret->after.p)
			break;
	}
	return NULL;
}

fault forecast_list(struct flow *f, const struct blocklist_new *in, struct bytes after, struct arena *a,
		    struct forecast *ret)
{
	struct blocklist list;
	struct forecast found = { .after = after };
	struct work w = { .f = f, .a = a, .list = &list, .ret = &found };
	TRY(blocklist_build(in, 1, a, &list));
	w.hits = arena_alloc(a, FORECAST_SLICE * sizeof(*w.hits));
	NEED(w.hits != NULL, SYS_MEMORY);
	arena_init(&w.scratch, PAGE_ARENA);
	fault why = judge_slice(&w);
	arena_done(&w.scratch);
	TRY(why);
	found.v = w.hits;
	*ret = found;
	return NULL;
}
