/*
 * leniency: what certificates of real chips get wrong and is let pass, each by name (attest/leniency.def).
 *
 * A set of them is a mask of LENIENCY_BIT, so that what was let pass travels with the verdict.
 */
#ifndef ATTEST_LENIENCY_H
#define ATTEST_LENIENCY_H

#include "base/bytes.h"

enum leniency_id {
#define L(id, ...) LENIENCY_##id,
#include "attest/leniency.def"
#undef L
	LENIENCY_COUNT
};

#define LENIENCY_BIT(id) (UINT32_C(1) << LENIENCY_##id)
#define LENIENCY_ALL ((UINT32_C(1) << LENIENCY_COUNT) - 1)

struct leniency {
	const char *name;     /* without LENIENCY_: what stored records, API and manual call it */
	const char *clause;   /* that is broken */
	const char *sentence; /* true of the certificate */
};

extern const struct leniency leniency_rows[LENIENCY_COUNT];

/* The row of that name, or NULL. */
const struct leniency *leniency_find(struct bytes name);

#endif
