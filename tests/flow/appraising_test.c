/* A device is found compliant or not: what follows from a change, and what brings it back. */
#include "flow/appraising.h"

#include <string.h>

#include "member.h"
#include "flow/checkin.h"
#include "flow/proofs.h"
#include "store/store_appraisal.h"
#include "store/store_certificate.h"
#include "store/store_proof.h"

#define EK 5
#define HOUR 3600
#define DEFAULT_S (30 * 24 * HOUR)
#define GRACE_S (24 * HOUR)

/* With certificates that outlast whatever is waited for here. */
static struct member enrolled(struct office *o)
{
	o->limits.certificate_s = 400 * 24 * HOUR;
	return member_enrolled(o, EK);
}

static struct store_device *device(struct office *o, const struct member *m)
{
	struct store_device *d;
	OK(store_device_get(o->flow.store, m->id, &o->arena, &d));
	return d;
}

static enum compliance_state state_of(struct office *o, const struct member *m)
{
	struct compliance_finding f;
	OK(appraising_judge(&o->flow, device(o, m), &o->arena, &f));
	return f.state;
}

static fault allowed(struct office *o, const struct member *m)
{
	const char *detail = NULL;
	struct compliance_finding finding;
	fault why = appraising_check(&o->flow, device(o, m), &o->arena, &finding, &detail);
	CHECK((why != NULL) == (detail != NULL));
	return why;
}

static struct appraising_swept swept_once(struct office *o)
{
	struct appraising_swept swept;
	OK(store_begin(o->flow.store));
	OK(appraising_sweep(&o->flow, 100, &o->arena, &swept));
	OK(store_commit(o->flow.store));
	return swept;
}

static size_t sweep(struct office *o)
{
	const struct appraising_swept swept = swept_once(o);
	CHECK(swept.failed == 0 && !swept.why);
	return swept.n;
}

static struct store_certificate *certificate(struct office *o, const struct member *m)
{
	struct store_certificate *c;
	OK(store_certificate_get(o->flow.store, m->serial, &o->arena, &c));
	return c;
}

static fault checkin(struct office *o, const struct member *m)
{
	const struct presence p = { .request_id = office_octets(o, 0xA1, 16),
				    .peer = BYTES_TEXT("127.0.0.1"),
				    .shown_serial = m->serial,
				    .shown_hash = m->hash };
	struct flow_answer answer;
	return checkin_take(&o->flow, &p, &o->arena, &answer);
}

static void fail_attestation(struct office *o, const struct member *m, fault why)
{
	OK(proofs_refuse(&o->flow, device(o, m), TRIP_ATTEST, why, &o->arena));
}

static void attest(struct office *o, const struct member *m)
{
	struct admission a;
	const struct answer_facts f = member_answer(o, m, TRIP_ATTEST);
	OK(office_admit(o, &f, &a));
}

static void a_device_that_has_just_enrolled_is_compliant_and_looked_at_when_that_ends(void **state)
{
	struct office *o = *state;
	struct store_appraisal *row;
	const struct member m = enrolled(o);
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT);
	OK(allowed(o, &m));
	OK(store_appraisal_find(o->flow.store, m.id, &o->arena, &row));
	CHECK(row && row->state == COMPLIANCE_COMPLIANT && !row->held);
	CHECK(row->due == OFFICE_NOW + DEFAULT_S + 1);
	CHECK(office_deeds(o, "compliance.change") == 0 && sweep(o) == 0);
}

static void one_that_nobody_asks_again_goes_stale_and_on_hold_by_itself(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	o->flow.now = OFFICE_NOW + DEFAULT_S + 1;
	CHECK(state_of(o, &m) == COMPLIANCE_IN_GRACE); /* whoever asks need not wait for the sweep */
	CHECK(sweep(o) == 1 && sweep(o) == 0);
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_ISSUED);
	o->flow.now = OFFICE_NOW + DEFAULT_S + GRACE_S;
	CHECK(state_of(o, &m) == COMPLIANCE_NONCOMPLIANT);
	REFUSES(DEVICE_NONCOMPLIANT, allowed(o, &m));
	CHECK(sweep(o) == 1 && sweep(o) == 0);
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_HELD);
	CHECK(certificate(o, &m)->holds == STORE_CERTIFICATE_BY_COMPLIANCE);
	CHECK(office_deeds(o, "compliance.change") == 2);
}

static void one_on_hold_checks_in_and_attests_and_is_released_at_once(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	o->flow.now = OFFICE_NOW + DEFAULT_S + GRACE_S;
	OK(checkin(o, &m)); /* which looks at it before any sweep does */
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_HELD);
	OK(checkin(o, &m));
	attest(o, &m);
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT);
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_ISSUED && !certificate(o, &m)->holds);
	OK(allowed(o, &m));
}

static void an_administrators_hold_is_not_lifted_with_it_nor_this_by_the_administrator(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	const struct store_certificate_hold by_hand = { STORE_CERTIFICATE_BY_HAND, OFFICE_NOW };
	OK(store_certificate_hold(o->flow.store, m.serial, &by_hand));
	fail_attestation(o, &m, FAIL(SIG_INVALID));
	REFUSES(DEVICE_STALE, checkin(o, &m)); /* by hand it may not even come */
	OK(store_certificate_release(o->flow.store, m.serial, STORE_CERTIFICATE_BY_HAND));
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_HELD);
	OK(checkin(o, &m));
	attest(o, &m);
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_ISSUED);
}

/*
 * H128: FAIL, then nothing for long, then whatever else; only a clean attestation or an administrator lifts
 * it.
 */
static void a_failed_attestation_is_not_washed_away_by_silence_or_check_ins(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	fail_attestation(o, &m, FAIL(SIG_INVALID));
	REFUSES(DEVICE_NONCOMPLIANT, allowed(o, &m));
	for (unsigned i = 0; i < 3; i++) {
		o->flow.now += HOUR;
		OK(checkin(o, &m));
		sweep(o);
		fail_attestation(o, &m, FAIL(SYS_STORAGE)); /* ours, so nothing is known */
		REFUSES(DEVICE_NONCOMPLIANT, allowed(o, &m));
	}
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_HELD);
}

static void a_clean_attestation_lifts_a_failed_one(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	fail_attestation(o, &m, FAIL(SIG_INVALID));
	CHECK(state_of(o, &m) == COMPLIANCE_NONCOMPLIANT);
	attest(o, &m);
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT);
}

static void an_administrator_lifts_a_failed_one_and_that_is_noted(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	REFUSES(CONFLICT, appraising_clear(&o->flow, &o->admin, m.id, &o->arena));
	fail_attestation(o, &m, FAIL(SIG_INVALID));
	OK(appraising_clear(&o->flow, &o->admin, m.id, &o->arena));
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT && office_deeds(o, "attestation.clear") == 1);
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_ISSUED);
	REFUSES(NOT_FOUND, appraising_clear(&o->flow, &o->admin, office_octets(o, 9, 16), &o->arena));
}

/* H129: whoever judges may be gone for as long as it likes; nothing stays what it was. */
static void with_nobody_left_to_judge_no_device_stays_green(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	complying_free(o->flow.complying);
	o->flow.complying = NULL;
	CHECK(state_of(o, &m) == COMPLIANCE_UNKNOWN);
	REFUSES(DEVICE_NONCOMPLIANT, allowed(o, &m));
	OK(complying_build(&o->flow));
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT);
	o->flow.now += 10 * DEFAULT_S;
	CHECK(state_of(o, &m) == COMPLIANCE_NONCOMPLIANT);
}

/* The default policy wants this as well. */
static void ask(struct office *o, const struct compliance_words *words)
{
	struct store_compliance_list list;
	OK(complying_list(&o->flow, &o->arena, &list));
	struct complying_order order = { .by = &o->admin, .a = &o->arena, .row = &list.v[0] };
	OK(complying_update(&o->flow, words, &order));
	OK(complying_build(&o->flow));
}

static void a_silent_device_does_not_stay_green_and_its_check_in_brings_it_back(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	const struct compliance_words words = { .silent_hours = BYTES_TEXT("48"),
						.grace_period_hours = BYTES_TEXT("0") };
	ask(o, &words);
	CHECK(sweep(o) == 1);
	o->flow.now += 49 * HOUR;
	CHECK(sweep(o) == 1);
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_HELD);
	OK(checkin(o, &m));
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_ISSUED);
	OK(allowed(o, &m));
}

static void what_is_issued_to_a_device_on_hold_is_on_hold(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	const struct member m = enrolled(o);
	const struct compliance_words words = { .tpm_classes = BYTES_TEXT("virtual"),
						.grace_period_hours = BYTES_TEXT("0") };
	ask(o, &words);
	sweep(o);
	const struct answer_facts f = member_answer(o, &m, TRIP_RENEW);
	OK(office_admit(o, &f, &a));
	OK(office_release(o, &a, &reply));
	const struct member renewed = member_shown_by(o, EK, &a);
	CHECK(certificate(o, &renewed)->state == STORE_CERTIFICATE_HELD);
	OK(checkin(o, &renewed));
}

static void a_device_that_retired_is_looked_at_no_more(void **state)
{
	struct office *o = *state;
	const struct member m = enrolled(o);
	OK(inventory_retire_device(&o->flow, &o->admin, m.id, &o->arena));
	o->flow.now += 10 * DEFAULT_S;
	CHECK(sweep(o) == 0);
	OK(appraising_put(&o->flow, m.id, &o->arena));
	CHECK(certificate(o, &m)->state == STORE_CERTIFICATE_REVOKED);
}

static void attest_with(struct office *o, const struct member *m, uint64_t minor)
{
	struct admission a;
	struct answer_facts f = member_answer(o, m, TRIP_ATTEST);
	f.clock = 1000 * (uint64_t)(o->flow.now - OFFICE_NOW + 1);
	f.clock_safe = 1;
	f.firmware = OFFICE_FIRMWARE(7, minor);
	OK(office_admit(o, &f, &a));
}

/* A record of another TPM's firmware is no reason to clear, and is not forgotten with what is cleared. */
static void an_unknown_firmware_is_not_an_older_one(void **state)
{
	struct office *o = *state;
	struct store_proof *proof;
	const struct member m = enrolled(o);
	attest_with(o, &m, 62);
	struct store_device *d = device(o, &m);
	d->firmware = 0;
	OK(store_device_update(o->flow.store, d));
	REFUSES(CONFLICT, appraising_clear(&o->flow, &o->admin, m.id, &o->arena));
	fail_attestation(o, &m, FAIL(SIG_INVALID));
	OK(appraising_clear(&o->flow, &o->admin, m.id, &o->arena));
	OK(store_proof_find(o->flow.store, m.id, &o->arena, &proof));
	CHECK(proof->firmware_top == OFFICE_FIRMWARE(7, 62));
}

static void what_several_policies_find_is_named_once(void **state)
{
	struct office *o = *state;
	struct bytes codes = { 0 };
	struct compliance_finding f = { .n = COMPLIANCE_REASONS_MAX };
	for (size_t i = 0; i < f.n; i++)
		f.v[i].why = i % 2 ? FAIL(FIRMWARE_VULNERABLE) : FAIL(ATTESTATION_STALE);
	OK(appraising_codes(&f, &o->arena, &codes));
	CHECK(is_bytes_text(codes, "ATTESTATION_STALE FIRMWARE_VULNERABLE"));
	f.n = 0;
	OK(appraising_codes(&f, &o->arena, &codes));
	CHECK(!codes.p);
}

static void codes_without_room_are_a_fault(void **state)
{
	(void)state;
	struct arena none;
	struct bytes codes = { 0 };
	const struct compliance_finding f = {
		.n = 2, .v = { { .why = FAIL(TPM_CLASS) }, { .why = FAIL(DEVICE_SILENT) } },
	};
	arena_init(&none, 16);
	REFUSES(SYS_MEMORY, appraising_codes(&f, &none, &codes));
	CHECK(!codes.p);
	arena_done(&none);
}

static void firmware_that_goes_back_is_amiss_until_it_is_mended_or_accepted(void **state)
{
	struct office *o = *state;
	const struct compliance_words words = { .firmware_not_vulnerable = BYTES_TEXT("true"),
						.grace_period_hours = BYTES_TEXT("0") };
	const struct member m = enrolled(o);
	office_block(o);
	ask(o, &words);
	attest_with(o, &m, 62);
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT);
	o->flow.now += 60;
	attest_with(o, &m, 61);
	CHECK(state_of(o, &m) == COMPLIANCE_NONCOMPLIANT && office_deeds(o, "firmware.downgrade") == 1);
	o->flow.now += 60;
	attest_with(o, &m, 61); /* it stays the older one */
	CHECK(state_of(o, &m) == COMPLIANCE_NONCOMPLIANT && office_deeds(o, "firmware.downgrade") == 1);
	attest_with(o, &m, 62);
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT);
	attest_with(o, &m, 61);
	OK(appraising_clear(&o->flow, &o->admin, m.id, &o->arena));
	CHECK(state_of(o, &m) == COMPLIANCE_COMPLIANT);
	REFUSES(CONFLICT, appraising_clear(&o->flow, &o->admin, m.id, &o->arena));
}

/* A certificate that is larger than what one device may take. */
static void put_huge(struct office *o, const struct member *m)
{
	static uint8_t huge[1 << 20];
	struct admission a;
	const struct answer_facts f = member_answer(o, m, TRIP_RENEW);
	OK(office_admit(o, &f, &a));
	OK(store_certificate_issue(o->flow.store, a.issue[0].serial, BYTES_OF(huge)));
}

static void one_that_cannot_be_appraised_does_not_keep_the_others_waiting(void **state)
{
	struct office *o = *state;
	struct store_appraisal *row;
	const struct compliance_words words = { .firmware_not_vulnerable = BYTES_TEXT("true") };
	const struct member broken = enrolled(o), well = member_enrolled(o, EK + 1);
	put_huge(o, &broken);
	office_block(o);
	ask(o, &words);
	o->flow.now = OFFICE_NOW + DEFAULT_S + 1;
	const struct appraising_swept swept = swept_once(o);
	CHECK(swept.n == 2 && swept.failed == 1 && swept.why == FAIL(SYS_MEMORY));
	CHECK(is_bytes_equal(swept.device_id, broken.id));
	OK(store_appraisal_find(o->flow.store, well.id, &o->arena, &row));
	CHECK(row->state == COMPLIANCE_IN_GRACE);
	CHECK(sweep(o) == 0); /* its turn comes later */
	OK(store_appraisal_find(o->flow.store, broken.id, &o->arena, &row));
	CHECK(row->due > o->flow.now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_device_that_has_just_enrolled_is_compliant_and_looked_at_when_that_ends),
		OFFICE_TEST(one_that_nobody_asks_again_goes_stale_and_on_hold_by_itself),
		OFFICE_TEST(one_on_hold_checks_in_and_attests_and_is_released_at_once),
		OFFICE_TEST(an_administrators_hold_is_not_lifted_with_it_nor_this_by_the_administrator),
		OFFICE_TEST(a_failed_attestation_is_not_washed_away_by_silence_or_check_ins),
		OFFICE_TEST(a_clean_attestation_lifts_a_failed_one),
		OFFICE_TEST(an_administrator_lifts_a_failed_one_and_that_is_noted),
		OFFICE_TEST(with_nobody_left_to_judge_no_device_stays_green),
		OFFICE_TEST(a_silent_device_does_not_stay_green_and_its_check_in_brings_it_back),
		OFFICE_TEST(what_is_issued_to_a_device_on_hold_is_on_hold),
		OFFICE_TEST(an_unknown_firmware_is_not_an_older_one),
		OFFICE_TEST(what_several_policies_find_is_named_once),
		OFFICE_TEST(codes_without_room_are_a_fault),
		OFFICE_TEST(firmware_that_goes_back_is_amiss_until_it_is_mended_or_accepted),
		OFFICE_TEST(one_that_cannot_be_appraised_does_not_keep_the_others_waiting),
		OFFICE_TEST(a_device_that_retired_is_looked_at_no_more),
	};
	return RUN(tests);
}
