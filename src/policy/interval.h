/*
 * interval: what a TPM went through between two proofs, by what it signed at both.
 *
 * resetCount, restartCount and Clock only grow until TPM2_Clear sets them to zero, which takes the keys of
 * the storage hierarchy with it (TPM 2.0 Part 1 §36.3 to §36.6, Part 3 §24.6). So where they go back and the
 * device key is still there, the TPM is in an earlier state: a snapshot, a copy, or another TPM that speaks
 * for it.
 */
#ifndef POLICY_INTERVAL_H
#define POLICY_INTERVAL_H

#include "base/bytes.h"

#define INTERVAL_TEXT_SIZE 256

/* Bits of a stored number: never renumbered, new ones at the end (interval.def). */
enum interval_meaning {
#define M(id, ...) INTERVAL_AT_##id,
#include "policy/interval.def"
#undef M
	INTERVAL_COUNT
};

#define INTERVAL_BIT(id) (1u << INTERVAL_AT_##id)

/* What a TPM signed of itself. A clock that stands at zero is one that nothing is known of. */
struct interval_state {
	uint64_t clock_ms;
	uint64_t resets, restarts;
	uint64_t firmware;
	bool is_safe; /* no later clock was ever shown; of `before` it is not asked */
};

struct interval {
	unsigned meanings; /* INTERVAL_BIT */
	struct interval_state before, now;
};

/* is_key_alive: the device key of then was used now, or is what is proved. */
void interval_judge(const struct interval_state *before, const struct interval_state *now, bool is_key_alive,
		    struct interval *ret);

/* How often it started; and how often it slept since it last did. */
uint64_t interval_starts(const struct interval *i);
uint64_t interval_sleeps(const struct interval *i);

/*
 * For people: "in 2 days: started 3 times, then slept 12 times; firmware 7.61 → 7.62". Empty when nothing
 * happened. seconds: from the one to the other, 0 when that is not known. Returns out.
 */
char *interval_text(const struct interval *i, int64_t seconds, char out[static INTERVAL_TEXT_SIZE]);

/* The word of a meaning, the name of its own event (NULL: it has none), and the sentence about it. */
const char *interval_word(enum interval_meaning meaning);
const char *interval_action(enum interval_meaning meaning);
const char *interval_sentence(enum interval_meaning meaning);

#endif
