/*
 * store_appraisal: what a device was last found to be, so that a change can be told from what was before.
 *
 * No decision reads it: whether a device is compliant follows from times (policy/compliance.h).
 */
#ifndef STORE_STORE_APPRAISAL_H
#define STORE_STORE_APPRAISAL_H

#include "store/record.h"
#include "store/store.h"

#define STORE_APPRAISAL_OVER 7 /* its device has retired */

/*
 * state is enum compliance_state or STORE_APPRAISAL_OVER, since from when on, reasons what is amiss;
 * firmware_since since when the TPM's firmware is known to be vulnerable, 0 unless it is; held is 1 while its
 * certificates are on hold for it; due is when to look again, 0: not by time alone.
 */
#define STORE_APPRAISAL_FIELDS(F, of)    \
	F(of, ID, device_id, REQ)        \
	F(of, UINT, state, REQ)          \
	F(of, TIME, since, REQ)          \
	F(of, TEXT, reasons, OPT)        \
	F(of, TIME, firmware_since, REQ) \
	F(of, UINT, held, REQ)           \
	F(of, TIME, due, REQ)
RECORD_STRUCT(store_appraisal, STORE_APPRAISAL_FIELDS)

/* Stores the row in place of what was. CONFLICT when there is no such device. */
MUST fault store_appraisal_put(struct store *s, const struct store_appraisal *row);

/* NULL when the device was never looked at. */
MUST fault store_appraisal_find(struct store *s, struct bytes device_id, struct arena *a,
				struct store_appraisal **ret);

/* Those to be looked at again by that time, the longest due first; devices that retired are left out. */
MUST fault store_appraisal_list_due(struct store *s, int64_t now, size_t limit, struct arena *a,
				    struct store_appraisal_list *ret);

/* All are to be looked at again: what they are judged by has changed. */
MUST fault store_appraisal_spoil(struct store *s);

/* How many devices there were of that state. */
MUST fault store_appraisal_count(struct store *s, uint64_t state, uint64_t *ret);

#endif
