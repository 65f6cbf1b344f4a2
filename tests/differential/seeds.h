/*
 * seeds: octets to make mutants of, from files.
 */
#ifndef TESTS_DIFFERENTIAL_SEEDS_H
#define TESTS_DIFFERENTIAL_SEEDS_H

#include "base/arena.h"

#define SEEDS_MAX 512

struct seeds {
	struct arena *arena;
	size_t n;
	struct bytes v[SEEDS_MAX];
};

/* Adds a copy of the octets. Fails the test when there is no room. */
void seeds_put(struct seeds *s, struct bytes octets);

/* Adds the files of a folder in the order of their names. Fails the test when there are none. */
void seeds_put_folder(struct seeds *s, const char *root, const char *folder);

/* The same of a folder of real octets, where there are any (ASSAY_CORPORA). */
void seeds_put_corpus(struct seeds *s, const char *folder);

#endif
