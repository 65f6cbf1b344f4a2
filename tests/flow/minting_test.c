#include "flow/minting.h"

#include "office.h"
#include "store/store_certificate.h"
#include "store/store_conflict.h"

#define EK 5

/* A device that has enrolled by its EK hash. */
static struct admission enrolled(struct office *o)
{
	struct admission a;
	struct flow_answer reply;
	office_register_key(o, EK);
	const struct office_trips t = office_trips(o, EK, NULL);
	OK(office_admit(o, &t.answer, &a));
	OK(office_release(o, &a, &reply));
	return a;
}

static struct token_ask ask_of(struct office *o)
{
	return (struct token_ask){ office_octets(o, 0xA1, 16), BYTES_TEXT("127.0.0.1"),
				   office_octets(o, 0xB2, 32) };
}

/* Facts of a right answer to a fresh challenge by the device's key. */
static struct possession answer_of(struct office *o, const struct admission *a)
{
	const struct token_ask ask = ask_of(o);
	const struct issue *device = &a->issue[a->issues - 1];
	struct flow_answer reply;
	struct token_challenge c;
	OK(minting_build(&o->flow, &ask, &o->arena, &reply));
	OK(reply.why);
	OK(message_parse(&token_challenge_message, reply.body, &c));
	return (struct possession){ .request_id = ask.request_id, .peer = ask.peer,
				    .server_key_hash = ask.server_key_hash, .id = c.id, .nonce = c.nonce,
				    .ticket = c.ticket, .is_signed = 1, .key = device->key,
				    .key_a = device->key_a, .key_b = device->key_b };
}

static fault mint(struct office *o, const struct possession *p, struct mint *ret)
{
	struct flow_answer answer;
	fault why = minting_get(&o->flow, p, &o->arena, &answer, ret);
	return why ? why : answer.why;
}

static void a_device_with_a_certificate_gets_what_the_records_say(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	const struct possession p = answer_of(o, &a);
	OK(mint(o, &p, &m));
	CHECK(is_bytes_equal(m.device_id, a.issue[0].device_id) && m.attested == 1);
	CHECK(m.assurance == (TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE));
	CHECK(m.expires - m.issued == MINTING_LIFE_S);
	CHECK(m.issued == OFFICE_NOW && is_bytes_equal(m.key_a, p.key_a));
}

static void an_answer_counts_once(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	const struct possession p = answer_of(o, &a);
	OK(mint(o, &p, &m));
	REFUSES(ACT_CONSUMED, mint(o, &p, &m));
}

static void an_answer_that_is_not_to_its_challenge_is_refused(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	struct possession p = answer_of(o, &a);
	p.nonce = office_octets(o, 9, 32);
	REFUSES(NONCE_FOREIGN, mint(o, &p, &m));
	p = answer_of(o, &a);
	p.id = office_octets(o, 9, 16);
	REFUSES(NONCE_FOREIGN, mint(o, &p, &m));
	p = answer_of(o, &a);
	p.server_key_hash = office_octets(o, 9, 32);
	REFUSES(CHANNEL_BINDING, mint(o, &p, &m));
	p = answer_of(o, &a);
	p.ticket = bytes_slice(p.ticket, 0, p.ticket.n - 1);
	REFUSES(TICKET_INVALID, mint(o, &p, &m));
	p = answer_of(o, &a);
	p.is_signed = 0;
	REFUSES(SIG_INVALID, mint(o, &p, &m));
	p = answer_of(o, &a);
	o->flow.now += (int64_t)o->limits.ticket_s;
	REFUSES(ACT_EXPIRED, mint(o, &p, &m));
}

/* H135 */
static void a_ticket_of_an_enrolment_is_worth_nothing_for_a_token(void **state)
{
	struct office *o = *state;
	struct mint m;
	struct challenge c;
	const struct admission a = enrolled(o);
	struct possession p = answer_of(o, &a);
	const struct office_trips t = office_trips(o, EK, NULL);
	OK(message_parse(&challenge_message, t.challenge.answer.body, &c));
	p.ticket = c.ticket;
	p.id = c.id;
	p.nonce = c.nonce;
	REFUSES(TOK_FLOW, mint(o, &p, &m));
}

/* H135 */
static void a_ticket_for_a_token_is_worth_nothing_in_an_enrolment(void **state)
{
	struct office *o = *state;
	struct admission again;
	const struct admission a = enrolled(o);
	const struct possession p = answer_of(o, &a);
	struct office_trips t = office_trips(o, EK, NULL);
	t.answer.ticket = p.ticket;
	t.answer.id = p.id;
	t.answer.nonce = p.nonce;
	REFUSES(TOK_FLOW, office_admit(o, &t.answer, &again));
	t = office_trips(o, EK, NULL);
	OK(office_admit(o, &t.answer, &again));
}

static void a_key_of_no_device_gets_none(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	struct possession p = answer_of(o, &a);
	p.key_a = office_octets(o, 9, 32);
	REFUSES(DEVICE_UNKNOWN, mint(o, &p, &m));
}

static void a_retired_device_gets_none(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	OK(inventory_retire_device(&o->flow, &o->admin, a.issue[0].device_id, &o->arena));
	const struct possession p = answer_of(o, &a);
	REFUSES(DEVICE_RETIRED, mint(o, &p, &m));
}

static struct store_conflict claim_of(struct office *o, uint8_t ek, uint8_t key)
{
	return (struct store_conflict){ .id = office_octets(o, key, 16), .key = office_octets(o, key, 32),
					.fault = BYTES_TEXT("EK_DUPLICATE"), .state = STORE_CONFLICT_OPEN,
					.ek_hash = office_octets(o, ek, 32),
					.registration = office_octets(o, 7, 16), .peer = BYTES_TEXT("::1"),
					.count = 1, .first = OFFICE_NOW, .last = OFFICE_NOW };
}

static void a_device_whose_tpm_claims_anothers_gets_none_until_it_is_settled(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	struct store_conflict other = claim_of(o, EK + 1, 1), own = claim_of(o, EK, 2);
	struct possession p = answer_of(o, &a);
	OK(store_conflict_put(o->flow.store, &other, 10));
	OK(mint(o, &p, &m));
	OK(store_conflict_put(o->flow.store, &own, 10));
	p = answer_of(o, &a);
	REFUSES(DEVICE_QUARANTINED, mint(o, &p, &m));
	own.state = STORE_CONFLICT_APPROVED;
	own.actor = BYTES_TEXT("tester");
	OK(store_conflict_decide(o->flow.store, &own));
	p = answer_of(o, &a);
	OK(mint(o, &p, &m));
}

static void a_device_without_a_certificate_in_force_gets_none(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	struct possession p = answer_of(o, &a);
	o->flow.now += (int64_t)o->limits.certificate_s - 1;
	p = answer_of(o, &a);
	OK(mint(o, &p, &m));
	o->flow.now += 1;
	p = answer_of(o, &a);
	REFUSES(DEVICE_STALE, mint(o, &p, &m));
	o->flow.now = OFFICE_NOW;
	OK(store_certificate_revoke_by_device(o->flow.store, a.issue[0].device_id, 1, OFFICE_NOW));
	p = answer_of(o, &a);
	REFUSES(DEVICE_STALE, mint(o, &p, &m));
}

static void whoever_fails_too_often_waits(void **state)
{
	struct office *o = *state;
	struct mint m;
	const struct admission a = enrolled(o);
	const struct possession p = answer_of(o, &a);
	for (size_t i = 0; i < ATTEMPTS_PER_PEER; i++)
		minting_refuse(&o->flow, p.peer, FAIL(SIG_INVALID));
	REFUSES(ACT_LOCKED, mint(o, &p, &m));
	o->flow.now += ATTEMPTS_WINDOW_S;
	OK(mint(o, &p, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_device_with_a_certificate_gets_what_the_records_say),
		OFFICE_TEST(an_answer_counts_once),
		OFFICE_TEST(an_answer_that_is_not_to_its_challenge_is_refused),
		OFFICE_TEST(a_ticket_of_an_enrolment_is_worth_nothing_for_a_token),
		OFFICE_TEST(a_ticket_for_a_token_is_worth_nothing_in_an_enrolment),
		OFFICE_TEST(a_key_of_no_device_gets_none),
		OFFICE_TEST(a_retired_device_gets_none),
		OFFICE_TEST(a_device_whose_tpm_claims_anothers_gets_none_until_it_is_settled),
		OFFICE_TEST(a_device_without_a_certificate_in_force_gets_none),
		OFFICE_TEST(whoever_fails_too_often_waits),
	};
	return RUN(tests);
}
