#include "report/status.h"

#include <string.h>

#include "attest/verdict.h"
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
		struct status s = status_of_failed(fault_by_number(i));
		CHECK(strcmp(s.word, "Failed") == 0);
		CHECK(s.detail[0] != 0);
	}
}

static void an_unattested_device_never_looks_attested(void **state)
{
	(void)state;
	CHECK(strcmp(status_of_unattested(NULL).word, "Completed") != 0);
	CHECK(strcmp(status_of_unattested(FAIL(NOT_ATTESTED)).detail, "Feature isn't supported") == 0);
}

static void to_try_again_is_advised_as_intune_does(void **state)
{
	(void)state;
	CHECK(status_of_failed(FAIL(TOK_EXPIRED)).retry);
	CHECK(!status_of_failed(FAIL(EK_CHAIN_UNTRUSTED)).retry);
	CHECK(!status_of_attested().retry);
}

static void every_check_that_fails_gives_a_status_detail_of_intunes(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (!verdict_checks[i].why->detail)
			fail_msg("%s has none", verdict_checks[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_attested_device_has_completed),
		TEST(every_refusal_has_failed_and_says_why),
		TEST(an_unattested_device_never_looks_attested),
		TEST(to_try_again_is_advised_as_intune_does),
		TEST(every_check_that_fails_gives_a_status_detail_of_intunes),
	};
	return RUN(tests);
}
