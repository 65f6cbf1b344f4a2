#include "api/odata.h"

#include <string.h>

#include "base/text.h"
#include "flow/inventory.h"

/*
 * or = and { "or" and } ; and = unary { "and" unary } ; unary = ["not"] primary
 * primary = "(" or ")" | function "(" property "," text ")" | property op value
 *         | property "in" "(" value { "," value } ")"
 */

struct parser {
	const struct property_list *list;
	struct bytes in;
	size_t at;
	unsigned depth;
	bool is_fraction; /* the time just read is none of a whole second */
	struct arena *a;
	struct selection *to;
	struct odata_error *error;
};

static fault refuse(struct parser *p, size_t at, fault why, const char *sentence)
{
	p->error->at = at;
	p->error->sentence = sentence;
	return why;
}

#define EXPECT(condition, code, place, sentence) \
	TRY((condition) ? NULL : refuse(p, place, FAIL(code), sentence))

/* --- characters ----------------------------------------------------------------------------------------- */

static uint8_t peek(const struct parser *p)
{
	return p->at < p->in.n ? p->in.p[p->at] : 0;
}

static void skip_space(struct parser *p)
{
	while (peek(p) == ' ')
		p->at++;
}

static bool take(struct parser *p, uint8_t c)
{
	bool is_there = peek(p) == c && p->at < p->in.n;
	p->at += is_there;
	return is_there;
}

static bool is_separator(uint8_t c)
{
	return c == ' ' || c == '(' || c == ')' || c == ',' || c == '\'';
}

/* A run of characters that neither separate nor quote; may be empty. */
static struct bytes take_word(struct parser *p)
{
	size_t from = p->at;
	while (p->at < p->in.n && !is_separator(peek(p)))
		p->at++;
	return bytes_slice(p->in, from, p->at - from);
}

/* The word, if it stands here with a space or an open parenthesis behind it. */
static bool take_keyword(struct parser *p, const char *word)
{
	size_t from = p->at;
	if (is_bytes_text(take_word(p), word) && (peek(p) == ' ' || peek(p) == '(')) {
		skip_space(p);
		return true;
	}
	p->at = from;
	return false;
}

/* --- nodes ---------------------------------------------------------------------------------------------- */

/* Puts a node before those from `before` on. */
static fault put(struct parser *p, size_t before, const struct selection_node *node)
{
	struct selection *s = p->to;
	EXPECT(s->nodes_n < SELECTION_NODES_MAX, QUERY_LIMIT, p->at, "there are too many comparisons");
	memmove(&s->nodes[before + 1], &s->nodes[before], (s->nodes_n - before) * sizeof(*node));
	s->nodes[before] = *node;
	s->nodes_n++;
	return NULL;
}

static fault put_operator(struct parser *p, size_t before, enum selection_op op)
{
	return put(p, before, &(struct selection_node){ .op = (uint8_t)op });
}

/* --- values --------------------------------------------------------------------------------------------- */

/* A text in single quotes, each of which stands twice inside it (OData 4.01 ABNF, string). */
static fault parse_text(struct parser *p, struct bytes *ret)
{
	size_t from = p->at, n = 0;
	uint8_t *out = arena_alloc(p->a, p->in.n + 1);
	NEED(out != NULL, SYS_MEMORY);
	EXPECT(take(p, '\''), QUERY_VALUE, from, "a text in single quotes is expected here");
	for (;;) {
		EXPECT(p->at < p->in.n, QUERY_SYNTAX, from, "this text has no closing quote");
		bool is_quote = take(p, '\'');
		if (is_quote && peek(p) != '\'')
			break;
		out[n++] = p->in.p[p->at++];
	}
	EXPECT(n <= SELECTION_TEXT_MAX, QUERY_LIMIT, from, "this text is too long");
	*ret = bytes_of(out, n);
	return NULL;
}

/* What stands in quotes or without them. */
static fault parse_loose(struct parser *p, struct bytes *ret)
{
	if (peek(p) == '\'')
		return parse_text(p, ret);
	*ret = take_word(p);
	return NULL;
}

static fault read_text(struct parser *p, const struct property *of, struct selection_value *v)
{
	(void)of;
	v->kind = SELECTION_TEXT;
	return parse_text(p, &v->view);
}

static fault read_octets(struct parser *p, struct bytes octets, struct selection_value *v)
{
	*v = (struct selection_value){ .kind = SELECTION_BYTES, .view = arena_copy(p->a, octets) };
	return NULL;
}

static fault read_uuid(struct parser *p, const struct property *of, struct selection_value *v)
{
	uint8_t id[16];
	struct bytes text;
	size_t from = p->at;
	(void)of;
	TRY(parse_loose(p, &text));
	EXPECT(text_uuid_parse(text, id), QUERY_VALUE, from, "an id as 8-4-4-4-12 digits is expected here");
	return read_octets(p, BYTES_OF(id), v);
}

static fault read_hex(struct parser *p, const struct property *of, struct selection_value *v)
{
	uint8_t octets[64];
	struct bytes text;
	size_t from = p->at;
	(void)of;
	TRY(parse_loose(p, &text));
	bool is_hex = text.n > 0 && text.n <= 2 * sizeof(octets) && text_hex_parse(text, octets, text.n / 2);
	EXPECT(is_hex, QUERY_VALUE, from, "hexadecimal digits are expected here");
	return read_octets(p, bytes_of(octets, text.n / 2), v);
}

/* A fraction of a second may be there, as JavaScript writes it: see round_moment. */
static fault read_moment(struct parser *p, const struct property *of, struct selection_value *v)
{
	static const char expected[] = "a time as 2026-01-31T12:00:00Z is expected here";
	char whole[TEXT_TIME_SIZE];
	struct bytes text;
	size_t from = p->at, seconds = sizeof("2026-01-01T00:00:00") - 1;
	(void)of;
	TRY(parse_loose(p, &text));
	EXPECT(text.n > seconds && text.p[text.n - 1] == 'Z', QUERY_VALUE, from, expected);
	struct bytes fraction = bytes_slice(text, seconds, text.n - seconds - 1);
	EXPECT(!fraction.n || (fraction.n > 1 && fraction.p[0] == '.'), QUERY_VALUE, from, expected);
	for (size_t i = 1; i < fraction.n; i++)
		EXPECT(fraction.p[i] >= '0' && fraction.p[i] <= '9', QUERY_VALUE, from, expected);
	memcpy(whole, text.p, seconds);
	whole[seconds] = 'Z';
	v->kind = SELECTION_NUMBER;
	EXPECT(text_time_parse(bytes_of(whole, seconds + 1), &v->number), QUERY_VALUE, from, expected);
	p->is_fraction = fraction.n && !is_bytes_uniform(bytes_slice(fraction, 1, fraction.n - 1), '0');
	return NULL;
}

/* Times are whole seconds: before a part of one, and from it on, is before and from the next. */
static fault round_moment(struct parser *p, size_t from, struct selection_node *node)
{
	if (!p->is_fraction)
		return NULL;
	p->is_fraction = false;
	EXPECT(node->op != SELECTION_EQ, QUERY_VALUE, from, "times are whole seconds");
	node->value.number += node->op == SELECTION_LT || node->op == SELECTION_GE;
	return NULL;
}

static fault read_number(struct parser *p, const struct property *of, struct selection_value *v)
{
	uint64_t number = 0;
	size_t from = p->at;
	(void)of;
	bool is_negative = take(p, '-');
	EXPECT(text_uint_parse(take_word(p), INT64_MAX, &number), QUERY_VALUE, from,
	       "a whole number is expected here");
	v->kind = SELECTION_NUMBER;
	v->number = is_negative ? -(int64_t)number : (int64_t)number;
	return NULL;
}

static fault read_truth(struct parser *p, const struct property *of, struct selection_value *v)
{
	size_t from = p->at;
	struct bytes word = take_word(p);
	(void)of;
	v->kind = SELECTION_NUMBER;
	v->number = is_bytes_text(word, "true");
	EXPECT(v->number || is_bytes_text(word, "false"), QUERY_VALUE, from,
	       "true or false is expected here");
	return NULL;
}

static fault read_word(struct parser *p, const struct property *of, struct selection_value *v)
{
	struct bytes word;
	size_t from = p->at;
	TRY(parse_text(p, &word));
	v->kind = SELECTION_NUMBER;
	v->number = (int64_t)property_numbers_of(of, word);
	EXPECT(v->number, QUERY_VALUE, from, "the property is never this");
	return NULL;
}

#define EQUAL (1U << SELECTION_EQ)
#define ORDER (1U << SELECTION_GT | 1U << SELECTION_GE | 1U << SELECTION_LT | 1U << SELECTION_LE)
#define PARTS (1U << SELECTION_STARTS | 1U << SELECTION_ENDS | 1U << SELECTION_CONTAINS)

/* What each kind is compared with, how it is read, and whether it may be absent. */
static const struct kind {
	fault (*read)(struct parser *p, const struct property *of, struct selection_value *v);
	unsigned ops;
	bool is_nullable;
} kinds[PROPERTY_KIND_COUNT] = {
	[PROPERTY_TEXT] = { read_text, EQUAL | ORDER | PARTS, true },
	[PROPERTY_UUID] = { read_uuid, EQUAL, true },
	[PROPERTY_HEX] = { read_hex, EQUAL, true },
	[PROPERTY_MOMENT] = { read_moment, EQUAL | ORDER, true },
	[PROPERTY_NUMBER] = { read_number, EQUAL | ORDER, false },
	[PROPERTY_TRUTH] = { read_truth, EQUAL, false },
	[PROPERTY_WORD] = { read_word, EQUAL, false },
};

/* One comparison with what stands here. Of words, equality is to be among the numbers called so. */
static fault parse_value(struct parser *p, const struct property *of, enum selection_op op)
{
	const struct kind *kind = &kinds[of->kind];
	struct selection_node node = { .op = (uint8_t)op, .column = of->column };
	size_t from = p->at;
	if (is_bytes_text(take_word(p), "null")) {
		EXPECT(kind->is_nullable && op == SELECTION_EQ, QUERY_VALUE, from,
		       "null is for eq and ne, of what may be absent");
		node.value.kind = SELECTION_NULL;
	} else {
		p->at = from;
		TRY(kind->read(p, of, &node.value));
		TRY(round_moment(p, from, &node));
	}
	if (of->kind == PROPERTY_WORD)
		node.op = SELECTION_AMONG;
	return put(p, p->to->nodes_n, &node);
}

/* --- the expression ------------------------------------------------------------------------------------- */

static fault parse_property(struct parser *p, const struct property **ret)
{
	size_t from = p->at;
	const struct property *found = property_find(p->list, take_word(p));
	EXPECT(p->at > from, QUERY_SYNTAX, from, "a property is expected here");
	EXPECT(found, QUERY_PROPERTY, from, "the list has no such property");
	EXPECT(found->column != PROPERTY_SHOWN, QUERY_PROPERTY, from,
	       "this property is shown, but not compared or sorted by");
	*ret = found;
	return NULL;
}

static const struct function {
	const char *name;
	enum selection_op op;
} functions[] = {
	{ "startswith", SELECTION_STARTS },
	{ "endswith", SELECTION_ENDS },
	{ "contains", SELECTION_CONTAINS },
};

static const struct function *find_function(const struct parser *p)
{
	struct bytes left = bytes_slice(p->in, p->at, p->in.n - p->at);
	for (size_t i = 0; i < COUNT_OF(functions); i++) {
		size_t n = strlen(functions[i].name);
		if (is_bytes_text(bytes_slice(left, 0, n), functions[i].name) && left.n > n &&
		    left.p[n] == '(')
			return &functions[i];
	}
	return NULL;
}

static fault parse_function(struct parser *p, const struct function *f)
{
	const struct property *of = NULL;
	p->at += strlen(f->name) + 1;
	skip_space(p);
	size_t from = p->at;
	TRY(parse_property(p, &of));
	EXPECT(kinds[of->kind].ops >> f->op & 1, QUERY_VALUE, from, "this property is no text");
	skip_space(p);
	EXPECT(take(p, ','), QUERY_SYNTAX, p->at, "a comma is expected here");
	skip_space(p);
	EXPECT(peek(p) == '\'', QUERY_VALUE, p->at, "a text in single quotes is expected here");
	EXPECT(!is_bytes_text(bytes_slice(p->in, p->at, 3), "'')"), QUERY_VALUE, p->at,
	       "a text of at least one character is expected here");
	TRY(parse_value(p, of, f->op));
	skip_space(p);
	EXPECT(take(p, ')'), QUERY_SYNTAX, p->at, "a closing parenthesis is expected here");
	return NULL;
}

static const struct comparison {
	const char *word;
	enum selection_op op;
	bool is_negated;
} comparisons[] = {
	{ "eq", SELECTION_EQ, false }, { "ne", SELECTION_EQ, true },  { "gt", SELECTION_GT, false },
	{ "ge", SELECTION_GE, false }, { "lt", SELECTION_LT, false }, { "le", SELECTION_LE, false },
};

/* (a, b, c): a or b or c. */
static fault parse_list(struct parser *p, const struct property *of)
{
	size_t start = p->to->nodes_n;
	EXPECT(take(p, '('), QUERY_SYNTAX, p->at, "a list in parentheses is expected here");
	for (bool is_first = true; is_first || take(p, ','); is_first = false) {
		if (!is_first)
			TRY(put_operator(p, start, SELECTION_OR));
		skip_space(p);
		TRY(parse_value(p, of, SELECTION_EQ));
		skip_space(p);
	}
	EXPECT(take(p, ')'), QUERY_SYNTAX, p->at, "a comma or a closing parenthesis is expected here");
	return NULL;
}

static fault parse_comparison(struct parser *p)
{
	const struct property *of = NULL;
	TRY(parse_property(p, &of));
	EXPECT(take(p, ' '), QUERY_SYNTAX, p->at, "an operator is expected here");
	skip_space(p);
	if (take_keyword(p, "in"))
		return parse_list(p, of);
	size_t from = p->at;
	struct bytes word = take_word(p);
	const struct comparison *c = comparisons;
	while (c < comparisons + COUNT_OF(comparisons) && !is_bytes_text(word, c->word))
		c++;
	EXPECT(c < comparisons + COUNT_OF(comparisons), QUERY_SYNTAX, from,
	       "one of eq, ne, gt, ge, lt, le, in is expected here");
	EXPECT(kinds[of->kind].ops >> c->op & 1, QUERY_VALUE, from, "this property has no order");
	EXPECT(take(p, ' '), QUERY_SYNTAX, p->at, "a space is expected here");
	skip_space(p);
	if (c->is_negated)
		TRY(put_operator(p, p->to->nodes_n, SELECTION_NOT));
	return parse_value(p, of, c->op);
}

static fault parse_or(struct parser *p);

static fault parse_primary(struct parser *p)
{
	const struct function *f = find_function(p);
	if (f)
		return parse_function(p, f);
	if (!take(p, '('))
		return parse_comparison(p);
	skip_space(p);
	TRY(parse_or(p));
	EXPECT(take(p, ')'), QUERY_SYNTAX, p->at, "a closing parenthesis, and or or is expected here");
	return NULL;
}

static fault parse_unary(struct parser *p)
{
	EXPECT(++p->depth <= ODATA_DEPTH_MAX, QUERY_LIMIT, p->at, "this is too deep");
	if (take_keyword(p, "not")) {
		TRY(put_operator(p, p->to->nodes_n, SELECTION_NOT));
		TRY(parse_unary(p));
	} else {
		TRY(parse_primary(p));
	}
	skip_space(p);
	p->depth--;
	return NULL;
}

static fault parse_and(struct parser *p)
{
	size_t start = p->to->nodes_n;
	TRY(parse_unary(p));
	while (take_keyword(p, "and")) {
		TRY(put_operator(p, start, SELECTION_AND));
		TRY(parse_unary(p));
	}
	return NULL;
}

static fault parse_or(struct parser *p)
{
	size_t start = p->to->nodes_n;
	TRY(parse_and(p));
	while (take_keyword(p, "or")) {
		TRY(put_operator(p, start, SELECTION_OR));
		TRY(parse_and(p));
	}
	return NULL;
}

/* --- options -------------------------------------------------------------------------------------------- */

static fault read_filter(struct parser *p)
{
	skip_space(p);
	TRY(parse_or(p));
	EXPECT(p->at == p->in.n, QUERY_SYNTAX, p->at, "and, or or the end is expected here");
	return NULL;
}

static fault read_sort(struct parser *p)
{
	const struct property *of = NULL;
	struct selection *s = p->to;
	skip_space(p);
	size_t from = p->at;
	TRY(parse_property(p, &of));
	EXPECT(is_property_sortable(of), QUERY_PROPERTY, from, "this property has no order");
	EXPECT(s->sorts_n < SELECTION_SORTS_MAX, QUERY_LIMIT, from, "there are too many sorts");
	skip_space(p);
	from = p->at;
	struct bytes word = take_word(p);
	bool is_descending = is_bytes_text(word, "desc");
	EXPECT(!word.n || is_descending || is_bytes_text(word, "asc"), QUERY_SYNTAX, from,
	       "asc, desc or a comma is expected here");
	skip_space(p);
	s->sorts[s->sorts_n++] = (struct selection_sort){ of->column, is_descending };
	return NULL;
}

static fault read_orderby(struct parser *p)
{
	TRY(read_sort(p));
	while (take(p, ','))
		TRY(read_sort(p));
	EXPECT(p->at == p->in.n, QUERY_SYNTAX, p->at, "a comma or the end is expected here");
	return NULL;
}

static fault read_select(struct parser *p)
{
	for (bool is_first = true; is_first || take(p, ','); is_first = false) {
		skip_space(p);
		size_t from = p->at;
		const struct property *of = property_find(p->list, take_word(p));
		EXPECT(of, QUERY_PROPERTY, from, "the list has no such property");
		p->to->members |= UINT64_C(1) << (of - p->list->v);
		skip_space(p);
	}
	EXPECT(p->at == p->in.n, QUERY_SYNTAX, p->at, "a comma or the end is expected here");
	return NULL;
}

/* One phrase, in double quotes or without them. */
static fault read_search(struct parser *p)
{
	struct bytes text = p->in;
	EXPECT(p->list->is_searched, QUERY_PROPERTY, 0, "this list is not searched; filter it");
	if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
		text = bytes_slice(text, 1, text.n - 2);
	EXPECT(text.n > 0 && !memchr(text.p, '"', text.n), QUERY_SYNTAX, 0,
	       "one text is expected here, in double quotes or without them");
	EXPECT(text.n <= SELECTION_TEXT_MAX, QUERY_LIMIT, 0, "this text is too long");
	p->to->search = text;
	return NULL;
}

static const struct {
	const char *name;
	size_t offset; /* in struct query */
	fault (*read)(struct parser *p);
} options[] = {
	{ "$filter", offsetof(struct query, filter), read_filter },
	{ "$orderby", offsetof(struct query, orderby), read_orderby },
	{ "$select", offsetof(struct query, select), read_select },
	{ "$search", offsetof(struct query, search), read_search },
};

static fault read_option(struct parser *p, const struct query *q, size_t i)
{
	memcpy(&p->in, (const uint8_t *)q + options[i].offset, sizeof(p->in));
	if (!p->in.p)
		return NULL;
	*p->error = (struct odata_error){ .option = options[i].name, .value = p->in };
	p->at = 0;
	EXPECT(p->in.n <= ODATA_EXPRESSION_MAX, QUERY_LIMIT, ODATA_EXPRESSION_MAX, "this is too long");
	return options[i].read(p);
}

fault odata_parse(const struct property_list *list, const struct query *q, struct arena *a,
		  struct selection *ret, struct odata_error *ret_error)
{
	struct selection s = { .view = list->view, .top = q->top, .is_counted = q->is_counted };
	struct parser p = { .list = list, .a = a, .to = &s, .error = ret_error };
	for (size_t i = 0; i < COUNT_OF(options); i++)
		TRY(read_option(&p, q, i));
	*ret_error = (struct odata_error){ "$skiptoken", q->skip, 0, "this is a page of another question" };
	if (q->skip.p)
		TRY(selection_read_token(q->skip, a, &s));
	NEED(!is_arena_full(a), SYS_MEMORY);
	*ret = s;
	return NULL;
}
