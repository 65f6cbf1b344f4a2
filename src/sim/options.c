#include "sim/options.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

_Static_assert(OPTION_COUNT <= 64, "a set of options is one word");

static const struct {
	const char *name, *argument, *sentence;
} rows[OPTION_COUNT] = {
#define O(id, name, argument, sentence) [OPTION_##id] = { name, argument, sentence },
#include "sim/options.def"
#undef O
};

static fault refuse(struct options *o, const char *text, const char *why)
{
	snprintf(o->detail, sizeof(o->detail), "%s %s.", text, why);
	return FAIL(USAGE);
}

static enum option_id find(const char *word)
{
	enum option_id id = 0;
	if (strncmp(word, "--", 2) != 0)
		return OPTION_COUNT;
	while (id < OPTION_COUNT && strcmp(word + 2, rows[id].name) != 0)
		id++;
	return id;
}

static fault check_needed(struct options *o, uint64_t needed)
{
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if ((needed >> id & 1) && !o->v[id]) {
			snprintf(o->detail, sizeof(o->detail), "--%s is missing.", rows[id].name);
			return FAIL(USAGE);
		}
	return NULL;
}

fault options_parse(char *const *argv, int first, const struct options_plan *plan, struct options *ret)
{
	*ret = (struct options){ 0 };
	for (char *const *at = argv + first; *at; at++) {
		enum option_id id = find(*at);
		const char *word = *at;
		if (id == OPTION_COUNT || !(plan->allowed >> id & 1))
			return refuse(ret, word, "is not an option of this command");
		if (ret->v[id])
			return refuse(ret, word, "is given twice");
		if (rows[id].argument && !*++at)
			return refuse(ret, word, "needs an argument");
		ret->v[id] = rows[id].argument ? *at : "";
	}
	return check_needed(ret, plan->needed);
}

const char *options_get_text(const struct options *o, enum option_id id, const char *fallback)
{
	return o->v[id] ? o->v[id] : fallback;
}

fault options_get_number(struct options *o, enum option_id id, uint64_t max, uint64_t *ret)
{
	uint64_t v = 1;
	bool is_number = !o->v[id] || text_uint_parse(bytes_text(o->v[id]), max, &v);
	if (!is_number || v == 0) {
		snprintf(o->detail, sizeof(o->detail), "--%s is a number from 1 to %llu.", rows[id].name,
			 (unsigned long long)max);
		return FAIL(USAGE);
	}
	*ret = v;
	return NULL;
}

void options_print(const struct options_plan *plan)
{
	for (enum option_id id = 0; id < OPTION_COUNT; id++) {
		if (!(plan->allowed >> id & 1))
			continue;
		const char *argument = rows[id].argument ? rows[id].argument : "";
		int at = printf("    --%s %s", rows[id].name, argument);
		printf("%*s%s%s\n", at < 30 ? 30 - at : 1, "", rows[id].sentence,
		       (plan->needed >> id & 1) ? " (needed)" : "");
	}
}
