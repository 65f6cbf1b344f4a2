#include "agent/proof.h"


#include "agent/eventlog.h"
#include "agent/pem.h"
#include "agent/softkey.h"
#include "attest/binding.h"
#include "attest/public.h"
#include "attest/statement.h"
#include "tpm/key.h"

/* Room for the requests without what is measured: the event log. */
#define BEGIN_ROOM (TRIP_CHAIN_MAX * TRIP_CERT_MAX + 16384)
#define ANSWER_ROOM 16384 /* and without the payload */

/* How often PCRs are read and quoted again when something extends them in between. */
#define QUOTE_ATTEMPTS 5

static struct bytes optional_text(const char *text)
{
	return text[0] ? bytes_text(text) : (struct bytes){ 0 };
}

/* Sets the labels of begin and payload, which name them alike. */
#define PUT_LABELS(to, labels)                                        \
	do {                                                          \
		(to)->serial = optional_text((labels)->serial);       \
		(to)->name = optional_text((labels)->name);           \
		(to)->manufacturer = optional_text((labels)->manufacturer); \
		(to)->model = optional_text((labels)->model);         \
		(to)->os = optional_text((labels)->os);               \
		(to)->os_version = optional_text((labels)->os_version); \
	} while (0)

static struct bytes ek_public(const struct device *device)
{
	return device->identity.keys[device->identity.best].key.public_area;
}

fault proof_build_begin(const struct proof *proof, struct bytes *ret)
{
	const struct device *device = proof->device;
	struct begin begin = { .version = TRIP_VERSION, .purpose = proof->purpose };
	if (device->has_tpm) {
		begin.ek_chain = device->identity.chain;
		begin.ek_public = ek_public(device);
		begin.ek_hashes = identity_hashes(&device->identity);
		begin.ak_public = device->ak_public;
	} else {
		begin.no_tpm = bytes_text(device->no_tpm);
	}
	if (proof->token)
		begin.token_id = BYTES_OF(proof->token->id);
	begin.idp = proof->user.idp;
	PUT_LABELS(&begin, &device->labels);
	return message_build(&begin_message, &begin, BEGIN_ROOM, proof->arena, ret);
}

/* --- the device key ------------------------------------------------------------------------------------- */

static fault put_pem(const struct proof *proof, const char *name, const char *label, struct bytes der)
{
	const struct bytes_list one = { .n = 1, .v = { der } };
	struct bytes text;
	TRY(pem_build(label, &one, proof->arena, &text));
	return state_put(proof->state, name, text);
}

/* The DER inside a PEM file of the state; absent when there is no file, or one that is no key. */
static fault find_pem(const struct proof *proof, const char *name, const char *label, struct bytes *ret)
{
	fault f = pem_find(proof->state, name, label, proof->arena, ret);
	if (f != FAIL(KEY_FILE))
		return f;
	*ret = (struct bytes){ 0 };
	return NULL;
}

static fault new_tpm_key(const struct proof *proof, struct key *ret)
{
	uint8_t der[KEY_FILE_MAX];
	struct wr w = wr_of(der, sizeof(der));
	TRY(key_new(&proof->device->chip, proof->device->ak.type, proof->arena, ret));
	key_write(ret, &w);
	NEED(!w.bad, BUG);
	return put_pem(proof, STATE_DEVICE_KEY, KEY_PEM_LABEL, wr_done(&w));
}

/*
 * The key of the state, or a new one when there is none of the type wanted that this TPM can load: it was
 * cleared, or exchanged, or its owner wants another type.
 */
static fault get_tpm_key(const struct proof *proof, struct key *ret)
{
	struct bytes der;
	TRY(find_pem(proof, STATE_DEVICE_KEY, KEY_PEM_LABEL, &der));
	fault f = der.p ? key_parse(der, ret) : FAIL(DEVICE_KEY);
	if (!f)
		f = is_keytype_of(proof->device->ak.type, ret->public_area) ?
			    key_check(&proof->device->chip, ret) : FAIL(DEVICE_KEY);
	return f == FAIL(DEVICE_KEY) ? new_tpm_key(proof, ret) : f;
}

/* A request by the key of the state, or by a new one when there is none that can be used. */
static fault build_request(const struct proof *proof, struct bytes *ret)
{
	struct bytes der;
	TRY(find_pem(proof, STATE_SOFTWARE_KEY, SOFTKEY_PEM_LABEL, &der));
	fault f = der.p ? softkey_build_request(der, proof->arena, ret) : FAIL(KEY_FILE);
	if (f != FAIL(KEY_FILE))
		return f;
	TRY(softkey_new(proof->arena, &der));
	TRY(put_pem(proof, STATE_SOFTWARE_KEY, SOFTKEY_PEM_LABEL, der));
	return softkey_build_request(der, proof->arena, ret);
}

/* --- the answer ----------------------------------------------------------------------------------------- */

/* An answer in the making. */
struct draft {
	const struct proof *proof;
	struct challenge challenge;
	struct bytes server_key_hash;
	struct payload payload;
	uint8_t *payload_room; /* for one encoding at a time; absent before the first */
	struct answer answer;
	struct key key; /* parent 0: the device key is not in the TPM */
};

static fault check_challenge(const struct draft *d)
{
	const struct challenge *c = &d->challenge;
	bool has_tpm = d->proof->device->has_tpm;
	NEED(c->key > 0, REPLY_INVALID);
	NEED(!c->credential.p == !c->encrypted_secret.p, REPLY_INVALID);
	NEED(has_tpm || (!c->credential.p && !c->pcr_selection.p), REPLY_INVALID);
	NEED(has_tpm || c->key != TRIP_KEY_TPM, TPM_REQUIRED);
	return NULL;
}

static fault add_key(struct draft *d)
{
	bool in_tpm = d->proof->device->has_tpm && d->challenge.key != TRIP_KEY_SOFTWARE;
	if (!in_tpm)
		return build_request(d->proof, &d->payload.csr);
	TRY(get_tpm_key(d->proof, &d->key));
	d->payload.device_public = d->key.public_area;
	return NULL;
}

static void add_identity(struct draft *d)
{
	const struct device *device = d->proof->device;
	if (device->has_tpm) {
		d->payload.ek_chain = device->identity.chain;
		d->payload.ek_public = ek_public(device);
		d->payload.ak_public = device->ak_public;
		d->payload.tpm_errata = device->errata;
	} else {
		d->payload.no_tpm = bytes_text(device->no_tpm);
	}
	d->payload.key_state = d->proof->keys;
	PUT_LABELS(&d->payload, &device->labels);
}

static fault add_secret(struct draft *d)
{
	const struct attestation_challenge challenge = {
		.kind = d->proof->device->identity.best,
		.credential = d->challenge.credential,
		.encrypted_secret = d->challenge.encrypted_secret,
	};
	if (!challenge.credential.p)
		return NULL;
	TRY(attestation_get_secret(&d->proof->device->ak, &challenge, d->proof->arena, &d->answer.secret));
	NEED(d->answer.secret.n <= TRIP_SECRET_SIZE, ACT_SECRET);
	return NULL;
}

/* PCR values vouch for a log, so it goes with them or not at all. */
static fault add_event_log(struct draft *d)
{
	const char *path = d->proof->device->event_log;
	if (!d->challenge.pcr_selection.p)
		return NULL;
	return eventlog_find(path, d->proof->arena, &d->payload.event_log);
}

/* What a statement of that label must carry, for the payload as it is now. */
static fault bind(const struct draft *d, enum binding_label label, uint8_t ret[static BINDING_SIZE])
{
	uint8_t digest[32];
	TRY(alg_sha256(d->answer.payload, digest));
	const struct binding binding = {
		.nonce = d->challenge.nonce,
		.id = d->challenge.id,
		.purpose = d->proof->purpose,
		.server_key_hash = d->server_key_hash,
		.payload_digest = BYTES_OF(digest),
	};
	return binding_build(label, &binding, ret);
}

/* Each encoding takes the place of the one before. */
static fault encode_payload(struct draft *d)
{
	size_t room = BEGIN_ROOM + d->payload.event_log.n;
	if (!d->payload_room)
		d->payload_room = arena_alloc(d->proof->arena, room);
	NEED(d->payload_room, SYS_MEMORY);
	struct wr w = wr_of(d->payload_room, room);
	message_write(&payload_message, &d->payload, &w);
	NEED(!w.bad, BUG);
	d->answer.payload = wr_done(&w);
	return NULL;
}

/*
 * One quote over the payload with the PCR values of just before; *ret_same says whether they are still the
 * same.
 */
static fault quote_once(struct draft *d, bool *ret_same)
{
	const struct attestation *ak = &d->proof->device->ak;
	uint8_t extra[BINDING_SIZE], digest[ALG_DIGEST_MAX];
	struct attestation_statement said;
	struct statement statement;
	struct public key;
	struct bytes selection = d->challenge.pcr_selection;
	TRY(attestation_list_pcrs(ak->chip, selection, d->proof->arena, &d->payload.pcr_values));
	TRY(encode_payload(d));
	TRY(bind(d, BINDING_QUOTE, extra));
	TRY(attestation_get_quote(ak, selection, BYTES_OF(extra), d->proof->arena, &said));
	TRY(statement_parse(said.attest, &statement));
	TRY(public_parse(d->payload.ak_public, &key));
	TRY(pcr_digest(key.scheme_hash, &d->payload.pcr_values, digest));
	d->answer.quote = said.attest;
	d->answer.quote_signature = said.signature;
	size_t size = alg_hash_find(key.scheme_hash)->size;
	*ret_same = is_bytes_equal(statement.pcr_digest, bytes_of(digest, size));
	return NULL;
}

static fault add_quote(struct draft *d)
{
	bool same = false;
	if (!d->challenge.pcr_selection.p)
		return encode_payload(d);
	for (int i = 0; i < QUOTE_ATTEMPTS && !same; i++)
		TRY(quote_once(d, &same));
	NEED(same, TPM_BUSY);
	return NULL;
}

/* After the quote, for the payload must not change any more. */
static fault add_certify(struct draft *d)
{
	uint8_t extra[BINDING_SIZE];
	struct attestation_statement said;
	if (!d->key.parent)
		return NULL;
	TRY(bind(d, BINDING_CERTIFY, extra));
	TRY(key_get_statement(&d->key, &d->proof->device->ak, BYTES_OF(extra), d->proof->arena, &said));
	d->answer.certify = said.attest;
	d->answer.certify_signature = said.signature;
	return NULL;
}

fault proof_build_answer(const struct proof *proof, const struct proof_challenge *challenge,
			 struct bytes *ret)
{
	struct draft d = { .proof = proof, .server_key_hash = challenge->server_key_hash };
	NEED(message_parse(&challenge_message, challenge->body, &d.challenge) == NULL, REPLY_INVALID);
	TRY(check_challenge(&d));
	add_identity(&d);
	TRY(add_key(&d));
	TRY(add_secret(&d));
	TRY(add_event_log(&d));
	TRY(add_quote(&d));
	TRY(add_certify(&d));
	d.answer.version = TRIP_VERSION;
	d.answer.purpose = proof->purpose;
	d.answer.id = d.challenge.id;
	d.answer.nonce = d.challenge.nonce;
	d.answer.ticket = d.challenge.ticket;
	if (proof->token)
		d.answer.token_secret = BYTES_OF(proof->token->secret);
	d.answer.idp = proof->user.idp;
	d.answer.user_token = proof->user.token;
	return message_build(&answer_message, &d.answer, ANSWER_ROOM + d.answer.payload.n, proof->arena, ret);
}
