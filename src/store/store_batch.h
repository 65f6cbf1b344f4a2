/*
 * store_batch: what many devices are asked to do at once, and how far that has come.
 */
#ifndef STORE_STORE_BATCH_H
#define STORE_STORE_BATCH_H

#include "store/record.h"
#include "store/store.h"

/*
 * One command for each active device of which rule, a filter, holds; absent: for each, or, when rate is 0,
 * for those that were named when it began. last is the device that was looked at last, devices how many were,
 * made how many commands came of it. finished is 0 until all were looked at, or somebody cancelled it.
 */
#define STORE_BATCH_FIELDS(F, of)   \
	F(of, ID, id, REQ)          \
	F(of, UINT, kind, REQ)      \
	F(of, TEXT, rule, OPT)      \
	F(of, TEXT, actor, REQ)     \
	F(of, TIME, created, REQ)   \
	F(of, UINT, rate, REQ)      \
	F(of, ID, last, OPT)        \
	F(of, UINT, devices, REQ)   \
	F(of, UINT, made, REQ)      \
	F(of, TIME, finished, REQ)  \
	F(of, UINT, cancelled, REQ)
RECORD_STRUCT(store_batch, STORE_BATCH_FIELDS)

/* CONFLICT when the id is taken. */
MUST fault store_batch_put(struct store *s, const struct store_batch *row);
MUST fault store_batch_get(struct store *s, struct bytes id, struct arena *a, struct store_batch **ret);

/* Replaces all fields. NOT_FOUND. */
MUST fault store_batch_update(struct store *s, const struct store_batch *row);

/* In order of id, which is the order of time. */
MUST fault store_batch_list(struct store *s, struct store_page page, struct arena *a,
			    struct store_batch_list *ret);

/* Those that are not finished. */
MUST fault store_batch_list_open(struct store *s, struct arena *a, struct store_batch_list *ret);

#endif
