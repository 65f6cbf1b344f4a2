#include "store/listing.h"

#include <string.h>

#include "store/clause.h"

#define TEXT_MAX 12288

/* --- what may be asked ---------------------------------------------------------------------------------- */

static enum selection_kind value_kind(const struct column *c)
{
	if (c->kind == STORE_LISTING_TEXT)
		return SELECTION_TEXT;
	return c->kind == STORE_LISTING_BYTES ? SELECTION_BYTES : SELECTION_NUMBER;
}

static bool has_column(const struct selection *q, uint8_t column)
{
	return column < STORE_LISTING_COLUMN_COUNT && columns[column].view == q->view;
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
	return c->kind != STORE_LISTING_BYTES || strcmp(c->text, column_views[q->view].key) == 0;
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

static bool is_whole(const struct selection *q)
{
	return !q->nodes_n && !q->search.p;
}

bool is_listing_table(const struct selection *q)
{
	return is_whole(q) && column_views[q->view].from[0] != '(';
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

static size_t count_nodes_terms(const struct selection *q)
{
	size_t n = 0;
	for (size_t at = 0; at < q->nodes_n; at = place_of(q, n))
		n++;
	return n;
}

/* What is searched for is the last term. */
size_t listing_count_terms(const struct selection *q)
{
	return count_nodes_terms(q) + (q->search.p != NULL);
}

static bool is_found_by_index(const struct selection_node *n)
{
	return n->op < SELECTION_ENDS && (columns[n->column].use & COLUMN_INDEXED);
}

bool is_listing_word(const struct selection *q, size_t term)
{
	size_t at = place_of(q, term);
	return at == q->nodes_n ? has_clause_words(q, q->search) : is_clause_word(q, &q->nodes[at]);
}

bool is_listing_indexed(const struct selection *q, size_t term)
{
	size_t at = place_of(q, term), end = end_of(q, at);
	if (at == q->nodes_n || is_listing_word(q, term))
		return is_listing_word(q, term);
	for (; at < end; at++) {
		const struct selection_node *n = &q->nodes[at];
		bool is_operator = selection_arity(n->op) > 0;
		if (is_operator ? n->op != SELECTION_OR : !is_found_by_index(n))
			return false;
	}
	return true;
}

/*
 * True when all records have the same value of that column: it is no order then, nor does the engine see
 * that.
 */
static bool is_fixed(const struct selection *q, uint8_t column)
{
	size_t n = count_nodes_terms(q);
	for (size_t i = 0; i < n; i++) {
		const struct selection_node *node = &q->nodes[place_of(q, i)];
		if (node->op == SELECTION_EQ && node->column == column)
			return true;
	}
	return false;
}

/* The first sort that is one. */
static size_t first_sort(const struct selection *q)
{
	size_t i = 0;
	while (i < q->sorts_n && is_fixed(q, q->sorts[i].column))
		i++;
	return i;
}

/* Records of one value of an index stand in the order of the key. */
bool is_listing_ordered(const struct selection *q, size_t term)
{
	size_t at = place_of(q, term);
	const struct selection_node *n = &q->nodes[at];
	if (at == q->nodes_n || selection_arity(n->op) || !is_found_by_index(n))
		return false;
	size_t first = first_sort(q);
	if (first < q->sorts_n)
		return q->sorts[first].column == n->column;
	return n->op == SELECTION_EQ || strcmp(columns[n->column].text, column_views[q->view].key) == 0;
}

static void put_term(struct clause *t, size_t term, bool is_hidden)
{
	size_t at = place_of(t->q, term);
	if (at == t->q->nodes_n)
		clause_put_search(t, is_hidden);
	else
		clause_put_nodes(t, at, is_hidden);
}

static void put_terms(struct clause *t, const char *before, uint64_t hidden)
{
	size_t n = listing_count_terms(t->q);
	for (size_t i = 0; i < n; i++) {
		clause_put(t, i ? " AND " : before);
		put_term(t, i, hidden >> i & 1);
	}
}

/* --- pages ---------------------------------------------------------------------------------------------- */

static const char *key_of(const struct selection *q)
{
	return q->sorts_n ? columns[q->sorts[0].column].key : column_views[q->view].key;
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
static void put_step(struct clause *t, size_t step)
{
	size_t last = t->q->sorts_n - step;
	bool is_first = is_whole(t->q), is_descending;
	for (size_t i = 0; t->q->after_n && i <= last; i++) {
		clause_put(t, is_first && i == 0 ? " WHERE " : " AND ");
		clause_put(t, order_of(t->q, i, &is_descending));
		clause_put(t, i < last ? " = " : is_descending ? " < " : " > ");
		clause_put_value(t, &t->q->after[i]);
	}
}

/* What a step has equal values of is no order either. */
static void put_order(struct clause *t, const struct listing_step *step)
{
	bool is_descending;
	size_t equal = t->q->after_n ? t->q->sorts_n - step->step : 0, first = first_sort(t->q);
	for (size_t i = first > equal ? first : equal, n = i; i <= t->q->sorts_n; i++) {
		bool is_veiled = step->is_order_hidden && i < t->q->sorts_n;
		clause_put(t, i > n ? ", " : " ORDER BY ");
		clause_put(t, order_of(t->q, i, &is_descending));
		clause_put(t, is_veiled ? clause_veil(columns[t->q->sorts[i].column].kind) : "");
		clause_put(t, is_descending ? " DESC" : "");
	}
}

static void put_columns(struct clause *t)
{
	bool is_descending;
	const struct record *record = column_views[t->q->view].record;
	for (size_t i = 0; i < record->count; i++) {
		clause_put(t, i ? ", " : "SELECT ");
		clause_put(t, column_shown(t->q->view, record->fields[i].name));
		clause_put(t, " AS ");
		clause_put(t, record->fields[i].name);
	}
	for (size_t i = 0; i <= t->q->sorts_n; i++) {
		clause_put(t, ", ");
		clause_put(t, order_of(t->q, i, &is_descending));
	}
}

static struct clause clause_of(const struct selection *q, struct arena *a, struct listing_statement *to)
{
	*to = (struct listing_statement){ 0 };
	uint8_t *p = arena_alloc(a, TEXT_MAX);
	return (struct clause){ .q = q, .a = a, .w = wr_of(p, p ? TEXT_MAX : 0), .to = to };
}

static fault end(struct clause *t)
{
	wr_u8(&t->w, 0);
	NEED(!is_arena_full(t->a), SYS_MEMORY);
	NEED(!t->w.bad, QUERY_LIMIT);
	t->to->text = (const char *)t->w.p;
	return NULL;
}

/* Tables are looked at by the columns of what is asked, or all of them for whole records. */
enum tables { TABLES_ASKED, TABLES_ALL };

/* The table that a column is of; absent when its list has one alone. */
static struct bytes table_of(uint8_t column)
{
	const char *text = columns[column].text, *dot = strchr(text, '.'), *from = dot;
	while (from && from > text && from[-1] != '(')
		from--;
	return bytes_of(from, dot ? (size_t)(dot - from) : 0);
}

static bool is_table_asked(const struct selection *q, struct bytes table)
{
	for (size_t i = 0; i < q->nodes_n; i++)
		if (!selection_arity(q->nodes[i].op) && is_bytes_equal(table_of(q->nodes[i].column), table))
			return true;
	for (size_t i = 0; i < q->sorts_n; i++)
		if (is_bytes_equal(table_of(q->sorts[i].column), table))
			return true;
	return false;
}

/* None has two rows for a record, so one that nobody looks at changes nothing. */
static void put_tables(struct clause *t, enum tables which)
{
	const struct column_join *join;
	clause_put(t, column_views[t->q->view].from);
	for (size_t i = 0; (join = column_join(t->q->view, i)); i++) {
		if (which == TABLES_ASKED && !is_table_asked(t->q, bytes_text(join->table)))
			continue;
		clause_put(t, join->how);
		clause_put(t, join->table);
		clause_put(t, " ON ");
		clause_put(t, join->on);
	}
}

/* The records of a step in their order, at most limit. */
static void put_records(struct clause *t, const struct listing_step *step)
{
	clause_put(t, " FROM ");
	put_tables(t, step->is_order_hidden ? TABLES_ASKED : TABLES_ALL);
	put_terms(t, " WHERE ", step->hidden);
	put_step(t, step->step);
	put_order(t, step);
	clause_put(t, " LIMIT ");
	clause_put_argument(t, value_number((int64_t)step->limit));
}

/*
 * Whole records are wide: where some have to be sorted, keys are, and the records of the page read
 * afterwards.
 */
fault listing_build_page(const struct selection *q, const struct listing_step *step, struct arena *a,
			 struct listing_statement *ret)
{
	struct clause t = clause_of(q, a, ret);
	put_columns(&t);
	if (step->is_order_hidden) {
		clause_put(&t, " FROM ");
		put_tables(&t, TABLES_ALL);
		clause_put(&t, " WHERE ");
		clause_put(&t, column_views[q->view].key);
		clause_put(&t, " IN (SELECT ");
		clause_put(&t, column_views[q->view].key);
	}
	put_records(&t, step);
	if (step->is_order_hidden) {
		clause_put(&t, ")");
		put_order(&t, step);
	}
	ret->gives = column_views[q->view].record;
	ret->extra = q->sorts_n + 1;
	return end(&t);
}

static void put_bounded(struct clause *t, uint64_t most)
{
	clause_put(t, " LIMIT ");
	clause_put_argument(t, value_number((int64_t)most));
	clause_put(t, ") AS found");
}

/* Of an index of parts the keys alone are counted. */
static bool put_word_probe(struct clause *t, size_t term)
{
	size_t at = place_of(t->q, term);
	const struct selection_node *n = &t->q->nodes[at];
	bool is_search = at == t->q->nodes_n;
	if (!is_search && !is_clause_word(t->q, n))
		return false;
	clause_put(t, "SELECT count(*) FROM (");
	clause_put(t, column_views[t->q->view].words);
	clause_put_phrase(t, is_search ? NULL : &columns[n->column],
			  is_search ? t->q->search : n->value.view);
	return true;
}

/* The one table whose columns the term looks at; where there are several, all that the list is of. */
static void put_source(struct clause *t, size_t term)
{
	const struct selection *q = t->q;
	size_t at = place_of(q, term), end = end_of(q, at);
	struct bytes found = { 0 };
	for (; at < end; at++) {
		if (selection_arity(q->nodes[at].op))
			continue;
		struct bytes table = table_of(q->nodes[at].column);
		if (!table.n || (found.p && !is_bytes_equal(found, table))) {
			put_tables(t, TABLES_ALL);
			return;
		}
		found = table;
	}
	wr_bytes(&t->w, found);
}

fault listing_build_probe(const struct selection *q, size_t term, uint64_t most, struct arena *a,
			  struct listing_statement *ret)
{
	struct clause t = clause_of(q, a, ret);
	if (!put_word_probe(&t, term)) {
		clause_put(&t, "SELECT count(*) FROM (SELECT 1 FROM ");
		put_source(&t, term);
		clause_put(&t, " WHERE ");
		put_term(&t, term, false);
	}
	put_bounded(&t, most);
	return end(&t);
}

fault listing_build_count(const struct selection *q, const struct listing_step *step, struct arena *a,
			  struct listing_statement *ret)
{
	struct clause t = clause_of(q, a, ret);
	clause_put(&t, is_listing_table(q) ? "SELECT count(*) FROM " : "SELECT 1 FROM ");
	put_tables(&t, TABLES_ASKED);
	put_terms(&t, " WHERE ", step->hidden);
	return end(&t);
}

fault listing_build_tally(const struct selection *q, struct arena *a, struct listing_statement *ret)
{
	struct clause t = clause_of(q, a, ret);
	clause_put(&t, is_whole(q) ? "SELECT 1" : "SELECT CASE WHEN ");
	put_terms(&t, "", UINT64_MAX);
	clause_put(&t, is_whole(q) ? " FROM " : " THEN 1 ELSE 0 END FROM ");
	put_tables(&t, TABLES_ASKED);
	return end(&t);
}
