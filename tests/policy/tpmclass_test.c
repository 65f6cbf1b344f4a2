#include "policy/tpmclass.h"

#include "test.h"

static void each_class_is_admitted_as_the_profile_says(void **state)
{
	(void)state;
	static const struct {
		enum tpmclass_mode virtual, unknown;
		enum anchors_class class;
		bool is_admitted;
	} cases[] = {
		{ TPMCLASS_DENY, TPMCLASS_DENY, ANCHORS_DISCRETE, true },
		{ TPMCLASS_DENY, TPMCLASS_DENY, ANCHORS_FIRMWARE, true },
		{ TPMCLASS_DENY, TPMCLASS_DENY, ANCHORS_TEST, true },
		{ TPMCLASS_DENY, TPMCLASS_ALLOW, ANCHORS_VIRTUAL, false },
		{ TPMCLASS_ALLOW, TPMCLASS_DENY, ANCHORS_VIRTUAL, true },
		{ TPMCLASS_OWN, TPMCLASS_ALLOW, ANCHORS_VIRTUAL, false },
		{ TPMCLASS_ALLOW, TPMCLASS_DENY, ANCHORS_UNKNOWN, false },
		{ TPMCLASS_DENY, TPMCLASS_ALLOW, ANCHORS_UNKNOWN, true },
		{ 0, 0, ANCHORS_VIRTUAL, false },
		{ 0, 0, ANCHORS_UNKNOWN, false },
		{ TPMCLASS_ALLOW, TPMCLASS_ALLOW, (enum anchors_class)(ANCHORS_CLASS_LAST + 1), false },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct tpmclass_rule rule = { cases[i].virtual, cases[i].unknown };
		CHECK(is_tpmclass_admitted(&rule, cases[i].class) == cases[i].is_admitted);
	}
	COUNTED("vectors", COUNT_OF(cases));
}

static void words_name_modes_and_nothing_else_does(void **state)
{
	(void)state;
	for (enum tpmclass_mode m = TPMCLASS_DENY; m <= TPMCLASS_LAST; m++)
		CHECK(tpmclass_find(bytes_text(tpmclass_word(m))) == m);
	CHECK(tpmclass_find(BYTES_TEXT("unknown")) == 0 && tpmclass_find((struct bytes){ 0 }) == 0);
	assert_string_equal(tpmclass_word((enum tpmclass_mode)0), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_class_is_admitted_as_the_profile_says),
		TEST(words_name_modes_and_nothing_else_does),
	};
	return RUN(tests);
}
