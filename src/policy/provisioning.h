/*
 * provisioning: whether a device may enrol now, by who has to be there and how far its pre-provisioning is.
 *
 * A technician enrols a pre-provisioned device and reseals it, which puts its certificates on hold; later its
 * user enrols it and it gets new ones. With the one-time limit a device that enrolled without a user does so
 * again only when an administrator allows it (Windows Autopilot: 0x80180014).
 */
#ifndef POLICY_PROVISIONING_H
#define POLICY_PROVISIONING_H

#include "policy/deployment.h"

/* Stored: never renumbered. */
enum provisioning_phase {
	PROVISIONING_NONE = 0, /* as it was registered */
	PROVISIONING_PREPARED, /* a technician enrolled it */
	PROVISIONING_RESEALED, /* it waits for its user */
	PROVISIONING_BOUND,    /* it is its user's */
	PROVISIONING_PHASES
};

enum provisioning_event {
	PROVISIONING_TECHNICIAN = 0,
	PROVISIONING_RESEAL,
	PROVISIONING_USER,
	PROVISIONING_ALLOW, /* an administrator lets it begin anew */
	PROVISIONING_EVENTS
};

struct provisioning_limits {
	uint64_t wait_s; /* between reseal and user */
	uint64_t life_s; /* in which the user has to come; 0: at any time */
};

/* A device that comes. */
struct provisioning_case {
	enum deployment_usage usage;
	enum trip_purpose purpose;
	bool is_registered;
	bool has_credential;   /* of a user */
	struct bytes user;     /* whom that names, a UPN; absent: nobody */
	bool is_named_later;   /* whom it names comes with the answer */
	struct bytes assigned; /* whose the device is to be; absent: anybody's */
	struct bytes holder;   /* whose it is, once it is bound; absent: nobody's */
	enum provisioning_phase phase;
	int64_t since;    /* when that phase began */
	bool is_one_time; /* the profile's limit */
	enum deployment_userless userless;
	int64_t now;
};

/*
 * That it may do what it comes for. PROVISION_USAGE when a technician comes, or it is resealed, and its
 * profile has no such part; DEVICE_NOT_REGISTERED when it does, and nobody registered it; USER_MISSING,
 * USER_UNNAMED and USER_OTHER of the user who has to be there; ENROLMENT_ONCE by the one-time limit;
 * PROVISION_WAIT and PROVISION_EXPIRED by limits; RESEAL_EARLY, PROVISION_UNSEALED and PROVISION_BOUND by the
 * phase; POL_MISSING for no usage, purpose or phase.
 */
MUST fault provisioning_check(const struct provisioning_case *c, const struct provisioning_limits *limits);

/* Who alone may enrol it; absent: anybody. */
struct bytes provisioning_owner(const struct provisioning_case *c);

/* Whether a user's credential is asked for. */
bool is_provisioning_attended(const struct provisioning_case *c);

/* What serving it leads to. */
enum provisioning_phase provisioning_next(const struct provisioning_case *c);
enum deployment_userless provisioning_userless_next(const struct provisioning_case *c);

/* The phase after an event of a pre-provisioned device; the same where that event may not be. */
enum provisioning_phase provisioning_after(enum provisioning_phase phase, enum provisioning_event event);

/* Since or until when PROVISION_WAIT or PROVISION_EXPIRED holds of a resealed device; 0 for other faults. */
int64_t provisioning_limit(const struct provisioning_case *c, const struct provisioning_limits *limits,
			   fault why);

/* The words for API and shell: "none", "prepared", "resealed", "bound". */
const char *provisioning_word(enum provisioning_phase phase);

#endif
