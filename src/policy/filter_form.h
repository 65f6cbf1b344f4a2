/*
 * filter_form: the compiled form of a filter. Internal to filter.c and filter_parse.c.
 *
 * Nodes stand in the order of the text, each list before its members; a list has at least two, none of which
 * is a list of the same kind. So equal filters have equal forms, however they were written.
 */
#ifndef POLICY_FILTER_FORM_H
#define POLICY_FILTER_FORM_H

#include "policy/filter.h"
#include "policy/version.h"

enum filter_kind { FILTER_COMPARISON, FILTER_AND, FILTER_OR };

struct filter_node {
	uint8_t kind;      /* enum filter_kind */
	uint8_t attribute; /* of a comparison, as the rest */
	uint8_t op;
	bool is_claim;      /* the attribute is one */
	bool is_by_version;    /* the only literal is a version, and stands in `version` too */
	uint16_t size;         /* nodes of it, with itself */
	uint16_t first, count; /* its literals */
	struct version version;
};

struct filter {
	uint64_t uses;
	size_t nodes_n, literals_n;
	const struct filter_node *nodes;
	const struct bytes *literals; /* without whitespace around them; null is the empty one */
};

static inline bool is_filter_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* filter_trimmed, for whoever is timed. */
static inline struct bytes filter_form_trimmed(struct bytes b)
{
	while (b.n && is_filter_space(b.p[b.n - 1]))
		b.n--;
	for (; b.n && is_filter_space(b.p[0]); b.n--)
		b.p++;
	return b;
}

#endif
