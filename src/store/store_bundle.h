/*
 * store_bundle: the diagnostics that devices sent when they were asked to: the latest of each, as a CAB.
 */
#ifndef STORE_STORE_BUNDLE_H
#define STORE_STORE_BUNDLE_H

#include "store/record.h"
#include "store/store.h"

#define STORE_BUNDLE_FIELDS(F, of)  \
	F(of, ID, device_id, REQ)   \
	F(of, ID, command, REQ)     \
	F(of, TIME, created, REQ)   \
	F(of, BYTES, body, REQ)
RECORD_STRUCT(store_bundle, STORE_BUNDLE_FIELDS)

/* Stores it in place of the device's before. CONFLICT when there is no such device. */
MUST fault store_bundle_put(struct store *s, const struct store_bundle *row);
MUST fault store_bundle_get(struct store *s, struct bytes device_id, struct arena *a,
			    struct store_bundle **ret);

/* Forgets all but the newest so many. */
MUST fault store_bundle_prune(struct store *s, size_t keep);

#endif
