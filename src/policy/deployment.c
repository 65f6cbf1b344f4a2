#include "policy/deployment.h"

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

bool is_deployment_attended(enum deployment_usage usage)
{
	return usage != DEPLOYMENT_SELF;
}

fault deployment_check_case(const struct deployment_case *c)
{
	NEED(c->usage >= DEPLOYMENT_SELF && c->usage <= DEPLOYMENT_USAGE_LAST, POL_MISSING);
	if (is_deployment_attended(c->usage))
		return c->has_token ? NULL : FAIL(USER_MISSING);
	NEED(!c->is_one_time || c->userless != DEPLOYMENT_USERLESS_BLOCKED, ENROLMENT_ONCE);
	return NULL;
}

enum deployment_userless deployment_userless_next(const struct deployment_case *c)
{
	bool is_counted = c->is_one_time && !is_deployment_attended(c->usage);
	return is_counted ? DEPLOYMENT_USERLESS_BLOCKED : c->userless;
}

const char *deployment_userless_word(enum deployment_userless userless)
{
	static const char *const words[] = {
		[DEPLOYMENT_USERLESS_UNKNOWN] = "unknown",
		[DEPLOYMENT_USERLESS_ALLOWED] = "allowed",
		[DEPLOYMENT_USERLESS_BLOCKED] = "blocked",
	};
	return words[userless <= DEPLOYMENT_USERLESS_LAST ? userless : DEPLOYMENT_USERLESS_UNKNOWN];
}

/* Zero is no word's number. */
static size_t find(struct bytes word, const char *const *words, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (is_bytes_text(word, words[i]))
			return i;
	return 0;
}

const char *deployment_usage_word(enum deployment_usage usage)
{
	return usage > 0 && usage <= DEPLOYMENT_USAGE_LAST ? usages[usage] : "unknown";
}

const char *deployment_failure_word(enum trip_failure failure)
{
	return failure > 0 && failure <= TRIP_FAILURE_LAST ? failures[failure] : "unknown";
}

enum deployment_usage deployment_usage_find(struct bytes word)
{
	return (enum deployment_usage)find(word, usages, COUNT_OF(usages));
}

enum trip_failure deployment_failure_find(struct bytes word)
{
	return (enum trip_failure)find(word, failures, COUNT_OF(failures));
}
