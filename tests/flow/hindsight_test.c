/*
 * Deciding again: without a change it gives what core decided, and a change that is said to let a device in
 * does so when core is told of it.
 */
#include "flow/hindsight.h"

#include <string.h>

#include "member.h"
#include "store/store_issuer.h"
#include "store/store_refusal.h"

#define EK 5

/* The refusal of that TPM as it stands. */
static struct hindsight look(struct office *o)
{
	struct hindsight h;
	struct store_refusal *row;
	OK(store_refusal_get(o->flow.store, office_octets(o, EK, 32), &o->arena, &row));
	OK(hindsight_build(&o->flow, row, &o->arena, &h));
	CHECK(h.is_known);
	return h;
}

static bool has(const struct hindsight *h, const char *word)
{
	for (size_t i = 0; i < h->list.n; i++)
		if (strcmp(counterfactual_word(&h->list.v[i]), word) == 0)
			return true;
	return false;
}

/* Decided again it is the same, and that change would help. */
#define REFUSED_UNLESS(code, o, word)          \
	do {                                   \
		struct hindsight h_ = look(o); \
		REFUSES(code, h_.now);         \
		CHECK(has(&h_, word));         \
	} while (0)

static struct office_trips come(struct office *o)
{
	struct office_trips s = office_trips(o, EK, NULL);
	OK(flow_hash(s.answer.id, &o->arena, &s.answer.request_digest));
	s.answer.maker = BYTES_TEXT("IFX");
	s.answer.firmware = OFFICE_FIRMWARE(7, 61);
	return s;
}

static fault admit(struct office *o, struct office_trips *s)
{
	struct admission a;
	return office_admit(o, &s->answer, &a);
}

static void a_stranger_is_let_in_when_its_key_is_registered(void **state)
{
	struct office *o = *state;
	struct begin_facts b = office_begin(o, EK, NULL);
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	REFUSED_UNLESS(DEVICE_NOT_REGISTERED, o, "registeredKey");
	CHECK(!look(o).is_second);
	office_register_key(o, EK);
	OK(look(o).now);
	struct office_trips s = come(o);
	OK(admit(o, &s));
}

static void one_whose_maker_is_not_trusted_is_told_which_CA_is_missing(void **state)
{
	struct office *o = *state;
	struct begin_facts b = office_begin(o, EK, "S1");
	uint8_t *of = arena_alloc(&o->arena, CHECK_COUNT);
	memcpy(of, b.outcomes.p, CHECK_COUNT);
	of[CHECK_EK_CERT_CHAIN] = FAILED;
	of[CHECK_EK_CERT_CHAIN_VALID] = NOT_RUN;
	b.outcomes = bytes_of(of, CHECK_COUNT);
	office_register_serial(o, "S1");
	REFUSES(EK_CHAIN_UNTRUSTED, office_begin_refused(o, &b));
	const struct store_issuer row = { .id = office_octets(o, 9, 32),
					  .name = BYTES_TEXT("name"),
					  .subject = BYTES_TEXT("CN=Maker"),
					  .state = 1 };
	OK(store_issuer_put(o->flow.store, &row, 10));
	OK(store_issuer_put_device(o->flow.store, row.id, b.ek_hash));
	struct hindsight h = look(o);
	char text[COUNTERFACTUAL_TEXT_SIZE];
	REFUSES(EK_CHAIN_UNTRUSTED, h.now);
	CHECK(h.list.n == 2 && has(&h, "registeredKey") && has(&h, "anchor"));
	CHECK(strstr(counterfactual_text(&h.list.v[1], text), "CN=Maker"));
}

static void a_blocked_device_is_let_in_when_that_restriction_is_off(void **state)
{
	struct office *o = *state;
	struct restricting_order order = { .by = &o->admin, .a = &o->arena };
	office_register_key(o, EK);
	OK(restricting_put(&o->flow, &(struct restriction_words){ .display_name = BYTES_TEXT("Nobody") },
			   &order));
	OK(restricting_build(&o->flow));
	struct office_trips s = come(o);
	REFUSES(RESTRICTION_BLOCKED, admit(o, &s));
	REFUSED_UNLESS(RESTRICTION_BLOCKED, o, "restrictionOff");
	CHECK(look(o).list.n == 1 && look(o).is_second);
	OK(restricting_update(&o->flow, &(struct restriction_words){ .state = BYTES_TEXT("off") }, &order));
	OK(restricting_build(&o->flow));
	OK(look(o).now);
	s = come(o);
	OK(admit(o, &s));
}

static void old_firmware_is_let_in_when_it_is_new(void **state)
{
	struct office *o = *state;
	char text[COUNTERFACTUAL_TEXT_SIZE];
	office_register_key(o, EK);
	office_block(o);
	struct office_trips s = come(o);
	REFUSES(FIRMWARE_VULNERABLE, admit(o, &s));
	REFUSED_UNLESS(FIRMWARE_VULNERABLE, o, "firmware");
	struct hindsight h = look(o);
	CHECK(h.list.n == 1 && strstr(counterfactual_text(&h.list.v[0], text), "7.62 or later"));
	s = come(o);
	s.answer.firmware = OFFICE_FIRMWARE(7, 62);
	REFUSES(KEY_BEFORE_FIX, admit(o, &s));
	REFUSED_UNLESS(KEY_BEFORE_FIX, o, "keysRenewed");
}

static void a_device_that_enrolled_once_is_let_in_when_it_is_allowed_again(void **state)
{
	struct office *o = *state;
	struct store_profile *p;
	struct store_registration *r;
	struct flow_answer reply;
	struct admission a;
	const struct profile_new profile = { .display_name = BYTES_TEXT("once"),
					     .one_time = BYTES_TEXT("on") };
	const struct registration_new in = { .ek_hash = office_octets(o, EK, 32),
					     .profile = BYTES_TEXT("once") };
	OK(profiles_put(&o->flow, &o->admin, &profile, &o->arena, &p));
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
	struct office_trips s = come(o);
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &reply));
	struct begin_facts b = office_begin(o, EK, NULL);
	REFUSES(ENROLMENT_ONCE, office_begin_refused(o, &b));
	REFUSED_UNLESS(ENROLMENT_ONCE, o, "nextAllowed");
	OK(inventory_update_userless(&o->flow, &o->admin, r->id, &o->arena));
	OK(look(o).now);
}

static void a_refusal_of_an_earlier_edition_is_not_decided_again(void **state)
{
	struct office *o = *state;
	struct hindsight h;
	const struct store_refusal row = { .ek_hash = office_octets(o, EK, 32),
					   .trip = 1,
					   .evidence = BYTES_TEXT("no dossier") };
	OK(hindsight_build(&o->flow, &row, &o->arena, &h));
	CHECK(!h.is_known && h.list.n == 0);
}

/* Its profile is known by the device alone, and no TPM is asked of it. */
static void a_device_without_tpm_that_renews_is_decided_again_as_it_was(void **state)
{
	struct office *o = *state;
	struct hindsight h;
	struct store_refusal_list list;
	struct store_refusal *row;
	const struct office_token t = office_token(o);
	const struct office_trips trips = office_token_trips(o, &t);
	const struct member m = member_settle(o, &trips.answer);
	struct office_trips late = { .answer = member_answer(o, &m, TRIP_RENEW) };
	const struct evidence e = { .version = TRIP_VERSION, .purpose = TRIP_RENEW, .time = OFFICE_NOW,
				    .payload = BYTES_TEXT("a payload") };
	OK(flow_encode(&evidence_message, &e, &o->arena, &late.answer.evidence));
	o->flow.now += (int64_t)o->limits.ticket_s + 60;
	REFUSES(ACT_EXPIRED, admit(o, &late));
	OK(store_refusal_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &list));
	CHECK(list.n == 1);
	OK(store_refusal_get(o->flow.store, list.v[0].key, &o->arena, &row));
	OK(hindsight_build(&o->flow, row, &o->arena, &h));
	CHECK(h.is_known && h.is_second);
	REFUSES(ACT_EXPIRED, h.now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_stranger_is_let_in_when_its_key_is_registered),
		OFFICE_TEST(one_whose_maker_is_not_trusted_is_told_which_CA_is_missing),
		OFFICE_TEST(a_blocked_device_is_let_in_when_that_restriction_is_off),
		OFFICE_TEST(old_firmware_is_let_in_when_it_is_new),
		OFFICE_TEST(a_device_that_enrolled_once_is_let_in_when_it_is_allowed_again),
		OFFICE_TEST(a_refusal_of_an_earlier_edition_is_not_decided_again),
		OFFICE_TEST(a_device_without_tpm_that_renews_is_decided_again_as_it_was),
	};
	return RUN(tests);
}
