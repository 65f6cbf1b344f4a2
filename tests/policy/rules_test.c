#include "policy/rules.h"

#include <string.h>

#include "policy/tpmclass.h"
#include "policy/vouch.h"
#include "test.h"

static struct rules r;
static struct config_error why;

static fault parse(const char *text)
{
	memset(&why, 0, sizeof(why));
	return rules_parse(bytes_text(text), &r, &why);
}

static void a_file_says_some_switches_and_leaves_the_others(void **state)
{
	(void)state;
	OK(parse("# proposed\n[profile]\nvirtual = deny\n"));
	CHECK(r.virtual == TPMCLASS_DENY && !r.unknown && !r.attestation && r.expired_ca == RULES_UNSAID);
	OK(parse("[trust]\nexpired_ca = false\n[profile]\nattestation = preferred\nunknown = allow\n"));
	CHECK(r.expired_ca == RULES_FALSE && r.attestation == VOUCH_MODE_PREFERRED);
	CHECK(r.unknown == TPMCLASS_ALLOW && !r.virtual);
	OK(parse("[trust]\nexpired_ca = true\n"));
	CHECK(r.expired_ca == RULES_TRUE && r.crl_required == RULES_UNSAID);
	OK(parse("[trust]\ncrl_required = true\n"));
	CHECK(r.crl_required == RULES_TRUE && r.expired_ca == RULES_UNSAID);
}

/* The place of a word in its row is its number elsewhere. */
static void words_are_those_of_profiles(void **state)
{
	(void)state;
	char text[64];
	for (enum vouch_mode m = VOUCH_MODE_REQUIRED; m <= VOUCH_MODE_LAST; m++) {
		snprintf(text, sizeof(text), "[profile]\nattestation = %s\n", vouch_mode_word(m));
		OK(parse(text));
		CHECK(r.attestation == m);
	}
	for (enum tpmclass_mode m = TPMCLASS_DENY; m <= TPMCLASS_ALLOW; m++) {
		snprintf(text, sizeof(text), "[profile]\nvirtual = %s\nunknown = %s\n", tpmclass_word(m),
			 tpmclass_word(m));
		OK(parse(text));
		CHECK(r.virtual == m && r.unknown == m);
	}
}

static void anything_else_is_refused_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *word;
		size_t line;
	} rows[] = {
		{ "[profile]\nvirtul = deny\n", "profile.virtual may be meant", 2 },
		{ "[profile]\nvirtual = own\n", "profile.virtual must be deny|allow", 2 },
		{ "virtual = deny\n", "profile.virtual may be meant", 1 },
		{ "[trust]\nexpired_ca = true\nexpired_ca = true\n", "a second time", 3 },
		{ "[server]\n", "no section", 1 },
		{ "# nothing\n", "proposes nothing", 0 },
		{ "", "proposes nothing", 0 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		REFUSES(CONFIG_INVALID, parse(rows[i].text));
		if (why.line != rows[i].line || !strstr(why.sentence, rows[i].word))
			fail_msg("%s: line %zu: %s", rows[i].text, why.line, why.sentence);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_says_some_switches_and_leaves_the_others),
		TEST(words_are_those_of_profiles),
		TEST(anything_else_is_refused_with_its_line),
	};
	return RUN(tests);
}
