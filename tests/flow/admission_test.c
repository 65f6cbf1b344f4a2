#include "flow/admission.h"

#include <string.h>

#include "attest/anchors.h"
#include "attest/leniency.h"
#include "attest/pcr.h"
#include "attest/verdict.h"
#include "flow/judgement.h"
#include "office.h"
#include "store/store_birth.h"
#include "store/store_certificate.h"
#include "store/store_decision.h"
#include "store/store_enrolment.h"
#include "store/store_refusal.h"
#include "store/store_verdict.h"

/* A device registered by EK hash and its right answer. */
struct scene {
	struct begin_facts begin;
	struct challenge_result challenge;
	struct answer_facts answer;
};

static struct scene scene_of(struct office *o, uint8_t ek, const char *serial)
{
	struct scene s = { .begin = office_begin(o, ek, serial) };
	s.challenge = office_challenge(o, &s.begin);
	s.answer = office_answer(o, &s.begin, &s.challenge);
	return s;
}

static void a_right_answer_gets_a_set_and_one_grant(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	struct grant g;
	office_register_key(o, 5);
	struct scene s = scene_of(o, 5, NULL);
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
	struct scene s = scene_of(o, 5, "S1");
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
	struct scene s = scene_of(o, 5, NULL);
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

static void both_decisions_are_recorded(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_decision_list list;
	const struct store_page page = { .limit = 10 };
	office_register_key(o, 5);
	struct scene s = scene_of(o, 5, NULL);
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
	struct scene s = scene_of(o, 5, NULL);
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
	struct scene s = scene_of(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	s.answer.request_digest = office_octets(o, 99, 32);
	OK(office_admit(o, &s.answer, &a));
	CHECK(a.answer.why == FAIL(ACT_CONSUMED) && a.issues == 0);
}

/*
 * --- each row that core judges, failed alone
 * --------------------------------------------------------------
 */

static void alter_ticket(struct office *o, struct answer_facts *f)
{
	struct bytes t = arena_copy(&o->arena, f->ticket);
	((uint8_t *)(uintptr_t)t.p)[t.n / 2] ^= 1;
	f->ticket = t;
}

static void let_time_pass(struct office *o, struct answer_facts *f)
{
	(void)f;
	o->flow.now += (int64_t)o->limits.ticket_s + 1;
}

static void change_id(struct office *o, struct answer_facts *f)
{
	f->id = office_octets(o, 0x77, TRIP_ID_SIZE);
}

static void change_nonce(struct office *o, struct answer_facts *f)
{
	f->nonce = office_octets(o, 0x77, TRIP_NONCE_SIZE);
}

static void change_purpose(struct office *o, struct answer_facts *f)
{
	(void)o;
	f->purpose = TRIP_RENEW;
}

static void change_server(struct office *o, struct answer_facts *f)
{
	f->server_key_hash = office_octets(o, 0x77, 32);
}

static void lose_registration(struct office *o, struct answer_facts *f)
{
	struct store_registration_list list;
	const struct store_page page = { .limit = 10 };
	OK(inventory_list_registrations(&o->flow, page, &o->arena, &list));
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].ek_hash.p)
			OK(inventory_delete_registration(&o->flow, &o->admin, list.v[i].id));
	f->serial = BYTES_TEXT("S1");
}

static void change_ek(struct office *o, struct answer_facts *f)
{
	f->ek_hash = office_octets(o, 6, 32);
}

static void change_ak(struct office *o, struct answer_facts *f)
{
	f->ak_name = office_octets(o, 0x77, 34);
}

static void change_secret(struct office *o, struct answer_facts *f)
{
	f->secret = office_octets(o, 0x77, TRIP_SECRET_SIZE);
}

static void leave_secret_out(struct office *o, struct answer_facts *f)
{
	(void)o;
	f->secret = (struct bytes){ 0 };
}

static void change_selection(struct office *o, struct answer_facts *f)
{
	uint8_t *p = arena_alloc(&o->arena, 64);
	struct wr w = wr_of(p, 64);
	struct pcr_selection s = pcr_of(ALG_SHA256, 1);
	pcr_write(&s, &w);
	f->pcr_selection = wr_done(&w);
}

static void empty_selection(struct office *o, struct answer_facts *f)
{
	(void)o;
	f->pcr_selection = (struct bytes){ 0 };
}

/* Another device, enrolled before, holds the AK (name 0x55…) or the device key (x 0x55…). */
static void share_ak(struct office *o, struct answer_facts *f)
{
	struct admission a;
	office_register_key(o, 0x55);
	struct scene s = scene_of(o, 0x55, NULL);
	s.begin.ak_name = f->ak_name;
	s.challenge = office_challenge(o, &s.begin);
	s.answer = office_answer(o, &s.begin, &s.challenge);
	OK(office_admit(o, &s.answer, &a));
}

static void share_key(struct office *o, struct answer_facts *f)
{
	struct admission a;
	office_register_key(o, 0x55);
	struct scene s = scene_of(o, 0x55, NULL);
	OK(office_admit(o, &s.answer, &a));
	f->key_a = s.answer.key_a;
	f->key_b = s.answer.key_b;
}

static void be_virtual(struct office *o, struct answer_facts *f)
{
	(void)o;
	f->class = ANCHORS_VIRTUAL;
}

/* The device is registered anew, with a profile that denies what only a registration vouches for. */
static void deny_unknown(struct office *o, struct answer_facts *f)
{
	lose_registration(o, f);
	office_register_class(o, 5, NULL, "deny");
	f->class = ANCHORS_UNKNOWN;
}

static void be_vulnerable(struct office *o, struct answer_facts *f)
{
	office_block(o);
	f->maker = BYTES_TEXT("IFX");
	f->firmware = OFFICE_FIRMWARE(7, 61);
}

/* The same keys were proved before, under firmware of the range. */
static void be_updated_with_old_keys(struct office *o, struct answer_facts *f)
{
	struct store_birth row = { f->ak_name, OFFICE_FIRMWARE(7, 61), OFFICE_NOW };
	office_block(o);
	OK(store_birth_put(o->flow.store, &row));
	f->maker = BYTES_TEXT("IFX");
	f->firmware = OFFICE_FIRMWARE(7, 62);
}

static const struct {
	enum check_id check;
	void (*change)(struct office *o, struct answer_facts *f);
} rows[] = {
	{ CHECK_TICKET_SEAL, alter_ticket },     { CHECK_TICKET_TIME, let_time_pass },
	{ CHECK_TICKET_ID, change_id },          { CHECK_TICKET_NONCE, change_nonce },
	{ CHECK_TICKET_PURPOSE, change_purpose }, { CHECK_TICKET_SERVER, change_server },
	{ CHECK_EK_REGISTERED, lose_registration }, { CHECK_TICKET_EK, change_ek },
	{ CHECK_TICKET_AK, change_ak },          { CHECK_ACTIVATION, change_secret },
	{ CHECK_ACTIVATION, leave_secret_out },  { CHECK_AK_UNSHARED, share_ak },
	{ CHECK_KEY_UNSHARED, share_key },       { CHECK_QUOTE_ASKED, change_selection },
	{ CHECK_QUOTE_ASKED, empty_selection },  { CHECK_EK_NOT_VIRTUAL, be_virtual },
	{ CHECK_EK_CLASS, deny_unknown },        { CHECK_FIRMWARE_CURRENT, be_vulnerable },
	{ CHECK_FIRMWARE_KEYS, be_updated_with_old_keys },
};

static void each_row_of_core_refuses_alone_and_leaves_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		void *fresh = NULL;
		struct admission a;
		uint64_t before, after;
		assert_int_equal(office_setup(&fresh), 0);
		struct office *o = fresh;
		office_register_key(o, 5);
		office_register_key(o, 6);
		office_register_serial(o, "S1");
		struct scene s = scene_of(o, 5, NULL);
		rows[i].change(o, &s.answer);
		OK(store_device_count(o->flow.store, &before));
		fault why = office_admit(o, &s.answer, &a);
		if (why != verdict_checks[rows[i].check].why)
			fail_msg("%s: gave %s", verdict_checks[rows[i].check].name,
				 why ? why->name : "no fault");
		OK(store_device_count(o->flow.store, &after));
		CHECK(before == after);
		struct store_enrolment *e = NULL;
		OK(store_enrolment_find(o->flow.store, s.answer.id, &o->arena, &e));
		CHECK(!e);
		office_done(&fresh);
	}
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
	struct scene s = scene_of(o, 5, NULL);
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
	struct scene first = scene_of(o, 5, NULL), second = scene_of(o, 6, NULL);
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
		if (verdict_checks[i].by != BY_VERIFY || verdict_checks[i].subject == SUBJECT_CSR)
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
	struct scene s = scene_of(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &reply));
	s = scene_of(o, 5, NULL);
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
	struct scene first = scene_of(o, 5, NULL), second = scene_of(o, 5, NULL);
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
	struct scene s = scene_of(o, 5, "S1");
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
	struct scene first = scene_of(o, 5, "S1"), second = scene_of(o, 8, "S1");
	OK(office_admit(o, &first.answer, &a));
	REFUSES(ID_EK_MISMATCH, office_admit(o, &second.answer, &b));
	OK(issuance_void(&o->flow, a.ticket_id, FAIL(SIGNER_REFUSED), &o->arena));
	second = scene_of(o, 8, "S1");
	OK(office_admit(o, &second.answer, &b));
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
	struct scene s = scene_of(o, 5, NULL);
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
		struct scene s = scene_of(o, 5, NULL);
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
		OFFICE_TEST(both_decisions_are_recorded),
		OFFICE_TEST(the_same_answer_again_gets_the_same_octets),
		OFFICE_TEST(another_answer_on_a_spent_ticket_is_too_late),
		TEST(each_row_of_core_refuses_alone_and_leaves_nothing),
		OFFICE_TEST(outcomes_of_core_in_verifys_facts_end_the_request),
		OFFICE_TEST(a_verdict_without_evidence_of_its_own_is_not_taken),
		OFFICE_TEST(each_failed_row_of_verify_refuses_with_its_own_fault),
		OFFICE_TEST(the_same_tpm_enrolling_again_is_the_same_device),
		OFFICE_TEST(two_sets_are_never_under_way_for_one_device),
		OFFICE_TEST(a_serial_number_stays_with_the_tpm_that_had_it_first),
		OFFICE_TEST(of_two_tpms_racing_for_a_serial_number_one_gets_it),
		OFFICE_TEST(a_serial_number_registered_with_its_ek_needs_that_ek),
		OFFICE_TEST(a_failed_proof_burns_its_challenge),
		OFFICE_TEST(too_many_failures_lock_the_ek_for_a_while),
		OFFICE_TEST(an_address_is_locked_however_many_eks_it_claims),
	};
	return RUN(tests);
}
