/*
 * mutant: octets that were right before something happened to them, the same ones in every run.
 */
#ifndef TESTS_DIFFERENTIAL_MUTANT_H
#define TESTS_DIFFERENTIAL_MUTANT_H

#include "base/bytes.h"
#include "sample.h"

#define MUTANT_SIZE_MAX 4096

/* What mutants are made of; a word is written as two big-endian octets. */
struct mutant_stock {
	const struct bytes *seeds;
	size_t seed_count;
	const uint16_t *words; /* values that mean something: algorithms, sizes */
	size_t word_count;
};

struct mutant {
	struct sample numbers; /* where the sequence begins */
	size_t n;
	uint8_t v[MUTANT_SIZE_MAX];
};

/* Makes the next mutant of the sequence from one of the seeds, by one to four accidents. */
struct bytes mutant_make(struct mutant *m, const struct mutant_stock *stock);

#endif
