/* Who may pass a gate, and who may ask for whom. */
#include "flow/gating.h"

#include <string.h>

#include "member.h"
#include "cert/jwt.h"
#include "flow/checkin.h"
#include "flow/minting.h"
#include "flow/proofs.h"
#include "store/store_certificate.h"

#define EK 5

/* Both as their certificates are known. */
static struct passage by_itself(struct office *o, const struct member *m)
{
	(void)o;
	return (struct passage){ .shown_serial = m->serial, .shown_hash = m->hash };
}

static struct passage by_gate(struct office *o, uint8_t gate, const struct member *m)
{
	struct passage p = { .shown_hash = office_octets(o, gate, 32),
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

/* --- by device token ------------------------------------------------------------------------------------ */

static struct passage by_token(struct office *o, const struct member *m)
{
	struct store_certificate *c;
	char thumbprint[JWT_THUMBPRINT_SIZE];
	OK(store_certificate_get(o->flow.store, m->serial, &o->arena, &c));
	const struct subject key = { (enum frame_key)c->key, c->key_a, c->key_b };
	OK(jwt_thumbprint(&key, thumbprint));
	return (struct passage){ .token_device = m->id,
				 .token_issued = OFFICE_NOW,
				 .token_expires = OFFICE_NOW + MINTING_LIFE_S,
				 .token_key = arena_copy(&o->arena, bytes_text(thumbprint)) };
}

static void a_device_token_is_enough_where_no_certificate_is_shown(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct passage p = by_token(o, &m);
	OK(passes(o, &p, "compliant"));
	p.shown_hash = by_gate(o, 0xAB, &m).shown_hash;
	OK(passes(o, &p, "compliant"));
}

static void where_a_certificate_counts_a_token_does_not(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct passage p = by_token(o, &m);
	p.shown_hash = office_octets(o, 9, 32);
	REFUSES(DEVICE_UNKNOWN, passes(o, &p, "DEVICE_UNKNOWN"));
	p.shown_hash = by_gate(o, 0xAB, &m).shown_hash;
	p.handed_hash = office_octets(o, 9, 32);
	REFUSES(DEVICE_UNKNOWN, passes(o, &p, "DEVICE_UNKNOWN"));
}

static void a_token_counts_while_it_is_in_force(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct passage p = by_token(o, &m);
	p.token_issued += 11;
	REFUSES(DEVICE_TOKEN_TIME, passes(o, &p, "DEVICE_TOKEN_TIME"));
	p.token_issued -= 1;
	OK(passes(o, &p, "compliant"));
	p = by_token(o, &m);
	o->flow.now += MINTING_LIFE_S + 9;
	OK(passes(o, &p, "compliant"));
	o->flow.now++;
	REFUSES(DEVICE_TOKEN_TIME, passes(o, &p, "DEVICE_TOKEN_TIME"));
	/* No ca of ours signs one that lives longer. */
	p.token_expires++;
	REFUSES(DEVICE_TOKEN_INVALID, passes(o, &p, "DEVICE_TOKEN_INVALID"));
}

static void a_token_for_a_key_that_the_device_had_once_does_not_count(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	struct passage p = by_token(o, &m);
	p.token_key = BYTES_TEXT("0123456789012345678901234567890123456789012");
	REFUSES(DEVICE_TOKEN_KEY, passes(o, &p, "DEVICE_TOKEN_KEY"));
}

static void a_token_of_a_device_that_may_not_go_on_does_not_count(void **state)
{
	struct office *o = *state;
	struct store_device *d;
	const struct member m = member_enrolled(o, EK);
	const struct store_certificate_hold hold = { STORE_CERTIFICATE_BY_HAND, OFFICE_NOW };
	struct passage p = by_token(o, &m);
	OK(store_certificate_hold(o->flow.store, m.serial, &hold));
	REFUSES(DEVICE_STALE, passes(o, &p, "DEVICE_STALE"));
	OK(store_certificate_release(o->flow.store, m.serial, STORE_CERTIFICATE_BY_HAND));
	OK(passes(o, &p, "compliant"));
	OK(store_device_get(o->flow.store, m.id, &o->arena, &d));
	OK(proofs_refuse(&o->flow, d, TRIP_ATTEST, FAIL(SIG_INVALID), &o->arena));
	REFUSES(DEVICE_NONCOMPLIANT,
		passes(o, &p, "DEVICE_NONCOMPLIANT: noncompliant: ATTESTATION_FAILED: SIG_INVALID"));
	OK(inventory_retire_device(&o->flow, &o->admin, m.id, &o->arena));
	REFUSES(DEVICE_RETIRED, passes(o, &p, "DEVICE_RETIRED"));
	p.token_device = office_octets(o, 9, 16);
	REFUSES(DEVICE_UNKNOWN, passes(o, &p, "DEVICE_UNKNOWN"));
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
		OFFICE_TEST(a_device_token_is_enough_where_no_certificate_is_shown),
		OFFICE_TEST(where_a_certificate_counts_a_token_does_not),
		OFFICE_TEST(a_token_counts_while_it_is_in_force),
		OFFICE_TEST(a_token_for_a_key_that_the_device_had_once_does_not_count),
		OFFICE_TEST(a_token_of_a_device_that_may_not_go_on_does_not_count),
	};
	return RUN(tests);
}
