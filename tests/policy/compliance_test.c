/* Is a device still as it should be: what ages, what stays, what is unknown, and whose word counts. */
#include "policy/compliance.h"

#include <string.h>

#include "test.h"
#include "wire/trip.h"

#define HOUR 3600
#define NOW 1000000000

/* Policies under way, the default last, and a device that is as well as can be. */
struct scene {
	struct arena arena;
	struct attribute_values values;
	struct compliance_facts facts;
	struct compliance_policy v[COMPLIANCE_POLICIES_MAX];
	size_t n;
	struct compliance_finding finding;
};

static void read_whole(struct compliance_policy *p)
{
	const char *detail = NULL;
	OK(compliance_parse(p, &detail));
	CHECK(detail == NULL);
}

static int setup(void **state)
{
	struct scene *s = test_calloc(1, sizeof(*s));
	arena_init(&s->arena, 4 * FILTER_ARENA_SIZE);
	s->facts = (struct compliance_facts){
		.values = &s->values,
		.assurance = TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE,
		.enrolled = NOW - 1000 * HOUR,
		.attested = NOW - HOUR,
		.seen = NOW - HOUR,
		.class = ANCHORS_DISCRETE,
		.firmware = BLOCKLIST_FINE,
		.key = KEYSTATE_ATTESTED,
	};
	s->values.of[ATTRIBUTE_GROUP_TAG] = BYTES_TEXT("lab");
	s->v[s->n++] = (struct compliance_policy){ .name = BYTES_TEXT("Default"), .is_default = true };
	read_whole(&s->v[0]);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	test_free(s);
	return 0;
}

static enum compliance_state judged_at(struct scene *s, int64_t now)
{
	const struct compliance_policies list = { s->n, s->v };
	compliance_judge(&list, &s->facts, now, &s->finding);
	return s->finding.state;
}

static enum compliance_state judged(struct scene *s)
{
	return judged_at(s, NOW);
}

/* It is in that state, and its gravest reason is this fault. */
#define CHECK_JUDGED(s, state_, code)                                            \
	do {                                                                     \
		assert_string_equal(compliance_state_word(judged(s)),            \
				    compliance_state_word(COMPLIANCE_##state_)); \
		CHECK(s->finding.n > 0 && s->finding.v[0].why == FAIL(code));    \
	} while (0)

/* --- what ages ------------------------------------------------------------------------------------------ */

static void an_attestation_ages_to_stale_by_itself(void **state)
{
	struct scene *s = *state;
	s->v[0].attested_hours = 24;
	CHECK(judged_at(s, s->facts.attested + 24 * HOUR) == COMPLIANCE_COMPLIANT);
	CHECK(s->finding.n == 0 && !s->finding.is_denied);
	CHECK(s->finding.next == s->facts.attested + 24 * HOUR + 1);
	CHECK(judged_at(s, s->finding.next) == COMPLIANCE_NONCOMPLIANT);
	CHECK(s->finding.v[0].why == FAIL(ATTESTATION_STALE) && s->finding.is_held);
	CHECK(s->finding.next == 0);
}

static void a_device_that_falls_silent_does_not_stay_green(void **state)
{
	struct scene *s = *state;
	s->v[0].silent_hours = 72;
	CHECK(judged_at(s, s->facts.seen + 72 * HOUR) == COMPLIANCE_COMPLIANT);
	CHECK(judged_at(s, s->facts.seen + 72 * HOUR + 1) == COMPLIANCE_NONCOMPLIANT);
	CHECK(s->finding.v[0].why == FAIL(DEVICE_SILENT));
}

static void one_that_never_checked_in_was_there_when_it_enrolled(void **state)
{
	struct scene *s = *state;
	s->v[0].silent_hours = 72;
	s->facts.seen = 0;
	s->facts.enrolled = NOW - 72 * HOUR;
	CHECK(judged(s) == COMPLIANCE_COMPLIANT);
	s->facts.enrolled--;
	CHECK_JUDGED(s, NONCOMPLIANT, DEVICE_SILENT);
}

static void grace_runs_from_when_it_was_first_amiss(void **state)
{
	struct scene *s = *state;
	int64_t due = s->facts.attested + 24 * HOUR;
	s->v[0].attested_hours = 24;
	s->v[0].grace_hours = 8;
	CHECK(judged_at(s, due + 1) == COMPLIANCE_IN_GRACE);
	CHECK(!s->finding.is_denied && s->finding.next == due + 8 * HOUR);
	CHECK(judged_at(s, due + 8 * HOUR - 1) == COMPLIANCE_IN_GRACE);
	CHECK(judged_at(s, due + 8 * HOUR) == COMPLIANCE_NONCOMPLIANT);
}

static void what_a_policy_asks_anew_is_not_held_against_a_device_at_once(void **state)
{
	struct scene *s = *state;
	s->v[0].attested_hours = 1;
	s->v[0].grace_hours = 8;
	s->facts.attested = NOW - 100 * HOUR;
	CHECK_JUDGED(s, NONCOMPLIANT, ATTESTATION_STALE);
	s->v[0].updated = NOW - HOUR;
	CHECK_JUDGED(s, IN_GRACE, ATTESTATION_STALE);
	CHECK(s->finding.v[0].until == NOW + 7 * HOUR);
}

/* --- what stays ----------------------------------------------------------------------------------------- */

static void a_failure_stands_whatever_is_asked_and_has_no_grace(void **state)
{
	struct scene *s = *state;
	s->v[0].grace_hours = 1000;
	s->facts.failed = FAIL(NONCE_FOREIGN);
	s->facts.failed_at = NOW;
	CHECK_JUDGED(s, NONCOMPLIANT, ATTESTATION_FAILED);
	CHECK(s->finding.v[0].cause == FAIL(NONCE_FOREIGN) && s->finding.is_held);
	s->facts.failed = NULL;
	CHECK(judged(s) == COMPLIANCE_COMPLIANT);
}

static void a_failure_is_not_washed_away_by_time(void **state)
{
	struct scene *s = *state;
	s->facts.failed = FAIL(NONCE_FOREIGN);
	s->facts.failed_at = NOW;
	CHECK(judged_at(s, NOW + 100000 * (int64_t)HOUR) == COMPLIANCE_NONCOMPLIANT);
	CHECK(s->finding.v[0].why == FAIL(ATTESTATION_FAILED));
}

static void a_failure_that_passes_by_itself_has_grace(void **state)
{
	struct scene *s = *state;
	s->v[0].grace_hours = 8;
	s->facts.failed = FAIL(CRL_MISSING);
	s->facts.failed_at = NOW - HOUR;
	CHECK_JUDGED(s, IN_GRACE, ATTESTATION_FAILED);
	CHECK(judged_at(s, NOW + 7 * HOUR) == COMPLIANCE_NONCOMPLIANT);
}

/* --- what is asked -------------------------------------------------------------------------------------- */

static void each_condition_alone_is_amiss_and_met_by_its_twin(void **state)
{
	struct scene *s = *state;
	struct compliance_facts good = s->facts, bad[6];
	struct compliance_policy asking[6];
	static const enum fault_code codes[6] = { FAULT_CODE_ASSURANCE_LOW, FAULT_CODE_TPM_CLASS,
						  FAULT_CODE_FIRMWARE_VULNERABLE, FAULT_CODE_KEY_BEFORE_FIX,
						  FAULT_CODE_KEY_SOFTWARE, FAULT_CODE_FIRMWARE_OLDER };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		bad[i] = good;
		asking[i] = s->v[0];
	}
	asking[0].assurance = COMPLIANCE_HIGH;
	bad[0].assurance = TRIP_ASSURED_CERTIFICATE | TRIP_ASSURED_USER;
	asking[1].classes = 1u << ANCHORS_DISCRETE | 1u << ANCHORS_FIRMWARE;
	bad[1].class = ANCHORS_VIRTUAL;
	asking[2].wants_firmware = asking[3].wants_firmware = true;
	bad[2].firmware = BLOCKLIST_VULNERABLE;
	bad[3].firmware = BLOCKLIST_OLD_KEYS;
	asking[4].wants_key = true;
	bad[4].key = KEYSTATE_SOFTWARE;
	asking[5].wants_firmware = true;
	bad[5].is_firmware_older = true;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		s->facts = bad[i];
		CHECK(judged(s) == COMPLIANCE_COMPLIANT); /* nobody asks */
		s->v[0] = asking[i];
		CHECK(judged(s) == COMPLIANCE_NONCOMPLIANT);
		CHECK(s->finding.n == 1 && s->finding.v[0].why == &fault_rows[codes[i]]);
		s->facts = good;
		CHECK(judged(s) == COMPLIANCE_COMPLIANT);
		s->v[0] = (struct compliance_policy){ .name = BYTES_TEXT("Default"), .is_default = true };
		read_whole(&s->v[0]);
	}
}

static void whether_a_device_must_be_attested_at_all_is_for_assurance_to_say(void **state)
{
	struct scene *s = *state;
	s->v[0].attested_hours = 24;
	s->facts.attested = 0;
	s->facts.assurance = 0;
	CHECK(judged(s) == COMPLIANCE_COMPLIANT);
	s->v[0].assurance = COMPLIANCE_LOW;
	CHECK_JUDGED(s, NONCOMPLIANT, ASSURANCE_LOW);
}

static void the_gravest_reason_comes_first_and_all_are_named(void **state)
{
	struct scene *s = *state;
	char text[COMPLIANCE_TEXT_SIZE];
	s->v[0].silent_hours = 1;
	s->v[0].assurance = COMPLIANCE_HIGH;
	s->facts.assurance = 0;
	s->facts.failed = FAIL(NONCE_FOREIGN);
	s->facts.seen = NOW - 2 * HOUR;
	CHECK_JUDGED(s, NONCOMPLIANT, ATTESTATION_FAILED);
	assert_string_equal(compliance_text(&s->finding, text),
			    "ATTESTATION_FAILED: NONCE_FOREIGN, ASSURANCE_LOW, DEVICE_SILENT");
}

/* --- what is unknown ------------------------------------------------------------------------------------ */

static void nothing_known_is_never_compliant(void **state)
{
	struct scene *s = *state;
	const struct compliance_policies none = { 0, NULL };
	compliance_judge(&none, &s->facts, NOW, &s->finding);
	CHECK(s->finding.state == COMPLIANCE_UNKNOWN && s->finding.is_denied && !s->finding.is_held);
	CHECK(s->finding.v[0].why == FAIL(POL_MISSING));
	s->v[0].attested_hours = 24;
	s->facts.attested = 0;
	CHECK_JUDGED(s, UNKNOWN, ATTESTATION_NONE);
	CHECK(s->finding.is_denied);
	s->facts.attested = NOW;
	s->v[0].wants_firmware = true;
	s->facts.firmware = BLOCKLIST_UNJUDGED;
	CHECK_JUDGED(s, UNKNOWN, COMPLIANCE_UNKNOWN);
	s->facts.firmware = BLOCKLIST_FINE;
	CHECK(judged(s) == COMPLIANCE_COMPLIANT);
}

static void a_policy_that_cannot_be_read_makes_unknown(void **state)
{
	struct scene *s = *state;
	s->v[0].is_whole = false;
	CHECK_JUDGED(s, UNKNOWN, POL_MISSING);
}

static void what_is_surely_amiss_weighs_more_than_what_is_unknown(void **state)
{
	struct scene *s = *state;
	s->v[0].wants_firmware = true;
	s->facts.firmware = BLOCKLIST_UNJUDGED;
	s->facts.failed = FAIL(NONCE_FOREIGN);
	CHECK_JUDGED(s, NONCOMPLIANT, ATTESTATION_FAILED);
	CHECK(s->finding.n == 2);
}

/* --- whose word counts ---------------------------------------------------------------------------------- */

static struct compliance_policy *put(struct scene *s, const char *name, const char *groups)
{
	struct compliance_policy *p = &s->v[s->n++];
	*p = (struct compliance_policy){ .name = bytes_text(name), .scope.groups = bytes_text(groups) };
	read_whole(p);
	return p;
}

static void the_default_counts_only_where_no_other_applies(void **state)
{
	struct scene *s = *state;
	s->v[0].assurance = COMPLIANCE_HIGH;
	s->facts.assurance = TRIP_ASSURED_CERTIFICATE;
	put(s, "Lab", "lab")->assurance = COMPLIANCE_MEDIUM;
	CHECK(judged(s) == COMPLIANCE_COMPLIANT);
	s->values.of[ATTRIBUTE_GROUP_TAG] = BYTES_TEXT("office");
	CHECK_JUDGED(s, NONCOMPLIANT, ASSURANCE_LOW);
}

static void of_several_that_apply_the_worst_counts(void **state)
{
	struct scene *s = *state;
	put(s, "Lab", "lab");
	put(s, "Strict", "lab")->assurance = COMPLIANCE_HIGH;
	CHECK(judged(s) == COMPLIANCE_COMPLIANT);
	s->facts.assurance = TRIP_ASSURED_USER;
	CHECK_JUDGED(s, NONCOMPLIANT, ASSURANCE_LOW);
	CHECK(is_bytes_text(s->finding.v[0].by->name, "Strict"));
}

static void where_it_is_unknown_whether_a_policy_applies_it_does(void **state)
{
	struct scene *s = *state;
	struct compliance_policy *p = put(s, "Discrete", NULL);
	struct filter_error error = { 0 };
	p->scope.mode = SCOPE_INCLUDE;
	OK(filter_parse(BYTES_TEXT("(device.tpmClass -eq \"discrete\")"), &s->arena, &p->scope.filter,
			&error));
	read_whole(p);
	p->assurance = COMPLIANCE_HIGH;
	s->facts.assurance = 0;
	CHECK_JUDGED(s, NONCOMPLIANT, ASSURANCE_LOW); /* the claim is absent */
	s->values.of[ATTRIBUTE_TPM_CLASS] = BYTES_TEXT("virtual");
	CHECK(judged(s) == COMPLIANCE_COMPLIANT);
}

static void a_report_tells_and_denies_nothing(void **state)
{
	struct scene *s = *state;
	s->facts.failed = FAIL(NONCE_FOREIGN);
	s->v[0].is_report = true;
	CHECK_JUDGED(s, NONCOMPLIANT, ATTESTATION_FAILED);
	CHECK(!s->finding.is_denied && !s->finding.is_held);
	s->v[0].is_report = false;
	CHECK(judged(s) == COMPLIANCE_NONCOMPLIANT && s->finding.is_denied && s->finding.is_held);
}

static void reasons_beyond_the_last_that_is_kept_count_all_the_same(void **state)
{
	struct scene *s = *state;
	s->facts.failed = FAIL(NONCE_FOREIGN);
	for (size_t i = 1; i < COMPLIANCE_POLICIES_MAX - 1; i++)
		put(s, "Report", "lab")->is_report = true;
	put(s, "Last", "lab");
	CHECK_JUDGED(s, NONCOMPLIANT, ATTESTATION_FAILED);
	CHECK(s->finding.n == COMPLIANCE_REASONS_MAX && s->finding.is_held);
}

/* --- words ---------------------------------------------------------------------------------------------- */

static void a_policy_that_makes_no_sense_is_not_read(void **state)
{
	struct scene *s = *state;
	struct compliance_policy good = s->v[0], bad[8];
	static const uint8_t octets[SCOPE_GROUPS_MAX + 1];
	const char *detail;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		bad[i] = good;
	bad[0].name = (struct bytes){ 0 };
	bad[1].scope.mode = SCOPE_INCLUDE;
	bad[2].scope.groups = BYTES_TEXT("lab");
	bad[3].scope.groups = bytes_of(octets, sizeof(octets));
	bad[4].attested_hours = COMPLIANCE_HOURS_MAX + 1;
	bad[5].grace_hours = UINT64_MAX;
	bad[6].assurance = (enum compliance_assurance)4;
	bad[7].classes = 1u << (ANCHORS_CLASS_LAST + 1);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		detail = NULL;
		REFUSES(PARSE_FIELD, compliance_parse(&bad[i], &detail));
		CHECK(detail != NULL && !bad[i].is_whole);
	}
	read_whole(&good);
}

static void words_are_read_as_they_are_written(void **state)
{
	char text[COMPLIANCE_CLASSES_MAX];
	unsigned bits;
	enum compliance_assurance assurance;
	(void)state;
	for (enum compliance_assurance i = 0; i <= COMPLIANCE_ASSURANCE_LAST; i++)
		CHECK(compliance_assurance_parse(bytes_text(compliance_assurance_word(i)), &assurance) &&
		      assurance == i);
	CHECK(!compliance_assurance_parse(BYTES_TEXT("highest"), &assurance));
	for (unsigned i = 0; i < 1u << (ANCHORS_CLASS_LAST + 1); i++)
		CHECK(compliance_classes_parse(bytes_text(compliance_classes_text(i, text)), &bits) &&
		      bits == i);
	CHECK(compliance_classes_parse(BYTES_TEXT("firmware, discrete"), &bits));
	assert_string_equal(compliance_classes_text(bits, text), "discrete,firmware");
	CHECK(!compliance_classes_parse(BYTES_TEXT("discrete,"), &bits));
	for (enum compliance_condition i = 0; i < COMPLIANCE_CONDITION_COUNT; i++)
		CHECK(strlen(compliance_condition_text(i)) > 10);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(an_attestation_ages_to_stale_by_itself),
		T(a_device_that_falls_silent_does_not_stay_green),
		T(one_that_never_checked_in_was_there_when_it_enrolled),
		T(grace_runs_from_when_it_was_first_amiss),
		T(what_a_policy_asks_anew_is_not_held_against_a_device_at_once),
		T(a_failure_stands_whatever_is_asked_and_has_no_grace),
		T(a_failure_is_not_washed_away_by_time),
		T(a_failure_that_passes_by_itself_has_grace),
		T(each_condition_alone_is_amiss_and_met_by_its_twin),
		T(whether_a_device_must_be_attested_at_all_is_for_assurance_to_say),
		T(the_gravest_reason_comes_first_and_all_are_named),
		T(nothing_known_is_never_compliant),
		T(a_policy_that_cannot_be_read_makes_unknown),
		T(what_is_surely_amiss_weighs_more_than_what_is_unknown),
		T(the_default_counts_only_where_no_other_applies),
		T(of_several_that_apply_the_worst_counts),
		T(where_it_is_unknown_whether_a_policy_applies_it_does),
		T(a_report_tells_and_denies_nothing),
		T(reasons_beyond_the_last_that_is_kept_count_all_the_same),
		T(a_policy_that_makes_no_sense_is_not_read),
		TEST(words_are_read_as_they_are_written),
	};
	return RUN(tests);
}
