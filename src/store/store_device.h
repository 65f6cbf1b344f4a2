/*
 * store_device: one record per device that enrolled.
 *
 * A TPM has several EKs; every hash that was proved for a device is a row of device_ek, and the device's own
 * ek_hash is the one it last proved.
 */
#ifndef STORE_STORE_DEVICE_H
#define STORE_STORE_DEVICE_H

#include "store/record.h"
#include "store/store.h"

enum store_device_state { STORE_DEVICE_ACTIVE = 1, STORE_DEVICE_RETIRED };

/*
 * Labels are what the device says about itself. attested is 0 or 1, assurance the bits of enum
 * trip_assurance, no_tpm the device's own reason, fault the code of why it is not attested. key_hash is the
 * SHA-256 of the device key's SubjectPublicKeyInfo. clock, reset_count and restart_count are the last Quote's
 * (TPM 2.0 Part 2 §10.11.1), leniencies a set of attest/leniency.def. upn is the user who enrolled it,
 * client_key enum keystate by the device's own account; user_subject and user_groups (a comma between) are
 * the user's by the word of the identity provider idp (store/store_idp.h). Among active devices key_hash is
 * unique, and so is ak_name where present.
 */
#define STORE_DEVICE_LABELS(F, of)     \
	F(of, TEXT, name, OPT)         \
	F(of, TEXT, serial, OPT)       \
	F(of, TEXT, manufacturer, OPT) \
	F(of, TEXT, model, OPT)        \
	F(of, TEXT, os, OPT)           \
	F(of, TEXT, os_version, OPT)

#define STORE_DEVICE_TPM(F, of)       \
	F(of, TEXT, tpm_maker, OPT)   \
	F(of, UINT, tpm_class, REQ)   \
	F(of, TEXT, tpm_model, OPT)   \
	F(of, TEXT, tpm_version, OPT) \
	F(of, UINT, firmware, REQ)

#define STORE_DEVICE_FIELDS(F, of)      \
	F(of, ID, id, REQ)              \
	STORE_DEVICE_LABELS(F, of)      \
	F(of, ID, profile, REQ)         \
	F(of, ID, registration, OPT)    \
	F(of, UINT, state, REQ)         \
	F(of, UINT, attested, REQ)      \
	F(of, UINT, assurance, REQ)     \
	F(of, TEXT, no_tpm, OPT)        \
	F(of, TEXT, fault, OPT)         \
	STORE_DEVICE_TPM(F, of)         \
	F(of, BYTES, ak_name, OPT)      \
	F(of, HASH, key_hash, REQ)      \
	F(of, HASH, ek_hash, OPT)       \
	F(of, UINT, clock, REQ)         \
	F(of, UINT, reset_count, REQ)   \
	F(of, UINT, restart_count, REQ) \
	F(of, TIME, enrolled, REQ)      \
	F(of, TIME, last_seen, REQ)     \
	F(of, TIME, updated, REQ)       \
	F(of, TEXT, warnings, OPT)      \
	F(of, UINT, leniencies, REQ)    \
	F(of, TEXT, upn, OPT)           \
	F(of, UINT, client_key, REQ)    \
	F(of, TEXT, user_subject, OPT)  \
	F(of, TEXT, user_groups, OPT)   \
	F(of, HASH, idp, OPT)
RECORD_STRUCT(store_device, STORE_DEVICE_FIELDS)

/*
 * As lists show them: with enum compliance_state, by what each was last found to be (store_appraisal.h), and
 * the certificate that its last good proof led to (store_proof.h).
 */
#define STORE_DEVICE_LISTED_FIELDS(F, of) \
	STORE_DEVICE_FIELDS(F, of)        \
	F(of, UINT, compliance, REQ)      \
	F(of, HASH, anchor, OPT)
RECORD_STRUCT(store_device_listed, STORE_DEVICE_LISTED_FIELDS)

/* Neither put nor update touches device_ek: see store_device_put_ek. */
MUST fault store_device_put(struct store *s, const struct store_device *row);

/* Writes every field of the device with that id. NOT_FOUND; CONFLICT as put. */
MUST fault store_device_update(struct store *s, const struct store_device *row);

/* Writes client_key alone. NOT_FOUND. */
MUST fault store_device_update_key(struct store *s, struct bytes id, uint64_t client_key);
MUST fault store_device_get(struct store *s, struct bytes id, struct arena *a, struct store_device **ret);

/* The device for which that EK was proved. By key and AK the active one is found before retired ones. */
MUST fault store_device_find_by_ek(struct store *s, struct bytes ek_hash, struct arena *a,
				   struct store_device **ret);
MUST fault store_device_find_by_key_hash(struct store *s, struct bytes key_hash, struct arena *a,
					 struct store_device **ret);
MUST fault store_device_find_by_ak_name(struct store *s, struct bytes ak_name, struct arena *a,
					struct store_device **ret);
MUST fault store_device_list(struct store *s, struct store_page page, struct arena *a,
			     struct store_device_list *ret);
MUST fault store_device_count(struct store *s, uint64_t *ret);

/*
 * How many places active devices take beside the one that bears that serial number. Without proof a device is
 * no more than its serial number: those with the same one take one place.
 */
MUST fault store_device_count_active(struct store *s, struct bytes serial, uint64_t *ret);

/*
 * How many active devices that user has, either case, but the one with that id (absent: all): those that the
 * user enrolled or is about to, and those that nobody's credential enrolled and whose registration is
 * assigned to the user.
 */
MUST fault store_device_count_by_user(struct store *s, struct bytes user, struct bytes but, uint64_t *ret);

/* From now on the device is that user's, or nobody's. NOT_FOUND. */
MUST fault store_device_update_upn(struct store *s, struct bytes id, struct bytes upn);

/* Says that this EK is that device's; again is no change. CONFLICT when it is another device's. */
MUST fault store_device_put_ek(struct store *s, struct bytes device_id, struct bytes ek_hash);

/* This EK is no longer that device's. NOT_FOUND when it was not. */
MUST fault store_device_delete_ek(struct store *s, struct bytes device_id, struct bytes ek_hash);

/* Its EKs and evidence go with it, its registration forgets it; certificates and decisions stay. */
MUST fault store_device_delete(struct store *s, struct bytes id);

#endif
