/*
 * naming: which records speak of a device: its registration, its enrolment token, the identity provider of
 * its user, the profile that one of them leads to, and the device it already is.
 */
#ifndef FLOW_NAMING_H
#define FLOW_NAMING_H

#include "attest/verdict.h"
#include "flow/flow.h"
#include "store/store_device.h"
#include "store/store_idp.h"
#include "store/store_profile.h"
#include "store/store_registration.h"
#include "store/store_token.h"

struct naming_of {
	struct bytes ek_hash;  /* absent: no TPM */
	struct bytes serial;   /* a label */
	struct bytes token_id;
	struct bytes idp;      /* where its user has signed in */
	uint64_t class;        /* enum anchors_class of its TPM */
	struct store_device *shown; /* whose certificate it showed; NULL: it comes as a stranger */
	bool is_recovery;           /* and to get a key in a TPM, which may be its first */
};

/* The user whose credential comes with the device; whether it is good is judged with the answer. */
struct naming_user {
	bool is_there;
	struct bytes upn; /* absent: it names nobody */
};

struct naming {
	struct store_registration *registration; /* NULL: none */
	struct store_token *token;               /* NULL: none, or not one of ours */
	struct store_idp *idp;                   /* NULL: nobody signed in, or not at one of ours */
	struct naming_user user;
	struct store_profile *profile;           /* NULL: nobody names the device */
	struct bytes named_profile;              /* its id, or of the one that sends virtual TPMs to it */
	struct store_device *device;             /* NULL: this EK is new */
	struct store_device *shown;              /* as it came; device then is the same */
	bool is_by_key;                          /* the registration has this EK's hash */
	/* Of a refusal: what this TPM claims that is another's, ids; absent when it claims nothing. */
	struct bytes claimed_device, claimed_registration;
};

/*
 * Looks the records up; records live in the arena. A registration by EK hash comes before one by serial
 * number. ID_EK_MISMATCH when the serial number's registration belongs to another TPM; SERIAL_MISMATCH when
 * the EK's registration names another serial number; EK_DUPLICATE when this TPM is another registration's
 * device, or the device of another serial number: ret then says what it claims; DEVICE_BLOCKED instead when
 * an administrator has decided that this TPM stays out; DEVICE_OTHER_TPM when the device whose certificate it
 * showed did not enrol with this TPM. PROFILE_UNASSIGNED when the registration has no
 * profile, PROFILE_MISSING, SYS_STORAGE.
 */
MUST fault naming_find(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *ret);

/* What the records say of the endorsement key and of TPMs of that class, as rows of checks.def. */
void naming_judge(const struct naming *n, uint64_t class, uint8_t outcomes[static CHECK_COUNT]);

#endif
