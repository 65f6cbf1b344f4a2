/*
 * tpmclass: which classes of TPMs a profile admits.
 *
 * Class comes from the anchor that vouched (attest/anchors.h), and a certificate that names a virtual TPM
 * needs an anchor of class virtual or test (attest/ekcert.h). Virtual TPMs are as good as the host they run
 * on, so they are denied unless the profile says otherwise; a TPM that no anchor vouches for, but a
 * registration of its EK, is of class unknown and has a switch of its own.
 */
#ifndef POLICY_TPMCLASS_H
#define POLICY_TPMCLASS_H

#include "attest/anchors.h"
#include "attest/verdict.h"

/* What a profile says of a class. Stored: never renumbered. Zero admits nothing. */
enum tpmclass_mode {
	TPMCLASS_DENY = 1,
	TPMCLASS_ALLOW,
	TPMCLASS_OWN, /* virtual TPMs get a profile of their own instead */
	TPMCLASS_LAST = TPMCLASS_OWN
};

struct tpmclass_rule {
	enum tpmclass_mode virtual, unknown;
};

/*
 * That a profile with this rule admits TPMs of that class: TPM_VIRTUAL_DENIED, TPM_UNKNOWN_DENIED. OWN admits
 * none: the other profile decides.
 */
MUST fault tpmclass_check(const struct tpmclass_rule *rule, enum anchors_class class);

/* The same as rows of checks.def: EK_NOT_VIRTUAL and EK_CLASS. */
void tpmclass_judge(const struct tpmclass_rule *rule, enum anchors_class class,
		    uint8_t outcomes[static CHECK_COUNT]);

/* The words for API and configuration: "deny", "allow", "own". */
const char *tpmclass_word(enum tpmclass_mode mode);

/* The reverse; 0 for any other word. */
enum tpmclass_mode tpmclass_find(struct bytes word);

#endif
