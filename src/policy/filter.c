#include "policy/filter.h"

#include "policy/filter_form.h"

/* --- truth ---------------------------------------------------------------------------------------------- */

static const char *const truth_words[] = {
	[FILTER_UNKNOWN] = "Unknown",
	[FILTER_FALSE] = "False",
	[FILTER_TRUE] = "True",
};

const char *filter_truth_word(enum filter_truth t)
{
	return truth_words[t];
}

/* For filter_judge, into which the compiler takes no function that other files could call. */
static enum filter_truth both(enum filter_truth a, enum filter_truth b)
{
	if (a == FILTER_FALSE || b == FILTER_FALSE)
		return FILTER_FALSE;
	return a == FILTER_TRUE && b == FILTER_TRUE ? FILTER_TRUE : FILTER_UNKNOWN;
}

static enum filter_truth either(enum filter_truth a, enum filter_truth b)
{
	if (a == FILTER_TRUE || b == FILTER_TRUE)
		return FILTER_TRUE;
	return a == FILTER_FALSE && b == FILTER_FALSE ? FILTER_FALSE : FILTER_UNKNOWN;
}

enum filter_truth filter_and(enum filter_truth a, enum filter_truth b)
{
	return both(a, b);
}

enum filter_truth filter_or(enum filter_truth a, enum filter_truth b)
{
	return either(a, b);
}

static enum filter_truth truth_of(bool is_so)
{
	return is_so ? FILTER_TRUE : FILTER_FALSE;
}

struct bytes filter_trimmed(struct bytes b)
{
	return filter_form_trimmed(b);
}

/* --- comparing ------------------------------------------------------------------------------------------ */

static bool is_among(const struct bytes *literals, size_t count, struct bytes value)
{
	for (size_t i = 0; i < count; i++)
		if (is_attribute_equal(literals[i], value))
			return true;
	return false;
}

static bool is_contained(const struct bytes *literals, size_t count, struct bytes value)
{
	(void)count;
	for (size_t at = 0; at + literals[0].n <= value.n; at++)
		if (is_attribute_part(value, at, literals[0]))
			return true;
	return false;
}

static bool is_begun(const struct bytes *literals, size_t count, struct bytes value)
{
	(void)count;
	return is_attribute_part(value, 0, literals[0]);
}

/* How values that are no versions are compared. */
static const struct {
	bool (*is_so)(const struct bytes *literals, size_t count, struct bytes value);
	bool is_inverse;
} texts[ATTRIBUTE_OPERATOR_COUNT] = {
	[ATTRIBUTE_EQ] = { is_among, false },
	[ATTRIBUTE_NE] = { is_among, true },
	[ATTRIBUTE_IN] = { is_among, false },
	[ATTRIBUTE_NOT_IN] = { is_among, true },
	[ATTRIBUTE_STARTS_WITH] = { is_begun, false },
	[ATTRIBUTE_CONTAINS] = { is_contained, false },
	[ATTRIBUTE_NOT_CONTAINS] = { is_contained, true },
};

static enum filter_truth compare_text(const struct filter *f, const struct filter_node *n, struct bytes value)
{
	bool is_so = texts[n->op].is_so(&f->literals[n->first], n->count, value);
	return truth_of(is_so != texts[n->op].is_inverse);
}

/* Which outcomes of version_compare satisfy an operator: older, the same, newer. */
static const bool orders[ATTRIBUTE_OPERATOR_COUNT][3] = {
	[ATTRIBUTE_EQ] = { false, true, false }, [ATTRIBUTE_NE] = { true, false, true },
	[ATTRIBUTE_GT] = { false, false, true }, [ATTRIBUTE_GE] = { false, true, true },
	[ATTRIBUTE_LT] = { true, false, false }, [ATTRIBUTE_LE] = { true, true, false },
};

/* No order follows from what is no version; nothing at all is still not equal to one. */
static enum filter_truth compare_version(const struct filter_node *n, struct bytes value)
{
	struct version v;
	if (value.n == 0 && !is_attribute_order((enum attribute_operator)n->op))
		return truth_of(n->op == ATTRIBUTE_NE);
	if (!version_parse(value, 1, &v))
		return FILTER_UNKNOWN;
	return truth_of(orders[n->op][version_compare(&v, &n->version) + 1]);
}

static enum filter_truth compare(const struct filter *f, const struct filter_node *n,
				 const struct attribute_values *values)
{
	struct bytes value = values->of[n->attribute];
	if (!value.p && n->is_claim)
		return FILTER_UNKNOWN;
	value = filter_form_trimmed(value);
	return n->is_by_version ? compare_version(n, value) : compare_text(f, n, value);
}

/* --- asking --------------------------------------------------------------------------------------------- */

/* The first member that decides a list ends it; the form bounds the depth. */
static enum filter_truth judge(const struct filter *f, size_t at, const struct attribute_values *values)
{
	const struct filter_node *n = &f->nodes[at];
	if (n->kind == FILTER_COMPARISON)
		return compare(f, n, values);
	bool is_and = n->kind == FILTER_AND;
	enum filter_truth decides = truth_of(!is_and), all = truth_of(is_and);
	for (size_t i = at + 1; i < at + n->size && all != decides; i += f->nodes[i].size) {
		const struct filter_node *member = &f->nodes[i];
		enum filter_truth t =
			member->kind == FILTER_COMPARISON ? compare(f, member, values) : judge(f, i, values);
		all = is_and ? both(all, t) : either(all, t);
	}
	return all;
}

enum filter_truth filter_judge(const struct filter *f, const struct attribute_values *values)
{
	return judge(f, 0, values);
}

uint64_t filter_uses(const struct filter *f)
{
	return f->uses;
}

fault filter_check_source(const struct filter *f, bool trusts_labels, enum attribute_id *ret_attribute)
{
	for (size_t i = 0; i < f->nodes_n && !trusts_labels; i++) {
		const struct filter_node *n = &f->nodes[i];
		bool is_label = attributes[n->attribute].source == ATTRIBUTE_LABEL;
		if (n->kind == FILTER_COMPARISON && is_label) {
			*ret_attribute = (enum attribute_id)n->attribute;
			return FAIL(POL_UNVERIFIED_ATTR);
		}
	}
	return NULL;
}

size_t filter_count(const struct filter *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->nodes_n; i++)
		n += f->nodes[i].kind == FILTER_COMPARISON;
	return n;
}

static const struct filter_node *comparison(const struct filter *f, size_t i)
{
	const struct filter_node *n = f->nodes;
	for (size_t seen = 0;; n++)
		if (n->kind == FILTER_COMPARISON && seen++ == i)
			return n;
}

struct filter_finding filter_judge_one(const struct filter *f, size_t i,
				       const struct attribute_values *values)
{
	const struct filter_node *n = comparison(f, i);
	return (struct filter_finding){ (enum attribute_id)n->attribute, compare(f, n, values) };
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void put_text(struct wr *w, const char *text)
{
	wr_bytes(w, bytes_text(text));
}

static void put_quoted(struct wr *w, struct bytes literal)
{
	wr_u8(w, '"');
	wr_bytes(w, literal);
	wr_u8(w, '"');
}

static void put_value(const struct filter *f, const struct filter_node *n, struct wr *w)
{
	const struct bytes *literals = &f->literals[n->first];
	bool is_set = n->op == ATTRIBUTE_IN || n->op == ATTRIBUTE_NOT_IN;
	if (!is_set && literals[0].n == 0)
		put_text(w, "null");
	else if (!is_set)
		put_quoted(w, literals[0]);
	for (size_t i = 0; is_set && i < n->count; i++) {
		put_text(w, i ? ", " : "[");
		put_quoted(w, literals[i]);
	}
	if (is_set)
		wr_u8(w, ']');
}

static void put_comparison(const struct filter *f, const struct filter_node *n, struct wr *w)
{
	put_text(w, "device.");
	put_text(w, attributes[n->attribute].name);
	put_text(w, " -");
	put_text(w, attribute_operator_word((enum attribute_operator)n->op));
	wr_u8(w, ' ');
	put_value(f, n, w);
}

void filter_write_one(const struct filter *f, size_t i, struct wr *w)
{
	put_comparison(f, comparison(f, i), w);
}

static void put_node(const struct filter *f, size_t at, bool is_inside_and, struct wr *w)
{
	const struct filter_node *n = &f->nodes[at];
	bool is_and = n->kind == FILTER_AND;
	bool is_enclosed = n->kind == FILTER_COMPARISON || (!is_and && is_inside_and);
	if (is_enclosed)
		wr_u8(w, '(');
	if (n->kind == FILTER_COMPARISON)
		put_comparison(f, n, w);
	for (size_t i = at + 1; i < at + n->size; i += f->nodes[i].size) {
		if (i > at + 1)
			put_text(w, is_and ? " and " : " or ");
		put_node(f, i, is_and, w);
	}
	if (is_enclosed)
		wr_u8(w, ')');
}

void filter_write(const struct filter *f, struct wr *w)
{
	put_node(f, 0, false, w);
}

/* --- mistakes ------------------------------------------------------------------------------------------- */

/* True for an octet that begins a character (RFC 3629). */
static bool is_first(uint8_t c)
{
	return (c & 0xC0) != 0x80;
}

size_t filter_column(struct bytes text, size_t at)
{
	size_t column = 1;
	for (size_t i = 0; i < at && i < text.n; i++)
		column += is_first(text.p[i]);
	return column;
}

/* The octet at which the character behind so many others begins. */
static size_t octet_of(struct bytes text, size_t characters)
{
	size_t at = 0, seen = 0;
	for (; at < text.n; at++) {
		seen += is_first(text.p[at]);
		if (seen > characters)
			break;
	}
	return at;
}

void filter_write_caret(struct bytes text, size_t at, size_t width, struct wr *w)
{
	size_t column = filter_column(text, at), from = column > width / 2 ? column - width / 2 : 1;
	size_t end = octet_of(text, from + width - 1);
	for (size_t i = octet_of(text, from - 1); i < end; i++)
		wr_u8(w, text.p[i] < ' ' || text.p[i] == 0x7F ? ' ' : text.p[i]);
	wr_u8(w, '\n');
	for (size_t i = from; i < column; i++)
		wr_u8(w, ' ');
	put_text(w, "^\n");
}
