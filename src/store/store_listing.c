#include "store/store_listing.h"

#include "store/column.h"
#include "store/listing.h"
#include "store/row.h"

/* So many records are sorted sooner than others in their order are looked through. */
#define FEW 5000

/* What totals may take of the engine. */
#define COUNT_STEPS 400000

/* A page under way. */
struct page {
	struct store *s;
	const struct selection *q;
	struct arena *a;
	bool is_total; /* no page: only how many there are */
	size_t n; /* of q->top + 1, so that it is known whether there is a next page */
	void **rows;
	struct selection_value (*ends)[SELECTION_AFTER_MAX];
};

static fault count(struct store *s, const struct listing_statement *text, uint64_t *ret)
{
	TRY(driver_compose(s, text->text, NULL, 0));
	return row_number(s, STMT_COMPOSED, (struct values){ text->n, text->v }, ret);
}

/* --- which index ---------------------------------------------------------------------------------------- */

struct choice {
	uint64_t visible;
	uint64_t found; /* by the term that finds fewest, counted to FEW + 1 */
	bool is_ordered;
};

static fault weigh(const struct page *p, size_t term, struct choice *c)
{
	uint64_t found;
	struct listing_statement text;
	if (!is_listing_indexed(p->q, term))
		return NULL;
	TRY(listing_build_probe(p->q, term, FEW + 1, p->a, &text));
	TRY(count(p->s, &text, &found));
	bool is_ordered = is_listing_ordered(p->q, term);
	if (found < c->found || (is_ordered && !c->visible))
		*c = (struct choice){ UINT64_C(1) << term, found, is_ordered };
	return NULL;
}

/* One term that its index finds is best left to it. */
static bool is_plain(const struct page *p, size_t terms)
{
	if (terms != 1 || !p->is_total)
		return terms == 1 && is_listing_ordered(p->q, 0);
	return is_listing_indexed(p->q, 0) && !is_listing_word(p->q, 0);
}

/* The term that finds fewest; failing that, one that finds records in their order. */
static fault choose(const struct page *p, struct listing_step *ret)
{
	struct choice c = { .found = FEW + 1 };
	size_t n = listing_count_terms(p->q);
	for (size_t i = 0; i < n && !is_plain(p, n); i++)
		TRY(weigh(p, i, &c));
	ret->hidden = is_plain(p, n) ? 0 : ~c.visible;
	ret->is_order_hidden = c.visible && !c.is_ordered;
	return NULL;
}

/* --- pages ---------------------------------------------------------------------------------------------- */

static struct selection_value value_of(struct arena *a, const struct value *v)
{
	struct selection_value to = { .kind = SELECTION_NUMBER, .number = v->number };
	if (v->type == VALUE_NUMBER)
		return to;
	to.kind = v->type == VALUE_TEXT ? SELECTION_TEXT : SELECTION_BYTES;
	to.view = arena_copy(a, v->view);
	return to;
}

static fault read_row(struct page *p)
{
	const struct record *record = driver_record(p->s, STMT_COMPOSED);
	void *row = arena_alloc(p->a, record->size);
	NEED(row != NULL, SYS_MEMORY);
	TRY(row_read(p->s, STMT_COMPOSED, ROW_ALL, p->a, row));
	for (size_t i = 0; i <= p->q->sorts_n; i++) {
		struct value v = driver_column(p->s, STMT_COMPOSED, record->count + i);
		p->ends[p->n][i] = value_of(p->a, &v);
	}
	p->rows[p->n++] = row;
	return NULL;
}

static fault read_rows(struct page *p)
{
	bool is_found = true;
	while (p->n <= p->q->top) {
		TRY(driver_next(p->s, STMT_COMPOSED, &is_found));
		if (!is_found)
			break;
		TRY(read_row(p));
	}
	return NULL;
}

static fault run_step(struct page *p, const struct listing_step *step)
{
	struct listing_statement text;
	TRY(listing_build_page(p->q, step, p->a, &text));
	TRY(driver_compose(p->s, text.text, text.gives, text.extra));
	fault why = driver_query(p->s, STMT_COMPOSED, (struct values){ text.n, text.v });
	if (!why)
		why = read_rows(p);
	driver_end(p->s, STMT_COMPOSED);
	return why;
}

static fault run_steps(struct page *p)
{
	struct listing_step step = { 0 };
	size_t n = listing_count_steps(p->q);
	TRY(choose(p, &step));
	for (; step.step < n && p->n <= p->q->top; step.step++) {
		step.limit = p->q->top + 1 - p->n;
		TRY(run_step(p, &step));
	}
	return NULL;
}

fault store_listing_list(struct store *s, const struct selection *q, struct arena *a,
			 struct store_listing *ret)
{
	TRY(listing_check(q));
	struct page p = { .s = s, .q = q, .a = a };
	p.rows = arena_alloc(a, (q->top + 1) * sizeof(*p.rows));
	p.ends = arena_alloc(a, (q->top + 1) * sizeof(*p.ends));
	NEED(p.rows != NULL && p.ends != NULL, SYS_MEMORY);
	TRY(run_steps(&p));
	bool is_last = p.n <= q->top;
	*ret = (struct store_listing){
		.n = is_last ? p.n : q->top, .v = p.rows, .ends = p.ends, .is_last = is_last
	};
	return NULL;
}

/* --- totals --------------------------------------------------------------------------------------------- */

/* Row by row, so that it is known how many were found when the engine is out of steps. */
static fault count_rows(struct store *s, const struct listing_statement *text, uint64_t *ret)
{
	bool is_found = true;
	fault why = driver_query(s, STMT_COMPOSED, (struct values){ text->n, text->v });
	for (*ret = 0; !why && is_found; *ret += !why && is_found)
		why = driver_next(s, STMT_COMPOSED, &is_found);
	driver_end(s, STMT_COMPOSED);
	return why;
}

static fault count_asked(struct store *s, const struct selection *q, const struct listing_statement *text,
			 struct store_listing_total *ret)
{
	struct store_listing_total total = { 0 };
	TRY(driver_compose(s, text->text, NULL, 0));
	if (!column_views[q->view].is_grouped)
		driver_bound(s, COUNT_STEPS);
	fault why = count_rows(s, text, &total.n);
	total.is_all = !why;
	*ret = total;
	return why == FAIL(QUERY_WIDE) ? NULL : why;
}

fault store_listing_count(struct store *s, const struct selection *q, struct arena *a,
			  struct store_listing_total *ret)
{
	struct listing_statement text;
	struct listing_step step = { 0 };
	TRY(listing_check(q));
	TRY(choose(&(struct page){ .s = s, .q = q, .a = a, .is_total = true }, &step));
	TRY(listing_build_count(q, &step, a, &text));
	if (!is_listing_table(q))
		return count_asked(s, q, &text, ret);
	*ret = (struct store_listing_total){ .is_all = true };
	return count(s, &text, &ret->n);
}
