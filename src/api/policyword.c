#include "api/policyword.h"

#include "api/member.h"
#include "policy/compliance.h"
#include "policy/restriction.h"

json_t *policyword_state(const void *at)
{
	return json_string(restriction_state_word((enum restriction_state)*(const uint64_t *)at));
}

json_t *policyword_action(const void *at)
{
	return json_string(restriction_action_word((enum restriction_action)*(const uint64_t *)at));
}

json_t *policyword_ownership(const void *at)
{
	return json_string(*(const uint64_t *)at ? "corporate" : "any");
}

json_t *policyword_assurance(const void *at)
{
	return json_string(compliance_assurance_word((enum compliance_assurance)*(const uint64_t *)at));
}

json_t *policyword_classes(const void *at)
{
	char out[COMPLIANCE_CLASSES_MAX];
	uint64_t bits = *(const uint64_t *)at;
	return bits ? json_string(compliance_classes_text((unsigned)bits, out)) : json_null();
}

json_t *policyword_enforcement(const void *at)
{
	return json_string(*(const uint64_t *)at ? "report" : "hold");
}

json_t *policyword_bound(const void *at)
{
	return *(const uint64_t *)at ? member_number(at) : json_null();
}
