/*
 * tally: how many of what came of certificates, by maker.
 */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "attest/maker.h"

#define TALLY_WORDS_MAX 5
#define TALLY_MAKERS_MAX 64

struct tally {
	const char *const *words; /* what can come of one; at most TALLY_WORDS_MAX */
	size_t words_n;
	size_t sum[TALLY_WORDS_MAX];
	size_t makers;
	struct tally_row {
		char maker[MAKER_CODE_MAX + 1]; /* "" for what came without */
		size_t of[TALLY_WORDS_MAX];
	} by_maker[TALLY_MAKERS_MAX]; /* more than that count as the last */
};

void tally_put(struct tally *t, const char *maker, size_t word);

/* A table by maker and an empty line, unless there is but one. */
void tally_write(const struct tally *t, FILE *out);

/* Sets the sums, and the list `makers` with the same of each. */
void tally_write_json(const struct tally *t, json_t *to);

#endif
