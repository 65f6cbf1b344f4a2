/*
 * Which single change would let a refused device in: each is named when it alone would, and never otherwise.
 */
#include "policy/counterfactual.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static struct restriction list[3] = {
	{ .name = BYTES_TEXT("First"),
	  .state = RESTRICTION_OFF,
	  .action = RESTRICTION_BLOCK,
	  .is_whole = true },
	{ .name = BYTES_TEXT("Second"),
	  .state = RESTRICTION_OFF,
	  .action = RESTRICTION_BLOCK,
	  .is_whole = true },
	{ .name = BYTES_TEXT("Default"),
	  .state = RESTRICTION_ON,
	  .action = RESTRICTION_ALLOW,
	  .is_default = true,
	  .is_whole = true },
};
static const struct restrictions restrictions = { COUNT_OF(list), list };

/* A registered device that proved all there is to prove, and enrols. */
static struct decision_case good(void)
{
	struct decision_case c = {
		.is_second = true,
		.vouch = { .mode = VOUCH_MODE_REQUIRED, .has_tpm = true, .is_registered_label = true },
		.classes = { TPMCLASS_DENY, TPMCLASS_ALLOW },
		.class = ANCHORS_DISCRETE,
		.provisioning = { .usage = DEPLOYMENT_SELF, .purpose = TRIP_ENROLL,
				  .is_registered = true },
		.restrictions = &restrictions,
	};
	for (size_t i = 0; i < CHECK_COUNT; i++)
		c.verdict.of[i] = verdict_checks[i].subject == SUBJECT_TOKEN ? FAILED : PASSED;
	list[0].state = list[1].state = RESTRICTION_OFF;
	return c;
}

/* The changes that would do, as words with blanks between. */
static const char *words(const struct decision_case *c)
{
	static char text[512];
	struct counterfactual_list found;
	counterfactual_judge(c, BYTES_TEXT("CN=Maker"), &found);
	text[0] = 0;
	for (size_t i = 0; i < found.n; i++) {
		size_t n = strlen(text);
		snprintf(text + n, sizeof(text) - n, "%s%s", n ? " " : "", counterfactual_word(&found.v[i]));
	}
	return text;
}

/* Refused with that fault, and let in by each of those changes alone. */
#define WOULD(code, c, expected)                         \
	do {                                             \
		REFUSES(code, decision_check(c));        \
		assert_string_equal(words(c), expected); \
	} while (0)

static void who_is_let_in_needs_no_change(void **state)
{
	(void)state;
	struct decision_case c = good();
	OK(decision_check(&c));
	assert_string_equal(words(&c), "");
}

static void nothing_known_is_refused_and_nothing_single_helps(void **state)
{
	(void)state;
	const struct decision_case c = { 0 };
	WOULD(DEVICE_NOT_REGISTERED, &c, "");
}

static void a_stranger_with_a_good_tpm_would_pass_once_it_is_registered(void **state)
{
	(void)state;
	struct decision_case c = good();
	c.vouch.is_registered_label = false;
	c.vouch.mode = 0;
	c.classes = (struct tpmclass_rule){ 0 };
	c.provisioning = (struct provisioning_case){ .purpose = TRIP_ENROLL };
	WOULD(DEVICE_NOT_REGISTERED, &c, "token registeredSerial registeredKey");
}

static void a_chain_to_nobody_is_made_good_by_a_CA_or_by_the_key_itself(void **state)
{
	(void)state;
	struct decision_case c = good();
	struct counterfactual_list found;
	char text[COUNTERFACTUAL_TEXT_SIZE];
	c.verdict.of[CHECK_EK_CERT_CHAIN] = FAILED;
	c.verdict.of[CHECK_EK_CERT_CHAIN_VALID] = NOT_RUN;
	c.verdict.of[CHECK_EK_CERT_MAKER] = NOT_RUN;
	WOULD(EK_CHAIN_UNTRUSTED, &c, "registeredKey anchor");
	counterfactual_judge(&c, BYTES_TEXT("CN=Maker"), &found);
	assert_string_equal(counterfactual_text(&found.v[1], text),
			    "the CA CN=Maker were trusted, and all held that cannot be judged without it");
	counterfactual_judge(&c, (struct bytes){ 0 }, &found);
	CHECK(strstr(counterfactual_text(&found.v[1], text), "the CA above its EK certificate were trusted"));
	c.verdict.of[CHECK_EK_CERT_EKU] = FAILED;
	WOULD(EK_CHAIN_UNTRUSTED, &c, "registeredKey");
}

static void a_list_or_a_CA_that_ran_out_is_a_matter_of_settings(void **state)
{
	(void)state;
	struct decision_case c = good();
	c.verdict.of[CHECK_EK_CERT_CHAIN_TIME] = FAILED;
	WOULD(EK_CHAIN_EXPIRED, &c, "registeredKey expiredCaAccepted");
	c.verdict.of[CHECK_EK_CERT_LISTED] = FAILED;
	WOULD(EK_CHAIN_EXPIRED, &c, "registeredKey");
	c.verdict.of[CHECK_EK_CERT_CHAIN_TIME] = PASSED;
	WOULD(CRL_MISSING, &c, "registeredKey crlNotRequired");
}

static void only_the_restriction_that_decides_is_named(void **state)
{
	(void)state;
	struct decision_case c = good();
	struct counterfactual_list found;
	char text[COUNTERFACTUAL_TEXT_SIZE];
	list[1].state = RESTRICTION_ON;
	WOULD(RESTRICTION_BLOCKED, &c, "restrictionOff");
	counterfactual_judge(&c, (struct bytes){ 0 }, &found);
	assert_string_equal(counterfactual_text(&found.v[0], text), "restriction Second were off");
	CHECK(list[1].state == RESTRICTION_ON);
	list[0].state = RESTRICTION_ON;
	WOULD(RESTRICTION_BLOCKED, &c, "");
}

static void firmware_is_named_with_the_version_that_mends_it_and_keys_by_themselves(void **state)
{
	(void)state;
	struct decision_case c = good();
	struct counterfactual_list found;
	char text[COUNTERFACTUAL_TEXT_SIZE];
	const char *detail;
	const struct blocklist_new in = {
		.id = BYTES_TEXT("roca"),
		.maker = BYTES_TEXT("IFX"),
		.basis = BYTES_TEXT("firmware"),
		.first = BYTES_TEXT("7.0"),
		.last = BYTES_TEXT("7.61"),
		.fixed = BYTES_TEXT("7.62"),
		.effect = BYTES_TEXT("refuse"),
		.keys = BYTES_TEXT("all"),
		.name = BYTES_TEXT("ROCA"),
		.page = BYTES_TEXT("https://x"),
		.source = BYTES_TEXT("a test"),
	};
	struct blocklist_row row;
	OK(blocklist_parse_row(&in, &row, &detail));
	const struct blocklist blocklist = { .n = 1, .v = &row };
	c.blocklist = &blocklist;
	c.tpm = (struct blocklist_tpm){ .maker = BYTES_TEXT("IFX"),
					.has_firmware = true,
					.firmware = row.last,
					.ak = { BLOCKLIST_ECC, row.last } };
	WOULD(FIRMWARE_VULNERABLE, &c, "firmware");
	counterfactual_judge(&c, (struct bytes){ 0 }, &found);
	assert_string_equal(counterfactual_text(&found.v[0], text), "its TPM's firmware were 7.62 or later");
	c.tpm.firmware = row.fixed;
	WOULD(KEY_BEFORE_FIX, &c, "keysRenewed");
	c.tpm.ak.born = row.fixed;
	OK(decision_check(&c));
}

static void a_virtual_or_unknown_tpm_is_a_matter_of_the_profile(void **state)
{
	(void)state;
	struct decision_case c = good();
	c.class = ANCHORS_VIRTUAL;
	WOULD(TPM_VIRTUAL_DENIED, &c, "virtualAllowed");
	c.class = ANCHORS_UNKNOWN;
	c.classes.unknown = TPMCLASS_DENY;
	WOULD(TPM_UNKNOWN_DENIED, &c, "unknownAllowed");
}

static void who_has_to_be_there_and_how_often_are_named(void **state)
{
	(void)state;
	struct decision_case c = good();
	c.provisioning.usage = DEPLOYMENT_USER;
	WOULD(USER_MISSING, &c, "token");
	c = good();
	c.provisioning.is_one_time = true;
	c.provisioning.userless = DEPLOYMENT_USERLESS_BLOCKED;
	WOULD(ENROLMENT_ONCE, &c, "nextAllowed");
	c = good();
	c.provisioning.usage = DEPLOYMENT_PREPARED;
	WOULD(USER_MISSING, &c, "userToken");
	c.provisioning.has_credential = c.vouch.has_token = true;
	c.provisioning.user = BYTES_TEXT("bob@example.org");
	c.provisioning.assigned = BYTES_TEXT("ann@example.org");
	WOULD(USER_OTHER, &c, "userToken");
	c.provisioning.phase = PROVISIONING_PREPARED;
	c.provisioning.assigned = (struct bytes){ 0 };
	for (size_t i = 0; i < CHECK_COUNT; i++)
		c.verdict.of[i] = PASSED;
	WOULD(PROVISION_UNSEALED, &c, "nextAllowed");
	c.provisioning.purpose = TRIP_RESEAL;
	c.provisioning.phase = PROVISIONING_BOUND;
	WOULD(PROVISION_BOUND, &c, "");
}

static void records_that_refuse_are_settled_by_a_person(void **state)
{
	(void)state;
	struct decision_case c = good();
	c.records = FAIL(EK_DUPLICATE);
	WOULD(EK_DUPLICATE, &c, "claimApproved");
	c.records = FAIL(PROFILE_UNASSIGNED);
	c.vouch.mode = 0;
	WOULD(PROFILE_UNASSIGNED, &c, "profileAssigned");
	c.records = FAIL(PROFILE_MISSING);
	WOULD(PROFILE_MISSING, &c, "");
}

static void a_forged_proof_is_not_helped_by_any_record(void **state)
{
	(void)state;
	static const enum check_id proofs[] = { CHECK_ACTIVATION, CHECK_QUOTE_SIGNATURE,
						CHECK_CERTIFY_BINDING, CHECK_AK_RESTRICTED,
						CHECK_TICKET_NONCE };
	for (size_t i = 0; i < COUNT_OF(proofs); i++) {
		struct decision_case c = good();
		c.verdict.of[proofs[i]] = FAILED;
		CHECK(decision_check(&c) == verdict_checks[proofs[i]].why);
		assert_string_equal(words(&c), "");
	}
}

static void a_list_that_was_not_loaded_refuses(void **state)
{
	(void)state;
	struct decision_case c = good();
	c.restrictions = NULL;
	WOULD(POL_MISSING, &c, "");
	c.is_second = false;
	OK(decision_check(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_let_in_needs_no_change),
		cmocka_unit_test(nothing_known_is_refused_and_nothing_single_helps),
		cmocka_unit_test(a_stranger_with_a_good_tpm_would_pass_once_it_is_registered),
		cmocka_unit_test(a_chain_to_nobody_is_made_good_by_a_CA_or_by_the_key_itself),
		cmocka_unit_test(a_list_or_a_CA_that_ran_out_is_a_matter_of_settings),
		cmocka_unit_test(only_the_restriction_that_decides_is_named),
		cmocka_unit_test(firmware_is_named_with_the_version_that_mends_it_and_keys_by_themselves),
		cmocka_unit_test(a_virtual_or_unknown_tpm_is_a_matter_of_the_profile),
		cmocka_unit_test(who_has_to_be_there_and_how_often_are_named),
		cmocka_unit_test(records_that_refuse_are_settled_by_a_person),
		cmocka_unit_test(a_forged_proof_is_not_helped_by_any_record),
		cmocka_unit_test(a_list_that_was_not_loaded_refuses),
	};
	return RUN(tests);
}
