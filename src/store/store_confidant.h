/*
 * store_confidant: who may know by what an account signs in: who gave it a password or a link. Rows outlive
 * their account, so that making it anew makes nobody somebody else.
 */
#ifndef STORE_STORE_CONFIDANT_H
#define STORE_STORE_CONFIDANT_H

#include "store/record.h"
#include "store/store.h"

#define STORE_CONFIDANT_ALWAYS INT64_MAX

/* knower is an account, or another name for what is none; the row counts before until. */
#define STORE_CONFIDANT_FIELDS(F, of) \
	F(of, TEXT, account, REQ)     \
	F(of, TEXT, knower, REQ)      \
	F(of, TIME, until, REQ)
RECORD_STRUCT(store_confidant, STORE_CONFIDANT_FIELDS)

/* Where there is one already, the later end stands. */
MUST fault store_confidant_put(struct store *s, const struct store_confidant *row);

/* What was always known of an account is so no longer than until. */
MUST fault store_confidant_update_ends(struct store *s, struct bytes account, int64_t until);

/* Of those names, how many people there are who may act as either at that time, themselves among them. */
struct store_confidant_pair {
	struct bytes one, other;
};
MUST fault store_confidant_count_common(struct store *s, const struct store_confidant_pair *of, int64_t now,
					uint64_t *ret);

#endif
