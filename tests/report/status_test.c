#include "report/status.h"

#include <string.h>

#include "test.h"

static void an_attested_device_has_completed(void **state)
{
	(void)state;
	struct status s = status_of_attested();
	CHECK(strcmp(s.word, "Completed") == 0);
	CHECK(s.detail[0] == 0);
}

static void every_refusal_has_failed_and_says_why(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= FAULT_COUNT; i++) {
		struct status s = status_of_refused(fault_by_number(i));
		CHECK(strcmp(s.word, "Failed") == 0);
		CHECK(s.detail[0] != 0);
	}
}

static void an_unattested_device_never_looks_attested(void **state)
{
	(void)state;
	CHECK(strcmp(status_of_unattested(NULL).word, "Completed") != 0);
	CHECK(strcmp(status_of_unattested(FAIL(NOT_ATTESTED)).detail, FAIL(NOT_ATTESTED)->detail) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_attested_device_has_completed),
		TEST(every_refusal_has_failed_and_says_why),
		TEST(an_unattested_device_never_looks_attested),
	};
	return RUN(tests);
}
