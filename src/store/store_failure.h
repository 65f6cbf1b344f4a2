/*
 * store_failure: each request of a device that came to nothing, for a bounded time: what failed when, with
 * how many devices of whom, and what was found at the one request that a person asks about.
 *
 * Anybody can cause a row, so their number has a ceiling and the oldest go first (store_failure_prune).
 */
#ifndef STORE_STORE_FAILURE_H
#define STORE_STORE_FAILURE_H

#include "store/record.h"
#include "store/store.h"

/*
 * device tells devices apart: the EK hash, or a hash of address, serial number and name. maker and issuer are
 * those that the EK certificate names, profile is the name of the effective one at that time. begun is when
 * the challenge was made that the request answers, never for one of the first trip. outcomes and required are
 * of attest/checks.def in that edition.
 */
#define STORE_FAILURE_FIELDS(F, of)   \
	F(of, ID, request_id, REQ)    \
	F(of, TIME, time, REQ)        \
	F(of, HASH, device, REQ)      \
	F(of, TEXT, fault, REQ)       \
	F(of, TEXT, detail, OPT)      \
	F(of, UINT, trip, REQ)        \
	F(of, TIME, begun, REQ)       \
	F(of, TEXT, peer, OPT)        \
	F(of, TEXT, name, OPT)        \
	F(of, TEXT, serial, OPT)      \
	F(of, TEXT, model, OPT)       \
	F(of, TEXT, maker, OPT)       \
	F(of, TEXT, issuer, OPT)      \
	F(of, TEXT, profile, OPT)     \
	F(of, UINT, edition, REQ)     \
	F(of, BYTES, outcomes, OPT)   \
	F(of, BYTES, required, OPT)
RECORD_STRUCT(store_failure, STORE_FAILURE_FIELDS)

/* Failures that have fault and name in common; devices are counted once. */
#define STORE_FAILURE_SUM_FIELDS(F, of) \
	F(of, TEXT, name, OPT)          \
	F(of, TEXT, fault, REQ)         \
	F(of, UINT, devices, REQ)       \
	F(of, UINT, count, REQ)         \
	F(of, TIME, first, REQ)         \
	F(of, TIME, last, REQ)
RECORD_STRUCT(store_failure_sum, STORE_FAILURE_SUM_FIELDS)

/* How many of them fell into one slot of time. */
#define STORE_FAILURE_SLOT_FIELDS(F, of) \
	F(of, UINT, slot, REQ)           \
	F(of, UINT, count, REQ)
RECORD_STRUCT(store_failure_slot, STORE_FAILURE_SLOT_FIELDS)

/* Which name failures are summed by. ORIGIN is the maker, or the issuer of those that name no maker. */
enum store_failure_by {
	STORE_FAILURE_BY_CAUSE = 1, /* no name: by fault alone */
	STORE_FAILURE_BY_MAKER,
	STORE_FAILURE_BY_ISSUER,
	STORE_FAILURE_BY_PROFILE,
	STORE_FAILURE_BY_MODEL,
	STORE_FAILURE_BY_ORIGIN,
};

/* Failures from a time on; of sums at most limit, those of most devices first; slots have slot_s seconds. */
struct store_failure_span {
	int64_t since;
	enum store_failure_by by;
	size_t limit;
	int64_t slot_s;
};

MUST fault store_failure_put(struct store *s, const struct store_failure *row);
MUST fault store_failure_find(struct store *s, struct bytes request_id, struct arena *a,
			      struct store_failure **ret);
MUST fault store_failure_sum(struct store *s, const struct store_failure_span *span, struct arena *a,
			     struct store_failure_sum_list *ret);

/* The sum of those with that fault and name (absent: with none) by span->by, or NULL; limit is not read. */
MUST fault store_failure_find_sum(struct store *s, const struct store_failure_span *span,
				  const struct store_failure_sum *of, struct arena *a,
				  struct store_failure_sum **ret);

/* The issuer that most devices of such a sum by ORIGIN name, and how many they are; or NULL. */
MUST fault store_failure_find_issuer(struct store *s, int64_t since, const struct store_failure_sum *of,
				     struct arena *a, struct store_failure_sum **ret);

/* The slots, the first of which begins at span->since, in which such a sum has any. */
MUST fault store_failure_list_slots(struct store *s, const struct store_failure_span *span,
				    const struct store_failure_sum *of, struct arena *a,
				    struct store_failure_slot_list *ret);

/* Forgets those before that time, and the oldest until at most cap are left; 1000 at most in one call. */
MUST fault store_failure_prune(struct store *s, int64_t before, size_t cap);

#endif
