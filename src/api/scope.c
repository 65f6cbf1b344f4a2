#include "api/scope.h"

#include <string.h>

static const struct {
	const char *word, *path;
} parts[] = {
#define S(...) { __VA_ARGS__ },
#include "api/scope.def"
#undef S
};

static bool is_word(struct bytes word)
{
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (is_bytes_text(word, parts[i].word))
			return true;
	return false;
}

fault scope_check(struct bytes scope)
{
	while (scope.n)
		NEED(is_word(bytes_until(&scope, ' ')), SCOPE_UNKNOWN);
	return NULL;
}

static bool is_in(const char *word, struct bytes scope)
{
	while (scope.n)
		if (is_bytes_text(bytes_until(&scope, ' '), word))
			return true;
	return false;
}

bool has_scope(struct bytes scope, enum endpoint_id id)
{
	for (size_t i = 0; scope.p && i < COUNT_OF(parts); i++)
		if (strncmp(endpoints[id].path, parts[i].path, strlen(parts[i].path)) == 0 &&
		    is_in(parts[i].word, scope))
			return true;
	return !scope.p;
}
