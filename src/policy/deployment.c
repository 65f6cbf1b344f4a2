#include "policy/deployment.h"

#include "base/text.h"

static const char *const usages[] = {
	[DEPLOYMENT_SELF] = "self-deploying",
	[DEPLOYMENT_PREPARED] = "pre-provisioned",
	[DEPLOYMENT_USER] = "user-driven",
};

static const char *const failures[] = {
	[TRIP_FAIL_ON_ERROR] = "failOnError",
	[TRIP_IGNORE_ON_ERROR] = "ignoreOnError",
	[TRIP_RETRY_ON_ERROR] = "retryOnError",
};

fault deployment_check(const struct deployment_rule *rule)
{
	bool is_required = rule->attestation == VOUCH_MODE_REQUIRED;
	NEED(rule->usage >= DEPLOYMENT_SELF && rule->usage <= DEPLOYMENT_USAGE_LAST, POL_MISSING);
	NEED(rule->failure >= TRIP_FAIL_ON_ERROR && rule->failure <= TRIP_FAILURE_LAST, POL_MISSING);
	NEED(is_required || rule->usage != DEPLOYMENT_PREPARED, PROFILE_PREPARED);
	NEED(!is_required || rule->failure != TRIP_IGNORE_ON_ERROR, PROFILE_IGNORE);
	return NULL;
}

const char *deployment_userless_word(enum deployment_userless userless)
{
	static const char *const words[] = {
		[DEPLOYMENT_USERLESS_UNKNOWN] = "unknown",
		[DEPLOYMENT_USERLESS_ALLOWED] = "allowed",
		[DEPLOYMENT_USERLESS_BLOCKED] = "blocked",
	};
	return text_word(words, COUNT_OF(words), userless);
}

const char *deployment_usage_word(enum deployment_usage usage)
{
	return text_word(usages, COUNT_OF(usages), usage);
}

const char *deployment_failure_word(enum trip_failure failure)
{
	return text_word(failures, COUNT_OF(failures), failure);
}

enum deployment_usage deployment_usage_find(struct bytes word)
{
	return (enum deployment_usage)text_word_find(usages, COUNT_OF(usages), word);
}

enum trip_failure deployment_failure_find(struct bytes word)
{
	return (enum trip_failure)text_word_find(failures, COUNT_OF(failures), word);
}
