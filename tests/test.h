/*
 * test: what every unit test needs, on cmocka.
 *
 * CHECK asserts a condition, OK that a call gave no fault, REFUSES that it gave exactly this one. TEST
 * makes the row of a test for cmocka_run_group_tests. COUNTED tells ./check how many of something a test
 * looked at ("vectors", or "catalogue: vectors" for a line of their own); it prints the sum.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault.h"

#define CHECK(condition) assert_true(condition)

#define OK(call)                                                             \
	do {                                                                 \
		fault f_ = (call);                                           \
		if (f_)                                                      \
			fail_msg("%s gave %s", #call, f_->name);             \
	} while (0)

#define REFUSES(code, call)                                                  \
	do {                                                                 \
		fault f_ = (call);                                           \
		if (f_ != FAIL(code))                                        \
			fail_msg("%s gave %s, not " #code, #call,            \
				 f_ ? f_->name : "no fault");                \
	} while (0)

#define COUNTED(what, n) print_message("# count %s %zu\n", what, (size_t)(n))

#define TEST(name) cmocka_unit_test(name)

#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
