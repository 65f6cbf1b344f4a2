#include "test.h"

#include <string.h>

#include "attest/verdict.h"

static void an_empty_verdict_is_not_trusted(void **state)
{
	(void)state;
	struct verdict v = { 0 };
	CHECK(!is_verdict_trusted(&v));
	CHECK(verdict_fault(&v) == FAIL(BUG));
}

static void passing_everything_but_requiring_nothing_is_not_trusted(void **state)
{
	(void)state;
	struct verdict v = { 0 };
	memset(v.of, PASSED, sizeof(v.of));
	CHECK(!is_verdict_trusted(&v));
}

static void only_a_pass_satisfies_a_required_check(void **state)
{
	(void)state;
	for (unsigned outcome = 0; outcome <= 255; outcome++) {
		struct verdict v = { 0 };
		v.required[CHECK_AK_POINT] = 1;
		v.of[CHECK_AK_POINT] = (uint8_t)outcome;
		CHECK(is_verdict_trusted(&v) == (outcome == PASSED));
		CHECK(verdict_fault(&v) == (outcome == PASSED ? NULL : FAIL(AK_POINT)));
	}
}

static void each_required_check_can_alone_refuse(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		struct verdict v;
		memset(v.of, PASSED, sizeof(v.of));
		memset(v.required, 1, sizeof(v.required));
		CHECK(is_verdict_trusted(&v));
		v.of[i] = FAILED;
		CHECK(!is_verdict_trusted(&v));
		CHECK(verdict_fault(&v) == verdict_checks[i].why);
		v.required[i] = 0;
		CHECK(is_verdict_trusted(&v));
	}
}

static void the_fault_is_that_of_the_first_failed_row(void **state)
{
	(void)state;
	struct verdict v = { 0 };
	memset(v.required, 1, sizeof(v.required));
	memset(v.of, PASSED, sizeof(v.of));
	v.of[CHECK_QUOTE_DIGEST] = FAILED;
	v.of[CHECK_EK_CERT_CHAIN] = FAILED;
	v.of[CHECK_AK_FIXED] = NOT_RUN;
	CHECK(verdict_fault(&v) == FAIL(EK_CHAIN_UNTRUSTED));
}

static void outcomes_of_verify_are_read_strictly(void **state)
{
	(void)state;
	uint8_t octets[CHECK_COUNT + 1] = { 0 };
	struct verdict v;
	octets[CHECK_EK_CERT_CHAIN] = PASSED;
	OK(verdict_parse(bytes_of(octets, CHECK_COUNT), &v));
	CHECK(v.of[CHECK_EK_CERT_CHAIN] == PASSED && !v.required[CHECK_EK_CERT_CHAIN]);
	REFUSES(SYS_FRAME, verdict_parse(bytes_of(octets, CHECK_COUNT - 1), &v));
	REFUSES(SYS_FRAME, verdict_parse(bytes_of(octets, CHECK_COUNT + 1), &v));
	REFUSES(SYS_FRAME, verdict_parse((struct bytes){ 0 }, &v));
	octets[CHECK_EK_CERT_CHAIN] = PASSED + 1;
	REFUSES(SYS_FRAME, verdict_parse(bytes_of(octets, CHECK_COUNT), &v));
}

static void verify_cannot_speak_for_core(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		uint8_t octets[CHECK_COUNT] = { 0 };
		struct verdict v;
		octets[i] = PASSED;
		fault f = verdict_parse(BYTES_OF(octets), &v);
		CHECK((f == NULL) == (verdict_checks[i].by == BY_VERIFY));
	}
}

static void rows_are_found_by_their_one_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		CHECK(verdict_find(bytes_text(verdict_checks[i].name)) == &verdict_checks[i]);
	CHECK(verdict_find(BYTES_TEXT("EK")) == NULL);
	CHECK(verdict_find((struct bytes){ 0 }) == NULL);
}

static void every_row_says_what_why_and_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		const struct verdict_check *row = &verdict_checks[i];
		CHECK(row->why && row->why->kind != FAULT_BUG && row->why->kind != FAULT_INPUT);
		CHECK(row->clause[0] && row->subject < SUBJECT_COUNT);
		CHECK(row->sentence[0] && row->sentence[strlen(row->sentence) - 1] == '.');
	}
}

static void outcomes_have_words(void **state)
{
	(void)state;
	assert_string_equal(verdict_word(PASSED), "passed");
	assert_string_equal(verdict_word(FAILED), "failed");
	assert_string_equal(verdict_word(NOT_APPLICABLE), "not applicable");
	assert_string_equal(verdict_word(NOT_RUN), "not run");
	assert_string_equal(verdict_word(200), "not run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_verdict_is_not_trusted),
		TEST(passing_everything_but_requiring_nothing_is_not_trusted),
		TEST(only_a_pass_satisfies_a_required_check),
		TEST(each_required_check_can_alone_refuse),
		TEST(the_fault_is_that_of_the_first_failed_row),
		TEST(outcomes_of_verify_are_read_strictly),
		TEST(verify_cannot_speak_for_core),
		TEST(rows_are_found_by_their_one_name),
		TEST(every_row_says_what_why_and_where),
		TEST(outcomes_have_words),
	};
	return RUN(tests);
}
