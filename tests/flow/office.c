#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest/alg.h"
#include "attest/verdict.h"
#include "cert/tbs.h"
#include "cert/token.h"
#include "store/fresh.h"
#include "store/store_audit.h"

#define OFFICE_ARENA (64 << 20)

int office_setup(void **state)
{
	struct office *o = calloc(1, sizeof(*o));
	char path[128];
	if (!o)
		return -1;
	*state = o;
	snprintf(o->folder, sizeof(o->folder), "/tmp/assay-office-XXXXXX");
	if (!mkdtemp(o->folder))
		return -1;
	arena_init(&o->arena, OFFICE_ARENA);
	o->limits = (struct flow_limits){ .ticket_s = 300, .certificate_s = 86400, .refusals = 100,
					    .evidence = 3, .issuers = 10, .fetch_retry_s = 60,
					    .checkin_s = 3600,
					    .bundles = 2,
					    .failures = 1000, .failure_days = 30, .outbreak = { 10, 600 } };
	uint8_t *name = arena_alloc(&o->arena, 128);
	struct wr w = wr_of(name, 128);
	tbs_write_name(BYTES_TEXT("Test"), BYTES_TEXT("Test CA"), &w);
	o->issuer = (struct issuer){ .name = wr_done(&w),
				     .key_id = office_octets(o, 7, ISSUER_KEY_ID_SIZE),
				     .not_before = OFFICE_NOW - 86400,
				     .not_after = OFFICE_NOW + 86400 * 1000 };
	o->key = (struct vault_key){ .generation = 1, .key = { 42 } };
	o->record_key = (struct vault_key){ .generation = 2, .key = { 43 } };
	o->admin = (struct inventory_actor){ "tester", office_octets(o, 1, 16) };
	o->flow = (struct flow){ .attempts = attempts_new(), .contacts = contacts_new(),
				 .limits = &o->limits, .issuer = &o->issuer, .ticket_key = &o->key,
				 .record_key = &o->record_key,
				 .now = OFFICE_NOW, .chain = { .n = 1, .v = { BYTES_TEXT("chain") } } };
	snprintf(path, sizeof(path), "%s/db", o->folder);
	return fresh_open(path, &o->flow.store) || blocking_build(&o->flow) || filtering_build(&o->flow) ||
			       restricting_put_default(&o->flow) || restricting_build(&o->flow) ||
			       complying_put_default(&o->flow) || complying_build(&o->flow)
		       ? -1
		       : 0;
}

int office_done(void **state)
{
	struct office *o = *state;
	char path[128];
	static const char *const names[] = { "db", "db-wal", "db-shm" };
	store_close(o->flow.store);
	attempts_free(o->flow.attempts);
	contacts_free(o->flow.contacts);
	blocking_free(o->flow.blocking);
	restricting_free(o->flow.restricting);
	complying_free(o->flow.complying);
	filtering_free(o->flow.filtering);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", o->folder, names[i]);
		unlink(path);
	}
	rmdir(o->folder);
	arena_done(&o->arena);
	free(o);
	return 0;
}

struct bytes office_octets(struct office *o, uint8_t v, size_t n)
{
	uint8_t *p = arena_alloc(&o->arena, n);
	memset(p, v, n);
	return bytes_of(p, n);
}

void office_register_key(struct office *o, uint8_t ek)
{
	struct store_registration *r;
	const struct registration_new in = { .ek_hash = office_octets(o, ek, 32) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
}

void office_register_serial(struct office *o, const char *serial)
{
	struct store_registration *r;
	const struct registration_new in = { .serial_number = bytes_text(serial) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
}

void office_register_class(struct office *o, uint8_t ek, const char *virtual, const char *unknown)
{
	struct store_profile *p;
	struct store_registration *r;
	const struct profile_new profile = { .display_name = BYTES_TEXT("classes"),
					     .virtual = bytes_text(virtual),
					     .unknown = bytes_text(unknown) };
	const struct registration_new in = { .ek_hash = office_octets(o, ek, 32),
					     .profile = BYTES_TEXT("classes") };
	OK(profiles_put(&o->flow, &o->admin, &profile, &o->arena, &p));
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
}

#define TEXT(s) { (const uint8_t *)(s), sizeof(s) - 1 }
const struct blocklist_new office_block_row = {
	.id = TEXT("roca"),
	.maker = TEXT("IFX"),
	.basis = TEXT("firmware"),
	.first = TEXT("7.0"),
	.last = TEXT("7.61"),
	.fixed = TEXT("7.62"),
	.effect = TEXT("refuse"),
	.keys = TEXT("all"),
	.name = TEXT("ROCA"),
	.page = TEXT("https://x"),
	.source = TEXT("a test"),
};

void office_block(struct office *o)
{
	struct store_blocklist *row;
	OK(blocking_put(&o->flow, &o->admin, &office_block_row, &o->arena, &row));
	OK(blocking_build(&o->flow));
}

struct office_token office_token(struct office *o)
{
	struct store_profile *p;
	const struct profile_new profile = { .display_name = BYTES_TEXT("byod"),
					     .attestation = BYTES_TEXT("off") };
	const struct token_new token = { .profile = BYTES_TEXT("byod") };
	const char *text;
	struct token t;
	OK(profiles_put(&o->flow, &o->admin, &profile, &o->arena, &p));
	OK(inventory_put_token(&o->flow, &o->admin, &token, &o->arena, &text));
	OK(token_parse(bytes_text(text), TOKEN_ENROLMENT, &t));
	return (struct office_token){ arena_copy(&o->arena, BYTES_OF(t.id)),
				      arena_copy(&o->arena, BYTES_OF(t.secret)) };
}

/* Every row that verify judges, passed. */
static struct bytes all_passed(struct office *o)
{
	uint8_t *p = arena_alloc(&o->arena, CHECK_COUNT);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		p[i] = verdict_checks[i].by == BY_VERIFY ? PASSED : NOT_RUN;
	return bytes_of(p, CHECK_COUNT);
}

struct begin_facts office_begin(struct office *o, uint8_t ek, const char *serial)
{
	return (struct begin_facts){
		.request_id = office_octets(o, 0xA1, 16),
		.now = OFFICE_NOW,
		.peer = BYTES_TEXT("127.0.0.1"),
		.server_key_hash = office_octets(o, 0xB2, 32),
		.snapshot = office_octets(o, 0, 32),
		.purpose = TRIP_ENROLL,
		.ek_hash = ek ? office_octets(o, ek, 32) : (struct bytes){ 0 },
		.ak_name = ek ? office_octets(o, ek, 34) : (struct bytes){ 0 },
		.outcomes = all_passed(o),
		.ek_public = BYTES_TEXT("an EK"),
		.serial = serial ? bytes_text(serial) : (struct bytes){ 0 },
		.name = BYTES_TEXT("device"),
		.no_tpm = ek ? (struct bytes){ 0 } : BYTES_TEXT("none"),
	};
}

struct challenge_result office_challenge(struct office *o, const struct begin_facts *facts)
{
	struct challenge_result r;
	OK(challenge_build(&o->flow, facts, &o->arena, &r));
	OK(r.answer.why);
	return r;
}

fault office_begin_refused(struct office *o, const struct begin_facts *facts)
{
	struct challenge_result r;
	fault why = challenge_build(&o->flow, facts, &o->arena, &r);
	OK(why ? challenge_refuse(&o->flow, facts, &r, why) : NULL);
	return why;
}

struct answer_facts office_answer(struct office *o, const struct begin_facts *b,
				  const struct challenge_result *r)
{
	struct challenge c;
	uint8_t seed = b->ek_hash.p ? b->ek_hash.p[0] : 0xEE;
	OK(message_parse(&challenge_message, r->answer.body, &c));
	return (struct answer_facts){
		.request_id = b->request_id,
		.now = b->now,
		.peer = b->peer,
		.server_key_hash = b->server_key_hash,
		.snapshot = b->snapshot,
		.purpose = b->purpose,
		.ek_hash = b->ek_hash,
		.ak_name = b->ak_name,
		.outcomes = b->outcomes,
		.serial = b->serial,
		.name = b->name,
		.no_tpm = b->no_tpm,
		.request_digest = office_octets(o, seed, 32),
		.payload_digest = office_octets(o, seed, 32),
		.ticket = c.ticket,
		.id = c.id,
		.nonce = c.nonce,
		.secret = r->has_credential ? r->credential.secret : (struct bytes){ 0 },
		.pcr_selection = c.pcr_selection,
		.key = FRAME_KEY_P256,
		.key_a = office_octets(o, seed, 32),
		.key_b = office_octets(o, 2, 32),
		.ak = b->ak_name.p ? FRAME_KEY_P256 : 0,
		.ak_a = b->ak_name.p ? office_octets(o, seed, 32) : (struct bytes){ 0 },
		.ak_b = b->ak_name.p ? office_octets(o, 3, 32) : (struct bytes){ 0 },
		.evidence = c.id, /* of this answer alone */
	};
}

struct office_trips office_trips(struct office *o, uint8_t ek, const char *serial)
{
	struct office_trips t = { .begin = office_begin(o, ek, serial) };
	t.challenge = office_challenge(o, &t.begin);
	t.answer = office_answer(o, &t.begin, &t.challenge);
	return t;
}

struct office_trips office_token_trips(struct office *o, const struct office_token *t)
{
	struct office_trips s = { .begin = office_begin(o, 0, NULL) };
	s.begin.token_id = t->id;
	s.challenge = office_challenge(o, &s.begin);
	s.answer = office_answer(o, &s.begin, &s.challenge);
	s.answer.token_secret = t->secret;
	return s;
}

fault office_admit(struct office *o, const struct answer_facts *facts, struct admission *ret)
{
	struct store *s = o->flow.store;
	OK(store_begin(s));
	fault why = admission_build(&o->flow, facts, &o->arena, ret);
	if (!why) {
		OK(store_commit(s));
		return NULL;
	}
	store_rollback(s);
	OK(admission_refuse(&o->flow, facts, ret, why));
	return why;
}

fault office_release(struct office *o, const struct admission *a, struct flow_answer *ret)
{
	struct issuance i = { .ticket_id = a->ticket_id, .n = a->issues };
	for (size_t k = 0; k < a->issues; k++) {
		i.issue[k] = a->issue[k];
		i.der[k] = office_octets(o, (uint8_t)(0x30 + k), 200);
	}
	return issuance_finish(&o->flow, &i, &o->arena, ret);
}

size_t office_deeds(struct office *o, const char *action)
{
	struct store_audit_list list;
	size_t n = 0;
	OK(store_audit_list(o->flow.store, (struct store_page){ .limit = 200 }, &o->arena, &list));
	for (size_t i = 0; i < list.n; i++)
		n += is_bytes_text(list.v[i].action, action);
	return n;
}
