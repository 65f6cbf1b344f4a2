/*
 * restriction: may a device that joined be managed? The second of the two decisions of an enrolment.
 *
 * Pure: restrictions in the order of their priority and what is known of a device go in; the first that
 * applies decides, as Intune has it, and the default policy at the end applies to everybody. Zero decides
 * nothing: a list that was not loaded, lacks its default or cannot be read where it matters refuses.
 */
#ifndef POLICY_RESTRICTION_H
#define POLICY_RESTRICTION_H

#include "policy/scope.h"
#include "policy/version.h"

#define RESTRICTIONS_MAX 25 /* of one server, beside the default policy */
#define RESTRICTION_MESSAGE_MAX 256
#define RESTRICTION_DETAIL_SIZE 512

/* Stored: never renumbered. Zero is none of them. */
enum restriction_state {
	RESTRICTION_ON = 1,
	RESTRICTION_MONITOR, /* decides nothing; what it would have decided is noted */
	RESTRICTION_OFF,
	RESTRICTION_STATE_LAST = RESTRICTION_OFF
};
enum restriction_action {
	RESTRICTION_BLOCK = 1,
	RESTRICTION_ALLOW,
	RESTRICTION_ACTION_LAST = RESTRICTION_ALLOW
};

/* Texts are borrowed; an absent one restricts nothing. */
struct restriction {
	struct bytes id, name;
	enum restriction_state state;
	enum restriction_action action;
	bool is_default;

	/* To whom it applies. */
	struct bytes platform; /* the name of an operating system */
	struct scope scope;
	struct bytes user_groups; /* of users who signed in, by the word of their provider, commas between */

	/* What allow asks of them. */
	bool blocks_personal;        /* no registration says that the device is ours */
	struct bytes os_min, os_max; /* versions of the operating system, both among the allowed */
	uint64_t devices_max;        /* of one user, with this one; 0: any number */

	bool trusts_labels;   /* platform and versions may decide, though devices only claim them */
	struct bytes message; /* for whoever is blocked */

	/* By restriction_parse. */
	bool is_whole;
	struct version min, max;
};

/*
 * Reads the versions of r and sees that all of it makes sense; what is not whole refuses. PARSE_FIELD, or
 * POL_UNVERIFIED_ATTR when it goes by what devices say of themselves without saying that it may; *ret_detail
 * is then a sentence without arguments.
 */
MUST fault restriction_parse(struct restriction *r, const char **ret_detail);

/* In the order in which they are asked; the last is the default policy. */
struct restrictions {
	size_t n;
	const struct restriction *v;
};

/* Whose device it would be. All absent: nobody's. */
struct restriction_user {
	struct bytes name;
	uint64_t devices;                /* that this user has already, without the one that would enrol */
	const struct bytes_list *groups; /* proved with the user's sign-in; NULL: none */
};

/* A device that would enrol. Platform, versions, group tag and ownership are among the values. */
struct restriction_case {
	const struct attribute_values *values;
	bool needs_attestation; /* the profile requires it */
	struct restriction_user user;
};

/* Why a restriction says no. */
enum restriction_reason {
	RESTRICTION_FREE = 0, /* it does not */
	RESTRICTION_BY_ACTION,
	RESTRICTION_BY_OWNER,
	RESTRICTION_BY_VERSION,
	RESTRICTION_BY_LIMIT,
	RESTRICTION_BY_UNKNOWN, /* its filter asks what could not be established */
	RESTRICTION_BY_DEFECT,  /* it cannot be read */
	RESTRICTION_REASON_COUNT
};

/* What one restriction says of a device. */
struct restriction_saying {
	const struct restriction *by;
	fault why; /* NULL: the device may enrol */
	enum restriction_reason reason;
	uint64_t devices; /* of the user, for a reason that counts them */
};

struct restriction_finding {
	struct restriction_saying decided; /* by is NULL when none did, which is POL_MISSING */
	size_t monitored_n;
	struct restriction_saying monitored[RESTRICTIONS_MAX]; /* by those that would have decided before */
};

/*
 * Decides. RESTRICTION_BLOCKED, RESTRICTION_LIMIT for the number of devices; POL_NOT_ATTESTED when a
 * restriction that would refuse asks what could not be established while attestation is required;
 * POL_MISSING when the list has no word on the device, or one that cannot be read.
 */
void restriction_judge(const struct restrictions *list, const struct restriction_case *c,
		       struct restriction_finding *ret);

/* Why, as part of a sentence. */
const char *restriction_reason_text(enum restriction_reason reason);

/*
 * What it says for people: its own message, and which restriction that is and why, with limit and count;
 * empty when the device may enrol. Returns out.
 */
char *restriction_text(const struct restriction_saying *s, char out[static RESTRICTION_DETAIL_SIZE]);

/* The words for API and shell: "on", "monitor", "off"; "block", "allow". */
const char *restriction_state_word(enum restriction_state state);
const char *restriction_action_word(enum restriction_action action);

/* The reverse; 0 for any other word. */
enum restriction_state restriction_state_find(struct bytes word);
enum restriction_action restriction_action_find(struct bytes word);

#endif
