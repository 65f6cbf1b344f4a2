#include "store/clause.h"

#include <stdio.h>
#include <string.h>

/* Behind every text that begins with what it is put behind. */
#define LAST_CHARACTER "\xF4\x8F\xBF\xBF"

void clause_put(struct clause *t, const char *text)
{
	wr_bytes(&t->w, bytes_text(text));
}

void clause_put_argument(struct clause *t, struct value v)
{
	char name[16];
	if (t->to->n == VALUES_MAX) {
		t->w.bad = true;
		return;
	}
	t->to->v[t->to->n++] = v;
	snprintf(name, sizeof(name), "$%zu", t->to->n);
	clause_put(t, name);
}

/* As LISTING_TEXT has texts: the engine's lower() knows ASCII alone. */
static struct bytes lower(struct clause *t, struct bytes in, const char *behind)
{
	struct bytes more = bytes_text(behind);
	uint8_t *p = arena_alloc(t->a, in.n + more.n + 1);
	for (size_t i = 0; p && i < in.n; i++)
		p[i] = (uint8_t)(in.p[i] >= 'A' && in.p[i] <= 'Z' ? in.p[i] + ('a' - 'A') : in.p[i]);
	if (p && more.n)
		memcpy(p + in.n, more.p, more.n);
	return p ? bytes_of(p, in.n + more.n) : (struct bytes){ 0 };
}

void clause_put_value(struct clause *t, const struct selection_value *v)
{
	if (v->kind == SELECTION_NUMBER)
		clause_put_argument(t, value_number(v->number));
	else if (v->kind == SELECTION_TEXT)
		clause_put_argument(t, value_text(lower(t, v->view, "")));
	else
		clause_put_argument(t, value_bytes(v->view));
}

/* The pattern for LIKE that finds the text with anything before it and, where that is said, behind it. */
static void put_pattern(struct clause *t, struct bytes in, bool is_open)
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
	clause_put_argument(t, value_text(p ? bytes_of(p, n) : (struct bytes){ 0 }));
	clause_put(t, " ESCAPE '!'");
}

/* --- words ---------------------------------------------------------------------------------------------- */

/* The least that the index of parts finds, in characters. */
#define WORD_MIN 3

bool has_clause_words(const struct selection *q, struct bytes text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += (text.p[i] & 0xC0) != 0x80;
	return column_views[q->view].words && n >= WORD_MIN;
}

bool is_clause_word(const struct selection *q, const struct selection_node *n)
{
	return n->op == SELECTION_CONTAINS && (columns[n->column].use & COLUMN_SEARCHED) &&
	       has_clause_words(q, n->value.view);
}

/* The column as the index calls it: without its table, and without what LISTING_TEXT puts around it. */
static struct bytes word_column(const struct column *c)
{
	struct bytes name = bytes_text(strchr(c->text, '.') + 1);
	return bytes_until(&name, ')');
}

/* column : "text", where a quote stands twice (FTS5 §3.1); without a column, of any. */
void clause_put_phrase(struct clause *t, const struct column *c, struct bytes text)
{
	struct bytes name = c ? word_column(c) : (struct bytes){ 0 };
	size_t room = name.n + 2 * text.n + 8;
	struct wr w = wr_of(arena_alloc(t->a, room), room);
	if (!w.p)
		return;
	wr_bytes(&w, name);
	wr_bytes(&w, bytes_text(c ? " : \"" : "\""));
	for (size_t i = 0; i < text.n; i++) {
		wr_u8(&w, text.p[i]);
		if (text.p[i] == '"')
			wr_u8(&w, '"');
	}
	wr_u8(&w, '"');
	clause_put_argument(t, value_text(wr_done(&w)));
}

static void put_words(struct clause *t, const struct column *c, struct bytes text)
{
	clause_put(t, column_views[t->q->view].key);
	clause_put(t, " IN (");
	clause_put(t, column_views[t->q->view].words);
	clause_put_phrase(t, c, text);
	clause_put(t, ") AND ");
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

const char *clause_veil(enum store_listing_kind kind)
{
	return veils[kind];
}

static void put_column(struct clause *t, const struct column *c, bool is_hidden)
{
	/* Octets are few for each value, so that their index is never the wrong one. */
	bool is_veiled = is_hidden && c->kind != STORE_LISTING_BYTES;
	clause_put(t, is_veiled ? "(" : "");
	clause_put(t, c->text);
	clause_put(t, is_veiled ? veils[c->kind] : "");
	clause_put(t, is_veiled ? ")" : "");
}

static void put_among(struct clause *t, const struct column *c, int64_t set, bool is_hidden)
{
	char number[8];
	const char *before = " IN (";
	put_column(t, c, is_hidden);
	for (unsigned i = 0; i < 63; i++) {
		if (!(set >> i & 1))
			continue;
		snprintf(number, sizeof(number), "%u", i);
		clause_put(t, before);
		clause_put(t, number);
		before = ", ";
	}
	clause_put(t, ")");
}

static void put_prefix(struct clause *t, const struct column *c, struct bytes prefix, bool is_hidden)
{
	put_column(t, c, is_hidden);
	clause_put(t, " >= ");
	clause_put_argument(t, value_text(lower(t, prefix, "")));
	clause_put(t, " AND ");
	put_column(t, c, is_hidden);
	clause_put(t, " < ");
	clause_put_argument(t, value_bytes(lower(t, prefix, LAST_CHARACTER)));
	t->to->v[t->to->n - 1].type = VALUE_TEXT;
}

/* True or false of every record, never unknown: what is absent is less than nothing and equal to nothing. */
static void put_comparison(struct clause *t, const struct selection_node *n, bool is_hidden)
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
	if (!is_hidden && is_clause_word(t->q, n))
		put_words(t, c, n->value.view);
	put_column(t, c, is_hidden);
	if (n->value.kind == SELECTION_NULL) {
		clause_put(t, absent[c->kind]);
	} else if (n->op >= SELECTION_ENDS) {
		clause_put(t, " LIKE ");
		put_pattern(t, n->value.view, n->op == SELECTION_CONTAINS);
	} else {
		clause_put(t, signs[n->op]);
		clause_put_value(t, &n->value);
	}
	bool is_below = n->op == SELECTION_LT || n->op == SELECTION_LE;
	bool is_octets = c->kind == STORE_LISTING_BYTES && n->value.kind != SELECTION_NULL;
	if (is_octets || (is_below && c->kind != STORE_LISTING_NUMBER)) {
		clause_put(t, " AND ");
		put_column(t, c, is_hidden);
		clause_put(t, present[c->kind]);
	}
}

/* The nodes from `at` on that belong together; gives the place behind them. */
static size_t put_nodes(struct clause *t, size_t at, bool is_hidden)
{
	const struct selection_node *n = &t->q->nodes[at++];
	if (at > t->q->nodes_n) {
		t->w.bad = true;
		return at;
	}
	clause_put(t, n->op == SELECTION_NOT ? "NOT (" : "(");
	if (!selection_arity(n->op)) {
		put_comparison(t, n, is_hidden);
	} else {
		at = put_nodes(t, at, is_hidden);
		if (selection_arity(n->op) == 2) {
			clause_put(t, n->op == SELECTION_AND ? " AND " : " OR ");
			at = put_nodes(t, at, is_hidden);
		}
	}
	clause_put(t, ")");
	return at;
}

void clause_put_nodes(struct clause *t, size_t at, bool is_hidden)
{
	put_nodes(t, at, is_hidden);
}

void clause_put_search(struct clause *t, bool is_hidden)
{
	const char *before = "(";
	if (!is_hidden && has_clause_words(t->q, t->q->search))
		put_words(t, NULL, t->q->search);
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		if (columns[i].view != t->q->view || !(columns[i].use & COLUMN_SEARCHED))
			continue;
		clause_put(t, before);
		clause_put(t, columns[i].text);
		clause_put(t, " LIKE ");
		put_pattern(t, t->q->search, true);
		before = " OR ";
	}
	clause_put(t, ")");
}
