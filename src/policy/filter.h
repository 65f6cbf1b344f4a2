/*
 * filter: assignment filters, such as (device.isTpmAttested -eq "False"), as Intune has them.
 *
 * A text is compiled once and asked of any number of devices. The language, its quirks and the truth table
 * are in doc/filters.md. Answers are three-valued (strong Kleene logic): a claim that could not be
 * established makes a comparison unknown, and what follows from unknown stays unknown. Zero is unknown, and
 * whoever asks decides on the safe side: an unknown filter allows nothing and lets nothing pass a block.
 */
#ifndef POLICY_FILTER_H
#define POLICY_FILTER_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/wr.h"
#include "policy/attribute.h"

#define FILTER_CHARACTERS_MAX 3072
#define FILTER_TEXT_MAX (4 * FILTER_CHARACTERS_MAX) /* in UTF-8 */
#define FILTER_DEPTH_MAX 32                         /* parentheses inside each other */
#define FILTER_ARENA_SIZE (64 << 10)                /* a compiled filter takes at most so much */
#define FILTERS_MAX 200                             /* of one server */

/* Compiled, never changed. */
struct filter;

/* Where a text is no filter, and why. */
struct filter_error {
	size_t at;            /* octets before the mistake */
	const char *sentence; /* what is wrong there, for people */
};

/*
 * Compiles the text into the arena, copied. FILTER_SYNTAX, FILTER_PROPERTY for an unknown property,
 * FILTER_OPERATOR for one that the property does not take, FILTER_VALUE for a value that cannot be compared
 * with it, FILTER_LIMIT when it is too long or too deep; *ret_error says where, then and only then.
 * SYS_MEMORY.
 */
MUST fault filter_parse(struct bytes text, struct arena *a, const struct filter **ret,
			struct filter_error *ret_error);

/*
 * The filter in its canonical form: names as the tables have them, a dash before each operator, each
 * comparison and each `or` inside an `and` in parentheses, lists in brackets. It parses as the same filter.
 */
void filter_write(const struct filter *f, struct wr *w);

/* The attributes it reads, by ATTRIBUTE_BIT. */
uint64_t filter_uses(const struct filter *f);

/*
 * POL_UNVERIFIED_ATTR when the filter reads a label, unless the administrator said that it may;
 * *ret_attribute is then the first such. A filter that is to decide anything has passed this.
 */
MUST fault filter_check_source(const struct filter *f, bool trusts_labels, enum attribute_id *ret_attribute);

/* --- asking --------------------------------------------------------------------------------------------- */

enum filter_truth { FILTER_UNKNOWN = 0, FILTER_FALSE, FILTER_TRUE };

/* "Unknown", "False", "True". */
const char *filter_truth_word(enum filter_truth t);

enum filter_truth filter_and(enum filter_truth a, enum filter_truth b);
enum filter_truth filter_or(enum filter_truth a, enum filter_truth b);

/* Whether the filter holds of a device. */
enum filter_truth filter_judge(const struct filter *f, const struct attribute_values *values);

/* b without the whitespace around it, as values are compared. */
struct bytes filter_trimmed(struct bytes b);

/* One comparison of the filter, and what came of it. */
struct filter_finding {
	enum attribute_id attribute;
	enum filter_truth truth;
};

/* How many comparisons it has. */
size_t filter_count(const struct filter *f);

/* The comparison number i, counted from 0 in the order of the text, asked of the device by itself. */
struct filter_finding filter_judge_one(const struct filter *f, size_t i,
				       const struct attribute_values *values);

/* That comparison in canonical form, without parentheses. */
void filter_write_one(const struct filter *f, size_t i, struct wr *w);

/* --- mistakes ------------------------------------------------------------------------------------------- */

/* The column of an octet, counted in characters from 1. */
size_t filter_column(struct bytes text, size_t at);

/*
 * Two lines for people: what stands around the octet, at most `width` columns of it, and a caret below it.
 * Control characters become spaces.
 */
void filter_write_caret(struct bytes text, size_t at, size_t width, struct wr *w);

#endif
