/*
 * contest: one reader of ours and one of others, over the same octets.
 *
 * Whatever one takes and the other refuses must be explained by a row. What they are known to let pass we
 * must refuse, every time; and a row that explains nothing has no place here.
 */
#ifndef TESTS_DIFFERENTIAL_CONTEST_H
#define TESTS_DIFFERENTIAL_CONTEST_H

#include "base/fault.h"
#include "base/wr.h"
#include "mutant.h"

#define CONTEST_ROWS_MAX 24

/* A thing that one reader lets pass; is_met says whether octets that it took have it. */
struct contest_row {
	const char *name, *why;
	bool (*is_met)(struct bytes in, const void *read);
};

struct contest {
	const char *name;
	/* Reads all of in and writes what was understood. */
	fault (*ours)(struct bytes in, struct wr *w);
	/* The same; what it read stays in storage of the contest's own until the next call. */
	const void *(*theirs)(struct bytes in, struct wr *w);
	/* Both were taken: every field is the same to both. */
	bool (*is_same)(struct bytes in, const void *theirs);
	const struct contest_row *lenient; /* of theirs: read is what theirs gave */
	size_t lenient_count;
	const struct contest_row *wider; /* of ours: read is NULL */
	size_t wider_count;
};

struct contest_tally {
	size_t cases, taken, refused; /* by both */
	size_t lenient[CONTEST_ROWS_MAX], wider[CONTEST_ROWS_MAX];
};

/* Fails the test, with the octets, unless both agree or a row explains why not. */
void contest_judge(const struct contest *c, struct bytes in, struct contest_tally *tally);

/* All seeds, then so many mutants of them; counts them, says what was met, and fails when a row was not. */
void contest_run(const struct contest *c, const struct mutant_stock *stock, size_t mutants);

#endif
