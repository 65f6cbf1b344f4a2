#include "policy/tpmclass.h"

bool is_tpmclass_admitted(const struct tpmclass_rule *rule, enum anchors_class class)
{
	const enum tpmclass_mode says[ANCHORS_CLASS_LAST + 1] = {
		[ANCHORS_UNKNOWN] = rule->unknown,   [ANCHORS_DISCRETE] = TPMCLASS_ALLOW,
		[ANCHORS_FIRMWARE] = TPMCLASS_ALLOW, [ANCHORS_VIRTUAL] = rule->virtual,
		[ANCHORS_TEST] = TPMCLASS_ALLOW,
	};
	return class <= ANCHORS_CLASS_LAST && says[class] == TPMCLASS_ALLOW;
}

static const char *const words[] = {
	[TPMCLASS_DENY] = "deny",
	[TPMCLASS_ALLOW] = "allow",
	[TPMCLASS_OWN] = "own",
};

const char *tpmclass_word(enum tpmclass_mode mode)
{
	return mode > 0 && mode <= TPMCLASS_LAST ? words[mode] : "unknown";
}

enum tpmclass_mode tpmclass_find(struct bytes word)
{
	for (size_t i = TPMCLASS_DENY; i < COUNT_OF(words); i++)
		if (is_bytes_text(word, words[i]))
			return (enum tpmclass_mode)i;
	return (enum tpmclass_mode)0;
}
