/*
 * store_profile: what a device is to do: is attestation required, where does its key live, which TPMs do.
 */
#ifndef STORE_STORE_PROFILE_H
#define STORE_STORE_PROFILE_H

#include "store/record.h"
#include "store/store.h"

enum store_attestation { STORE_ATTESTATION_REQUIRED = 1, STORE_ATTESTATION_PREFERRED, STORE_ATTESTATION_OFF };

/*
 * name is unique; attestation is enum store_attestation, key is enum trip_key; virtual and unknown are enum
 * tpmclass_mode, virtual_profile the profile that virtual TPMs get instead; usage is enum deployment_usage,
 * failure enum trip_failure; name_template is as in policy/nametemplate.h, one_time 0 or 1.
 */
#define STORE_PROFILE_FIELDS(F, of)     \
	F(of, ID, id, REQ)              \
	F(of, TEXT, name, REQ)          \
	F(of, UINT, attestation, REQ)   \
	F(of, UINT, key, REQ)           \
	F(of, TIME, created, REQ)       \
	F(of, UINT, virtual, REQ)       \
	F(of, ID, virtual_profile, OPT) \
	F(of, UINT, unknown, REQ)       \
	F(of, UINT, usage, REQ)         \
	F(of, UINT, failure, REQ)       \
	F(of, UINT, timeout_s, REQ)     \
	F(of, TEXT, name_template, OPT) \
	F(of, UINT, one_time, REQ)
RECORD_STRUCT(store_profile, STORE_PROFILE_FIELDS)

MUST fault store_profile_put(struct store *s, const struct store_profile *row);
MUST fault store_profile_get(struct store *s, struct bytes id, struct arena *a, struct store_profile **ret);
MUST fault store_profile_find_by_name(struct store *s, struct bytes name, struct arena *a,
				      struct store_profile **ret);
MUST fault store_profile_list(struct store *s, struct store_page page, struct arena *a,
			      struct store_profile_list *ret);

/* Writes every field of the profile with that id. NOT_FOUND; CONFLICT when another has the name. */
MUST fault store_profile_update(struct store *s, const struct store_profile *row);

/* IN_USE while a registration, assignment, token or device has it. */
MUST fault store_profile_delete(struct store *s, struct bytes id);

#endif
