#include "cli/line.h"

#include <string.h>

#include "cli/command.h"

/* A command line under way. */
struct reader {
	char *const *words;
	size_t n, at;
	const char **plain; /* the words that are no options */
	size_t plain_count;
	const char **many; /* values of the option that may be repeated */
	size_t many_count;
	struct complaint *complaint;
	struct line *line;
};

static fault read_option(struct reader *r, const char *word)
{
	size_t dashes = strspn(word, "-") < 2 ? 1 : 2, n = strcspn(word + dashes, "=");
	const char *value = word[dashes + n] ? word + dashes + n + 1 : NULL;
	const struct option *o = dashes == 2 ? option_find(bytes_of(word + dashes, n)) : NULL;
	if (!o)
		return complaint_put(r->complaint, FAIL(USAGE), "%s: there is no such option.", word);
	if (r->line->values[option_id(o)] && !is_option_repeated(o))
		return complaint_put(r->complaint, FAIL(USAGE), "--%s is given twice.", o->name);
	if (!o->value && value)
		return complaint_put(r->complaint, FAIL(USAGE), "--%s takes no value.", o->name);
	bool is_next = o->value && !value && r->at < r->n && strncmp(r->words[r->at], "--", 2) != 0;
	if (is_next)
		value = r->words[r->at++];
	if (o->value && (!value || !is_option_value(o, value)))
		return complaint_put(r->complaint, FAIL(USAGE), "--%s needs a value: %s.", o->name, o->value);
	r->line->values[option_id(o)] = o->value ? value : "";
	if (is_option_repeated(o))
		r->many[r->many_count++] = value;
	return NULL;
}

/* No option has one dash; where text is expected, a word with one is text. */
static bool is_text(const struct reader *r, const char *word)
{
	const struct command *c = r->plain_count ? command_find(r->plain[0], NULL) : NULL;
	return word[1] != '-' && c && strcmp(c->arguments, COMMAND_TEXT) == 0;
}

/* Sorts the words into options, whose values it keeps, and plain words. */
static fault read_words(struct reader *r)
{
	bool is_plain = false;
	while (r->at < r->n) {
		const char *word = r->words[r->at++];
		if (!is_plain && strcmp(word, "--") == 0)
			is_plain = true;
		else if (!is_plain && word[0] == '-' && word[1] && !is_text(r, word))
			TRY(read_option(r, word));
		else
			r->plain[r->plain_count++] = word;
	}
	return NULL;
}

static fault refuse_verb(struct reader *r, const char *noun)
{
	char verbs[128] = "";
	size_t at = 0;
	for (size_t i = 0; i < commands_count && at < sizeof(verbs); i++)
		if (commands[i].verb && strcmp(commands[i].noun, noun) == 0)
			at += (size_t)snprintf(verbs + at, sizeof(verbs) - at, "%s%s", at ? ", " : "",
					       commands[i].verb);
	return complaint_put(r->complaint, FAIL(USAGE), "%s goes with one of: %s.", noun, verbs);
}

/* The command that the plain words begin with; the rest of them are its arguments. */
static fault read_command(struct reader *r)
{
	const char *noun = r->plain_count > 0 ? r->plain[0] : NULL;
	const char *verb = r->plain_count > 1 ? r->plain[1] : NULL;
	bool is_asking = r->line->values[OPTION_HELP] || r->line->values[OPTION_VERSION];
	if (!noun && is_asking)
		return NULL;
	if (!noun)
		return complaint_put(r->complaint, FAIL(USAGE), "No command is given.");
	if (!is_command_noun(noun))
		return complaint_put(r->complaint, FAIL(USAGE), "%s: there is no such command.", noun);
	const struct command *c = verb ? command_find(noun, verb) : NULL;
	size_t taken = c ? 2 : 1;
	if (!c)
		c = command_find(noun, NULL);
	if (!c && (verb || !is_asking))
		return refuse_verb(r, noun);
	r->line->noun = noun;
	r->line->command = c;
	r->line->arguments = r->plain + taken;
	r->line->count = c ? r->plain_count - taken : 0;
	return NULL;
}

static uint64_t given(const struct line *line)
{
	uint64_t bits = 0;
	for (unsigned i = 0; i < OPTION_COUNT; i++)
		if (line->values[i])
			bits |= OPTION_BIT_AT(i);
	return bits;
}

/* The names of a set of options, with commas between. */
static const char *name_options(uint64_t bits, char *out, size_t size)
{
	size_t at = 0;
	for (unsigned i = 0; i < OPTION_COUNT && at < size; i++)
		if (bits & OPTION_BIT_AT(i))
			at += (size_t)snprintf(out + at, size - at, "%s--%s", at ? ", " : "",
					       options[i].name);
	return out;
}

static fault check_command(const struct reader *r)
{
	char names[256] = "";
	const struct command *c = r->line->command;
	uint64_t has = given(r->line), may = c->may | c->must | c->one_of | OPTION_BITS_OF_ALL;
	if (has & ~may)
		return complaint_put(r->complaint, FAIL(USAGE), "This command has no %s.",
				     name_options(has & ~may, names, sizeof(names)));
	if (c->must & ~has)
		return complaint_put(r->complaint, FAIL(USAGE), "This command needs %s.",
				     name_options(c->must & ~has, names, sizeof(names)));
	if (c->one_of && !(c->one_of & has))
		return complaint_put(r->complaint, FAIL(USAGE), "This command needs one of: %s.",
				     name_options(c->one_of, names, sizeof(names)));
	if (!is_command_count(c, r->line->count))
		return complaint_put(r->complaint, FAIL(USAGE),
				     "%zu arguments are given; the command takes %s.", r->line->count,
				     c->arguments[0] ? c->arguments : "none");
	return NULL;
}

fault line_parse(size_t n, char *const *words, struct arena *arena, struct complaint *complaint,
		 struct line *ret)
{
	struct line line = { 0 };
	struct reader r = {
		.words = words, .n = n, .complaint = complaint, .line = &line,
		.plain = arena_alloc(arena, (n + 2) * sizeof(char *)),
		.many = arena_alloc(arena, (n + 1) * sizeof(char *)),
	};
	if (!r.plain || !r.many)
		return complaint_put(complaint, FAIL(USAGE), "There are too many arguments.");
	TRY(read_words(&r));
	TRY(read_command(&r));
	bool is_asking = line.values[OPTION_HELP] || line.values[OPTION_VERSION];
	if (!is_asking)
		TRY(check_command(&r));
	line.many = r.many;
	*ret = line;
	return NULL;
}
