#include "flow/admission.h"

#include <string.h>

#include "office.h"

static void a_token_enrols_one_unattested_device_once(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct office_token t = office_token(o);
	struct office_trips first = office_token_trips(o, &t), second = office_token_trips(o, &t);
	CHECK(!first.challenge.has_credential);
	OK(office_admit(o, &first.answer, &a));
	CHECK(a.issues == 1 && a.issue[0].kind == FRAME_CERTIFICATE_DEVICE && a.issue[0].assurance == 0);
	second.answer.key_a = office_octets(o, 0x21, 32);
	REFUSES(TOK_USED, office_admit(o, &second.answer, &a));
}

static void a_wrong_or_missing_secret_is_an_unknown_token(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct office_token t = office_token(o);
	struct office_trips s = office_token_trips(o, &t);
	s.answer.token_secret = office_octets(o, 9, TRIP_SECRET_SIZE);
	REFUSES(TOK_INVALID, office_admit(o, &s.answer, &a));
	s = office_token_trips(o, &t);
	s.answer.token_secret = (struct bytes){ 0 };
	REFUSES(TOK_INVALID, office_admit(o, &s.answer, &a));
}

static void a_key_of_another_device_is_not_enrolled_by_token(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct office_token t = office_token(o);
	office_register_key(o, 0xEE);
	struct office_trips other = office_trips(o, 0xEE, NULL);
	OK(office_admit(o, &other.answer, &a));
	struct office_trips s = office_token_trips(o, &t);
	s.answer.key_a = other.answer.key_a;
	s.answer.key_b = other.answer.key_b;
	s.answer.request_digest = office_octets(o, 1, 32);
	REFUSES(KEY_REUSED, office_admit(o, &s.answer, &a));
	s = office_token_trips(o, &t);
	s.answer.key_a = office_octets(o, 0x21, 32);
	OK(office_admit(o, &s.answer, &a));
}

static void an_expired_token_is_refused(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct office_token t = office_token(o);
	o->flow.now += 86400 - 10;
	struct office_trips s = office_token_trips(o, &t);
	o->flow.now += 20;
	REFUSES(TOK_EXPIRED, office_admit(o, &s.answer, &a));
}

static void without_token_a_device_without_tpm_is_not_registered(void **state)
{
	struct office *o = *state;
	struct begin_facts b = office_begin(o, 0, NULL);
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
}

/* A token of one profile, a registration of another: the token's is no key to the registration's. */
static void a_token_does_not_open_another_profile(void **state)
{
	struct office *o = *state;
	struct store_registration *r;
	struct store_profile *p;
	struct admission a;
	struct office_token t = office_token(o);
	const struct profile_new profile = { .display_name = BYTES_TEXT("other"),
					     .attestation = BYTES_TEXT("off") };
	const struct registration_new in = { .serial_number = BYTES_TEXT("S9"),
					     .profile = BYTES_TEXT("other") };
	OK(profiles_put(&o->flow, &o->admin, &profile, &o->arena, &p));
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
	struct begin_facts b = office_begin(o, 0, "S9");
	b.token_id = t.id;
	struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	f.token_secret = t.secret;
	REFUSES(TOK_SCOPE, office_admit(o, &f, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_token_enrols_one_unattested_device_once),
		OFFICE_TEST(a_wrong_or_missing_secret_is_an_unknown_token),
		OFFICE_TEST(a_key_of_another_device_is_not_enrolled_by_token),
		OFFICE_TEST(an_expired_token_is_refused),
		OFFICE_TEST(without_token_a_device_without_tpm_is_not_registered),
		OFFICE_TEST(a_token_does_not_open_another_profile),
	};
	return RUN(tests);
}
