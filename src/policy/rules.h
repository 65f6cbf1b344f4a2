/*
 * rules: the switches that the server and its profiles judge by, as a policy that is only proposed.
 *
 * A policy file is an INI file (base/config.h) with the server's settings and the profiles' words under
 * their own names. What it leaves out, and zero, stays as each device was judged by. A switch is a row.
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include "base/config.h"

enum rules_switch { RULES_UNSAID = 0, RULES_TRUE, RULES_FALSE };

struct rules {
	uint64_t expired_ca;  /* enum rules_switch: setting trust.expired_ca (attest/ekchain.h) */
	uint64_t crl_required; /* enum rules_switch: setting trust.crl_required */
	uint64_t attestation; /* enum vouch_mode */
	uint64_t virtual;     /* enum tpmclass_mode, never OWN: the file is the policy of that class, too */
	uint64_t unknown;     /* enum tpmclass_mode */
};

extern const struct config_row rules_rows[];
extern const size_t rules_count;

/* Reads a policy file. CONFIG_INVALID, with the sentence, as config_parse or when it says nothing. */
MUST fault rules_parse(struct bytes text, struct rules *ret, struct config_error *ret_error);

#endif
