/*
 * clause: what a list is asked (wire/selection.h) as the text of a statement with its arguments. Internal to
 * store/.
 *
 * Texts come from store/listing.def, and what is compared with goes in as arguments. Each comparison is true
 * or false of every record, never unknown. What is hidden is written so that no index is used for it.
 */
#ifndef STORE_CLAUSE_H
#define STORE_CLAUSE_H

#include "store/column.h"
#include "store/listing.h"

/* A statement under way; sticky like its cursor. */
struct clause {
	const struct selection *q;
	struct arena *a;
	struct wr w;
	struct listing_statement *to;
};

void clause_put(struct clause *c, const char *text);
void clause_put_argument(struct clause *c, struct value v);
void clause_put_value(struct clause *c, const struct selection_value *v);

/* What makes of a column of that kind an expression that no index is of; to be put behind it. */
const char *clause_veil(enum store_listing_kind kind);

/* The nodes from `at` on that belong together. */
void clause_put_nodes(struct clause *c, size_t at, bool is_hidden);

/* What is searched for, in any of the searched columns. */
void clause_put_search(struct clause *c, bool is_hidden);

/* True when an index of words finds what is searched for; what contains the node's text. */
bool has_clause_words(const struct selection *q, struct bytes text);
bool is_clause_word(const struct selection *q, const struct selection_node *n);

/* The argument of such an index: the text, in that column or, when it is NULL, in any. */
void clause_put_phrase(struct clause *c, const struct column *column, struct bytes text);

#endif
