#include "policy/version.h"

#include "test.h"

static void a_version_is_up_to_four_numbers_and_those_left_out_are_zero(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct version is;
	} cases[] = {
		{ "12", { { 12, 0, 0, 0 } } },
		{ "22.04", { { 22, 4, 0, 0 } } },
		{ "10.0.22631", { { 10, 0, 22631, 0 } } },
		{ "11.8.65.3590", { { 11, 8, 65, 3590 } } },
		{ "999999999.0", { { 999999999, 0, 0, 0 } } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct version v;
		CHECK(version_parse(bytes_text(cases[i].text), 1, &v));
		CHECK(version_compare(&v, &cases[i].is) == 0);
	}
	COUNTED("vectors", COUNT_OF(cases));
}

static void what_is_no_version_is_refused(void **state)
{
	(void)state;
	static const char *const cases[] = { "",     ".",     "1.",   ".1",         "1..2",    "1.2.3.4.5",
					     "1.2.", "1.2a",  "-1.2", "1 .2",       " 1.2",    "1.2\n",
					     "v1.2", "0x1.2", "1,2",  "1234567890", "rolling", "1.2.3.4." };
	struct version v = { { 7, 7, 7, 7 } };
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CHECK(!version_parse(bytes_text(cases[i]), 1, &v) && v.part[0] == 7);
	CHECK(!version_parse((struct bytes){ 0 }, 1, &v));
	CHECK(!version_parse(BYTES_TEXT("12"), 2, &v) && version_parse(BYTES_TEXT("12.1"), 2, &v));
	COUNTED("vectors", COUNT_OF(cases));
}

static void versions_are_compared_from_the_left_as_numbers(void **state)
{
	(void)state;
	static const char *const ascending[] = { "0.9",  "1.9",      "1.10",   "2.0",
						 "10.0", "10.0.0.1", "10.0.9", "10.0.10.1" };
	for (size_t i = 0; i < COUNT_OF(ascending); i++)
		for (size_t j = 0; j < COUNT_OF(ascending); j++) {
			struct version a, b;
			CHECK(version_parse(bytes_text(ascending[i]), 2, &a));
			CHECK(version_parse(bytes_text(ascending[j]), 2, &b));
			assert_int_equal(version_compare(&a, &b), (i > j) - (i < j));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_version_is_up_to_four_numbers_and_those_left_out_are_zero),
		TEST(what_is_no_version_is_refused),
		TEST(versions_are_compared_from_the_left_as_numbers),
	};
	return RUN(tests);
}
