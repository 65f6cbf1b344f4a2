/*
 * compliance: is a device that enrolled still as it should be, at this moment?
 *
 * Pure: policies, what is known of a device and the time go in. Nothing is remembered: the answer follows
 * from when the device was last attested and last there, so it ages by itself, whoever has stopped asking.
 * All policies that apply to a device count, and the worst of what they say; the default policy counts for
 * those to whom no other applies. Zero is unknown, and unknown is never compliant.
 */
#ifndef POLICY_COMPLIANCE_H
#define POLICY_COMPLIANCE_H

#include "attest/keystate.h"
#include "policy/blocklist.h"
#include "policy/scope.h"

#define COMPLIANCE_POLICIES_MAX 25 /* of one server, with the default policy */
#define COMPLIANCE_HOURS_MAX 8760
#define COMPLIANCE_CLASSES_MAX 64 /* octets of their words */
#define COMPLIANCE_REASONS_MAX 16 /* of one device; the gravest are kept */
#define COMPLIANCE_TEXT_SIZE 384

/* Stored: never renumbered; from what is known least to best. Words are Graph's complianceState. */
enum compliance_state {
	COMPLIANCE_UNKNOWN = 0,
	COMPLIANCE_NONCOMPLIANT,
	COMPLIANCE_IN_GRACE,
	COMPLIANCE_COMPLIANT,
	COMPLIANCE_STATE_COUNT
};

enum compliance_condition {
#define C(id, ...) COMPLIANCE_##id,
#include "policy/compliance.def"
#undef C
	COMPLIANCE_CONDITION_COUNT
};

/* The least that has to vouch for the TPM. Stored: never renumbered. */
enum compliance_assurance {
	COMPLIANCE_ANY = 0, /* nothing */
	COMPLIANCE_LOW,     /* its user */
	COMPLIANCE_MEDIUM,  /* its EK certificate */
	COMPLIANCE_HIGH,    /* the registration of its EK */
	COMPLIANCE_ASSURANCE_LAST = COMPLIANCE_HIGH
};

/* Texts are borrowed. What is zero is not asked; that no failed attestation stands always is. */
struct compliance_policy {
	struct bytes id, name;
	bool is_default;
	struct scope scope;

	uint64_t attested_hours; /* how old the last attestation of an attested device may be */
	enum compliance_assurance assurance;
	unsigned classes; /* those admitted, bits by enum anchors_class */
	bool wants_firmware, wants_key;
	uint64_t silent_hours; /* for how long a device may not be there */

	uint64_t grace_hours;
	bool is_report; /* what it finds is told, and nothing follows from it */
	int64_t updated;

	bool is_whole; /* by compliance_parse */
};

/* Sees that all of it makes sense; what is not whole makes unknown. PARSE_FIELD with a sentence. */
MUST fault compliance_parse(struct compliance_policy *p, const char **ret_detail);

struct compliance_policies {
	size_t n;
	const struct compliance_policy *v;
};

/* What is known of a device. Zeroed, it is one of which nothing is. Times are seconds UTC, 0: never. */
struct compliance_facts {
	const struct attribute_values *values;
	uint8_t assurance; /* bits of enum trip_assurance, by its last clean attestation */
	int64_t enrolled, attested, seen;
	fault failed; /* of the failed attestation that stands */
	int64_t failed_at;
	enum anchors_class class;
	enum blocklist_outcome firmware;
	bool is_firmware_older; /* than the newest that this TPM had */
	int64_t firmware_since; /* since when it is known to be that; 0: it has just been found */
	enum keystate key;      /* by the server's records */
};

/* What is amiss. */
struct compliance_reason {
	enum compliance_condition condition;
	fault why;
	fault cause; /* of a failed attestation: how it failed; else NULL */
	int64_t since,
		until; /* from when on it is so, and until when there is grace; equal when there is none */
	const struct compliance_policy *by; /* NULL: no policy could say */
	bool is_unknown;                    /* it could not be established */
};

struct compliance_finding {
	enum compliance_state state;
	int64_t next;   /* when it may be another by time alone; 0: never */
	bool is_denied; /* not or not known to be compliant, by a policy that is more than a report */
	bool is_held;   /* not compliant by such: certificates are not to be in force */
	size_t n;
	struct compliance_reason v[COMPLIANCE_REASONS_MAX];
};

/*
 * Judges. Each reason's fault is a row for people: ATTESTATION_FAILED, ATTESTATION_STALE, ATTESTATION_NONE,
 * ASSURANCE_LOW, TPM_CLASS, FIRMWARE_VULNERABLE, KEY_BEFORE_FIX or FIRMWARE_OLDER, KEY_SOFTWARE,
 * DEVICE_SILENT;
 * COMPLIANCE_UNKNOWN where something could not be established, POL_MISSING without a policy that has a word
 * on the device.
 */
void compliance_judge(const struct compliance_policies *list, const struct compliance_facts *f, int64_t now,
		      struct compliance_finding *ret);

/* The reasons for people, "CODE (policy NAME), ...", empty when there are none. Returns out. */
char *compliance_text(const struct compliance_finding *f, char out[static COMPLIANCE_TEXT_SIZE]);

/* "unknown", "noncompliant", "inGracePeriod", "compliant"; what a condition asks, as part of a sentence. */
const char *compliance_state_word(enum compliance_state state);
const char *compliance_condition_text(enum compliance_condition condition);

/* The best of the bits of enum trip_assurance. */
enum compliance_assurance compliance_assurance_of(uint8_t bits);

/* "none", "low", "medium", "high", and the reverse; false, writing nothing, for any other word. */
const char *compliance_assurance_word(enum compliance_assurance assurance);
MUST bool compliance_assurance_parse(struct bytes word, enum compliance_assurance *ret);

/* Words of anchors.h with commas between as bits, and the reverse in its order. False for any other text. */
MUST bool compliance_classes_parse(struct bytes text, unsigned *ret);
char *compliance_classes_text(unsigned classes, char out[static COMPLIANCE_CLASSES_MAX]);

#endif
