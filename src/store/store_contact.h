/*
 * store_contact: when a device was last there, apart from its record, which is wide and seldom changes.
 */
#ifndef STORE_STORE_CONTACT_H
#define STORE_STORE_CONTACT_H

#include "store/record.h"
#include "store/store.h"

/* agent is the version of the device's program. */
#define STORE_CONTACT_FIELDS(F, of) \
	F(of, ID, device_id, REQ)   \
	F(of, TIME, seen, REQ)      \
	F(of, TEXT, agent, OPT)
RECORD_STRUCT(store_contact, STORE_CONTACT_FIELDS)

/* Stores the row in place of what was; a device that is gone is no fault. */
MUST fault store_contact_put(struct store *s, const struct store_contact *row);

/* NULL when the device never checked in. */
MUST fault store_contact_find(struct store *s, struct bytes device_id, struct arena *a,
			      struct store_contact **ret);

#endif
