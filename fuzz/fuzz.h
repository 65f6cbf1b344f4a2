/*
 * fuzz: what every fuzz target needs.
 *
 * A target is fuzz_NAME.c with LLVMFuzzerTestOneInput: it parses, asserts what must hold of anything that was
 * accepted, and touches every octet of every view, so that a dangling one is caught. It keeps no state
 * between calls. libFuzzer drives it (tools/fuzz-run), and so does every ordinary test run (replay.c).
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

/* A condition that no input may break. */
#define HOLDS(condition)                                                                              \
	do {                                                                                          \
		if (!(condition)) {                                                                   \
			fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
			abort();                                                                      \
		}                                                                                     \
	} while (0)

/* Reads every octet of a view where a sanitiser can see it. */
static inline void fuzz_touch(struct bytes b)
{
	volatile uint8_t sum = 0;
	for (size_t i = 0; i < b.n; i++)
		sum = (uint8_t)(sum ^ b.p[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#endif
