#include "flow/admission.h"

#include <string.h>

#include "attest/leniency.h"
#include "attest/pcr.h"
#include "attest/verdict.h"
#include "flow/judgement.h"
#include "office.h"
#include "store/store_certificate.h"
#include "store/store_decision.h"
#include "store/store_enrolment.h"
#include "store/store_issuer.h"
#include "store/store_refusal.h"
#include "store/store_verdict.h"

static void a_right_answer_gets_a_set_and_one_grant(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	struct grant g;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	CHECK(a.issues == 2 && a.issue[0].kind == FRAME_CERTIFICATE_AK);
	CHECK(a.issue[1].assurance == (TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE));
	OK(office_release(o, &a, &reply));
	OK(message_parse(&grant_message, reply.body, &g));
	CHECK(g.attested == 1 && g.ak_certificate.p && g.device_certificate.p);
	REFUSES(CONFLICT, office_release(o, &a, &reply));
}

static void a_serial_number_with_certificate_assures_the_certificate_alone(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_serial(o, "S1");
	struct office_trips s = office_trips(o, 5, "S1");
	OK(office_admit(o, &s.answer, &a));
	CHECK(a.issues == 2 && a.issue[1].assurance == TRIP_ASSURED_CERTIFICATE);
}

static void what_was_let_pass_is_kept_with_verdict_device_and_refusal(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_verdict *verdict;
	struct store_device *device;
	struct store_refusal *refusal;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	s.answer.leniencies = LENIENCY_BIT(NAME_ORDER) | LENIENCY_BIT(CA_EXPIRED);
	OK(office_admit(o, &s.answer, &a));
	OK(store_verdict_find_latest(o->flow.store, a.issue[0].device_id, &o->arena, &verdict));
	OK(store_device_get(o->flow.store, a.issue[0].device_id, &o->arena, &device));
	CHECK(verdict->leniencies == s.answer.leniencies && device->leniencies == s.answer.leniencies);
	struct begin_facts b = office_begin(o, 6, NULL);
	b.leniencies = LENIENCY_BIT(PADDING);
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	OK(store_refusal_get(o->flow.store, office_octets(o, 6, 32), &o->arena, &refusal));
	CHECK(refusal->leniencies == LENIENCY_BIT(PADDING));
}

static void a_certificate_that_the_second_trip_lacks_is_noted(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_issuer *row;
	const struct missing m = { .id = office_octets(o, 9, 32),
				   .name = office_octets(o, 8, 20),
				   .subject = BYTES_TEXT("CN=Issuer") };
	uint8_t outcomes[CHECK_COUNT];
	office_register_serial(o, "S1");
	struct office_trips s = office_trips(o, 5, "S1");
	CHECK(bytes_copy(s.answer.outcomes, outcomes, sizeof(outcomes)));
	outcomes[CHECK_EK_CERT_CHAIN] = FAILED;
	s.answer.outcomes = BYTES_OF(outcomes);
	OK(flow_encode(&missing_message, &m, &o->arena, &s.answer.missing));
	REFUSES(EK_CHAIN_UNTRUSTED, office_admit(o, &s.answer, &a));
	OK(store_issuer_get(o->flow.store, m.id, &o->arena, &row));
	CHECK(row->devices == 1 && is_bytes_equal(row->sample, s.answer.ek_hash));
}

static void both_decisions_are_recorded(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_decision_list list;
	const struct store_page page = { .limit = 10 };
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	OK(store_decision_list_by_device(o->flow.store, a.issue[0].device_id, page, &o->arena, &list));
	CHECK(list.n == 2 &&
	      list.v[0].kind + list.v[1].kind == STORE_DECISION_JOIN + STORE_DECISION_ENROLMENT);
}

static void the_same_answer_again_gets_the_same_octets(void **state)
{
	struct office *o = *state;
	struct admission a, again;
	struct flow_answer reply;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	OK(office_admit(o, &s.answer, &again));
	CHECK(again.is_open && again.issues == 0);
	OK(office_release(o, &a, &reply));
	o->flow.now += 86400;
	OK(office_admit(o, &s.answer, &again));
	OK(again.answer.why);
	CHECK(is_bytes_equal(again.answer.body, reply.body));
}

static void another_answer_on_a_spent_ticket_is_too_late(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	s.answer.request_digest = office_octets(o, 99, 32);
	OK(office_admit(o, &s.answer, &a));
	CHECK(a.answer.why == FAIL(ACT_CONSUMED) && a.issues == 0);
}

static void change_secret(struct office *o, struct answer_facts *f)
{
	f->secret = office_octets(o, 0x77, TRIP_SECRET_SIZE);
}

/*
 * A row of verify's that is claimed passed by omission, or a row of core's that verify claims, is worth
 * nothing.
 */
static void outcomes_of_core_in_verifys_facts_end_the_request(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	uint8_t *p = arena_alloc(&o->arena, CHECK_COUNT);
	memcpy(p, s.answer.outcomes.p, CHECK_COUNT);
	p[CHECK_ACTIVATION] = PASSED;
	s.answer.outcomes = bytes_of(p, CHECK_COUNT);
	OK(store_begin(o->flow.store));
	REFUSES(SYS_FRAME, admission_build(&o->flow, &s.answer, &o->arena, &a));
	store_rollback(o->flow.store);
}

/* Else nobody could judge again what a verify that was taken over said. */
static void a_verdict_without_evidence_of_its_own_is_not_taken(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	office_register_key(o, 6);
	struct office_trips first = office_trips(o, 5, NULL), second = office_trips(o, 6, NULL);
	OK(office_admit(o, &first.answer, &a));
	const struct bytes wrong[] = { { 0 }, first.answer.evidence };
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		second.answer.evidence = wrong[i];
		OK(store_begin(o->flow.store));
		REFUSES(SYS_FRAME, admission_build(&o->flow, &second.answer, &o->arena, &a));
		store_rollback(o->flow.store);
	}
}

static void each_failed_row_of_verify_refuses_with_its_own_fault(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_serial(o, "S1");
	struct begin_facts b = office_begin(o, 5, "S1");
	size_t n = 0;
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		enum check_subject subject = verdict_checks[i].subject;
		bool is_other = subject == SUBJECT_CSR || subject == SUBJECT_USER;
		if (verdict_checks[i].by != BY_VERIFY || is_other)
			continue;
		struct challenge_result c = office_challenge(o, &b);
		struct answer_facts f = office_answer(o, &b, &c);
		uint8_t *p = arena_alloc(&o->arena, CHECK_COUNT);
		memcpy(p, f.outcomes.p, CHECK_COUNT);
		p[i] = FAILED;
		f.outcomes = bytes_of(p, CHECK_COUNT);
		attempts_free(o->flow.attempts);
		o->flow.attempts = attempts_new();
		fault why = office_admit(o, &f, &a);
		if (why != verdict_checks[i].why)
			fail_msg("%s: gave %s", verdict_checks[i].name, why ? why->name : "no fault");
		n++;
	}
	CHECK(n > 40);
}

/*
 * --- one TPM, one device
 * -----------------------------------------------------------------------------------
 */

static void the_same_tpm_enrolling_again_is_the_same_device(void **state)
{
	struct office *o = *state;
	struct admission a, b;
	struct flow_answer reply;
	struct store_certificate *c;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &reply));
	s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &b));
	OK(office_release(o, &b, &reply));
	CHECK(is_bytes_equal(a.issue[0].device_id, b.issue[0].device_id));
	OK(store_certificate_get(o->flow.store, a.issue[0].serial, &o->arena, &c));
	CHECK(c->state == STORE_CERTIFICATE_REVOKED);
	OK(store_certificate_get(o->flow.store, b.issue[0].serial, &o->arena, &c));
	CHECK(c->state == STORE_CERTIFICATE_ISSUED);
}

static void two_sets_are_never_under_way_for_one_device(void **state)
{
	struct office *o = *state;
	struct admission a, b;
	struct flow_answer reply;
	office_register_key(o, 5);
	struct office_trips first = office_trips(o, 5, NULL), second = office_trips(o, 5, NULL);
	OK(office_admit(o, &first.answer, &a));
	REFUSES(SYS_BUSY, office_admit(o, &second.answer, &b));
	OK(office_release(o, &a, &reply));
	OK(office_admit(o, &second.answer, &b));
	OK(office_release(o, &b, &reply));
}

static void a_serial_number_stays_with_the_tpm_that_had_it_first(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	office_register_serial(o, "S1");
	struct office_trips s = office_trips(o, 5, "S1");
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &reply));
	struct begin_facts thief = office_begin(o, 8, "S1");
	REFUSES(ID_EK_MISMATCH, office_begin_refused(o, &thief));
}

/* Both hold a challenge; neither has its certificates when the other answers. */
static void of_two_tpms_racing_for_a_serial_number_one_gets_it(void **state)
{
	struct office *o = *state;
	struct admission a, b;
	office_register_serial(o, "S1");
	struct office_trips first = office_trips(o, 5, "S1"), second = office_trips(o, 8, "S1");
	OK(office_admit(o, &first.answer, &a));
	REFUSES(ID_EK_MISMATCH, office_admit(o, &second.answer, &b));
	OK(issuance_void(&o->flow, a.ticket_id, FAIL(SIGNER_REFUSED), &o->arena));
	second = office_trips(o, 8, "S1");
	OK(office_admit(o, &second.answer, &b));
}

static fault enrol_unproved(struct office *o, const char *serial)
{
	struct admission a;
	struct store_profile *p;
	const char *text;
	struct token t;
	const struct token_new in = { .profile = BYTES_TEXT("byod") };
	const struct profile_new profile = { .display_name = in.profile, .attestation = BYTES_TEXT("off") };
	fault why = profiles_put(&o->flow, &o->admin, &profile, &o->arena, &p);
	CHECK(!why || why == FAIL(CONFLICT));
	OK(inventory_put_token(&o->flow, &o->admin, &in, &o->arena, &text));
	OK(token_parse(bytes_text(text), TOKEN_ENROLMENT, &t));
	const struct office_token token = { arena_copy(&o->arena, BYTES_OF(t.id)),
					    arena_copy(&o->arena, BYTES_OF(t.secret)) };
	struct office_trips trips = office_token_trips(o, &token);
	trips.answer.serial = bytes_text(serial);
	trips.answer.key_a = office_octets(o, t.id[15], 32);
	OK(flow_hash(trips.answer.id, &o->arena, &trips.answer.request_digest));
	return office_admit(o, &trips.answer, &a);
}

static void a_device_without_proof_that_enrols_again_takes_no_other_place(void **state)
{
	struct office *o = *state;
	o->limits.devices = 2;
	OK(enrol_unproved(o, "S1"));
	OK(enrol_unproved(o, "S2"));
	REFUSES(DEVICE_LIMIT, enrol_unproved(o, "S3"));
	OK(enrol_unproved(o, "S1"));
	OK(enrol_unproved(o, "S1"));
	REFUSES(DEVICE_LIMIT, enrol_unproved(o, "S3"));
	o->limits.devices = 3;
	OK(enrol_unproved(o, "S3"));
}

static void a_serial_number_registered_with_its_ek_needs_that_ek(void **state)
{
	struct office *o = *state;
	struct store_registration *row;
	const struct registration_new in = { .serial_number = BYTES_TEXT("S1"),
					     .ek_hash = office_octets(o, 5, 32) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &row));
	struct begin_facts other = office_begin(o, 8, "S1");
	REFUSES(ID_EK_MISMATCH, office_begin_refused(o, &other));
}

static void a_failed_proof_burns_its_challenge(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	struct bytes right = s.answer.secret;
	change_secret(o, &s.answer);
	REFUSES(ACT_SECRET, office_admit(o, &s.answer, &a));
	s.answer.secret = right;
	OK(office_admit(o, &s.answer, &a));
	CHECK(a.answer.why == FAIL(ACT_CONSUMED) && a.issues == 0);
}

static void too_many_failures_lock_the_ek_for_a_while(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct challenge_result r;
	office_register_key(o, 5);
	for (int i = 0; i < ATTEMPTS_PER_EK; i++) {
		struct office_trips s = office_trips(o, 5, NULL);
		change_secret(o, &s.answer);
		REFUSES(ACT_SECRET, office_admit(o, &s.answer, &a));
	}
	struct begin_facts b = office_begin(o, 5, NULL);
	OK(challenge_build(&o->flow, &b, &o->arena, &r));
	CHECK(r.answer.why == FAIL(ACT_LOCKED) && r.answer.retry_after_s > 0);
	o->flow.now += ATTEMPTS_WINDOW_S;
	b.now = (uint64_t)o->flow.now;
	office_challenge(o, &b);
}

/* An EK costs nothing to make up, so a fresh one for each try does not help. */
static void an_address_is_locked_however_many_eks_it_claims(void **state)
{
	struct office *o = *state;
	struct challenge_result r;
	for (uint32_t i = 1; i <= ATTEMPTS_PER_PEER; i++) {
		uint8_t *ek = arena_alloc(&o->arena, TRIP_HASH_SIZE);
		struct begin_facts b = office_begin(o, 5, NULL);
		memcpy(ek, &i, sizeof(i));
		b.ek_hash = bytes_of(ek, TRIP_HASH_SIZE);
		REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	}
	struct begin_facts b = office_begin(o, 5, NULL);
	OK(challenge_build(&o->flow, &b, &o->arena, &r));
	CHECK(r.answer.why == FAIL(ACT_LOCKED) && r.answer.retry_after_s > 0);
	b.peer = BYTES_TEXT("127.0.0.2");
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_right_answer_gets_a_set_and_one_grant),
		OFFICE_TEST(a_serial_number_with_certificate_assures_the_certificate_alone),
		OFFICE_TEST(what_was_let_pass_is_kept_with_verdict_device_and_refusal),
		OFFICE_TEST(a_certificate_that_the_second_trip_lacks_is_noted),
		OFFICE_TEST(both_decisions_are_recorded),
		OFFICE_TEST(the_same_answer_again_gets_the_same_octets),
		OFFICE_TEST(another_answer_on_a_spent_ticket_is_too_late),
		OFFICE_TEST(outcomes_of_core_in_verifys_facts_end_the_request),
		OFFICE_TEST(a_verdict_without_evidence_of_its_own_is_not_taken),
		OFFICE_TEST(each_failed_row_of_verify_refuses_with_its_own_fault),
		OFFICE_TEST(the_same_tpm_enrolling_again_is_the_same_device),
		OFFICE_TEST(two_sets_are_never_under_way_for_one_device),
		OFFICE_TEST(a_serial_number_stays_with_the_tpm_that_had_it_first),
		OFFICE_TEST(of_two_tpms_racing_for_a_serial_number_one_gets_it),
		OFFICE_TEST(a_device_without_proof_that_enrols_again_takes_no_other_place),
		OFFICE_TEST(a_serial_number_registered_with_its_ek_needs_that_ek),
		OFFICE_TEST(a_failed_proof_burns_its_challenge),
		OFFICE_TEST(too_many_failures_lock_the_ek_for_a_while),
		OFFICE_TEST(an_address_is_locked_however_many_eks_it_claims),
	};
	return RUN(tests);
}
