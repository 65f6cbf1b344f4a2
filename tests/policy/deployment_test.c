#include "policy/deployment.h"

#include "test.h"

static void every_combination_is_allowed_that_does_not_contradict_itself(void **state)
{
	(void)state;
	size_t allowed = 0;
	for (enum vouch_mode m = VOUCH_MODE_REQUIRED; m <= VOUCH_MODE_LAST; m++)
		for (enum deployment_usage u = DEPLOYMENT_SELF; u <= DEPLOYMENT_USAGE_LAST; u++)
			for (enum trip_failure f = TRIP_FAIL_ON_ERROR; f <= TRIP_FAILURE_LAST; f++) {
				const struct deployment_rule rule = { m, u, f };
				bool is_required = m == VOUCH_MODE_REQUIRED;
				fault want = !is_required && u == DEPLOYMENT_PREPARED ? FAIL(PROFILE_PREPARED)
					     : is_required && f == TRIP_IGNORE_ON_ERROR ? FAIL(PROFILE_IGNORE)
											: NULL;
				CHECK(deployment_check(&rule) == want);
				allowed += !want;
			}
	CHECK(allowed == 6 + 6 + 6);
}

static void what_is_no_word_allows_nothing(void **state)
{
	(void)state;
	const struct deployment_rule none = { VOUCH_MODE_REQUIRED, 0, TRIP_FAIL_ON_ERROR },
				     late = { VOUCH_MODE_REQUIRED, DEPLOYMENT_SELF, TRIP_FAILURE_LAST + 1 };
	REFUSES(POL_MISSING, deployment_check(&none));
	REFUSES(POL_MISSING, deployment_check(&late));
}

static void words_name_their_kind_and_nothing_else_does(void **state)
{
	(void)state;
	for (enum deployment_usage u = DEPLOYMENT_SELF; u <= DEPLOYMENT_USAGE_LAST; u++)
		CHECK(deployment_usage_find(bytes_text(deployment_usage_word(u))) == u);
	for (enum trip_failure f = TRIP_FAIL_ON_ERROR; f <= TRIP_FAILURE_LAST; f++)
		CHECK(deployment_failure_find(bytes_text(deployment_failure_word(f))) == f);
	CHECK(!deployment_usage_find(BYTES_TEXT("FailOnError")) && !deployment_failure_find(BYTES_TEXT("")));
	assert_string_equal(deployment_usage_word((enum deployment_usage)0), "unknown");
	assert_string_equal(deployment_failure_word((enum trip_failure)9), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_combination_is_allowed_that_does_not_contradict_itself),
		TEST(what_is_no_word_allows_nothing),
		TEST(words_name_their_kind_and_nothing_else_does),
	};
	return RUN(tests);
}
