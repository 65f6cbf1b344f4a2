/* Changes of what surrounds the statements: ticket, secret, token and envelope. */
#include "catalogue.h"

#include "test.h"

#define AT_NONCE (1 + 2 + 2 + 2 + TRIP_ID_SIZE) /* in an answer: version, purpose and id come before */
#define CBOR_MAP 0xA0
#define CBOR_MAP_INDEFINITE "\xBF"
#define CBOR_BREAK "\xFF"

static void happen(struct model *m, enum model_event event)
{
	m->place->happen(m->own, m, event);
}

/* --- the ticket -------------------------------------------------------------------------------------- */

void mutator_ticket_altered(struct model *m)
{
	m->answer.ticket = model_flipped(m, m->answer.ticket, 4 * m->answer.ticket.n);
}

void mutator_ticket_late(struct model *m)
{
	happen(m, MODEL_WAIT);
}

/* The statements are bound to whatever the answer says. */
void mutator_id_other(struct model *m)
{
	m->challenge.id = model_flipped(m, m->challenge.id, 0);
}

void mutator_nonce_other(struct model *m)
{
	m->challenge.nonce = model_flipped(m, m->challenge.nonce, 0);
}

void mutator_purpose_other(struct model *m)
{
	happen(m, MODEL_REPURPOSE);
}

void mutator_server_other(struct model *m)
{
	happen(m, MODEL_MOVE);
}

void mutator_registration_lost(struct model *m)
{
	happen(m, MODEL_FORGET);
}

/* --- the secret -------------------------------------------------------------------------------------- */

void mutator_secret_wrong(struct model *m)
{
	m->answer.secret = model_flipped(m, m->answer.secret, 0);
}

void mutator_secret_missing(struct model *m)
{
	m->answer.secret = (struct bytes){ 0 };
}

void mutator_secret_short(struct model *m)
{
	m->answer.secret.n--;
}

void mutator_secret_other_session(struct model *m)
{
	struct challenge first = m->challenge;
	OK(m->place->begin(m->own, m));
	m->challenge = first;
}

/* --- the token --------------------------------------------------------------------------------------- */

void mutator_token_wrong(struct model *m)
{
	m->answer.token_secret = model_flipped(m, m->answer.token_secret, 0);
}

void mutator_token_missing(struct model *m)
{
	m->answer.token_secret = (struct bytes){ 0 };
}

void mutator_token_revoked(struct model *m)
{
	happen(m, MODEL_REVOKE);
}

void mutator_token_late(struct model *m)
{
	happen(m, MODEL_WAIT_TOKEN);
}

void mutator_token_used(struct model *m)
{
	happen(m, MODEL_USE);
}

void mutator_token_other_profile(struct model *m)
{
	m->profile = "other";
}

/* --- the envelope ------------------------------------------------------------------------------------ */

void mutator_envelope_version(struct model *m)
{
	m->answer.version++;
}

void mutator_envelope_purpose(struct model *m)
{
	m->answer.purpose = TRIP_TOKEN;
}

void mutator_envelope_renewal(struct model *m)
{
	m->answer.purpose = TRIP_RENEW;
}

void mutator_envelope_truncated(struct model *m)
{
	m->octets.n--;
}

void mutator_envelope_trailing(struct model *m)
{
	m->octets = model_longer(m, m->octets, BYTES_TEXT("\x00"));
}

/* One pair more is announced, and key 1 comes again. */
void mutator_envelope_key_twice(struct model *m)
{
	const uint8_t head[] = { (uint8_t)(m->octets.p[0] + 1) };
	CHECK(m->octets.p[0] > CBOR_MAP);
	struct bytes rest = bytes_slice(m->octets, 1, m->octets.n - 1);
	m->octets = model_longer(m, BYTES_OF(head), model_longer(m, rest, BYTES_TEXT("\x01\x01")));
}

void mutator_envelope_indefinite(struct model *m)
{
	struct bytes rest = bytes_slice(m->octets, 1, m->octets.n - 1);
	rest = model_longer(m, rest, BYTES_TEXT(CBOR_BREAK));
	m->octets = model_longer(m, BYTES_TEXT(CBOR_MAP_INDEFINITE), rest);
}

/* The message's table would not write it: the length that follows key 4 is one less, and so is the nonce. */
void mutator_envelope_short_nonce(struct model *m)
{
	const struct bytes octets = m->octets;
	const uint8_t head[] = { 4, 0x58, TRIP_NONCE_SIZE - 1 };
	CHECK(octets.p[AT_NONCE] == 4 && octets.p[AT_NONCE + 2] == TRIP_NONCE_SIZE);
	struct bytes before = bytes_slice(octets, 0, AT_NONCE), nonce = bytes_slice(octets, AT_NONCE + 3, 31);
	struct bytes after = bytes_slice(octets, AT_NONCE + 3 + 32, octets.n - AT_NONCE - 3 - 32);
	m->octets = model_longer(m, model_longer(m, before, BYTES_OF(head)), model_longer(m, nonce, after));
}

void mutator_envelope_tpm_and_none(struct model *m)
{
	m->payload.no_tpm = BYTES_TEXT("none found");
}
