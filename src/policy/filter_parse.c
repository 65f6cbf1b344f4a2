#include <string.h>

#include "base/text.h"
#include "policy/filter_form.h"

/*
 * expr = and { "or" and } ; and = prim { "and" prim } ; prim = "(" expr ")" | comparison
 * comparison = "device." name op value ; value = string | "[" string { "," string } [","] "]" | null
 */

/* More than fit a text: a comparison takes 20 characters and the word before it 4; a string in a list 3. */
#define NODES_MAX 300
#define LITERALS_MAX 1100

struct parser {
	struct bytes in;
	size_t at;
	unsigned depth;
	size_t nodes_n, literals_n;
	struct filter_error error;
	struct filter_node nodes[NODES_MAX];
	struct bytes literals[LITERALS_MAX];
};

/* Notes where and why, and hands the fault on. */
static fault refuse(struct parser *p, size_t at, fault why, const char *sentence)
{
	p->error = (struct filter_error){ at, sentence };
	return why;
}

#define EXPECT(condition, code, place, sentence) \
	TRY((condition) ? NULL : refuse(p, place, FAIL(code), sentence))

/* --- characters ----------------------------------------------------------------------------------------- */

static bool is_one_of(uint8_t c, const char *set)
{
	return c && strchr(set, c);
}

/* NUL after the last; one in the text is no character of the language either. */
static uint8_t peek(const struct parser *p)
{
	return p->at < p->in.n ? p->in.p[p->at] : 0;
}

static bool is_at_end(const struct parser *p)
{
	return p->at >= p->in.n;
}

static void skip_space(struct parser *p)
{
	while (is_filter_space(peek(p)))
		p->at++;
}

static bool take(struct parser *p, uint8_t c)
{
	bool is_there = peek(p) == c && !is_at_end(p);
	p->at += is_there;
	return is_there;
}

/* A run of characters that neither separate nor quote; may be empty. */
static struct bytes take_word(struct parser *p)
{
	size_t from = p->at;
	while (!is_at_end(p) && !is_filter_space(peek(p)) && !is_one_of(peek(p), "()[],\""))
		p->at++;
	return bytes_slice(p->in, from, p->at - from);
}

/* The end of a token: whitespace, the end, or one of the characters that may follow it at once. */
static fault end_token(struct parser *p, const char *followers)
{
	bool is_over = is_at_end(p) || is_filter_space(peek(p)) || is_one_of(peek(p), followers);
	EXPECT(is_over, FILTER_SYNTAX, p->at, "whitespace is needed before this");
	skip_space(p);
	return NULL;
}

/* --- nodes ---------------------------------------------------------------------------------------------- */

static struct filter_node *put_node(struct parser *p, enum filter_kind kind)
{
	struct filter_node *n = &p->nodes[p->nodes_n++];
	*n = (struct filter_node){ .kind = (uint8_t)kind, .size = 1, .first = (uint16_t)p->literals_n };
	return n;
}

static void drop_node(struct parser *p, size_t at)
{
	p->nodes_n--;
	memmove(&p->nodes[at], &p->nodes[at + 1], (p->nodes_n - at) * sizeof(p->nodes[0]));
}

/* A list that stands in a list of its own kind is no list of its own. */
static void merge(struct parser *p, size_t list, size_t member)
{
	if (p->nodes[member].kind == p->nodes[list].kind)
		drop_node(p, member);
}

/* Nor is a list of one. */
static void close_list(struct parser *p, size_t list)
{
	if (p->nodes[list + 1].size == p->nodes_n - list - 1)
		drop_node(p, list);
	else
		p->nodes[list].size = (uint16_t)(p->nodes_n - list);
}

/* --- values --------------------------------------------------------------------------------------------- */

static const struct attribute *attribute_of(const struct filter_node *n)
{
	return &attributes[n->attribute];
}

static fault check_literal(struct parser *p, const struct filter_node *n, struct bytes literal, size_t at)
{
	EXPECT(is_text_printable(literal), FILTER_VALUE, at, "this value is not printable UTF-8");
	EXPECT(is_attribute_word(attribute_of(n), literal), FILTER_VALUE, at,
	       attribute_of(n)->type == ATTRIBUTE_BOOLEAN
		       ? "this property is \"True\" or \"False\""
		       : "this property has no such value; see assay-filters(7)");
	return NULL;
}

static fault parse_string(struct parser *p, struct filter_node *n, bool is_empty_allowed)
{
	size_t at = p->at;
	EXPECT(peek(p) != '\'' && peek(p) != 0xE2, FILTER_SYNTAX, at,
	       "only straight double quotes (\") are around a value");
	EXPECT(take(p, '"'), FILTER_SYNTAX, at, "a value in double quotes is expected here");
	const uint8_t *end = memchr(p->in.p + p->at, '"', p->in.n - p->at);
	EXPECT(end, FILTER_SYNTAX, at, "this value has no closing quote");
	struct bytes literal = bytes_slice(p->in, p->at, (size_t)(end - p->in.p) - p->at);
	literal = filter_form_trimmed(literal);
	p->at = (size_t)(end - p->in.p) + 1;
	EXPECT(literal.n || is_empty_allowed, FILTER_VALUE, at, "a value is not empty: null says that");
	if (literal.n)
		TRY(check_literal(p, n, literal, at));
	EXPECT(p->literals_n < LITERALS_MAX, FILTER_LIMIT, at, "there are too many values");
	p->literals[p->literals_n++] = literal;
	n->count++;
	return NULL;
}

static fault parse_list(struct parser *p, struct filter_node *n)
{
	bool has_more = true;
	size_t at = p->at;
	p->at++;
	skip_space(p);
	EXPECT(peek(p) != ']', FILTER_VALUE, at, "a list has at least one value");
	while (has_more && peek(p) != ']') {
		TRY(parse_string(p, n, true));
		TRY(end_token(p, ",]"));
		has_more = take(p, ',');
		skip_space(p);
	}
	EXPECT(take(p, ']'), FILTER_SYNTAX, p->at, "a comma or ] is expected here");
	return NULL;
}

static bool is_null(struct bytes word)
{
	return is_attribute_equal(word, BYTES_TEXT("null")) || is_attribute_equal(word, BYTES_TEXT("$null"));
}

static fault parse_null(struct parser *p, struct filter_node *n)
{
	size_t at = p->at;
	bool is_there = is_null(take_word(p));
	p->at = is_there ? p->at : at;
	EXPECT(is_there || at < p->in.n, FILTER_SYNTAX, at, "the filter ends where a value is expected");
	if (!is_there)
		return parse_string(p, n, false);
	EXPECT(n->op == ATTRIBUTE_EQ || n->op == ATTRIBUTE_NE, FILTER_VALUE, at,
	       "only -eq and -ne take null");
	p->literals[p->literals_n++] = BYTES_TEXT("");
	n->count++;
	return NULL;
}

static fault parse_value(struct parser *p, struct filter_node *n)
{
	size_t at = p->at;
	bool is_set = n->op == ATTRIBUTE_IN || n->op == ATTRIBUTE_NOT_IN;
	EXPECT(p->literals_n < LITERALS_MAX, FILTER_LIMIT, at, "there are too many values");
	EXPECT(is_set || peek(p) != '[', FILTER_VALUE, at, "only -in and -notIn take a list");
	TRY(peek(p) == '[' ? parse_list(p, n) : parse_null(p, n));
	struct bytes literal = p->literals[n->first];
	n->is_by_version = literal.n && (is_attribute_order((enum attribute_operator)n->op) ||
					 attribute_of(n)->type == ATTRIBUTE_VERSION);
	if (n->is_by_version)
		EXPECT(version_parse(literal, 2, &n->version), FILTER_VALUE, at,
		       "a version is two to four numbers with dots between, such as \"10.0.22631\"");
	return end_token(p, ")");
}

/* --- comparisons ---------------------------------------------------------------------------------------- */

static fault parse_property(struct parser *p, struct filter_node *n)
{
	static const struct bytes prefix = { (const uint8_t *)"device.", 7 };
	size_t at = p->at;
	struct bytes word = take_word(p);
	EXPECT(word.n || at < p->in.n, FILTER_SYNTAX, at, "the filter ends where a comparison is expected");
	EXPECT(!is_attribute_equal(word, BYTES_TEXT("not")) && !is_attribute_equal(word, BYTES_TEXT("-not")),
	       FILTER_SYNTAX, at, "there is no \"not\": use -ne, -notIn or -notContains");
	EXPECT(is_attribute_part(word, 0, prefix), FILTER_SYNTAX, at,
	       "a comparison begins with device. and the name of a property");
	enum attribute_id id = attribute_find(bytes_slice(word, prefix.n, word.n - prefix.n));
	EXPECT(id < ATTRIBUTE_COUNT, FILTER_PROPERTY, at + prefix.n,
	       "there is no such property; see assay-filters(7)");
	n->attribute = (uint8_t)id;
	n->is_claim = attributes[id].source == ATTRIBUTE_CLAIM;
	return end_token(p, "");
}

static fault parse_operator(struct parser *p, struct filter_node *n)
{
	size_t at = p->at;
	struct bytes word = take_word(p);
	enum attribute_operator op = attribute_operator_find(word);
	EXPECT(op < ATTRIBUTE_OPERATOR_COUNT, FILTER_SYNTAX, at,
	       "an operator is expected here: -eq, -ne, -in, -notIn, -startsWith, -contains, "
	       "-notContains, -gt, -ge, -lt or -le");
	EXPECT(is_attribute_operator(attribute_of(n), op), FILTER_OPERATOR, at,
	       "the property does not take this operator; see assay-filters(7)");
	n->op = (uint8_t)op;
	return end_token(p, "");
}

static fault parse_comparison(struct parser *p)
{
	EXPECT(p->nodes_n < NODES_MAX, FILTER_LIMIT, p->at, "there are too many comparisons");
	struct filter_node *n = put_node(p, FILTER_COMPARISON);
	TRY(parse_property(p, n));
	TRY(parse_operator(p, n));
	return parse_value(p, n);
}

/* --- lists ---------------------------------------------------------------------------------------------- */

/* Goes over the word if it is there; what follows it is whitespace or a parenthesis. */
static fault take_connective(struct parser *p, const char *word, bool *ret)
{
	size_t at = p->at;
	*ret = is_attribute_equal(take_word(p), bytes_text(word));
	if (*ret)
		return end_token(p, "(");
	p->at = at;
	return NULL;
}

static fault parse_any(struct parser *p);

static fault parse_primary(struct parser *p)
{
	size_t at = p->at;
	if (!take(p, '('))
		return parse_comparison(p);
	EXPECT(++p->depth <= FILTER_DEPTH_MAX, FILTER_LIMIT, at, "more than 32 parentheses are open here");
	skip_space(p);
	TRY(parse_any(p));
	EXPECT(take(p, ')'), FILTER_SYNTAX, is_at_end(p) ? at : p->at,
	       is_at_end(p) ? "this parenthesis is never closed" : "and, or or ) is expected here");
	skip_space(p);
	p->depth--;
	return NULL;
}

/* The members of a list, with its word between them. */
static fault parse_members(struct parser *p, enum filter_kind kind, const char *word,
			   fault (*parse_member)(struct parser *p))
{
	bool has_more = true;
	size_t list = p->nodes_n;
	EXPECT(list < NODES_MAX - 1, FILTER_LIMIT, p->at, "there are too many comparisons");
	put_node(p, kind);
	while (has_more) {
		size_t member = p->nodes_n;
		TRY(parse_member(p));
		merge(p, list, member);
		TRY(take_connective(p, word, &has_more));
	}
	close_list(p, list);
	return NULL;
}

static fault parse_all(struct parser *p)
{
	return parse_members(p, FILTER_AND, "and", parse_primary);
}

static fault parse_any(struct parser *p)
{
	return parse_members(p, FILTER_OR, "or", parse_all);
}

static fault check_size(struct parser *p)
{
	size_t characters = p->in.n > FILTER_TEXT_MAX ? p->in.n : filter_column(p->in, p->in.n) - 1;
	EXPECT(characters <= FILTER_CHARACTERS_MAX, FILTER_LIMIT, p->in.n,
	       "a filter has at most 3,072 characters");
	return NULL;
}

static fault parse_whole(struct parser *p)
{
	TRY(check_size(p));
	skip_space(p);
	EXPECT(!is_at_end(p), FILTER_SYNTAX, 0, "the filter is empty");
	TRY(parse_any(p));
	EXPECT(peek(p) != ')', FILTER_SYNTAX, p->at, "this parenthesis was never opened");
	EXPECT(is_at_end(p), FILTER_SYNTAX, p->at, "and, or or the end of the filter is expected here");
	return NULL;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static fault keep(const struct parser *p, struct arena *a, const struct filter **ret)
{
	struct filter *f = arena_alloc(a, sizeof(*f));
	struct filter_node *nodes = arena_alloc(a, p->nodes_n * sizeof(*nodes));
	struct bytes *literals = arena_alloc(a, p->literals_n * sizeof(*literals));
	NEED(f && nodes && literals, SYS_MEMORY);
	memcpy(nodes, p->nodes, p->nodes_n * sizeof(*nodes));
	for (size_t i = 0; i < p->literals_n; i++)
		literals[i] = arena_copy(a, p->literals[i]);
	NEED(!is_arena_full(a), SYS_MEMORY);
	*f = (struct filter){
		.nodes_n = p->nodes_n, .literals_n = p->literals_n, .nodes = nodes, .literals = literals
	};
	for (size_t i = 0; i < f->nodes_n; i++)
		if (nodes[i].kind == FILTER_COMPARISON)
			f->uses |= ATTRIBUTE_BIT(nodes[i].attribute);
	*ret = f;
	return NULL;
}

fault filter_parse(struct bytes text, struct arena *a, const struct filter **ret,
		   struct filter_error *ret_error)
{
	struct parser p = { .in = text };
	fault why = parse_whole(&p);
	if (why) {
		*ret_error = p.error;
		return why;
	}
	return keep(&p, a, ret);
}
