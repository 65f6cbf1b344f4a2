/* Who may pass a gate, and who may ask for whom. */
#include "flow/gating.h"

#include <string.h>

#include "member.h"
#include "flow/checkin.h"
#include "flow/proofs.h"
#include "store/store_certificate.h"

#define EK 5

/* Both as their certificates are known. */
static struct passage by_itself(struct office *o, const struct member *m)
{
	return (struct passage){ .request_id = office_octets(o, 0xA1, 16),
				 .peer = BYTES_TEXT("127.0.0.1"),
				 .shown_serial = m->serial,
				 .shown_hash = m->hash };
}

static struct passage by_gate(struct office *o, uint8_t gate, const struct member *m)
{
	struct passage p = { .request_id = office_octets(o, 0xA1, 16),
			     .peer = BYTES_TEXT("127.0.0.1"),
			     .shown_hash = office_octets(o, gate, 32),
			     .handed_serial = m->serial,
			     .handed_hash = m->hash };
	/* One other, and the gate of octets 0xAB. */
	o->flow.gates = BYTES_TEXT("0000000000000000000000000000000000000000000000000000000000000001, "
				   "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB");
	return p;
}

static fault passes(struct office *o, const struct passage *p, const char *reason)
{
	struct flow_answer answer;
	fault why = gating_judge(&o->flow, p, &o->arena, &answer);
	CHECK(is_bytes_text(answer.reason, reason));
	CHECK(why || (answer.status == 204 && !answer.body.p));
	return why;
}

static void a_compliant_device_passes_by_itself_and_by_a_gate(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	const struct passage own = by_itself(o, &m), handed = by_gate(o, 0xAB, &m);
	OK(passes(o, &own, "compliant"));
	OK(passes(o, &handed, "compliant"));
}

static void nobody_but_a_gate_hands_a_certificate_on(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct passage p = by_gate(o, 0xAC, &m);
	REFUSES(GATE_UNKNOWN, passes(o, &p, "GATE_UNKNOWN"));
	p = by_gate(o, 0xAB, &m);
	o->flow.gates = (struct bytes){ 0 };
	REFUSES(GATE_UNKNOWN, passes(o, &p, "GATE_UNKNOWN"));
	p = by_itself(o, &m);
	p.handed_hash = m.hash;
	REFUSES(GATE_UNKNOWN, passes(o, &p, "GATE_UNKNOWN"));
}

static void a_gate_whose_client_showed_nothing_is_not_a_device(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct passage p = by_gate(o, 0xAB, &m);
	p.handed_hash = p.handed_serial = (struct bytes){ 0 };
	REFUSES(DEVICE_CERT_MISSING, passes(o, &p, "DEVICE_CERT_MISSING"));
}

static void a_certificate_that_is_not_ours_to_the_octet_does_not_pass(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct passage p = by_gate(o, 0xAB, &m);
	p.handed_hash = office_octets(o, 9, 32);
	REFUSES(DEVICE_UNKNOWN, passes(o, &p, "DEVICE_UNKNOWN"));
	p = by_gate(o, 0xAB, &m);
	p.handed_serial = (struct bytes){ 0 };
	REFUSES(DEVICE_UNKNOWN, passes(o, &p, "DEVICE_UNKNOWN"));
}

static void who_is_not_compliant_is_told_why(void **state)
{
	struct office *o = *state;
	struct store_device *d;
	const struct member m = member_enrolled(o, EK);
	const struct passage p = by_gate(o, 0xAB, &m);
	OK(store_device_get(o->flow.store, m.id, &o->arena, &d));
	OK(proofs_refuse(&o->flow, d, TRIP_ATTEST, FAIL(SIG_INVALID), &o->arena));
	REFUSES(DEVICE_NONCOMPLIANT,
		passes(o, &p, "DEVICE_NONCOMPLIANT: noncompliant: ATTESTATION_FAILED: SIG_INVALID"));
}

static void a_certificate_that_was_ended_or_held_by_hand_does_not_pass(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	const struct passage p = by_gate(o, 0xAB, &m);
	const struct store_certificate_hold hold = { STORE_CERTIFICATE_BY_HAND, OFFICE_NOW };
	OK(store_certificate_hold(o->flow.store, m.serial, &hold));
	REFUSES(DEVICE_STALE, passes(o, &p, "DEVICE_STALE"));
	OK(store_certificate_release(o->flow.store, m.serial, STORE_CERTIFICATE_BY_HAND));
	OK(passes(o, &p, "compliant"));
	OK(store_certificate_revoke(o->flow.store, m.serial, 1, OFFICE_NOW));
	REFUSES(DEVICE_STALE, passes(o, &p, "DEVICE_STALE"));
}

static void the_address_is_its_path_and_what_is_behind_it(void **state)
{
	(void)state;
	CHECK(is_gating_target(BYTES_TEXT("/access/check")));
	CHECK(is_gating_target(BYTES_TEXT("/access/check/")) &&
	      is_gating_target(BYTES_TEXT("/access/check?a=b")));
	CHECK(is_gating_target(BYTES_TEXT("/access/check/of/envoy?a=b")));
	CHECK(!is_gating_target(BYTES_TEXT("/access/checks")) && !is_gating_target(BYTES_TEXT("/access")));
	CHECK(!is_gating_target(BYTES_TEXT("")) && !is_gating_target(BYTES_TEXT("/x/access/check")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_compliant_device_passes_by_itself_and_by_a_gate),
		OFFICE_TEST(nobody_but_a_gate_hands_a_certificate_on),
		OFFICE_TEST(a_gate_whose_client_showed_nothing_is_not_a_device),
		OFFICE_TEST(a_certificate_that_is_not_ours_to_the_octet_does_not_pass),
		OFFICE_TEST(who_is_not_compliant_is_told_why),
		OFFICE_TEST(a_certificate_that_was_ended_or_held_by_hand_does_not_pass),
		TEST(the_address_is_its_path_and_what_is_behind_it),
	};
	return RUN(tests);
}
