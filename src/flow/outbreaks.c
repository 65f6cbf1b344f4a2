#include "flow/outbreaks.h"

#include "store/store_failure.h"

#define GROUPS_MAX 100 /* of a window: those of most devices come first */
#define OPEN_MAX 100
#define DAY_S 86400

struct round {
	struct flow *f;
	struct arena *a;
	struct outbreak_rule rule;
	struct outbreaks_news news;
};

static fault tell(struct round *r, enum outbreak_change change, struct store_outbreak *row)
{
	NEED(r->news.n < GROUPS_MAX + OPEN_MAX, BUG);
	r->news.v[r->news.n++] = (struct outbreaks_change){ change, row };
	return NULL;
}

/* What befell whom since the outbreak's first failure. */
static fault measure(struct round *r, struct store_outbreak *row)
{
	struct store_failure_sum *all = NULL, *issuer = NULL;
	const struct store_failure_sum of = { .name = row->origin, .fault = row->fault };
	const struct store_failure_span span = { .since = row->first, .by = STORE_FAILURE_BY_ORIGIN,
						 .limit = 1 };
	TRY(store_failure_find_sum(r->f->store, &span, &of, r->a, &all));
	TRY(store_failure_find_issuer(r->f->store, row->first, &of, r->a, &issuer));
	if (all) {
		row->devices = all->devices;
		row->count = all->count;
		row->last = all->last;
	}
	if (issuer) {
		row->issuer = issuer->name;
		row->issuer_devices = issuer->devices;
	}
	return NULL;
}

static bool is_of(const struct store_outbreak *row, const struct store_failure_sum *sum)
{
	return is_bytes_equal(row->fault, sum->fault) && is_bytes_equal(row->origin, sum->name);
}

static fault judge_open(struct round *r, struct store_outbreak *row, const struct store_failure_sum_list *now)
{
	uint64_t devices = 0;
	for (size_t i = 0; i < now->n; i++)
		if (is_of(row, &now->v[i]))
			devices = now->v[i].devices;
	if (outbreak_judge(&r->rule, devices, true) == OUTBREAK_ENDS) {
		row->ended = r->f->now;
		TRY(tell(r, OUTBREAK_ENDS, row));
	}
	uint64_t before = row->count;
	TRY(measure(r, row));
	return row->ended || row->count != before ? store_outbreak_update(r->f->store, row) : NULL;
}

static fault judge_new(struct round *r, const struct store_failure_sum *sum)
{
	if (!sum->name.n || outbreak_judge(&r->rule, sum->devices, false) != OUTBREAK_BEGINS)
		return NULL;
	struct store_outbreak *row = arena_alloc(r->a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	*row = (struct store_outbreak){ .fault = sum->fault, .origin = sum->name, .first = sum->first };
	TRY(flow_id_new(r->f, r->a, &row->id));
	TRY(measure(r, row));
	TRY(store_outbreak_put(r->f->store, row));
	return tell(r, OUTBREAK_BEGINS, row);
}

static bool is_open(const struct store_outbreak_list *open, const struct store_failure_sum *sum)
{
	for (size_t i = 0; i < open->n; i++)
		if (is_of(&open->v[i], sum))
			return true;
	return false;
}

static fault prune(struct flow *f)
{
	int64_t before = f->now - (int64_t)f->limits->failure_days * DAY_S;
	TRY(store_failure_prune(f->store, before, f->limits->failures));
	return store_outbreak_prune(f->store, before);
}

fault outbreaks_judge(struct flow *f, struct arena *a, struct outbreaks_news *ret)
{
	struct store_failure_sum_list now;
	struct store_outbreak_list open;
	struct round r = { .f = f, .a = a, .rule = f->limits->outbreak };
	const struct store_failure_span span = { .since = f->now - r.rule.window_s,
						 .by = STORE_FAILURE_BY_ORIGIN, .limit = GROUPS_MAX };
	r.news.v = arena_alloc(a, (GROUPS_MAX + OPEN_MAX) * sizeof(*r.news.v));
	NEED(r.news.v != NULL, SYS_MEMORY);
	TRY(prune(f));
	TRY(store_failure_sum(f->store, &span, a, &now));
	TRY(store_outbreak_list_open(f->store, (struct store_page){ .limit = OPEN_MAX }, a, &open));
	for (size_t i = 0; i < open.n; i++)
		TRY(judge_open(&r, &open.v[i], &now));
	for (size_t i = 0; i < now.n; i++)
		if (!is_open(&open, &now.v[i]))
			TRY(judge_new(&r, &now.v[i]));
	*ret = r.news;
	return NULL;
}

fault outbreaks_list(struct flow *f, struct store_page page, struct arena *a, struct store_outbreak_list *ret)
{
	return store_outbreak_list(f->store, page, a, ret);
}
