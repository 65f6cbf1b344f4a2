/*
 * expression: random filters by their grammar, and random devices.
 */
#ifndef TESTS_POLICY_EXPRESSION_H
#define TESTS_POLICY_EXPRESSION_H

#include "base/wr.h"
#include "policy/filter.h"

/* The next number below n. */
uint32_t expression_random(uint64_t *seed, uint32_t n);

/* An expression of at most so many lists inside each other, with all freedoms that the grammar leaves. */
void expression_write(uint64_t *seed, unsigned depth, struct wr *w);

/* Values of which each may be missing. */
struct attribute_values expression_device(uint64_t *seed);

#endif
