#include "policy/tpmclass.h"

#include "test.h"

static void each_class_is_admitted_as_the_profile_says(void **state)
{
	(void)state;
	static const struct {
		enum tpmclass_mode virtual, unknown;
		enum anchors_class class;
		enum fault_code says;
	} cases[] = {
		{ TPMCLASS_DENY, TPMCLASS_DENY, ANCHORS_DISCRETE, FAULT_COUNT },
		{ TPMCLASS_DENY, TPMCLASS_DENY, ANCHORS_FIRMWARE, FAULT_COUNT },
		{ TPMCLASS_DENY, TPMCLASS_DENY, ANCHORS_TEST, FAULT_COUNT },
		{ TPMCLASS_DENY, TPMCLASS_ALLOW, ANCHORS_VIRTUAL, FAULT_CODE_TPM_VIRTUAL_DENIED },
		{ TPMCLASS_ALLOW, TPMCLASS_DENY, ANCHORS_VIRTUAL, FAULT_COUNT },
		{ TPMCLASS_OWN, TPMCLASS_ALLOW, ANCHORS_VIRTUAL, FAULT_CODE_TPM_VIRTUAL_DENIED },
		{ TPMCLASS_ALLOW, TPMCLASS_DENY, ANCHORS_UNKNOWN, FAULT_CODE_TPM_UNKNOWN_DENIED },
		{ TPMCLASS_DENY, TPMCLASS_ALLOW, ANCHORS_UNKNOWN, FAULT_COUNT },
		{ 0, 0, ANCHORS_VIRTUAL, FAULT_CODE_TPM_VIRTUAL_DENIED },
		{ 0, 0, ANCHORS_UNKNOWN, FAULT_CODE_TPM_UNKNOWN_DENIED },
		{ TPMCLASS_ALLOW, TPMCLASS_DENY, (enum anchors_class)(ANCHORS_CLASS_LAST + 1),
		  FAULT_CODE_TPM_UNKNOWN_DENIED },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct tpmclass_rule rule = { cases[i].virtual, cases[i].unknown };
		fault want = cases[i].says < FAULT_COUNT ? &fault_rows[cases[i].says] : NULL;
		CHECK(tpmclass_check(&rule, cases[i].class) == want);
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
