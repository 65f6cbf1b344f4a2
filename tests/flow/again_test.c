/* A device that is enrolled comes again: by the certificate it shows, and by its TPM. */
#include "flow/checkin.h"

#include "flow/commands.h"
#include "flow/conflict.h"
#include "member.h"
#include "store/store_certificate.h"
#include "store/store_conflict.h"
#include "store/store_proof.h"
#include "store/store_verdict.h"

#define EK 5
#define OTHER 8

static struct store_proof *proof(struct office *o, const struct member *m)
{
	struct store_proof *p;
	OK(store_proof_find(o->flow.store, m->id, &o->arena, &p));
	CHECK(p != NULL);
	return p;
}

static uint64_t in_force(struct office *o, const struct member *m)
{
	uint64_t n;
	OK(store_certificate_count_in_force(o->flow.store, m->id, o->flow.now, &n));
	return n;
}

static fault admit(struct office *o, const struct answer_facts *facts)
{
	struct admission a;
	return office_admit(o, facts, &a);
}

static void it_attests_again_and_is_given_nothing(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct noted n;
	const struct member m = member_enrolled(o, EK);
	o->flow.now += 60;
	const struct answer_facts f = member_answer(o, &m, TRIP_ATTEST);
	OK(office_admit(o, &f, &a));
	CHECK(a.issues == 0 && a.answer.status == 200);
	OK(message_parse(&noted_message, a.answer.body, &n));
	CHECK(proof(o, &m)->attested == OFFICE_NOW + 60 && proof(o, &m)->purpose == TRIP_ATTEST);
	CHECK(in_force(o, &m) == 1);
}

static void it_renews_and_what_it_had_ends_with_the_release(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	const struct member m = member_enrolled(o, EK);
	const struct answer_facts f = member_answer(o, &m, TRIP_RENEW);
	OK(office_admit(o, &f, &a));
	CHECK(a.issues == 2 && in_force(o, &m) == 1);
	OK(office_release(o, &a, &reply));
	CHECK(in_force(o, &m) == 1);
	const struct member next = member_shown_by(o, EK, &a);
	CHECK(is_bytes_equal(next.id, m.id));
	const struct answer_facts again = member_answer(o, &next, TRIP_ATTEST);
	OK(admit(o, &again));
	const struct begin_facts former = member_begin(o, &m, TRIP_ATTEST);
	REFUSES(DEVICE_STALE, office_begin_refused(o, &former));
}

static void the_same_answer_gets_the_same_reply_though_its_certificate_is_over(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	const struct member m = member_enrolled(o, EK);
	const struct answer_facts f = member_answer(o, &m, TRIP_RENEW);
	OK(office_admit(o, &f, &a));
	OK(office_release(o, &a, &reply));
	OK(office_admit(o, &f, &a));
	CHECK(a.issues == 0 && is_bytes_equal(a.answer.body, reply.body));
}

/* The device with a TPM that shows these numbers. */
static struct answer_facts counted(struct office *o, const struct member *m, uint64_t resets,
				   uint64_t restarts)
{
	struct answer_facts f = member_answer(o, m, TRIP_ATTEST);
	f.clock = 1000 * (uint64_t)(o->flow.now - OFFICE_NOW + 5000);
	f.reset_count = resets;
	f.restart_count = restarts;
	f.firmware = OFFICE_FIRMWARE(7, 61 + resets);
	f.clock_safe = 1;
	return f;
}

static void what_its_tpm_went_through_stands_beside_the_verdict(void **state)
{
	struct office *o = *state;
	struct store_verdict *v;
	o->limits.certificate_s = 30 * 86400;
	const struct member m = member_enrolled(o, EK);
	struct answer_facts f = counted(o, &m, 3, 2);
	OK(admit(o, &f));
	CHECK(proof(o, &m)->meanings == 0 && !proof(o, &m)->story.p);
	o->flow.now += 2 * 86400;
	f = counted(o, &m, 4, 12);
	OK(admit(o, &f));
	const struct store_proof *p = proof(o, &m);
	CHECK(is_bytes_text(p->story, "in 2 days: started once, then slept 12 times; firmware 7.64 → 7.65"));
	CHECK(p->starts == 1 && p->sleeps == 12 && p->before == OFFICE_NOW);
	CHECK(p->firmware_top == OFFICE_FIRMWARE(7, 65));
	OK(store_verdict_find_latest(o->flow.store, m.id, &o->arena, &v));
	CHECK(is_bytes_equal(v->detail, p->story));
	CHECK(office_deeds(o, "firmware.update") == 1 && office_deeds(o, "tpm.clear") == 0);
}

static void a_tpm_in_an_earlier_state_fails_its_device_until_a_person_knows_why(void **state)
{
	struct office *o = *state;
	struct store_conflict_list claims;
	const struct member m = member_enrolled(o, EK);
	struct answer_facts f = counted(o, &m, 3, 2);
	OK(admit(o, &f));
	o->flow.now += 60;
	f = counted(o, &m, 2, 2);
	f.firmware = OFFICE_FIRMWARE(7, 64);
	REFUSES(TPM_ROLLED_BACK, admit(o, &f));
	CHECK(is_bytes_text(proof(o, &m)->fault, "TPM_ROLLED_BACK"));
	OK(store_conflict_list(o->flow.store, (struct store_page){ .limit = 2 }, &o->arena, &claims));
	CHECK(claims.n == 1 && is_bytes_equal(claims.v[0].device_id, m.id));
	OK(conflict_approve(&o->flow, &o->admin, claims.v[0].id, &o->arena));
	f = counted(o, &m, 2, 2);
	OK(admit(o, &f));
	CHECK(!proof(o, &m)->fault.p && proof(o, &m)->meanings == 0);
}

static void a_clock_that_goes_back_fails_its_device_unless_power_failed(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct answer_facts f = counted(o, &m, 3, 2);
	OK(admit(o, &f));
	f = counted(o, &m, 4, 0);
	f.clock--;
	f.clock_safe = 0;
	OK(admit(o, &f));
	CHECK(proof(o, &m)->meanings & INTERVAL_BIT(POWER_LOST));
	f = counted(o, &m, 5, 0);
	f.clock -= 2;
	REFUSES(CLOCK_REGRESSION, admit(o, &f));
	CHECK(is_bytes_text(proof(o, &m)->fault, "CLOCK_REGRESSION"));
}

/* TPM2_Clear takes the device key: it comes as a stranger does, and is known by its EK. */
static void a_tpm_that_was_cleared_is_named_so_and_admitted(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct answer_facts f = counted(o, &m, 3, 2);
	OK(admit(o, &f));
	f = counted(o, &m, 0, 0);
	const struct begin_facts b = office_begin(o, EK, NULL);
	const struct challenge_result c = office_challenge(o, &b);
	struct answer_facts anew = office_answer(o, &b, &c);
	anew.request_digest = f.request_digest;
	anew.key_a = office_octets(o, 0x77, 32);
	anew.clock = 1000;
	OK(admit(o, &anew));
	CHECK(proof(o, &m)->meanings == INTERVAL_BIT(CLEARED) && office_deeds(o, "tpm.clear") == 1);
}

static void a_failure_stands_until_a_good_proof(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct answer_facts f = member_answer(o, &m, TRIP_ATTEST);
	uint8_t outcomes[CHECK_COUNT];
	CHECK(bytes_copy(f.outcomes, outcomes, sizeof(outcomes)));
	outcomes[CHECK_QUOTE_SIGNATURE] = FAILED;
	f.outcomes = BYTES_OF(outcomes);
	fault why = admit(o, &f);
	CHECK(why && why == verdict_checks[CHECK_QUOTE_SIGNATURE].why);
	CHECK(is_bytes_text(proof(o, &m)->fault, why->name) && proof(o, &m)->attested == OFFICE_NOW);
	o->flow.now += 3600;
	CHECK(proof(o, &m)->fault.p != NULL);
	f = member_answer(o, &m, TRIP_ATTEST);
	OK(admit(o, &f));
	CHECK(proof(o, &m)->fault.p == NULL);
}

static void that_its_answer_came_late_is_not_held_against_it(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	const struct answer_facts f = member_answer(o, &m, TRIP_ATTEST);
	o->flow.now += (int64_t)o->limits.ticket_s + 60;
	REFUSES(ACT_EXPIRED, admit(o, &f));
	CHECK(proof(o, &m)->fault.p == NULL);
}

static void nobody_else_can_mark_it(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct begin_facts b = member_begin(o, &m, TRIP_ATTEST);
	b.shown_hash = office_octets(o, 9, 32);
	REFUSES(DEVICE_UNKNOWN, office_begin_refused(o, &b));
	b.shown_serial = b.shown_hash = (struct bytes){ 0 };
	REFUSES(DEVICE_CERT_MISSING, office_begin_refused(o, &b));
	CHECK(proof(o, &m)->fault.p == NULL);
}

static void a_ticket_is_for_the_device_that_asked(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK), other = member_enrolled(o, OTHER);
	struct answer_facts f = member_answer(o, &m, TRIP_ATTEST);
	f.shown_serial = other.serial;
	f.shown_hash = other.hash;
	REFUSES(TOK_FLOW, admit(o, &f));
	f = member_answer(o, &m, TRIP_ATTEST);
	f.purpose = TRIP_RENEW;
	fault why = admit(o, &f);
	CHECK(why && why == verdict_checks[CHECK_TICKET_PURPOSE].why);
}

static void other_keys_are_renewed_and_not_attested(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct answer_facts f = member_answer(o, &m, TRIP_ATTEST);
	f.key_b = office_octets(o, 7, 32);
	REFUSES(KEYS_CHANGED, admit(o, &f));
	CHECK(!proof(o, &m)->fault.p); /* what it proved is good, and it is told to get certificates for it */
	OK(commands_check_open(&o->flow, m.id, TRIP_ORDER_RENEW, &o->arena));
	f = member_answer(o, &m, TRIP_RENEW);
	f.key_b = office_octets(o, 7, 32);
	const struct member next = member_settle(o, &f);
	f = member_answer(o, &next, TRIP_ATTEST);
	f.key_b = office_octets(o, 7, 32);
	OK(admit(o, &f));
}

/* The certificate of one machine with the TPM of another. */
static void another_devices_tpm_is_refused_as_that_devices(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK), other = member_enrolled(o, OTHER);
	struct begin_facts b = member_begin(o, &other, TRIP_ATTEST);
	b.shown_serial = m.serial;
	b.shown_hash = m.hash;
	REFUSES(EK_DUPLICATE, office_begin_refused(o, &b));
}

static void a_mainboard_that_was_exchanged_waits_for_an_administrator(void **state)
{
	struct office *o = *state;
	struct store_conflict_list list;
	struct member m = member_enrolled(o, EK);
	m.ek = OTHER;
	const struct begin_facts b = member_begin(o, &m, TRIP_RENEW);
	REFUSES(DEVICE_OTHER_TPM, office_begin_refused(o, &b));
	OK(inventory_list_conflicts(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	CHECK(list.n == 1 && is_bytes_equal(list.v[0].device_id, m.id));
	OK(conflict_approve(&o->flow, &o->admin, list.v[0].id, &o->arena));
	const struct answer_facts f = member_answer(o, &m, TRIP_RENEW);
	CHECK(is_bytes_equal(member_settle(o, &f).id, m.id));
}

static void tell(struct office *o, const struct member *m, enum trip_order kind)
{
	bool made = false;
	const struct commands_ask ask = { commands_kind_find((uint64_t)kind), m->id, { 0 } };
	OK(commands_put(&o->flow, &o->admin, &ask, &o->arena, &made));
	CHECK(made);
}

static void a_device_without_tpm_renews_and_is_no_more_than_it_was(void **state)
{
	struct office *o = *state;
	struct store_device *d;
	const struct office_token t = office_token(o);
	const struct office_trips trips = office_token_trips(o, &t);
	const struct member m = member_settle(o, &trips.answer);
	const struct answer_facts f = member_answer(o, &m, TRIP_RENEW);
	const struct member next = member_settle(o, &f);
	CHECK(is_bytes_equal(next.id, m.id) && !is_bytes_equal(next.serial, m.serial));
	OK(store_device_get(o->flow.store, m.id, &o->arena, &d));
	CHECK(d->attested == 0 && in_force(o, &m) == 1 && proof(o, &m)->attested == 0);
}

static void one_that_was_attested_does_not_renew_without_its_tpm(void **state)
{
	struct office *o = *state;
	struct member m = member_enrolled(o, EK);
	m.ek = 0;
	const struct begin_facts b = member_begin(o, &m, TRIP_RENEW);
	REFUSES(TPM_REQUIRED, office_begin_refused(o, &b));
}

/* A device that enrolled with a key in a file, and now has the TPM `ek`. */
static struct member with_file(struct office *o, uint8_t ek)
{
	const struct office_token t = office_token(o);
	const struct office_trips trips = office_token_trips(o, &t);
	struct member m = member_settle(o, &trips.answer);
	m.ek = ek;
	return m;
}

static void a_device_without_tpm_brings_its_first(void **state)
{
	struct office *o = *state;
	struct store_device *d;
	const struct member m = with_file(o, EK);
	CHECK(proof(o, &m)->attested == 0);
	const struct begin_facts unasked = member_begin(o, &m, TRIP_RECOVER);
	const struct begin_facts renewal = member_begin(o, &m, TRIP_RENEW);
	REFUSES(COMMAND_OVER, office_begin_refused(o, &unasked));
	REFUSES(DEVICE_OTHER_TPM, office_begin_refused(o, &renewal));
	tell(o, &m, TRIP_ORDER_RECOVER);
	const struct answer_facts f = member_answer(o, &m, TRIP_RECOVER);
	const struct member next = member_settle(o, &f);
	CHECK(is_bytes_equal(next.id, m.id) && proof(o, &m)->attested == OFFICE_NOW);
	OK(store_device_get(o->flow.store, m.id, &o->arena, &d));
	CHECK(d->attested == 1 && is_bytes_equal(d->ek_hash, f.ek_hash));
}

static void a_key_is_recovered_into_no_other_devices_tpm(void **state)
{
	struct office *o = *state;
	member_enrolled(o, OTHER);
	struct member m = with_file(o, OTHER);
	tell(o, &m, TRIP_ORDER_RECOVER);
	struct begin_facts b = member_begin(o, &m, TRIP_RECOVER);
	REFUSES(EK_DUPLICATE, office_begin_refused(o, &b));
	m.ek = EK;
	tell(o, &m, TRIP_ORDER_RECOVER);
	const struct answer_facts f = member_answer(o, &m, TRIP_RECOVER);
	struct member next = member_settle(o, &f);
	next.ek = OTHER + 1;
	tell(o, &next, TRIP_ORDER_RECOVER);
	b = member_begin(o, &next, TRIP_RECOVER);
	REFUSES(DEVICE_OTHER_TPM, office_begin_refused(o, &b));
}

static void a_recovery_is_answered_once_and_another_answer_comes_too_late(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	const struct member m = with_file(o, EK);
	tell(o, &m, TRIP_ORDER_RECOVER);
	struct answer_facts f = member_answer(o, &m, TRIP_RECOVER);
	OK(office_admit(o, &f, &a));
	OK(office_release(o, &a, &reply));
	OK(office_admit(o, &f, &a));
	CHECK(a.issues == 0 && is_bytes_equal(a.answer.body, reply.body));
	f.request_digest = office_octets(o, 9, 32);
	OK(office_admit(o, &f, &a));
	CHECK(a.answer.why == FAIL(ACT_CONSUMED) && a.issues == 0);
	const struct begin_facts b = member_begin(o, &m, TRIP_RECOVER);
	REFUSES(DEVICE_STALE, office_begin_refused(o, &b));
}

static void nothing_is_recovered_for_a_device_that_was_retired_or_deleted(void **state)
{
	struct office *o = *state;
	const struct member m = with_file(o, EK);
	tell(o, &m, TRIP_ORDER_RECOVER);
	const struct answer_facts late = member_answer(o, &m, TRIP_RECOVER);
	OK(inventory_retire_device(&o->flow, &o->admin, m.id, &o->arena));
	struct begin_facts b = member_begin(o, &m, TRIP_RECOVER);
	REFUSES(DEVICE_RETIRED, office_begin_refused(o, &b));
	REFUSES(DEVICE_RETIRED, admit(o, &late));
	OK(inventory_delete_device(&o->flow, &o->admin, m.id, &o->arena));
	REFUSES(DEVICE_UNKNOWN, office_begin_refused(o, &b));
}

static void one_without_tpm_proves_nothing_by_coming_again(void **state)
{
	struct office *o = *state;
	const struct office_token t = office_token(o);
	const struct office_trips trips = office_token_trips(o, &t);
	const struct member m = member_settle(o, &trips.answer);
	const struct begin_facts b = member_begin(o, &m, TRIP_ATTEST);
	REFUSES(TPM_REQUIRED, office_begin_refused(o, &b));
	CHECK(is_bytes_text(proof(o, &m)->fault, "TPM_REQUIRED"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(it_attests_again_and_is_given_nothing),
		OFFICE_TEST(it_renews_and_what_it_had_ends_with_the_release),
		OFFICE_TEST(the_same_answer_gets_the_same_reply_though_its_certificate_is_over),
		OFFICE_TEST(what_its_tpm_went_through_stands_beside_the_verdict),
		OFFICE_TEST(a_tpm_in_an_earlier_state_fails_its_device_until_a_person_knows_why),
		OFFICE_TEST(a_clock_that_goes_back_fails_its_device_unless_power_failed),
		OFFICE_TEST(a_tpm_that_was_cleared_is_named_so_and_admitted),
		OFFICE_TEST(a_failure_stands_until_a_good_proof),
		OFFICE_TEST(that_its_answer_came_late_is_not_held_against_it),
		OFFICE_TEST(nobody_else_can_mark_it),
		OFFICE_TEST(a_ticket_is_for_the_device_that_asked),
		OFFICE_TEST(other_keys_are_renewed_and_not_attested),
		OFFICE_TEST(another_devices_tpm_is_refused_as_that_devices),
		OFFICE_TEST(a_mainboard_that_was_exchanged_waits_for_an_administrator),
		OFFICE_TEST(a_device_without_tpm_renews_and_is_no_more_than_it_was),
		OFFICE_TEST(one_that_was_attested_does_not_renew_without_its_tpm),
		OFFICE_TEST(a_device_without_tpm_brings_its_first),
		OFFICE_TEST(a_key_is_recovered_into_no_other_devices_tpm),
		OFFICE_TEST(a_recovery_is_answered_once_and_another_answer_comes_too_late),
		OFFICE_TEST(nothing_is_recovered_for_a_device_that_was_retired_or_deleted),
		OFFICE_TEST(one_without_tpm_proves_nothing_by_coming_again),
	};
	return RUN(tests);
}
