/*
 * vouch: on whose word a device is what it says, and which way it proves it.
 *
 * Pure: what registrations, tokens and the profile say goes in, the way and its faults come out. A
 * registration by EK hash vouches for the key itself; a registration by serial number or a token only names
 * the device, so the maker's certificate must vouch for the key.
 */
#ifndef POLICY_VOUCH_H
#define POLICY_VOUCH_H

#include "attest/verdict.h"

/* The profile's `attestation`. Zero is none of them and allows nothing. */
enum vouch_mode {
	VOUCH_MODE_REQUIRED = 1,
	VOUCH_MODE_PREFERRED,
	VOUCH_MODE_OFF,
	VOUCH_MODE_LAST = VOUCH_MODE_OFF
};

/*
 * Stored in evidence: never renumbered. By token and by user alone nothing of a TPM is proved; by user its
 * keys are, and that it is a TPM at all is the user's word.
 */
enum vouch_by {
	VOUCH_NOBODY = 0,
	VOUCH_BY_KEY,
	VOUCH_BY_CERTIFICATE,
	VOUCH_BY_TOKEN,
	VOUCH_BY_USER,
	VOUCH_BY_USER_ALONE,
	VOUCH_BY_MEMBER, /* the certificate it has: it is no more than it was */
	VOUCH_BY_LAST = VOUCH_BY_MEMBER
};

struct vouch_case {
	enum vouch_mode mode;
	bool has_tpm;             /* the device sent an EK and an AK */
	bool is_registered_key;   /* a registration has this EK's hash */
	bool is_registered_label; /* a registration has this serial number and no other EK */
	bool has_token;           /* an enrolment token of this profile was named */
	bool has_user;            /* an identity provider was named where its user has signed in */
	bool is_managed;          /* it showed the certificate that it has, and comes for what takes that */
	bool is_plain;            /* and renews it, which it got without a TPM */
	const struct verdict *first; /* outcomes of trip 1 */
};

/*
 * Who vouches in this case. DEVICE_NOT_REGISTERED when nobody names the device, TPM_REQUIRED when the profile
 * demands a TPM that is not there, TOK_MISSING when a device without proof brings no token, POL_MISSING for
 * an unknown mode, and under `required` or from a managed device the fault of the first check of trip 1
 * that whoever vouches depends on. Where nobody else vouches for a TPM, its user does before a token.
 */
MUST fault vouch_find(const struct vouch_case *c, enum vouch_by *ret);

/*
 * On whose word such a device would be believed, whatever the outcomes: VOUCH_NOBODY when nobody names it, it
 * has no TPM, or the profile wants no proof.
 */
enum vouch_by vouch_by_of(const struct vouch_case *c);

/* Whether a TPM proves its keys in this way; otherwise there is a certificate request. */
bool is_vouch_tpm(enum vouch_by by);

/* What else is known when an answer comes. */
struct vouch_words {
	bool is_registered, is_attended; /* the device; by its profile, its user has to be there */
	bool has_token, has_user;        /* as in struct vouch_case */
};

/*
 * Whether a token has to be good and is used up: where nothing else names the device or its user has to be
 * there, and that user has not signed in instead. Whoever has signed in must have done so well, needed or
 * not.
 */
bool is_vouch_token_needed(enum vouch_by by, const struct vouch_words *w);

/* Marks the rows that a verdict needs for trust when it is vouched for in this way; trip is 1 or 2. */
void vouch_require(enum vouch_by by, int trip, struct verdict *v);

/* Marks the rows of one more subject, such as the token's when nothing else names the device. */
void vouch_require_subject(enum check_subject subject, struct verdict *v);

/* The words for API and configuration: "required", "preferred", "off". */
const char *vouch_mode_word(enum vouch_mode mode);

/* The reverse; 0 for any other word. */
enum vouch_mode vouch_mode_find(struct bytes word);

#endif
