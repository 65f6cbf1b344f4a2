/*
 * selection: which records of a list are wanted, in which order, how many: what is left of an OData query
 * once verify has read it.
 *
 * Nodes stand in prefix order, each operator before what it combines. Columns are numbers of whoever keeps
 * the records (store/listing.def), who compares number and kind; here they are only carried.
 */
#ifndef WIRE_SELECTION_H
#define WIRE_SELECTION_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/rd.h"
#include "base/wr.h"

#define SELECTION_NODES_MAX 64
#define SELECTION_SORTS_MAX 3
#define SELECTION_AFTER_MAX (SELECTION_SORTS_MAX + 1)
#define SELECTION_TEXT_MAX 256
#define SELECTION_TOP_MAX 1000
#define SELECTION_SIZE_MAX 24576 /* encoded */

/* AMONG: the column is one of the numbers whose bits are set. The first three have no column. */
enum selection_op {
	SELECTION_AND = 1,
	SELECTION_OR,
	SELECTION_NOT,
	SELECTION_EQ,
	SELECTION_GT,
	SELECTION_GE,
	SELECTION_LT,
	SELECTION_LE,
	SELECTION_AMONG,
	SELECTION_STARTS,
	SELECTION_ENDS,
	SELECTION_CONTAINS,
	SELECTION_OP_COUNT
};

enum selection_kind {
	SELECTION_NULL = 1,
	SELECTION_NUMBER,
	SELECTION_TEXT,
	SELECTION_BYTES,
	SELECTION_KIND_COUNT
};

/* view belongs to TEXT and BYTES, number to NUMBER. */
struct selection_value {
	uint8_t kind;
	int64_t number;
	struct bytes view;
};

struct selection_node {
	uint8_t op;
	uint8_t column;
	struct selection_value value;
};

struct selection_sort {
	uint8_t column;
	bool is_descending;
};

struct selection {
	uint8_t view;
	size_t nodes_n; /* 0: all records */
	struct selection_node nodes[SELECTION_NODES_MAX];
	size_t sorts_n; /* 0: as the list stands */
	struct selection_sort sorts[SELECTION_SORTS_MAX];
	size_t after_n; /* 0: from the start; else values of the sorts and the key, of the record before */
	struct selection_value after[SELECTION_AFTER_MAX];
	struct bytes search; /* a text that one of the searched columns holds; absent: any */
	uint64_t top;        /* 1..SELECTION_TOP_MAX */
	bool is_counted;
	uint64_t members; /* a set of what is shown of each record, of whoever shows it; 0: all */
};

/* How many nodes follow an operator as what it combines. */
size_t selection_arity(uint8_t op);

/* Appends the octets. */
void selection_write(const struct selection *s, struct wr *w);

/*
 * The reverse, strictly; views borrow from in. PARSE_FIELD for everything that selection_write would not have
 * written, operators without their operands among it.
 */
MUST fault selection_parse(struct bytes in, struct selection *ret);

/*
 * Where a page ended as the text of a page token, in the arena; and back. The token carries a mark of what
 * was asked, so that one of another question is found out: it keeps nobody from making one, who would then
 * get a page from elsewhere in what he may read anyway. QUERY_TOKEN. SYS_MEMORY.
 */
MUST fault selection_write_token(const struct selection *s, const struct selection_value *after, size_t n,
				 struct arena *a, const char **ret);
MUST fault selection_read_token(struct bytes token, struct arena *a, struct selection *s);

#endif
