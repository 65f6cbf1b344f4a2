/*
 * store_compliance: compliance policies as administrators wrote them; policy/compliance.h reads them.
 */
#ifndef STORE_STORE_COMPLIANCE_H
#define STORE_STORE_COMPLIANCE_H

#include "store/record.h"
#include "store/store.h"

/*
 * Names are unique. mode is enum scope_mode, assurance and classes as in struct compliance_policy;
 * is_default, firmware, device_key and report are 0 or 1.
 */
#define STORE_COMPLIANCE_FIELDS(F, of)   \
	F(of, ID, id, REQ)               \
	F(of, TEXT, name, REQ)           \
	F(of, UINT, is_default, REQ)     \
	F(of, TEXT, group_tags, OPT)     \
	F(of, UINT, mode, REQ)           \
	F(of, ID, filter_id, OPT)        \
	F(of, UINT, attested_hours, REQ) \
	F(of, UINT, assurance, REQ)      \
	F(of, UINT, classes, REQ)        \
	F(of, UINT, firmware, REQ)       \
	F(of, UINT, device_key, REQ)     \
	F(of, UINT, silent_hours, REQ)   \
	F(of, UINT, grace_hours, REQ)    \
	F(of, UINT, report, REQ)         \
	F(of, TIME, created, REQ)        \
	F(of, TIME, updated, REQ)
RECORD_STRUCT(store_compliance, STORE_COMPLIANCE_FIELDS)

/* As lists show them: with the name of the filter, by what it does. */
#define STORE_COMPLIANCE_LISTED_FIELDS(F, of) \
	STORE_COMPLIANCE_FIELDS(F, of)        \
	F(of, TEXT, included, OPT)            \
	F(of, TEXT, excluded, OPT)
RECORD_STRUCT(store_compliance_listed, STORE_COMPLIANCE_LISTED_FIELDS)

/* CONFLICT for a name that is taken. */
MUST fault store_compliance_put(struct store *s, const struct store_compliance *row);

/* Replaces all but the id, which finds it. NOT_FOUND, CONFLICT as above. */
MUST fault store_compliance_update(struct store *s, const struct store_compliance *row);
MUST fault store_compliance_get(struct store *s, struct bytes id, struct arena *a,
				struct store_compliance **ret);

/* The first `limit`, the default policy behind all others. */
MUST fault store_compliance_list(struct store *s, size_t limit, struct arena *a,
				 struct store_compliance_list *ret);
MUST fault store_compliance_delete(struct store *s, struct bytes id);

#endif
