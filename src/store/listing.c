#include "store/listing.h"

#include <stdio.h>
#include <string.h>

#include "store/store_audit.h"
#include "store/store_certificate.h"
#include "store/store_device.h"
#include "store/store_filter.h"
#include "store/store_imported.h"
#include "store/store_refusal.h"
#include "store/store_registration.h"

#define TEXT_MAX 12288
/* Behind every text that begins with what it is put behind. */
#define LAST_CHARACTER "\xF4\x8F\xBF\xBF"

enum use { PLAIN = 0, INDEXED = 1, SEARCHED = 2, BOTH = 3 };

static const struct view {
	const struct record *record;
	const char *from, *key;
} views[] = {
#define LISTING(id, record, from, key) [STORE_LISTING_##id] = { &record##_record, from, key },
#define SHOWN(...)
#define COLUMN(...)
#include "store/listing.def"
#undef LISTING
#undef SHOWN
#undef COLUMN
};

static const struct shown {
	enum store_listing_view view;
	const char *field, *text;
} showns[] = {
#define LISTING(...)
#define SHOWN(listing, field, text) { STORE_LISTING_##listing, field, text },
#define COLUMN(...)
#include "store/listing.def"
#undef LISTING
#undef SHOWN
#undef COLUMN
};

#define EXPRESSION_TEXT(text) LISTING_TEXT(text)
#define EXPRESSION_NUMBER(text) text
#define EXPRESSION_TIME(text) text
#define EXPRESSION_BYTES(text) text

static const struct column {
	enum store_listing_view view;
	enum store_listing_kind kind;
	enum use use;
	const char *text, *key;
} columns[] = {
#define LISTING(...)
#define SHOWN(...)
#define COLUMN(listing, id, kind, use, text, key) \
	{ STORE_LISTING_##listing, STORE_LISTING_##kind, use, EXPRESSION_##kind(text), key },
#include "store/listing.def"
#undef LISTING
#undef SHOWN
#undef COLUMN
};

/* --- what may be asked ---------------------------------------------------------------------------------- */

static enum selection_kind value_kind(const struct column *c)
{
	if (c->kind == STORE_LISTING_TEXT)
		return SELECTION_TEXT;
	return c->kind == STORE_LISTING_BYTES ? SELECTION_BYTES : SELECTION_NUMBER;
}

static bool has_column(const struct selection *q, uint8_t column)
{
	return column < COUNT_OF(columns) && columns[column].view == q->view;
}

static bool is_node_allowed(const struct selection *q, const struct selection_node *n)
{
	if (selection_arity(n->op))
		return true;
	if (!has_column(q, n->column))
		return false;
	const struct column *c = &columns[n->column];
	if (n->value.kind == SELECTION_NULL)
		return n->op == SELECTION_EQ && c->kind != STORE_LISTING_NUMBER;
	if (n->value.kind != value_kind(c))
		return false;
	if (n->op >= SELECTION_STARTS)
		return c->kind == STORE_LISTING_TEXT && n->value.view.n > 0;
	if (n->op == SELECTION_AMONG)
		return c->kind == STORE_LISTING_NUMBER && n->value.number > 0;
	return n->op == SELECTION_EQ || c->kind != STORE_LISTING_BYTES;
}

/* A key can be sorted by as well: nothing else of octets is never absent. */
static bool is_sort_allowed(const struct selection *q, const struct selection_sort *s)
{
	if (!has_column(q, s->column))
		return false;
	const struct column *c = &columns[s->column];
	return c->kind != STORE_LISTING_BYTES || strcmp(c->text, views[q->view].key) == 0;
}

static bool is_after_allowed(const struct selection *q)
{
	if (!q->after_n)
		return true;
	for (size_t i = 0; i < q->sorts_n && i < q->after_n; i++)
		if (q->after[i].kind != value_kind(&columns[q->sorts[i].column]))
			return false;
	return q->after_n == q->sorts_n + 1 && q->after[q->sorts_n].kind == SELECTION_BYTES;
}

fault listing_check(const struct selection *q)
{
	NEED(q->view < STORE_LISTING_COUNT && q->top > 0 && q->top <= SELECTION_TOP_MAX, SYS_FRAME);
	for (size_t i = 0; i < q->nodes_n; i++)
		NEED(is_node_allowed(q, &q->nodes[i]), SYS_FRAME);
	for (size_t i = 0; i < q->sorts_n; i++)
		NEED(is_sort_allowed(q, &q->sorts[i]), SYS_FRAME);
	NEED(is_after_allowed(q), SYS_FRAME);
	return NULL;
}

/* --- the text and its arguments ------------------------------------------------------------------------- */

struct text {
	const struct selection *q;
	struct arena *a;
	struct wr w;
	struct listing_statement *to;
};

static void put(struct text *t, const char *text)
{
	wr_bytes(&t->w, bytes_text(text));
}

static void put_argument(struct text *t, struct value v)
{
	char name[16];
	if (t->to->n == VALUES_MAX) {
		t->w.bad = true;
		return;
	}
	t->to->v[t->to->n++] = v;
	snprintf(name, sizeof(name), "$%zu", t->to->n);
	put(t, name);
}

/* As LISTING_TEXT has texts: the engine's lower() knows ASCII alone. */
static struct bytes lower(struct text *t, struct bytes in, const char *behind)
{
	struct bytes more = bytes_text(behind);
	uint8_t *p = arena_alloc(t->a, in.n + more.n + 1);
	for (size_t i = 0; p && i < in.n; i++)
		p[i] = (uint8_t)(in.p[i] >= 'A' && in.p[i] <= 'Z' ? in.p[i] + ('a' - 'A') : in.p[i]);
	if (p && more.n)
		memcpy(p + in.n, more.p, more.n);
	return p ? bytes_of(p, in.n + more.n) : (struct bytes){ 0 };
}

static void put_value(struct text *t, const struct selection_value *v)
{
	if (v->kind == SELECTION_NUMBER)
		put_argument(t, value_number(v->number));
	else if (v->kind == SELECTION_TEXT)
		put_argument(t, value_text(lower(t, v->view, "")));
	else
		put_argument(t, value_bytes(v->view));
}

/* The pattern for LIKE that finds the text with anything before it and, where that is said, behind it. */
static void put_pattern(struct text *t, struct bytes in, bool is_open)
{
	size_t n = 0;
	struct bytes text = lower(t, in, "");
	uint8_t *p = arena_alloc(t->a, 2 * text.n + 2);
	if (p)
		p[n++] = '%';
	for (size_t i = 0; p && i < text.n; i++) {
		if (strchr("%_!", text.p[i]))
			p[n++] = '!';
		p[n++] = text.p[i];
	}
	if (p && is_open)
		p[n++] = '%';
	put_argument(t, value_text(p ? bytes_of(p, n) : (struct bytes){ 0 }));
	put(t, " ESCAPE '!'");
}

/* --- comparisons ---------------------------------------------------------------------------------------- */

static const char *const absent[] = {
	[STORE_LISTING_TEXT] = " = ''", [STORE_LISTING_TIME] = " = 0", [STORE_LISTING_BYTES] = " IS NULL"
};
static const char *const present[] = { [STORE_LISTING_TEXT] = " <> ''",
				       [STORE_LISTING_TIME] = " <> 0",
				       [STORE_LISTING_BYTES] = " IS NOT NULL" };
static const char *const signs[SELECTION_OP_COUNT] = {
	[SELECTION_EQ] = " = ", [SELECTION_GT] = " > ",  [SELECTION_GE] = " >= ",
	[SELECTION_LT] = " < ", [SELECTION_LE] = " <= ",
};
/* What makes of a column an expression that no index is of. */
static const char *const veils[] = {
	[STORE_LISTING_TEXT] = " || ''", [STORE_LISTING_NUMBER] = " + 0", [STORE_LISTING_TIME] = " + 0"
};

static void put_column(struct text *t, const struct column *c, bool is_hidden)
{
	/* Octets are few for each value, so that their index is never the wrong one. */
	bool is_veiled = is_hidden && c->kind != STORE_LISTING_BYTES;
	put(t, is_veiled ? "(" : "");
	put(t, c->text);
	put(t, is_veiled ? veils[c->kind] : "");
	put(t, is_veiled ? ")" : "");
}

static void put_among(struct text *t, const struct column *c, int64_t set, bool is_hidden)
{
	char number[8];
	const char *before = " IN (";
	put_column(t, c, is_hidden);
	for (unsigned i = 0; i < 63; i++) {
		if (!(set >> i & 1))
			continue;
		snprintf(number, sizeof(number), "%u", i);
		put(t, before);
		put(t, number);
		before = ", ";
	}
	put(t, ")");
}

static void put_prefix(struct text *t, const struct column *c, struct bytes prefix, bool is_hidden)
{
	put_column(t, c, is_hidden);
	put(t, " >= ");
	put_argument(t, value_text(lower(t, prefix, "")));
	put(t, " AND ");
	put_column(t, c, is_hidden);
	put(t, " < ");
	put_argument(t, value_bytes(lower(t, prefix, LAST_CHARACTER)));
	t->to->v[t->to->n - 1].type = VALUE_TEXT;
}

/* True or false of every record, never unknown: what is absent is less than nothing and equal to nothing. */
static void put_comparison(struct text *t, const struct selection_node *n, bool is_hidden)
{
	const struct column *c = &columns[n->column];
	if (n->op == SELECTION_AMONG) {
		put_among(t, c, n->value.number, is_hidden);
		return;
	}
	if (n->op == SELECTION_STARTS) {
		put_prefix(t, c, n->value.view, is_hidden);
		return;
	}
	put_column(t, c, is_hidden);
	if (n->value.kind == SELECTION_NULL) {
		put(t, absent[c->kind]);
	} else if (n->op >= SELECTION_ENDS) {
		put(t, " LIKE ");
		put_pattern(t, n->value.view, n->op == SELECTION_CONTAINS);
	} else {
		put(t, signs[n->op]);
		put_value(t, &n->value);
	}
	bool is_below = n->op == SELECTION_LT || n->op == SELECTION_LE;
	bool is_octets = c->kind == STORE_LISTING_BYTES && n->value.kind != SELECTION_NULL;
	if (is_octets || (is_below && c->kind != STORE_LISTING_NUMBER)) {
		put(t, " AND ");
		put_column(t, c, is_hidden);
		put(t, present[c->kind]);
	}
}

/* The nodes from `at` on that belong together; gives the place behind them. */
static size_t put_nodes(struct text *t, size_t at, bool is_hidden)
{
	const struct selection_node *n = &t->q->nodes[at++];
	if (at > t->q->nodes_n) {
		t->w.bad = true;
		return at;
	}
	put(t, n->op == SELECTION_NOT ? "NOT (" : "(");
	if (!selection_arity(n->op)) {
		put_comparison(t, n, is_hidden);
	} else {
		at = put_nodes(t, at, is_hidden);
		if (selection_arity(n->op) == 2) {
			put(t, n->op == SELECTION_AND ? " AND " : " OR ");
			at = put_nodes(t, at, is_hidden);
		}
	}
	put(t, ")");
	return at;
}

static void put_search(struct text *t)
{
	const char *before = "(";
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		if (columns[i].view != t->q->view || !(columns[i].use & SEARCHED))
			continue;
		put(t, before);
		put(t, columns[i].text);
		put(t, " LIKE ");
		put_pattern(t, t->q->search, true);
		before = " OR ";
	}
	put(t, ")");
}

/* --- terms ---------------------------------------------------------------------------------------------- */

static size_t end_of(const struct selection *q, size_t at)
{
	size_t wanted = 1;
	while (wanted && at < q->nodes_n)
		wanted += selection_arity(q->nodes[at++].op) - 1;
	return at;
}

/* Where term i begins: operators of the outermost conjunction are passed over. */
static size_t place_of(const struct selection *q, size_t i)
{
	size_t at = 0;
	for (;;) {
		while (at < q->nodes_n && q->nodes[at].op == SELECTION_AND)
			at++;
		if (!i--)
			return at;
		at = end_of(q, at);
	}
}

size_t listing_count_terms(const struct selection *q)
{
	size_t n = 0;
	for (size_t at = 0; at < q->nodes_n; at = place_of(q, n))
		n++;
	return n;
}

static bool is_found_by_index(const struct selection_node *n)
{
	return n->op < SELECTION_ENDS && (columns[n->column].use & INDEXED);
}

bool is_listing_indexed(const struct selection *q, size_t term)
{
	size_t at = place_of(q, term), end = end_of(q, at);
	for (; at < end; at++) {
		const struct selection_node *n = &q->nodes[at];
		bool is_operator = selection_arity(n->op) > 0;
		if (is_operator ? n->op != SELECTION_OR : !is_found_by_index(n))
			return false;
	}
	return true;
}

/* Records of one value of an index stand in the order of the key. */
bool is_listing_ordered(const struct selection *q, size_t term)
{
	const struct selection_node *n = &q->nodes[place_of(q, term)];
	if (selection_arity(n->op) || !is_found_by_index(n))
		return false;
	if (q->sorts_n)
		return q->sorts[0].column == n->column;
	return n->op == SELECTION_EQ || strcmp(columns[n->column].text, views[q->view].key) == 0;
}

static void put_terms(struct text *t, uint64_t hidden)
{
	size_t n = listing_count_terms(t->q);
	const char *before = " WHERE ";
	for (size_t i = 0; i < n; i++, before = " AND ") {
		put(t, before);
		put_nodes(t, place_of(t->q, i), hidden >> i & 1);
	}
	if (t->q->search.p) {
		put(t, before);
		put_search(t);
	}
}

/* --- pages ---------------------------------------------------------------------------------------------- */

static const char *key_of(const struct selection *q)
{
	return q->sorts_n ? columns[q->sorts[0].column].key : views[q->view].key;
}

static bool is_key_descending(const struct selection *q)
{
	return q->sorts_n && q->sorts[q->sorts_n - 1].is_descending;
}

/* Number i of what the page is sorted by; the key is behind the sorts. */
static const char *order_of(const struct selection *q, size_t i, bool *ret_descending)
{
	bool is_key = i == q->sorts_n;
	*ret_descending = is_key ? is_key_descending(q) : q->sorts[i].is_descending;
	return is_key ? key_of(q) : columns[q->sorts[i].column].text;
}

size_t listing_count_steps(const struct selection *q)
{
	return q->after_n ? q->sorts_n + 1 : 1;
}

/* Step 0 has all sorts equal and is beyond in the key, the next is beyond in the last sort, and so on. */
static void put_step(struct text *t, size_t step)
{
	size_t last = t->q->sorts_n - step;
	bool is_first = t->q->nodes_n == 0 && !t->q->search.p, is_descending;
	for (size_t i = 0; t->q->after_n && i <= last; i++) {
		put(t, is_first && i == 0 ? " WHERE " : " AND ");
		put(t, order_of(t->q, i, &is_descending));
		put(t, i < last ? " = " : is_descending ? " < " : " > ");
		put_value(t, &t->q->after[i]);
	}
}

static void put_order(struct text *t, bool is_hidden)
{
	bool is_descending;
	for (size_t i = 0; i <= t->q->sorts_n; i++) {
		bool is_veiled = is_hidden && i < t->q->sorts_n;
		put(t, i ? ", " : " ORDER BY ");
		put(t, order_of(t->q, i, &is_descending));
		put(t, is_veiled ? veils[columns[t->q->sorts[i].column].kind] : "");
		put(t, is_descending ? " DESC" : "");
	}
}

static const char *shown_text(const struct selection *q, const char *field)
{
	for (size_t i = 0; i < COUNT_OF(showns); i++)
		if (showns[i].view == q->view && strcmp(showns[i].field, field) == 0)
			return showns[i].text;
	return field;
}

static void put_columns(struct text *t)
{
	bool is_descending;
	const struct record *record = views[t->q->view].record;
	for (size_t i = 0; i < record->count; i++) {
		put(t, i ? ", " : "SELECT ");
		put(t, shown_text(t->q, record->fields[i].name));
		put(t, " AS ");
		put(t, record->fields[i].name);
	}
	for (size_t i = 0; i <= t->q->sorts_n; i++) {
		put(t, ", ");
		put(t, order_of(t->q, i, &is_descending));
	}
}

static struct text text_of(const struct selection *q, struct arena *a, struct listing_statement *to)
{
	*to = (struct listing_statement){ 0 };
	uint8_t *p = arena_alloc(a, TEXT_MAX);
	return (struct text){ .q = q, .a = a, .w = wr_of(p, p ? TEXT_MAX : 0), .to = to };
}

static fault end(struct text *t)
{
	wr_u8(&t->w, 0);
	NEED(!is_arena_full(t->a), SYS_MEMORY);
	NEED(!t->w.bad, QUERY_LIMIT);
	t->to->text = (const char *)t->w.p;
	return NULL;
}

fault listing_build_page(const struct selection *q, const struct listing_step *step, struct arena *a,
			 struct listing_statement *ret)
{
	struct text t = text_of(q, a, ret);
	put_columns(&t);
	put(&t, " FROM ");
	put(&t, views[q->view].from);
	put_terms(&t, step->hidden);
	put_step(&t, step->step);
	put_order(&t, step->is_order_hidden);
	put(&t, " LIMIT ");
	put_argument(&t, value_number((int64_t)step->limit));
	ret->gives = views[q->view].record;
	ret->extra = q->sorts_n + 1;
	return end(&t);
}

static void put_bounded(struct text *t, uint64_t most)
{
	put(t, " LIMIT ");
	put_argument(t, value_number((int64_t)most));
	put(t, ") AS found");
}

fault listing_build_probe(const struct selection *q, size_t term, uint64_t most, struct arena *a,
			  struct listing_statement *ret)
{
	struct text t = text_of(q, a, ret);
	put(&t, "SELECT count(*) FROM (SELECT 1 FROM ");
	put(&t, views[q->view].from);
	put(&t, " WHERE ");
	put_nodes(&t, place_of(q, term), false);
	put_bounded(&t, most);
	return end(&t);
}

fault listing_build_count(const struct selection *q, const struct listing_step *step, struct arena *a,
			  struct listing_statement *ret)
{
	struct text t = text_of(q, a, ret);
	bool is_asked = q->nodes_n || q->search.p;
	put(&t, is_asked ? "SELECT count(*) FROM (SELECT 1 FROM " : "SELECT count(*) FROM ");
	put(&t, views[q->view].from);
	put_terms(&t, step->hidden);
	if (is_asked)
		put_bounded(&t, step->limit);
	return end(&t);
}
