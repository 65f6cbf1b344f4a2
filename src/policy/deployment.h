/*
 * deployment: how the devices of a profile come to be managed: who has to be there, and what a TPM that fails
 * at its proof leads to.
 */
#ifndef POLICY_DEPLOYMENT_H
#define POLICY_DEPLOYMENT_H

#include "policy/vouch.h"
#include "wire/trip.h"

/* Who has to be there. Stored: never renumbered. Zero is none of them and allows nothing. */
enum deployment_usage {
	DEPLOYMENT_SELF = 1, /* nobody: the proof of the TPM alone */
	DEPLOYMENT_PREPARED, /* a technician, then the device's user */
	DEPLOYMENT_USER,     /* the device's user */
	DEPLOYMENT_USAGE_LAST = DEPLOYMENT_USER
};

struct deployment_rule {
	enum vouch_mode attestation;
	enum deployment_usage usage;
	enum trip_failure failure;
};

/*
 * That a profile's words do not contradict each other. PROFILE_PREPARED when a device could be prepared
 * without proof, PROFILE_IGNORE when the lack of a proof that is required would be ignored; POL_MISSING when
 * a word is none of its kind.
 */
MUST fault deployment_check(const struct deployment_rule *rule);

/* May a registered device enrol without a user? Stored: never renumbered; as in Microsoft Graph. */
enum deployment_userless {
	DEPLOYMENT_USERLESS_UNKNOWN = 0, /* it never did */
	DEPLOYMENT_USERLESS_ALLOWED,     /* an administrator lets it, once */
	DEPLOYMENT_USERLESS_BLOCKED,     /* it did, and the profile has it so once */
	DEPLOYMENT_USERLESS_LAST = DEPLOYMENT_USERLESS_BLOCKED
};

/* The words of Microsoft Graph: "unknown", "allowed", "blocked". */
const char *deployment_userless_word(enum deployment_userless userless);

/* The words for API and configuration: "self-deploying", "pre-provisioned", "user-driven". */
const char *deployment_usage_word(enum deployment_usage usage);

/* The words of [MS-MDE2], as JSON has them: "failOnError", "ignoreOnError", "retryOnError". */
const char *deployment_failure_word(enum trip_failure failure);

/* The reverse; 0 for any other word. */
enum deployment_usage deployment_usage_find(struct bytes word);
enum trip_failure deployment_failure_find(struct bytes word);

#endif
