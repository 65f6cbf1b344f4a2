/*
 * store_conflict: a TPM that claims what the records give to another, waiting for an administrator's word.
 */
#ifndef STORE_STORE_CONFLICT_H
#define STORE_STORE_CONFLICT_H

#include "store/record.h"
#include "store/store.h"

enum store_conflict_state {
	STORE_CONFLICT_OPEN = 1,
	STORE_CONFLICT_APPROVED,
	STORE_CONFLICT_REPLACED,
	STORE_CONFLICT_RETIRED, /* the claimant stays out, also when it comes again */
};

/*
 * key is a hash of claimant and claimed; ek_hash is the claimant's, the labels are what it says of itself,
 * and evidence its dossier (wire/dossier.h). device_id and registration are what it claims; one of them is
 * there. count the attempts since first; actor is who decided.
 */
#define STORE_CONFLICT_FIELDS(F, of)   \
	F(of, ID, id, REQ)             \
	F(of, HASH, key, REQ)          \
	F(of, TEXT, fault, REQ)        \
	F(of, UINT, state, REQ)        \
	F(of, HASH, ek_hash, REQ)      \
	F(of, ID, device_id, OPT)      \
	F(of, ID, registration, OPT)   \
	F(of, TEXT, peer, REQ)         \
	F(of, TEXT, name, OPT)         \
	F(of, TEXT, serial, OPT)       \
	F(of, TEXT, manufacturer, OPT) \
	F(of, TEXT, model, OPT)        \
	F(of, UINT, count, REQ)        \
	F(of, TIME, first, REQ)        \
	F(of, TIME, last, REQ)         \
	F(of, TIME, decided, REQ)      \
	F(of, TEXT, actor, OPT)        \
	F(of, BYTES, evidence, OPT)
RECORD_STRUCT(store_conflict, STORE_CONFLICT_FIELDS)

/*
 * Stores the row or, when its key is known, replaces all but id, first, decided and actor and adds its count:
 * what was approved or replaced is open again, what was retired stays so. Then the rows with the oldest last
 * go until at most cap (at least 1) are left; the one just put is never among them.
 */
MUST fault store_conflict_put(struct store *s, const struct store_conflict *row, size_t cap);
MUST fault store_conflict_get(struct store *s, struct bytes id, struct arena *a, struct store_conflict **ret);

/* Evidence is left out: it can be large. */
MUST fault store_conflict_list(struct store *s, struct store_page page, struct arena *a,
			       struct store_conflict_list *ret);

/* How many claims of the TPM with that EK are in that state. */
MUST fault store_conflict_count(struct store *s, struct bytes ek_hash, enum store_conflict_state state,
				uint64_t *ret);

/* Writes state, decided and actor of an open one. NOT_FOUND; CONFLICT when it was decided before. */
MUST fault store_conflict_decide(struct store *s, const struct store_conflict *row);

#endif
