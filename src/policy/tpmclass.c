#include "policy/tpmclass.h"

#include "base/text.h"

fault tpmclass_check(const struct tpmclass_rule *rule, enum anchors_class class)
{
	if (class == ANCHORS_VIRTUAL)
		return rule->virtual == TPMCLASS_ALLOW ? NULL : FAIL(TPM_VIRTUAL_DENIED);
	bool is_known = class > ANCHORS_UNKNOWN && class <= ANCHORS_CLASS_LAST;
	return is_known || rule->unknown == TPMCLASS_ALLOW ? NULL : FAIL(TPM_UNKNOWN_DENIED);
}

void tpmclass_judge(const struct tpmclass_rule *rule, enum anchors_class class,
		    uint8_t outcomes[static CHECK_COUNT])
{
	fault why = tpmclass_check(rule, class);
	verdict_judge(outcomes, CHECK_EK_NOT_VIRTUAL, why != FAIL(TPM_VIRTUAL_DENIED));
	verdict_judge(outcomes, CHECK_EK_CLASS, why != FAIL(TPM_UNKNOWN_DENIED));
}

static const char *const words[] = {
	[TPMCLASS_DENY] = "deny",
	[TPMCLASS_ALLOW] = "allow",
	[TPMCLASS_OWN] = "own",
};

const char *tpmclass_word(enum tpmclass_mode mode)
{
	return text_word(words, COUNT_OF(words), mode);
}

enum tpmclass_mode tpmclass_find(struct bytes word)
{
	return (enum tpmclass_mode)text_word_find(words, COUNT_OF(words), word);
}
