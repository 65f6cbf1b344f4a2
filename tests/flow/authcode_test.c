/* Codes that identity providers are asked about: the errands of browsers that come back. */
#include "flow/authcode.h"

#include "flow/attempts.h"
#include "office.h"

/* What an errand comes to whose code is as the fault says. */
static fault bring(struct office *o, const char *peer, uint8_t nonce, fault why)
{
	uint32_t retry_s;
	struct session_outcome out;
	const struct authcode_errand errand = { .idp = office_octets(o, 1, 32), .peer = bytes_text(peer),
						.nonce = office_octets(o, nonce, 32),
						.request_id = o->admin.request_id };
	const struct authcode_result r = { &errand, why, { 0 }, 0 };
	TRY(authcode_check_attempts(&o->flow, &errand, &retry_s));
	CHECK(authcode_finish(&o->flow, &r, &o->arena, &out) == why);
	return NULL;
}

static void whoever_brings_many_codes_that_are_none_is_let_wait(void **state)
{
	struct office *o = *state;
	for (size_t i = 0; i < ATTEMPTS_SIGN_IN_PER_PEER; i++)
		OK(bring(o, "192.0.2.1", (uint8_t)i, FAIL(FETCH_ANSWER)));
	REFUSES(SIGN_IN_LOCKED, bring(o, "192.0.2.1", 0xFF, FAIL(FETCH_ANSWER)));
	OK(bring(o, "192.0.2.2", 0xFF, FAIL(FETCH_ANSWER)));
	o->flow.now += ATTEMPTS_SIGN_IN_WINDOW_S;
	OK(bring(o, "192.0.2.1", 0xFF, FAIL(FETCH_ANSWER)));
}

static void that_a_provider_is_away_is_nobodys_fault(void **state)
{
	struct office *o = *state;
	for (size_t i = 0; i <= ATTEMPTS_SIGN_IN_PER_PEER; i++)
		OK(bring(o, "192.0.2.1", (uint8_t)i, FAIL(FETCH_UNREACHABLE)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(whoever_brings_many_codes_that_are_none_is_let_wait),
		OFFICE_TEST(that_a_provider_is_away_is_nobodys_fault),
	};
	return RUN(tests);
}
