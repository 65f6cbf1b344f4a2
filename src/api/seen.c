#include "api/seen.h"

#include <string.h>

#include "api/member.h"

static const struct {
	enum endpoint_id of;
	const char *member;
} noted[] = {
	{ ENDPOINT_ACCOUNT, "lastSignInDateTime" },
	{ ENDPOINT_CONFLICT, "attempts" },
	{ ENDPOINT_CONFLICT, "lastDateTime" },
	{ ENDPOINT_CONFLICT, "address" },
	{ ENDPOINT_CONFLICT, "deviceName" },
	{ ENDPOINT_CONFLICT, "manufacturer" },
	{ ENDPOINT_CONFLICT, "model" },
	{ ENDPOINT_IDP, "keys" },
	{ ENDPOINT_IDP, "keysUrl" },
	{ ENDPOINT_IDP, "deviceAuthorizationUrl" },
	{ ENDPOINT_IDP, "authorizationUrl" },
	{ ENDPOINT_IDP, "fetchedDateTime" },
	{ ENDPOINT_IDP, "nextFetchDateTime" },
	{ ENDPOINT_IDP, "failedAttempts" },
	{ ENDPOINT_IDP, "fault" },
	{ ENDPOINT_IDP, "detail" },
	{ ENDPOINT_IDP, "remedy" },
	{ ENDPOINT_ISSUER_SHOW, "devices" },
	{ ENDPOINT_ISSUER_SHOW, "sampleEkHash" },
	{ ENDPOINT_ISSUER_SHOW, "attempts" },
	{ ENDPOINT_ISSUER_SHOW, "detail" },
	{ ENDPOINT_ISSUER_SHOW, "lastSeenDateTime" },
};

static bool is_noted(size_t endpoint, const char *member)
{
	for (size_t i = 0; i < COUNT_OF(noted); i++)
		if (noted[i].of == endpoint && strcmp(noted[i].member, member) == 0)
			return true;
	return false;
}

static const char *add(const char *names, const char *name, struct arena *a)
{
	return arena_format(a, "%s%s%s", names ? names : "", names ? ", " : "", name);
}

fault seen_check(size_t endpoint, struct bytes before, struct bytes now, struct arena *a,
		 const char **ret_detail)
{
	json_auto_t *old = member_json(&before), *new = member_json(&now);
	const char *names = NULL, *name;
	json_t *value;
	*ret_detail = "What it is about is gone.";
	NEED(json_is_null(old) == json_is_null(new), VERSION_CHANGED);
	json_object_foreach(old, name, value)
		if (!is_noted(endpoint, name) && !json_equal(value, json_object_get(new, name)))
			names = add(names, name, a);
	json_object_foreach(new, name, value)
		if (!is_noted(endpoint, name) && !json_object_get(old, name))
			names = add(names, name, a);
	*ret_detail = names ? arena_format(a, "Changed since it was asked for: %s.", names) : NULL;
	NEED(!is_arena_full(a), SYS_MEMORY);
	return names ? FAIL(VERSION_CHANGED) : NULL;
}
