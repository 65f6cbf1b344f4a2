#include "flow/examination.h"

#include <string.h>
#include <time.h>

#include "attest/anchors.h"
#include "attest/credential.h"
#include "attest/possession.h"
#include "attest/usertoken.h"
#include "cert/csr.h"
#include "flow/eklisting.h"
#include "flow/missing.h"
#include "policy/purpose.h"
#include "wire/cabhead.h"

static struct bytes copy_outcomes(const struct findings *found, struct arena *a)
{
	return arena_copy(a, BYTES_OF(found->outcomes));
}

/* Judges evidence, and keeps with it what lists say of its chain. */
static fault judge(const struct examination *x, struct evidence *e, struct findings *ret)
{
	const struct evaluation with = { .now = (int64_t)x->request->now,
					 .anchors = x->anchors,
					 .admits_expired_ca = x->admits_expired_ca,
					 .admits_unlisted = x->admits_unlisted };
	TRY(evaluate(e, &with, x->arena, ret));
	return eklists_cut(anchors_eklists(x->anchors), ret->way.v, ret->way.n, x->arena, &e->eklists);
}

/* An anchor may go between the trips, so the second may be the first to lack it. */
static struct bytes missing_of(const struct examination *x, const struct findings *found)
{
	bool is_lost = found->outcomes[CHECK_EK_CERT_CHAIN] == FAILED;
	return is_lost ? missing_find(&found->payload.ek_chain, x->anchors, x->arena) : (struct bytes){ 0 };
}

/* What both trips say of origin and TPM; the two structs have these members in common. */
#define FILL_FACTS(x, ret, found, e)                                                               \
	do {                                                                                       \
		(ret)->request_id = (x)->request->request_id;                                      \
		(ret)->now = (x)->request->now;                                                    \
		(ret)->peer = (x)->request->peer;                                                  \
		(ret)->server_key_hash = (x)->request->server_key_hash;                            \
		(ret)->snapshot = (x)->snapshot;                                                   \
		(ret)->expired_ca = (x)->admits_expired_ca;                                        \
		(ret)->leniencies = (found)->leniencies;                                           \
		(ret)->purpose = (e)->purpose;                                                     \
		(ret)->outcomes = copy_outcomes(found, (x)->arena);                                \
		(ret)->ek_hash = (found)->ek_hash;                                                 \
		(ret)->ak_name = (found)->ak_name;                                                 \
		(ret)->anchors = (found)->anchors;                                                 \
		(ret)->anchor = (found)->maker.anchor;                                             \
		(ret)->maker = (found)->maker.maker;                                                 \
		(ret)->class = (found)->maker.class;                                               \
		(ret)->named_maker = (found)->named_maker;                                         \
		(ret)->named_issuer = (found)->named_issuer;                                       \
		(ret)->tpm_model = (found)->maker.model;                                           \
		(ret)->tpm_version = (found)->maker.version;                                       \
		(ret)->crl_required = !(x)->admits_unlisted;                                       \
		(ret)->missing = missing_of(x, found);                                             \
		(ret)->no_tpm = (found)->payload.no_tpm;                                           \
		(ret)->serial = (found)->payload.serial;                                           \
		(ret)->name = (found)->payload.name;                                               \
		(ret)->manufacturer = (found)->payload.manufacturer;                               \
		(ret)->model = (found)->payload.model;                                             \
		(ret)->os = (found)->payload.os;                                                   \
		(ret)->os_version = (found)->payload.os_version;                                   \
	} while (0)

/* The certificate that the device showed, as far as it can be one of ours. */
struct shown {
	struct bytes serial, hash;
};

static fault read_shown(const struct examination *x, struct shown *ret)
{
	struct bytes der = x->request->certificate;
	NEED(der.p, DEVICE_CERT_MISSING);
	*ret = (struct shown){ .serial = profile_find_serial(der) };
	NEED(ret->serial.p, DEVICE_UNKNOWN);
	return flow_hash(der, x->arena, &ret->hash);
}

/* What a device may come for by these two trips, and who it says it is where that takes a certificate. */
static fault read_purpose(const struct examination *x, uint64_t of, struct shown *ret)
{
	const struct purpose *purpose = purpose_find(of);
	*ret = (struct shown){ 0 };
	NEED(purpose->deed, STATE_INVALID);
	return purpose->is_managed ? read_shown(x, ret) : NULL;
}

fault examination_begin(const struct examination *x, struct begin_facts *ret)
{
	struct begin b;
	struct findings found;
	struct shown shown;
	TRY(message_parse(&begin_message, x->request->body, &b));
	NEED(b.version == TRIP_VERSION, PROTO_DOWNGRADE);
	TRY(read_purpose(x, b.purpose, &shown));
	const struct payload p = {
		.ek_chain = b.ek_chain,
		.ek_public = b.ek_public,
		.ak_public = b.ak_public,
		.no_tpm = b.no_tpm,
		.serial = b.serial,
		.name = b.name,
		.manufacturer = b.manufacturer,
		.model = b.model,
		.os = b.os,
		.os_version = b.os_version,
	};
	struct evidence e = { .version = TRIP_VERSION,
			      .purpose = b.purpose,
			      .time = x->request->now,
			      .expired_ca = x->admits_expired_ca,
			      .crl_required = !x->admits_unlisted };
	TRY(flow_encode(&payload_message, &p, x->arena, &e.payload));
	TRY(judge(x, &e, &found));
	struct begin_facts f = { .ek_hashes = b.ek_hashes,
				 .ek_public = b.ek_public,
				 .token_id = b.token_id,
				 .idp = b.idp,
				 .shown_serial = shown.serial,
				 .shown_hash = shown.hash };
	FILL_FACTS(x, &f, &found, &e);
	TRY(eklisting_find(&found.way, x->anchors, x->arena, &f.unlisted));
	TRY(flow_encode(&evidence_message, &e, x->arena, &f.evidence));
	NEED(!is_arena_full(x->arena), SYS_MEMORY);
	*ret = f;
	return NULL;
}

static fault read_key(struct findings *found, struct answer_facts *f)
{
	const struct evaluate_key *certified = &found->device_key;
	struct subject key = { certified->kind, certified->a, certified->b };
	/* A certificate is for the key that was proved: there is never a choice between two. */
	NEED(!found->payload.csr.p || !found->payload.device_public.p, PARSE_FIELD);
	if (found->payload.csr.p)
		TRY(csr_judge(found->payload.csr, found->outcomes, &key));
	f->key = key.kind;
	f->key_a = key.kind ? key.a : (struct bytes){ 0 };
	f->key_b = key.kind ? key.b : (struct bytes){ 0 };
	f->ak = found->ak_key.kind;
	f->ak_a = found->ak_key.kind ? found->ak_key.a : (struct bytes){ 0 };
	f->ak_b = found->ak_key.kind ? found->ak_key.b : (struct bytes){ 0 };
	return NULL;
}

/* Who signed in. The token itself goes no further. */
static fault read_user(const struct examination *x, const struct answer *a, struct findings *found,
		       struct answer_facts *f)
{
	struct user user;
	const struct usertoken_case c = {
		.idp = a->idp, .token = a->user_token, .idps = anchors_idps(x->anchors),
		.now = (int64_t)x->request->now,
	};
	NEED(!a->user_token.p == !a->idp.p, PARSE_FIELD);
	if (!a->idp.p)
		return NULL;
	TRY(usertoken_judge(&c, x->arena, found->outcomes, &user));
	return user.idp.p ? flow_encode(&user_message, &user, x->arena, &f->user) : NULL;
}

static struct evidence evidence_of(const struct examination *x, const struct answer *a)
{
	return (struct evidence){
		.version = TRIP_VERSION,
		.purpose = a->purpose,
		.time = x->request->now,
		.id = a->id,
		.nonce = a->nonce,
		.server_key_hash = x->request->server_key_hash,
		.payload = a->payload,
		.certify = a->certify,
		.certify_signature = a->certify_signature,
		.quote = a->quote,
		.quote_signature = a->quote_signature,
		.expired_ca = x->admits_expired_ca,
		.crl_required = !x->admits_unlisted,
	};
}

fault examination_answer(const struct examination *x, struct answer_facts *ret)
{
	struct answer a;
	struct findings found;
	struct shown shown;
	struct bytes request_digest;
	TRY(message_parse(&answer_message, x->request->body, &a));
	NEED(a.version == TRIP_VERSION, PROTO_DOWNGRADE);
	TRY(read_purpose(x, a.purpose, &shown));
	struct evidence e = evidence_of(x, &a);
	TRY(judge(x, &e, &found));
	TRY(flow_hash(x->request->body, x->arena, &request_digest));
	struct answer_facts f = {
		.request_digest = request_digest,
		.payload_digest = arena_copy(x->arena, BYTES_OF(found.payload_digest)),
		.ticket = a.ticket,
		.id = a.id,
		.nonce = a.nonce,
		.secret = a.secret,
		.token_secret = a.token_secret,
		.pcr_selection = found.pcr_selection,
		.pcr_digest = found.pcr_digest,
		.firmware = found.state.firmware,
		.clock = found.state.clock_ms,
		.reset_count = found.state.reset_count,
		.restart_count = found.state.restart_count,
		.clock_safe = found.state.is_clock_safe,
		.tpm_errata = found.payload.tpm_errata,
		.key_state = found.payload.key_state,
		.shown_serial = shown.serial,
		.shown_hash = shown.hash,
	};
	TRY(read_key(&found, &f));
	TRY(read_user(x, &a, &found, &f));
	FILL_FACTS(x, &f, &found, &e);
	e.pcr_selection = found.pcr_selection;
	TRY(flow_encode(&evidence_message, &e, x->arena, &f.evidence));
	NEED(!is_arena_full(x->arena), SYS_MEMORY);
	*ret = f;
	return NULL;
}

fault examination_token_begin(const struct examination *x, struct token_ask *ret)
{
	struct token_begin b;
	TRY(message_parse(&token_begin_message, x->request->body, &b));
	NEED(b.version == TRIP_VERSION, PROTO_DOWNGRADE);
	*ret = (struct token_ask){ x->request->request_id, x->request->peer, x->request->server_key_hash };
	return NULL;
}

fault examination_token_answer(const struct examination *x, struct possession *ret)
{
	struct token_answer a;
	struct possession_found found;
	TRY(message_parse(&token_answer_message, x->request->body, &a));
	NEED(a.version == TRIP_VERSION, PROTO_DOWNGRADE);
	TRY(possession_find(&a, x->request->server_key_hash, x->arena, &found));
	NEED(!is_arena_full(x->arena), SYS_MEMORY);
	*ret = (struct possession){
		.request_id = x->request->request_id,
		.peer = x->request->peer,
		.server_key_hash = x->request->server_key_hash,
		.id = a.id,
		.nonce = a.nonce,
		.ticket = a.ticket,
		.is_signed = found.is_signed,
		.key = found.key.kind,
		.key_a = found.key.a,
		.key_b = found.key.b,
	};
	return NULL;
}

fault examination_checkin(const struct examination *x, struct presence *ret)
{
	struct checkin c;
	struct shown shown;
	TRY(message_parse(&checkin_message, x->request->body, &c));
	NEED(c.version == TRIP_VERSION, PROTO_DOWNGRADE);
	for (size_t i = 0; i < c.effects.n; i++)
		TRY(message_check(&effect_message, c.effects.v[i]));
	TRY(read_shown(x, &shown));
	*ret = (struct presence){ x->request->request_id, x->request->peer, shown.serial, shown.hash,
				  c.agent, c.effects };
	return NULL;
}

fault examination_diagnostics(const struct examination *x, struct diagnostics *ret)
{
	struct collected collected;
	struct cabhead ignored;
	struct shown shown;
	TRY(message_parse(&collected_message, x->request->body, &collected));
	NEED(collected.version == TRIP_VERSION, PROTO_DOWNGRADE);
	TRY(cabhead_parse(collected.cab, &ignored));
	TRY(read_shown(x, &shown));
	*ret = (struct diagnostics){ x->request->request_id, x->request->peer, shown.serial, shown.hash,
				     collected.order, collected.cab };
	return NULL;
}

fault examination_wrap(const struct credential *c, struct arena *a, struct bytes *ret)
{
	struct public ek;
	struct challenge challenge;
	struct credential_parcel *parcel = arena_alloc(a, sizeof(*parcel));
	NEED(parcel != NULL, SYS_MEMORY);
	TRY(public_parse(c->ek_public, &ek));
	TRY(message_parse(&challenge_message, c->challenge, &challenge));
	TRY(credential_build(&ek, c->ak_name, c->secret, c->seed, parcel));
	challenge.credential = bytes_of(parcel->blob, parcel->blob_n);
	challenge.encrypted_secret = bytes_of(parcel->encrypted, parcel->encrypted_n);
	return flow_encode(&challenge_message, &challenge, a, ret);
}

/* The base point of P-256 (SP 800-186 §3.2.1.3) as an endorsement key. */
static const struct public known_key = {
	.type = ALG_ECC,
	.name_alg = ALG_SHA256,
	.symmetric = ALG_AES,
	.symmetric_bits = 128,
	.symmetric_mode = ALG_CFB,
	.scheme = ALG_NULL,
	.curve = ALG_NIST_P256,
	.kdf = ALG_NULL,
	.a = BYTES_TEXT("\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2"
			"\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96"),
	.b = BYTES_TEXT("\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16"
			"\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5"),
};

fault examination_check(struct bytes certificate)
{
	static const uint8_t octets[TRIP_SECRET_SIZE] = { 1 };
	uint8_t digest[ANCHORS_HASH_SIZE];
	struct credential_parcel parcel;
	struct name name;
	struct anchors *a = anchors_new();
	tzset(); /* glibc reads the zone's file before it converts a time for the first time, even in UTC */
	fault why = anchors_put(a, certificate, (struct bytes){ 0 }, ANCHORS_UNKNOWN);
	anchors_digest(a, digest);
	anchors_free(a);
	TRY(why);
	TRY(name_build(ALG_SHA256, certificate, &name));
	return credential_build(&known_key, name_bytes(&name), BYTES_OF(octets), BYTES_OF(octets), &parcel);
}
