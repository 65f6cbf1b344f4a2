#include "cli/option.h"

#include <string.h>

const struct option options[OPTION_COUNT] = {
#define O(id, ...) [OPTION_##id] = { __VA_ARGS__ },
#include "cli/option.def"
#undef O
};

_Static_assert(OPTION_COUNT <= 64, "a set of options is a word");

const struct option *option_find(struct bytes name)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (is_bytes_text(name, options[i].name))
			return &options[i];
	return NULL;
}

enum option_id option_id(const struct option *o)
{
	return (enum option_id)(o - options);
}

bool is_option_repeated(const struct option *o)
{
	size_t n = o->value ? strlen(o->value) : 0;
	return n > 3 && strcmp(o->value + n - 3, "...") == 0;
}

bool is_option_value(const struct option *o, const char *value)
{
	if (!strchr(o->value, '|'))
		return value[0] != 0;
	for (const char *word = o->value; word[0];) {
		size_t n = strcspn(word, "|");
		if (is_bytes_text(bytes_of(word, n), value))
			return true;
		word += n + (word[n] == '|');
	}
	return false;
}
