/*
 * store_audit: who did what; rows are added and never changed.
 */
#ifndef STORE_STORE_AUDIT_H
#define STORE_STORE_AUDIT_H

#include "store/record.h"
#include "store/store.h"

/* Give time-ordered ids, so that the list runs in time. request_id is absent for what no request caused. */
#define STORE_AUDIT_FIELDS(F, of) \
	F(of, ID, id, REQ)        \
	F(of, TIME, time, REQ)    \
	F(of, TEXT, actor, REQ)   \
	F(of, TEXT, action, REQ)  \
	F(of, TEXT, target, OPT)  \
	F(of, TEXT, detail, OPT)  \
	F(of, ID, request_id, OPT)
RECORD_STRUCT(store_audit, STORE_AUDIT_FIELDS)

MUST fault store_audit_put(struct store *s, const struct store_audit *row);
MUST fault store_audit_get(struct store *s, struct bytes id, struct arena *a, struct store_audit **ret);
MUST fault store_audit_list(struct store *s, struct store_page page, struct arena *a,
			    struct store_audit_list *ret);

#endif
