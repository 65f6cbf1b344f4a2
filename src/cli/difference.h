/*
 * difference: what an import would change, before it does.
 */
#ifndef CLI_DIFFERENCE_H
#define CLI_DIFFERENCE_H

#include "cli/bundle.h"
#include "cli/session.h"
#include "cli/tally.h"

enum difference_kind {
	DIFFERENCE_NEW = 0, /* would be imported */
	DIFFERENCE_PRESENT, /* is there already, or comes twice */
	DIFFERENCE_DIFFERS, /* is there for another maker, class or role, and goes on to be */
	DIFFERENCE_REFUSED, /* cannot be imported */
	DIFFERENCE_KEPT,    /* is there, in none of the files, and stays */
	DIFFERENCE_COUNT
};

struct difference {
	struct tally tally; /* by difference_kind */
	json_t *rows;       /* of each certificate: result, maker, role, file, note and what is known of it */
	struct complaint first; /* of those refused */
};

/*
 * Compares the certificates of a bundle with those that the server trusts; difference_done frees it. The
 * faults of offer_walk and of the server; ANCHOR_INVALID when there is nothing to compare.
 */
MUST fault difference_build(struct session *s, const struct bundle *bundle, struct difference *ret);
void difference_done(struct difference *d);

/* Prints all rows but those that are present, a table by maker and the sums. */
MUST fault difference_write(struct session *s, const struct difference *d);

/* Sets sums, `makers` and `results`. */
void difference_write_json(const struct difference *d, json_t *to);

/* `roots diff`: that of all that the command line names. */
MUST fault difference_run(struct session *s);

#endif
