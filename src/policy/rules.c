#include "policy/rules.h"

#include <stdio.h>

#define ROW(key, member, words, sentence) \
	{ key, CONFIG_WORD, offsetof(struct rules, member), 0, 0, "", sentence, words }

const struct config_row rules_rows[] = {
	ROW("trust.expired_ca", expired_ca, "true|false",
	    "Whether an EK certificate stays good when a CA certificate above it expires."),
	ROW("trust.crl_required", crl_required, "true|false",
	    "Whether a list of revoked certificates that a certificate names must be at hand and current."),
	ROW("profile.attestation", attestation, "required|preferred|off",
	    "Whether a device must prove a TPM."),
	ROW("profile.virtual", virtual, "deny|allow", "Virtual TPMs."),
	ROW("profile.unknown", unknown, "deny|allow", "TPMs whose class no anchor says."),
};

const size_t rules_count = COUNT_OF(rules_rows);

fault rules_parse(struct bytes text, struct rules *ret, struct config_error *ret_error)
{
	struct rules r = { 0 };
	TRY(config_parse(rules_rows, rules_count, text, &r, ret_error));
	if (!r.expired_ca && !r.crl_required && !r.attestation && !r.virtual && !r.unknown) {
		ret_error->line = 0;
		snprintf(ret_error->sentence, sizeof(ret_error->sentence), "it proposes nothing");
		return FAIL(CONFIG_INVALID);
	}
	*ret = r;
	return NULL;
}
