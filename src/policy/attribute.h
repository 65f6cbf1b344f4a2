/*
 * attribute: what a filter may ask of a device (policy/attribute.def), and the operators it asks with.
 *
 * Where a value comes from decides what it is worth: a claim was proved by the verdict, a record is the
 * server's own, a label is what the device says of itself.
 */
#ifndef POLICY_ATTRIBUTE_H
#define POLICY_ATTRIBUTE_H

#include "attest/anchors.h"
#include "attest/firmware.h"
#include "policy/claims.h"

enum attribute_operator {
	ATTRIBUTE_EQ,
	ATTRIBUTE_NE,
	ATTRIBUTE_IN,
	ATTRIBUTE_NOT_IN,
	ATTRIBUTE_STARTS_WITH,
	ATTRIBUTE_CONTAINS,
	ATTRIBUTE_NOT_CONTAINS,
	ATTRIBUTE_GT,
	ATTRIBUTE_GE,
	ATTRIBUTE_LT,
	ATTRIBUTE_LE,
	ATTRIBUTE_OPERATOR_COUNT
};

enum attribute_type { ATTRIBUTE_TEXT, ATTRIBUTE_ENUMERATION, ATTRIBUTE_BOOLEAN, ATTRIBUTE_VERSION };

/* Zero is the source that is believed least. */
enum attribute_source { ATTRIBUTE_LABEL, ATTRIBUTE_RECORD, ATTRIBUTE_CLAIM };

enum attribute_id {
#define P(id, ...) ATTRIBUTE_##id,
#include "policy/attribute.def"
#undef P
	ATTRIBUTE_COUNT
};

struct attribute {
	const char *name; /* behind "device." */
	enum attribute_type type;
	uint32_t operators; /* those it takes: bits by enum attribute_operator */
	enum attribute_source source;
	const char *words;    /* the only values to compare with, a space between; NULL: any */
	const char *sentence; /* what the value is */
};

extern const struct attribute attributes[ATTRIBUTE_COUNT];

/*
 * The values of one device, borrowed. A label or record that is absent (p == NULL) counts as empty, as
 * Intune has it; a claim that is absent could not be established, and nothing follows from it. A claim that
 * is established and empty is present with n == 0.
 */
struct attribute_values {
	struct bytes of[ATTRIBUTE_COUNT];
};

/* What is known of a device. Zeroed, it is one of which nothing is. */
struct attribute_facts {
	bool is_judged; /* there is a verdict, and is_attested and assurance are what it proved */
	bool is_attested;
	uint8_t assurance; /* bits of enum trip_assurance */
	enum anchors_class tpm_class;
	struct bytes tpm_maker, tpm_model;
	uint64_t firmware; /* 0: no statement says */
	bool is_registered;
	struct bytes profile, group_tag;                                /* records */
	struct bytes name, serial, manufacturer, model, os, os_version; /* labels */
};

/*
 * The values of such a device, borrowed from facts and `firmware`. An unattested device has no claims about
 * its TPM: whatever it showed of one may be another's.
 */
struct attribute_values attribute_values_of(const struct attribute_facts *facts,
					    char firmware[static FIRMWARE_TEXT_SIZE]);

/* A set of attributes, as filter_uses gives it. */
#define ATTRIBUTE_BIT(id) (UINT64_C(1) << (id))

/* The attribute of that name, either case, or ATTRIBUTE_COUNT. */
enum attribute_id attribute_find(struct bytes name);

/* The operator's word, without a dash: "eq". */
const char *attribute_operator_word(enum attribute_operator op);

/* The operator of that word, either case, with or without a dash before it; or ATTRIBUTE_OPERATOR_COUNT. */
enum attribute_operator attribute_operator_find(struct bytes word);

/* True for the four that compare versions by order. */
bool is_attribute_order(enum attribute_operator op);

/* True when the attribute takes the operator. */
bool is_attribute_operator(const struct attribute *a, enum attribute_operator op);

/* True when the attribute can be compared with that word. */
bool is_attribute_word(const struct attribute *a, struct bytes word);

/* "text", "enumeration", "boolean", "version"; "label", "record", "claim". */
const char *attribute_type_word(enum attribute_type type);
const char *attribute_source_word(enum attribute_source source);

/* Equal when letters A to Z are as good as a to z. */
bool is_attribute_equal(struct bytes a, struct bytes b);

/* What stands in b from `at` on is part, letters likewise. */
bool is_attribute_part(struct bytes b, size_t at, struct bytes part);

#endif
