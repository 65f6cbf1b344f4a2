/*
 * store_registration: "this device is ours", said before it ever connects (Autopilot device identity).
 */
#ifndef STORE_STORE_REGISTRATION_H
#define STORE_STORE_REGISTRATION_H

#include "store/record.h"
#include "store/store.h"

/* enrollmentState of Microsoft Graph's windowsAutopilotDeviceIdentity. */
enum store_registration_state {
	STORE_REGISTRATION_UNKNOWN = 0,
	STORE_REGISTRATION_ENROLLED,
	STORE_REGISTRATION_PENDING_RESET,
	STORE_REGISTRATION_FAILED,
	STORE_REGISTRATION_NOT_CONTACTED,
};

/*
 * ek_hash and serial are each unique where present; at least one is. profile is its own when it is put; when
 * it is read and has none, the one that is assigned to it (store/store_assignment.h); absent: none is.
 * device_id is the device it became. hardware is what a device said of itself when it was registered,
 * hardware_digest the SHA-256 of a Windows hardware hash, userless enum deployment_userless, phase enum
 * provisioning_phase with the time since which it is so, 0 for a device that never had one.
 */
#define STORE_REGISTRATION_FIELDS(F, of) \
	F(of, ID, id, REQ)               \
	F(of, HASH, ek_hash, OPT)        \
	F(of, TEXT, serial, OPT)         \
	F(of, ID, profile, OPT)          \
	F(of, TEXT, group_tag, OPT)      \
	F(of, TEXT, name, OPT)           \
	F(of, ID, device_id, OPT)        \
	F(of, TIME, created, REQ)        \
	F(of, TIME, last_contact, REQ)   \
	F(of, UINT, state, REQ)          \
	F(of, TEXT, assigned_user, OPT)  \
	F(of, TEXT, product_key, OPT)    \
	F(of, TEXT, hardware, OPT)       \
	F(of, HASH, hardware_digest, OPT) \
	F(of, UINT, userless, REQ)       \
	F(of, UINT, phase, REQ)          \
	F(of, TIME, phase_since, REQ)
RECORD_STRUCT(store_registration, STORE_REGISTRATION_FIELDS)

/* BUG when the row has neither EK hash nor serial. */
MUST fault store_registration_put(struct store *s, const struct store_registration *row);
MUST fault store_registration_get(struct store *s, struct bytes id, struct arena *a,
				  struct store_registration **ret);
MUST fault store_registration_find_by_ek(struct store *s, struct bytes ek_hash, struct arena *a,
					 struct store_registration **ret);
MUST fault store_registration_find_by_serial(struct store *s, struct bytes serial, struct arena *a,
					     struct store_registration **ret);
MUST fault store_registration_list(struct store *s, struct store_page page, struct arena *a,
				   struct store_registration_list *ret);

/*
 * Writes state, device_id, last_contact, userless, phase and phase_since of the row with that id and nothing
 * else. NOT_FOUND.
 */
MUST fault store_registration_update(struct store *s, const struct store_registration *row);

/* From now on the registration is of the TPM with that EK. NOT_FOUND; CONFLICT when another has it. */
MUST fault store_registration_update_ek(struct store *s, struct bytes id, struct bytes ek_hash);

/* The same of a serial number. */
MUST fault store_registration_update_serial(struct store *s, struct bytes id, struct bytes serial);

/* The device that came of it stays, without a registration. */
MUST fault store_registration_delete(struct store *s, struct bytes id);

#endif
