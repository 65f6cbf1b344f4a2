#include "flow/issuance.h"

#include "store/store_token.h"

#include "office.h"
#include "store/store_certificate.h"
#include "store/store_enrolment.h"

static struct admission admitted(struct office *o, uint8_t ek)
{
	struct admission a;
	office_register_key(o, ek);
	struct begin_facts b = office_begin(o, ek, NULL);
	struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	OK(office_admit(o, &f, &a));
	return a;
}

static void open_intents_are_found_again_as_they_were_asked(void **state)
{
	struct office *o = *state;
	struct issuance_list list;
	const struct store_page page = { .limit = 10 };
	struct admission a = admitted(o, 5);
	OK(issuance_list(&o->flow, page, &o->arena, &list));
	CHECK(list.n == 1 && list.v[0].n == 2);
	CHECK(is_bytes_equal(list.v[0].ticket_id, a.ticket_id));
	for (size_t i = 0; i < 2; i++) {
		uint8_t hash[PROFILE_HASH_SIZE];
		OK(profile_hash(&list.v[0].issue[i], &o->issuer, hash));
		CHECK(is_bytes_equal(BYTES_OF(hash), list.v[0].issue[i].tbs_hash));
	}
}

static void what_is_released_is_open_no_more(void **state)
{
	struct office *o = *state;
	struct issuance_list list;
	struct flow_answer reply;
	const struct store_page page = { .limit = 10 };
	struct admission a = admitted(o, 5), b = admitted(o, 6);
	OK(office_release(o, &a, &reply));
	OK(issuance_list(&o->flow, page, &o->arena, &list));
	CHECK(list.n == 1 && is_bytes_equal(list.v[0].ticket_id, b.ticket_id));
}

static void half_a_set_is_never_released(void **state)
{
	struct office *o = *state;
	struct flow_answer reply;
	struct admission a = admitted(o, 5);
	a.issues = 1;
	REFUSES(CONFLICT, office_release(o, &a, &reply));
}

static void a_refusal_of_the_ca_voids_the_ticket_and_its_device(void **state)
{
	struct office *o = *state;
	struct store_enrolment *e;
	struct store_certificate *c;
	struct flow_answer reply;
	uint64_t devices;
	struct admission a = admitted(o, 5);
	OK(issuance_void(&o->flow, a.ticket_id, FAIL(SIGNER_REFUSED), &o->arena));
	OK(store_enrolment_get(o->flow.store, a.ticket_id, &o->arena, &e));
	CHECK(e->state == STORE_ENROLMENT_VOID && is_bytes_text(e->fault, "SIGNER_REFUSED"));
	OK(store_certificate_get(o->flow.store, a.issue[0].serial, &o->arena, &c));
	CHECK(c->state == STORE_CERTIFICATE_VOID);
	OK(store_device_count(o->flow.store, &devices));
	CHECK(devices == 0);
	REFUSES(CONFLICT, office_release(o, &a, &reply));
}

static void the_registration_is_claimed_at_once_and_enrolled_with_the_release(void **state)
{
	struct office *o = *state;
	struct store_registration *r;
	struct flow_answer reply;
	struct admission a = admitted(o, 5);
	OK(store_registration_find_by_ek(o->flow.store, office_octets(o, 5, 32), &o->arena, &r));
	CHECK(r->state == STORE_REGISTRATION_NOT_CONTACTED &&
	      is_bytes_equal(r->device_id, a.issue[0].device_id));
	OK(office_release(o, &a, &reply));
	OK(store_registration_find_by_ek(o->flow.store, office_octets(o, 5, 32), &o->arena, &r));
	CHECK(r->state == STORE_REGISTRATION_ENROLLED && is_bytes_equal(r->device_id, a.issue[0].device_id));
}

/* However often it enrolled before: the record goes only with the last certificate. */
static void a_void_ticket_leaves_a_device_that_has_its_certificates(void **state)
{
	struct office *o = *state;
	struct flow_answer reply;
	struct admission a = admitted(o, 5);
	struct begin_facts b = office_begin(o, 5, NULL);
	uint64_t devices;
	for (int i = 0; i < 60; i++) {
		OK(office_release(o, &a, &reply));
		struct challenge_result c = office_challenge(o, &b);
		struct answer_facts f = office_answer(o, &b, &c);
		OK(office_admit(o, &f, &a));
	}
	OK(issuance_void(&o->flow, a.ticket_id, FAIL(SIGNER_REFUSED), &o->arena));
	OK(store_device_count(o->flow.store, &devices));
	CHECK(devices == 1);
}

/* Whoever has a token for one device has it again when nothing came of that device. */
static void a_void_ticket_gives_its_token_back(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_token *t;
	const struct office_token token = office_token(o);
	struct office_trips trips = office_token_trips(o, &token);
	OK(office_admit(o, &trips.answer, &a));
	OK(store_token_get(o->flow.store, token.id, &o->arena, &t));
	CHECK(t->uses == 1);
	OK(issuance_void(&o->flow, a.ticket_id, FAIL(SIGNER_REFUSED), &o->arena));
	OK(store_token_get(o->flow.store, token.id, &o->arena, &t));
	CHECK(t->uses == 0);
	trips = office_token_trips(o, &token);
	OK(flow_hash(trips.answer.id, &o->arena, &trips.answer.request_digest));
	OK(office_admit(o, &trips.answer, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(open_intents_are_found_again_as_they_were_asked),
		OFFICE_TEST(what_is_released_is_open_no_more),
		OFFICE_TEST(half_a_set_is_never_released),
		OFFICE_TEST(a_refusal_of_the_ca_voids_the_ticket_and_its_device),
		OFFICE_TEST(the_registration_is_claimed_at_once_and_enrolled_with_the_release),
		OFFICE_TEST(a_void_ticket_gives_its_token_back),
		OFFICE_TEST(a_void_ticket_leaves_a_device_that_has_its_certificates),
	};
	return RUN(tests);
}
