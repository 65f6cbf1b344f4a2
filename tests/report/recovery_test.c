#include "report/recovery.h"

#include <string.h>

#include "test.h"

/* The numbers are Microsoft's: DMClient CSP, Recovery/RecoveryStatus. */
static void each_cause_has_the_number_that_windows_gives_it(void **state)
{
	(void)state;
	CHECK(recovery_status_of(FAIL(TPM_MISSING)) == 3);
	CHECK(recovery_status_of(FAIL(REC_KEY_IN_TPM)) == 5);
	CHECK(recovery_status_of(FAIL(TPM_LOCKOUT)) == 6);
	CHECK(recovery_status_of(FAIL(DEVICE_UNKNOWN)) == 7);
	CHECK(recovery_status_of(FAIL(DEVICE_RETIRED)) == 8);
}

static void whatever_else_fails_was_rejected_and_never_passes_for_done(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= FAULT_COUNT; i++) {
		enum recovery_status s = recovery_status_of(fault_by_number(i));
		CHECK(s >= 3 && s <= 8);
	}
	CHECK(recovery_status_of(FAIL(EK_CHAIN_UNTRUSTED)) == RECOVERY_REJECTED);
}

static void every_status_says_what_it_means(void **state)
{
	(void)state;
	for (unsigned s = 0; s <= 8; s++)
		CHECK(strlen(recovery_sentence((enum recovery_status)s)) > 0);
	CHECK(strlen(recovery_sentence((enum recovery_status)9)) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_cause_has_the_number_that_windows_gives_it),
		TEST(whatever_else_fails_was_rejected_and_never_passes_for_done),
		TEST(every_status_says_what_it_means),
	};
	return RUN(tests);
}
