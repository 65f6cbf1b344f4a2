/*
 * store_outbreak: times at which the same fault befell many devices of one maker or one issuer at once
 * (policy/outbreak.h), open ones and what is over.
 */
#ifndef STORE_STORE_OUTBREAK_H
#define STORE_STORE_OUTBREAK_H

#include "store/record.h"
#include "store/store.h"

/*
 * origin is the maker that the EK certificates name, or their issuer when they name none; issuer is the one
 * that most of the devices name, issuer_devices how many. devices and count are since first. ended is never
 * while it is open; of one origin and fault one is open at most.
 */
#define STORE_OUTBREAK_FIELDS(F, of)     \
	F(of, ID, id, REQ)               \
	F(of, TEXT, fault, REQ)          \
	F(of, TEXT, origin, REQ)         \
	F(of, TEXT, issuer, OPT)         \
	F(of, UINT, issuer_devices, REQ) \
	F(of, UINT, devices, REQ)        \
	F(of, UINT, count, REQ)          \
	F(of, TIME, first, REQ)          \
	F(of, TIME, last, REQ)           \
	F(of, TIME, ended, REQ)
RECORD_STRUCT(store_outbreak, STORE_OUTBREAK_FIELDS)

/* CONFLICT when one of that fault and origin is open. */
MUST fault store_outbreak_put(struct store *s, const struct store_outbreak *row);

/* Replaces all fields. NOT_FOUND. */
MUST fault store_outbreak_update(struct store *s, const struct store_outbreak *row);

/* Those that have not ended, in order of id. */
MUST fault store_outbreak_list_open(struct store *s, struct store_page page, struct arena *a,
				    struct store_outbreak_list *ret);

/* All, in order of id, which is the order of time. */
MUST fault store_outbreak_list(struct store *s, struct store_page page, struct arena *a,
			       struct store_outbreak_list *ret);

/* Forgets what ended before that time. */
MUST fault store_outbreak_prune(struct store *s, int64_t before);

#endif
