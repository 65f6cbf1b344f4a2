#include "inside.h"

#include <stdio.h>
#include <string.h>

#include <openssl/sha.h>

#include "attest/pcr.h"
#include "cert/token.h"
#include "flow/examination.h"
#include "flow/provider.h"
#include "store/store_birth.h"
#include "store/store_device.h"
#include "store/store_token.h"

#define ARENA_SIZE ((size_t)1 << 22)
#define TOKEN_LIFETIME_S 100 /* less than a challenge's */

/* --- who is known ------------------------------------------------------------------------------------ */

static struct store_registration *register_as(struct inside *i, const struct registration_new *in)
{
	struct store_registration *r = NULL;
	OK(inventory_put_registration(&i->office->flow, &i->office->admin, in, &i->arena, &r));
	return r;
}

static void register_key(struct inside *i, struct model *m)
{
	uint8_t hash[32];
	const struct registration_new in = { .ek_hash = BYTES_OF(hash),
					     .profile = bytes_text(m->profile) };
	OK(public_hash(&m->ek, hash));
	i->has_registration = bytes_copy(register_as(i, &in)->id, i->registration, sizeof(i->registration));
	CHECK(i->has_registration);
}

static void forget(struct inside *i, struct model *m)
{
	(void)m;
	if (i->has_registration)
		OK(inventory_delete_registration(&i->office->flow, &i->office->admin,
						 BYTES_OF(i->registration)));
	i->has_registration = false;
}

static void put_token(struct inside *i, struct model *m)
{
	struct office *o = i->office;
	const struct token_new in = { .profile = BYTES_TEXT("byod"), .lifetime_s = TOKEN_LIFETIME_S };
	const char *text;
	struct token t;
	OK(inventory_put_token(&o->flow, &o->admin, &in, &i->arena, &text));
	OK(token_parse(bytes_text(text), TOKEN_ENROLMENT, &t));
	i->token_id = m->token_id = arena_copy(&m->arena, BYTES_OF(t.id));
	m->token_secret = arena_copy(&m->arena, BYTES_OF(t.secret));
}

static struct bytes octets(struct inside *i, uint8_t v, size_t n)
{
	uint8_t *p = arena_alloc(&i->arena, n);
	CHECK(p);
	memset(p, v, n);
	return bytes_of(p, n);
}

/* A device that was there before is so for one conversation. */
static void forget_device(struct inside *i)
{
	if (i->has_device)
		OK(store_device_delete(i->office->flow.store, octets(i, 0xD2, 16)));
	i->has_device = false;
}

/* The device's serial number is always registered; what else vouches comes on top of it. */
static void make_known(struct inside *i, struct model *m)
{
	static const char *const profiles[VOUCH_BY_LAST + 1] = { [VOUCH_BY_TOKEN] = "byod",
								 [VOUCH_BY_USER_ALONE] = "byod",
								 [VOUCH_BY_USER] = "preferred" };
	const char *profile = profiles[m->way];
	forget(i, m);
	forget_device(i);
	m->user.more = arena_format(&m->arena, ",\"jti\":\"%u\"", i->conversations);
	snprintf(i->serial, sizeof(i->serial), "SN-%u", ++i->conversations);
	m->payload.serial = arena_copy(&m->arena, bytes_text(i->serial));
	const struct registration_new in = { .serial_number = m->payload.serial,
					     .profile = bytes_text(m->profile ? m->profile : profile) };
	(void)register_as(i, &in);
	if (m->way == VOUCH_BY_KEY)
		register_key(i, m);
	if (m->way == VOUCH_BY_TOKEN)
		put_token(i, m);
}

/* --- the two trips ----------------------------------------------------------------------------------- */

static struct request request_of(struct inside *i, struct bytes body)
{
	return (struct request){ .request_id = octets(i, 0xA1, 16),
				 .now = (uint64_t)i->office->flow.now,
				 .peer = BYTES_TEXT("127.0.0.1"),
				 .server_key_hash = i->server_key_hash,
				 .method = BYTES_TEXT("POST"),
				 .target = BYTES_TEXT(TRIP_PATH_BEGIN),
				 .body = body };
}

static struct examination examination_of(struct inside *i, const struct model *m, const struct request *r)
{
	return (struct examination){ .request = r,
				     .anchors = m->anchors,
				     .admits_expired_ca = true, /* as a server has it */
				     .snapshot = octets(i, 0, 32),
				     .arena = &i->arena };
}

static fault take_challenge(struct inside *i, struct model *m, const struct challenge_result *r)
{
	struct bytes body = r->answer.body;
	if (r->has_credential)
		TRY(examination_wrap(&r->credential, &i->arena, &body));
	OK(message_parse(&challenge_message, arena_copy(&m->arena, body), &m->challenge));
	m->server_key_hash = i->server_key_hash;
	return r->has_credential ? model_activate(m) : NULL;
}

static fault begin(void *own, struct model *m)
{
	struct inside *i = own;
	struct office *o = i->office;
	struct begin_facts facts;
	struct challenge_result r = { 0 };
	arena_reset(&i->arena);
	o->flow.now = m->now;
	i->verdict = (struct verdict){ 0 };
	i->issues = 0;
	i->server_key_hash = octets(i, 0x5E, TRIP_HASH_SIZE);
	make_known(i, m);
	const struct request request = request_of(i, model_begin(m));
	const struct examination x = examination_of(i, m, &request);
	TRY(examination_begin(&x, &facts));
	fault why = challenge_build(&o->flow, &facts, &i->arena, &r);
	i->verdict = why ? r.first : i->verdict;
	TRY(why);
	OK(r.answer.why);
	return take_challenge(i, m, &r);
}

static fault answer(void *own, struct model *m)
{
	struct inside *i = own;
	struct office *o = i->office;
	struct answer_facts facts;
	struct admission a = { 0 };
	const struct request request = request_of(i, m->octets);
	const struct examination x = examination_of(i, m, &request);
	TRY(examination_answer(&x, &facts));
	OK(store_begin(o->flow.store));
	fault why = admission_build(&o->flow, &facts, &i->arena, &a);
	store_rollback(o->flow.store);
	i->verdict = a.judgement.verdict;
	i->issues = why ? 0 : a.issues;
	return why ? why : a.answer.why;
}

/* --- what happens between them ----------------------------------------------------------------------- */

static void wait(struct inside *i, struct model *m)
{
	(void)m;
	i->office->flow.now += (int64_t)i->office->limits.ticket_s + 1;
}

static void wait_for_token(struct inside *i, struct model *m)
{
	(void)m;
	i->office->flow.now += TOKEN_LIFETIME_S + 1;
}

static void revoke(struct inside *i, struct model *m)
{
	(void)m;
	OK(inventory_delete_token(&i->office->flow, &i->office->admin, i->token_id));
}

static void use(struct inside *i, struct model *m)
{
	bool is_counted = false;
	(void)m;
	OK(store_token_use(i->office->flow.store, i->token_id, i->office->flow.now, &is_counted));
	CHECK(is_counted);
}

static void use_user(struct inside *i, struct model *m)
{
	struct bytes rest = m->answer.user_token;
	uint8_t digest[SHA256_DIGEST_LENGTH];
	bool is_counted = false;
	size_t n = bytes_until(&rest, '.').n + 1;
	n += bytes_until(&rest, '.').n;
	CHECK(SHA256(m->answer.user_token.p, n, digest));
	OK(store_idp_use(i->office->flow.store, BYTES_OF(digest), m->now + 1, &is_counted));
	CHECK(is_counted);
}

static void move(struct inside *i, struct model *m)
{
	i->server_key_hash = m->server_key_hash = octets(i, 0x77, TRIP_HASH_SIZE);
}

static void repurpose(struct inside *i, struct model *m)
{
	static const uint8_t nonce[VAULT_NONCE_SIZE] = { 1 };
	struct office *o = i->office;
	struct ticket t;
	struct wr w = wr_of(arena_alloc(&m->arena, TRIP_TICKET_MAX), TRIP_TICKET_MAX);
	OK(ticket_unseal(m->challenge.ticket, &o->key, 1, &i->arena, &t));
	t.purpose = TRIP_RENEW;
	OK(ticket_seal(&t, &o->key, nonce, &w));
	m->challenge.ticket = wr_done(&w);
}

static void age(struct inside *i, struct model *m)
{
	struct name ak;
	OK(name_build(m->ak.name_alg, m->payload.ak_public, &ak));
	const struct store_birth row = { name_bytes(&ak), MODEL_FIRMWARE_BLOCKED, m->now };
	OK(store_birth_put(i->office->flow.store, &row));
}

static void precede(struct inside *i, struct model *m)
{
	const struct statement *s = &m->quote.says;
	struct office *o = i->office;
	struct store_registration *r = NULL;
	uint8_t key[32], ek[32];
	OK(public_hash(&m->device, key));
	OK(public_hash(&m->ek, ek));
	OK(store_registration_find_by_serial(o->flow.store, m->payload.serial, &i->arena, &r));
	const struct store_device row = { .id = octets(i, 0xD2, 16),
					  .profile = r->profile,
					  .state = STORE_DEVICE_ACTIVE,
					  .attested = 1,
					  .key_hash = BYTES_OF(key),
					  .ek_hash = BYTES_OF(ek),
					  .clock = s->clock_ms,
					  .reset_count = s->reset_count,
					  .restart_count = s->restart_count,
					  .firmware = s->firmware,
					  .enrolled = m->now,
					  .last_seen = m->now,
					  .updated = m->now };
	OK(store_device_put(o->flow.store, &row));
	OK(store_device_put_ek(o->flow.store, row.id, row.ek_hash));
	i->has_device = true;
}

static void happen(void *own, struct model *m, enum model_event event)
{
	static void (*const events[])(struct inside *, struct model *) = {
		[MODEL_FORGET] = forget, [MODEL_WAIT] = wait,     [MODEL_WAIT_TOKEN] = wait_for_token,
		[MODEL_REVOKE] = revoke, [MODEL_USE] = use,       [MODEL_MOVE] = move,
		[MODEL_REPURPOSE] = repurpose, [MODEL_AGE] = age,
		[MODEL_USE_USER] = use_user, [MODEL_PRECEDE] = precede,
	};
	events[event](own, m);
}

const struct model_place inside_place = { begin, answer, happen };

/* --- the whole --------------------------------------------------------------------------------------- */

/* A device that has the AK and the device key that no other may have. */
static void put_enrolled(struct inside *i, struct model *m)
{
	struct office *o = i->office;
	struct public ak = model_ak(m, m->enrolled_ak), key = model_device(m, m->enrolled_key);
	const struct registration_new in = { .serial_number = BYTES_TEXT("SN-0") };
	struct store_registration *r = register_as(i, &in);
	uint8_t hash[32];
	struct name name;
	OK(name_build(ALG_SHA256, model_encoded(m, &ak), &name));
	OK(public_hash(&key, hash));
	const struct store_device row = { .id = office_octets(o, 0xD0, 16),
					  .profile = r->profile,
					  .state = STORE_DEVICE_ACTIVE,
					  .attested = 1,
					  .ak_name = name_bytes(&name),
					  .key_hash = BYTES_OF(hash),
					  .ek_hash = office_octets(o, 0xD1, 32),
					  .enrolled = m->now,
					  .last_seen = m->now,
					  .updated = m->now };
	OK(store_device_put(o->flow.store, &row));
}

/* Both of the model's providers. */
static void put_providers(struct inside *i)
{
	const struct { const char *name, *issuer, *audience; } all[] = {
		{ "first", MODEL_USER_ISSUER, "" },
		{ "second", MODEL_USER_OTHER_ISSUER, MODEL_USER_SERVICE },
	};
	struct office *o = i->office;
	struct flow_answer answer = { 0 };
	struct provider_order order = { .by = &o->admin, .a = &o->arena, .answer = &answer };
	for (size_t k = 0; k < COUNT_OF(all); k++) {
		struct store_idp *row;
		const struct idp_new in = { .display_name = bytes_text(all[k].name),
					    .issuer = bytes_text(all[k].issuer),
					    .client_id = BYTES_TEXT(MODEL_USER_AUDIENCE),
					    .audience = bytes_text(all[k].audience),
					    .profile = BYTES_TEXT("byod") };
		OK(provider_put(&o->flow, &in, &order, &row));
	}
}

void inside_init(struct inside *i, struct model *m)
{
	static const struct profile_new profiles[] = {
		{ .display_name = BYTES_TEXT("byod"), .attestation = BYTES_TEXT("off") },
		{ .display_name = BYTES_TEXT("other"), .attestation = BYTES_TEXT("off") },
		{ .display_name = BYTES_TEXT("preferred"), .attestation = BYTES_TEXT("preferred") },
		{ .display_name = BYTES_TEXT("strict"), .unknown = BYTES_TEXT("deny") },
	};
	void *state = NULL;
	*i = (struct inside){ 0 };
	CHECK(office_setup(&state) == 0);
	i->office = state;
	arena_init(&i->arena, ARENA_SIZE);
	for (size_t k = 0; k < COUNT_OF(profiles); k++) {
		struct store_profile *p;
		OK(profiles_put(&i->office->flow, &i->office->admin, &profiles[k],
					 &i->office->arena, &p));
	}
	office_block(i->office);
	put_enrolled(i, m);
	put_providers(i);
	m->place = &inside_place;
	m->own = i;
}

void inside_done(struct inside *i)
{
	void *state = i->office;
	arena_done(&i->arena);
	office_done(&state);
}
