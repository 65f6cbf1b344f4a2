#include "policy/provisioning.h"

#include "test.h"

#define NOW INT64_C(1767225600)
#define ANN BYTES_TEXT("ann@example.org")

static const struct provisioning_limits limits = { .wait_s = 5400, .life_s = 15552000 };

static const enum trip_purpose purposes[] = { TRIP_PROVISION, TRIP_RESEAL, TRIP_ENROLL };

/* A registered device of that profile, whose user is there with a credential in that name. */
static struct provisioning_case device(enum deployment_usage usage, enum trip_purpose purpose,
				       enum provisioning_phase phase)
{
	return (struct provisioning_case){ .usage = usage, .purpose = purpose, .is_registered = true,
					   .has_credential = true, .user = ANN, .phase = phase,
					   .since = NOW - 86400, .now = NOW };
}

static void every_step_of_every_phase_is_allowed_or_refused_by_name(void **state)
{
	(void)state;
	static const fault rows[PROVISIONING_PHASES][COUNT_OF(purposes)] = {
		[PROVISIONING_NONE] = { NULL, FAIL(RESEAL_EARLY), NULL },
		[PROVISIONING_PREPARED] = { NULL, NULL, FAIL(PROVISION_UNSEALED) },
		[PROVISIONING_RESEALED] = { NULL, NULL, NULL },
		[PROVISIONING_BOUND] = { FAIL(PROVISION_BOUND), FAIL(PROVISION_BOUND), NULL },
	};
	static const enum provisioning_phase next[COUNT_OF(purposes)] = {
		PROVISIONING_PREPARED, PROVISIONING_RESEALED, PROVISIONING_BOUND
	};
	for (enum provisioning_phase p = PROVISIONING_NONE; p < PROVISIONING_PHASES; p++)
		for (size_t i = 0; i < COUNT_OF(purposes); i++) {
			const struct provisioning_case c = device(DEPLOYMENT_PREPARED, purposes[i], p);
			CHECK(provisioning_check(&c, &limits) == rows[p][i]);
			CHECK(provisioning_next(&c) == (rows[p][i] ? p : next[i]));
			CHECK(provisioning_after(p, PROVISIONING_ALLOW) == PROVISIONING_NONE);
		}
	COUNTED("vectors", PROVISIONING_PHASES * COUNT_OF(purposes));
}

static void only_a_pre_provisioned_device_knows_a_technician(void **state)
{
	(void)state;
	static const enum deployment_usage others[] = { DEPLOYMENT_SELF, DEPLOYMENT_USER };
	for (size_t u = 0; u < COUNT_OF(others); u++) {
		struct provisioning_case c = device(others[u], TRIP_ENROLL, PROVISIONING_PREPARED);
		OK(provisioning_check(&c, &limits));
		CHECK(provisioning_next(&c) == PROVISIONING_NONE);
		c.purpose = TRIP_PROVISION;
		REFUSES(PROVISION_USAGE, provisioning_check(&c, &limits));
		c.purpose = TRIP_RESEAL;
		REFUSES(PROVISION_USAGE, provisioning_check(&c, &limits));
	}
}

static void a_technicians_device_is_a_registered_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(purposes); i++) {
		struct provisioning_case c = device(DEPLOYMENT_PREPARED, purposes[i], PROVISIONING_NONE);
		c.is_registered = false;
		fault want = purposes[i] == TRIP_ENROLL ? NULL : FAIL(DEVICE_NOT_REGISTERED);
		CHECK(provisioning_check(&c, &limits) == want);
	}
}

static void the_user_comes_when_the_wait_is_over_and_before_the_life_is(void **state)
{
	(void)state;
	static const struct {
		int64_t age;
		fault says;
	} ages[] = {
		{ 0, FAIL(PROVISION_WAIT) },
		{ 5399, FAIL(PROVISION_WAIT) },
		{ 5400, NULL },
		{ 15551999, NULL },
		{ 15552000, FAIL(PROVISION_EXPIRED) },
		{ -1, FAIL(PROVISION_WAIT) }, /* the server's clock was set back */
	};
	for (size_t i = 0; i < COUNT_OF(ages); i++) {
		struct provisioning_case c = device(DEPLOYMENT_PREPARED, TRIP_ENROLL, PROVISIONING_RESEALED);
		c.since = NOW - ages[i].age;
		fault why = provisioning_check(&c, &limits);
		CHECK(why == ages[i].says);
		int64_t limit = provisioning_limit(&c, &limits, why);
		CHECK(limit == (why == FAIL(PROVISION_WAIT)      ? c.since + 5400
				: why == FAIL(PROVISION_EXPIRED) ? c.since + 15552000
								 : 0));
		/* A technician may come at any time. */
		c.purpose = TRIP_PROVISION;
		OK(provisioning_check(&c, &limits));
	}
	const struct provisioning_limits none = { 0 };
	struct provisioning_case c = device(DEPLOYMENT_PREPARED, TRIP_ENROLL, PROVISIONING_RESEALED);
	c.since = 0;
	OK(provisioning_check(&c, &none));
}

static void the_user_has_to_be_there_to_have_a_name_and_to_be_the_right_one(void **state)
{
	(void)state;
	struct provisioning_case c = device(DEPLOYMENT_PREPARED, TRIP_ENROLL, PROVISIONING_RESEALED);
	CHECK(is_provisioning_attended(&c));
	c.assigned = BYTES_TEXT("Ann@Example.ORG");
	OK(provisioning_check(&c, &limits));
	c.assigned = BYTES_TEXT("bob@example.org");
	REFUSES(USER_OTHER, provisioning_check(&c, &limits));
	c.user = (struct bytes){ 0 };
	REFUSES(USER_UNNAMED, provisioning_check(&c, &limits));
	c.has_credential = false;
	REFUSES(USER_MISSING, provisioning_check(&c, &limits));
	/* Who drives a device that is nobody's own need not be named. */
	c.usage = DEPLOYMENT_USER;
	REFUSES(USER_MISSING, provisioning_check(&c, &limits));
	c.has_credential = true;
	OK(provisioning_check(&c, &limits));
	/* Nobody has to be there for these. */
	c = device(DEPLOYMENT_SELF, TRIP_ENROLL, PROVISIONING_NONE);
	CHECK(!is_provisioning_attended(&c));
	c = device(DEPLOYMENT_PREPARED, TRIP_PROVISION, PROVISIONING_NONE);
	CHECK(!is_provisioning_attended(&c));
}

static void the_one_time_limit_counts_enrolments_without_a_user(void **state)
{
	(void)state;
	static const struct {
		enum deployment_usage usage;
		enum trip_purpose purpose;
		bool is_counted;
	} rows[] = {
		{ DEPLOYMENT_SELF, TRIP_ENROLL, true },
		{ DEPLOYMENT_USER, TRIP_ENROLL, false },
		{ DEPLOYMENT_PREPARED, TRIP_ENROLL, false },
		{ DEPLOYMENT_PREPARED, TRIP_PROVISION, true },
		{ DEPLOYMENT_PREPARED, TRIP_RESEAL, false },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct provisioning_case c = device(rows[i].usage, rows[i].purpose, PROVISIONING_RESEALED);
		CHECK(provisioning_userless_next(&c) == DEPLOYMENT_USERLESS_UNKNOWN);
		c.is_one_time = true;
		enum deployment_userless next = provisioning_userless_next(&c);
		CHECK((next == DEPLOYMENT_USERLESS_BLOCKED) == rows[i].is_counted);
		c.userless = DEPLOYMENT_USERLESS_ALLOWED;
		OK(provisioning_check(&c, &limits));
		c.userless = DEPLOYMENT_USERLESS_BLOCKED;
		CHECK(provisioning_check(&c, &limits) == (rows[i].is_counted ? FAIL(ENROLMENT_ONCE) : NULL));
		c.is_one_time = false;
		OK(provisioning_check(&c, &limits));
	}
	COUNTED("vectors", COUNT_OF(rows));
}

static void what_is_no_usage_purpose_or_phase_is_denied(void **state)
{
	(void)state;
	struct provisioning_case c = device((enum deployment_usage)0, TRIP_ENROLL, PROVISIONING_NONE);
	REFUSES(POL_MISSING, provisioning_check(&c, &limits));
	c = device(DEPLOYMENT_PREPARED, TRIP_RENEW, PROVISIONING_NONE);
	REFUSES(POL_MISSING, provisioning_check(&c, &limits));
	c = device(DEPLOYMENT_PREPARED, TRIP_ENROLL, PROVISIONING_PHASES);
	REFUSES(POL_MISSING, provisioning_check(&c, &limits));
	assert_string_equal(provisioning_word(PROVISIONING_RESEALED), "resealed");
	assert_string_equal(provisioning_word(PROVISIONING_PHASES), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_step_of_every_phase_is_allowed_or_refused_by_name),
		TEST(only_a_pre_provisioned_device_knows_a_technician),
		TEST(a_technicians_device_is_a_registered_one),
		TEST(the_user_comes_when_the_wait_is_over_and_before_the_life_is),
		TEST(the_user_has_to_be_there_to_have_a_name_and_to_be_the_right_one),
		TEST(the_one_time_limit_counts_enrolments_without_a_user),
		TEST(what_is_no_usage_purpose_or_phase_is_denied),
	};
	return RUN(tests);
}
