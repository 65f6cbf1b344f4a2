#include "model.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string.h>

#include "attest/binding.h"
#include "attest/credential.h"
#include "test.h"
#include "wire/der.h"

#define ARENA_SIZE ((size_t)1 << 20)
#define PCRS 0x0000FFFFu /* 0 to 15 */

static struct wr room(struct model *m, size_t n)
{
	uint8_t *p = arena_alloc(&m->arena, n);
	CHECK(p);
	return wr_of(p, n);
}

static struct bytes written(const struct wr *w)
{
	CHECK(!w->bad);
	return wr_done(w);
}

static struct bytes encoded(struct model *m, const struct message *of, const void *from)
{
	struct wr w = room(m, 65536);
	message_write(of, from, &w);
	return written(&w);
}

/* --- octets ------------------------------------------------------------------------------------------ */

struct bytes model_octets(struct model *m, uint8_t v, size_t n)
{
	struct wr w = room(m, n);
	memset(w.p, v, n);
	return bytes_of(w.p, n);
}

struct bytes model_flipped(struct model *m, struct bytes b, size_t bit)
{
	CHECK(bit / 8 < b.n);
	uint8_t *p = room(m, b.n).p;
	memcpy(p, b.p, b.n);
	p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	return bytes_of(p, b.n);
}

struct bytes model_longer(struct model *m, struct bytes b, struct bytes more)
{
	struct wr w = room(m, b.n + more.n);
	wr_bytes(&w, b);
	wr_bytes(&w, more);
	return written(&w);
}

struct bytes model_encoded(struct model *m, const struct public *p)
{
	struct wr w = room(m, TRIP_STRUCTURE_MAX);
	public_write(p, &w);
	return written(&w);
}

struct bytes model_statement_encoded(struct model *m, const struct statement *s)
{
	struct wr w = room(m, TRIP_STRUCTURE_MAX);
	statement_write(s, &w);
	return written(&w);
}

struct bytes model_signature_encoded(struct model *m, const struct signature *s)
{
	struct wr w = room(m, TRIP_STRUCTURE_MAX);
	signature_write(s, &w);
	return written(&w);
}

struct bytes model_selection_encoded(struct model *m, const struct pcr_selection *s)
{
	struct wr w = room(m, 64);
	pcr_write(s, &w);
	return written(&w);
}

struct bytes model_spki(struct model *m, const struct public *p)
{
	struct wr w = room(m, SPKI_SIZE_MAX);
	const struct spki key = public_spki(p);
	spki_write(&key, &w);
	return written(&w);
}

/* --- keys -------------------------------------------------------------------------------------------- */

/* Around the model's time instead of the maker's. */
static void set_validity(const struct model *m, struct maker_ca_plan *plan)
{
	plan->not_before = m->now - MAKER_CA_YEAR;
	plan->not_after = m->now + 3 * MAKER_CA_YEAR;
}

static struct maker_ca_plan leaf_plan(const struct model *m, EVP_PKEY *key)
{
	struct maker_ca_plan plan = maker_ca_plan_ek(&m->maker, key);
	set_validity(m, &plan);
	return plan;
}

void model_set_leaf(struct model *m, EVP_PKEY *key)
{
	m->leaf = leaf_plan(m, key);
}

void model_set_ek(struct model *m, EVP_PKEY *key)
{
	m->ek_key = key;
	m->ek = model_ek(m, key);
	model_set_leaf(m, key);
}

void model_set_ak(struct model *m, EVP_PKEY *key, uint16_t hash)
{
	m->ak = model_ak(m, key);
	m->ak.scheme_hash = hash;
	m->certify.signer = m->quote.signer = key;
	m->certify.hash = m->quote.hash = hash;
}

/* --- certificates ------------------------------------------------------------------------------------ */

struct bytes model_issued(struct model *m, const struct maker_ca_plan *plan)
{
	uint8_t out[MAKER_CA_SIZE_MAX];
	return arena_copy(&m->arena, maker_ca_issue(plan, out));
}

struct bytes model_certificate(struct model *m, EVP_PKEY *key)
{
	struct maker_ca_plan plan = leaf_plan(m, key);
	return model_issued(m, &plan);
}

static void make_chain(struct model *m)
{
	if (!m->leaf.key)
		return;
	CHECK(bytes_list_put(&m->payload.ek_chain, model_issued(m, &m->leaf)));
	CHECK(bytes_list_put(&m->payload.ek_chain, model_issued(m, &m->issuing)));
}

struct bytes model_request(struct model *m, EVP_PKEY *signer, const char *digest, const char *subject)
{
	X509_REQ *q = X509_REQ_new();
	struct wr w = room(m, TRIP_CSR_MAX);
	uint8_t *end = w.p;
	const uint8_t *name = (const uint8_t *)subject;
	CHECK(q && X509_REQ_set_version(q, 0) == 1 && X509_REQ_set_pubkey(q, m->requested) == 1);
	if (name)
		CHECK(X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(q), NID_commonName, MBSTRING_UTF8,
						 name, -1, -1, 0) == 1);
	CHECK(X509_REQ_sign(q, signer, EVP_get_digestbyname(digest)) > 0);
	int n = i2d_X509_REQ(q, &end);
	CHECK(n > 0 && n <= TRIP_CSR_MAX);
	X509_REQ_free(q);
	return bytes_of(w.p, (size_t)n);
}

/* --- statements -------------------------------------------------------------------------------------- */

static struct bytes signed_octets(struct model *m, EVP_PKEY *key, const EVP_MD *md, int padding,
				  struct bytes message)
{
	struct wr w = room(m, ALG_RSA_MAX);
	size_t n = w.n;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL; /* of ctx */
	CHECK(ctx && EVP_DigestSignInit(ctx, &options, md, NULL, key) == 1);
	CHECK(!padding || EVP_PKEY_CTX_set_rsa_padding(options, padding) == 1);
	CHECK(EVP_DigestSign(ctx, w.p, &n, message.p, message.n) == 1);
	EVP_MD_CTX_free(ctx);
	return bytes_of(w.p, n);
}

struct signature model_signed_pss(struct model *m, EVP_PKEY *key, uint16_t hash, struct bytes message)
{
	const EVP_MD *md = EVP_get_digestbyname(alg_hash_find(hash)->evp);
	return (struct signature){ .scheme = ALG_RSAPSS, .hash = hash,
				   .a = signed_octets(m, key, md, RSA_PKCS1_PSS_PADDING, message) };
}

struct signature model_signed(struct model *m, EVP_PKEY *key, uint16_t hash, struct bytes message)
{
	const EVP_MD *md = EVP_get_digestbyname(alg_hash_find(hash)->evp);
	struct signature s = { .scheme = ALG_RSASSA, .hash = hash,
			       .a = signed_octets(m, key, md, 0, message) };
	if (EVP_PKEY_is_a(key, "RSA"))
		return s;
	struct rd r = rd_of(s.a);
	struct rd pair = der_enter(&r, DER_SEQUENCE);
	s.scheme = ALG_ECDSA;
	s.a = der_magnitude(&pair);
	s.b = der_magnitude(&pair);
	CHECK(is_rd_done(&pair));
	return s;
}

static struct bytes extra_data(struct model *m, enum binding_label label)
{
	uint8_t digest[32], extra[BINDING_SIZE];
	OK(alg_sha256(m->answer.payload, digest));
	struct binding b = { .nonce = m->challenge.nonce,
			     .id = m->challenge.id,
			     .purpose = TRIP_ENROLL,
			     .server_key_hash = m->server_key_hash,
			     .payload_digest = BYTES_OF(digest) };
	OK(binding_build(label, &b, extra));
	return arena_copy(&m->arena, BYTES_OF(extra));
}

/* A key without a Name gives the absent view, as such a TPM object has none. */
static struct bytes name_of(struct model *m, const struct public *p, struct bytes area)
{
	struct name name;
	return name_build(p->name_alg, area, &name) ? (struct bytes){ 0 } :
						      arena_copy(&m->arena, name_bytes(&name));
}

static struct statement statement_of(struct model *m, uint16_t type, enum binding_label label)
{
	struct name signer = { 0 };
	struct bytes ak_name = name_of(m, &m->ak, m->payload.ak_public);
	if (ak_name.p)
		OK(name_build_primary(NAME_ENDORSEMENT, ak_name, &signer));
	return (struct statement){ .magic = STATEMENT_MAGIC,
				   .type = type,
				   .signer = arena_copy(&m->arena, name_bytes(&signer)),
				   .extra_data = extra_data(m, label),
				   .clock_ms = 123456789,
				   .reset_count = 11,
				   .restart_count = 2,
				   .safe = 1,
				   .firmware = 0x2024012500120000 };
}

static void make_statements(struct model *m)
{
	uint8_t digest[ALG_DIGEST_MAX];
	struct statement *certify = &m->certify.says, *quote = &m->quote.says;
	*certify = statement_of(m, STATEMENT_CERTIFY, BINDING_CERTIFY);
	certify->name = name_of(m, &m->device, m->payload.device_public);
	certify->qualified_name = certify->name;
	*quote = statement_of(m, STATEMENT_QUOTE, BINDING_QUOTE);
	OK(pcr_parse(m->challenge.pcr_selection, &quote->selection));
	OK(pcr_digest(m->ak.scheme_hash, &m->payload.pcr_values, digest));
	size_t n = alg_hash_find(m->ak.scheme_hash)->size;
	quote->pcr_digest = arena_copy(&m->arena, bytes_of(digest, n));
}

static void sign(struct model *m, struct model_statement *s, struct bytes *ret)
{
	*ret = model_statement_encoded(m, &s->says);
	bool is_pss = s->scheme == ALG_RSAPSS;
	s->signature = (is_pss ? model_signed_pss : model_signed)(m, s->signer, s->hash, *ret);
}

/* --- the conversation -------------------------------------------------------------------------------- */

static bool has_user(const struct model *m)
{
	return m->way == VOUCH_BY_USER || m->way == VOUCH_BY_USER_ALONE;
}

struct bytes model_begin(struct model *m)
{
	const struct begin b = { .version = TRIP_VERSION,
				 .purpose = TRIP_ENROLL,
				 .ek_chain = m->payload.ek_chain,
				 .ek_public = m->payload.ek_public,
				 .ak_public = m->payload.ak_public,
				 .no_tpm = m->payload.no_tpm,
				 .token_id = m->token_id,
				 .idp = has_user(m) ? BYTES_OF(m->idp.id) : (struct bytes){ 0 },
				 .serial = m->payload.serial };
	return encoded(m, &begin_message, &b);
}

fault model_activate(struct model *m)
{
	const struct credential_key key = { &m->ek, m->ek_key };
	const struct credential_view in = { m->challenge.credential, m->challenge.encrypted_secret };
	uint8_t secret[CREDENTIAL_SECRET_MAX];
	struct name ak;
	size_t n;
	TRY(name_build(m->ak.name_alg, m->payload.ak_public, &ak));
	TRY(credential_open(&key, name_bytes(&ak), in, secret, &n));
	m->secret = arena_copy(&m->arena, bytes_of(secret, n));
	return NULL;
}

/* What a place would have answered. */
static void begin_alone(struct model *m)
{
	const struct pcr_selection asked = pcr_of(ALG_SHA256, PCRS);
	m->challenge = (struct challenge){ .ticket = BYTES_TEXT("ticket"),
					   .id = model_octets(m, 0x1D, TRIP_ID_SIZE),
					   .nonce = model_octets(m, 0x40, TRIP_NONCE_SIZE),
					   .pcr_selection = model_selection_encoded(m, &asked) };
	m->server_key_hash = model_octets(m, 0x5E, TRIP_HASH_SIZE);
}

void model_set_areas(struct model *m)
{
	m->payload.ek_public = model_encoded(m, &m->ek);
	m->payload.ak_public = model_encoded(m, &m->ak);
	m->payload.device_public = model_encoded(m, &m->device);
}

static void make_areas(struct model *m)
{
	m->payload = (struct payload){ .serial = bytes_text(m->serial) };
	if (is_vouch_tpm(m->way)) {
		make_chain(m);
		model_set_areas(m);
		return;
	}
	m->payload.no_tpm = BYTES_TEXT("none found");
	m->payload.csr = model_request(m, m->requested, "SHA256", NULL);
}

static void make_pcr_values(struct model *m)
{
	struct pcr_selection asked;
	OK(pcr_parse(m->challenge.pcr_selection, &asked));
	for (size_t i = 0; i < pcr_count(&asked); i++)
		CHECK(bytes_list_put(&m->payload.pcr_values, model_octets(m, (uint8_t)i, 32)));
}

static void make_answer(struct model *m)
{
	m->answer = (struct answer){ .version = TRIP_VERSION,
				     .purpose = TRIP_ENROLL,
				     .id = m->challenge.id,
				     .nonce = m->challenge.nonce,
				     .ticket = m->challenge.ticket,
				     .secret = m->secret,
				     .token_secret = m->token_secret,
				     .payload = encoded(m, &payload_message, &m->payload) };
	if (!has_user(m))
		return;
	m->answer.idp = m->user_idp;
	m->answer.user_token = model_user_token(&m->user, &m->arena);
}

static void make_evidence(struct model *m)
{
	const struct answer *a = &m->answer;
	m->evidence = (struct evidence){ .version = TRIP_VERSION,
					 .purpose = TRIP_ENROLL,
					 .time = (uint64_t)m->now,
					 .id = a->id,
					 .nonce = a->nonce,
					 .server_key_hash = m->server_key_hash,
					 .payload = a->payload,
					 .certify = a->certify,
					 .certify_signature = a->certify_signature,
					 .quote = a->quote,
					 .quote_signature = a->quote_signature };
}

static void start(struct model *m, const struct model_change *change)
{
	arena_reset(&m->arena);
	m->way = change && change->way ? change->way : VOUCH_BY_CERTIFICATE;
	m->refused = NULL;
	m->profile = NULL;
	m->then = (struct model_change){ 0 };
	m->secret = m->token_id = m->token_secret = (struct bytes){ 0 };
	model_set_ek(m, m->ek_curve);
	m->certify = m->quote = (struct model_statement){ 0 };
	model_set_ak(m, m->ak_key, ALG_SHA256);
	m->device = model_device(m, m->device_key);
	m->requested = m->device_key;
	m->user = model_user_of(&m->idp, m->now);
	m->user_idp = BYTES_OF(m->idp.id);
	if (m->way == VOUCH_BY_USER)
		m->leaf.key = NULL;
	m->issuing = maker_ca_plan_ca(MAKER_CA_ROOT, m->maker.root_key, MAKER_CA_ISSUING,
				      m->maker.issuing_key);
	set_validity(m, &m->issuing);
}

static void apply(struct model *m, const struct model_change *change, enum model_stage stage)
{
	if (change && change->make && change->stage == stage)
		change->make(m);
	if (m->then.make && m->then.stage == stage)
		m->then.make(m);
}

static void make_proof(struct model *m, const struct model_change *change)
{
	struct answer *a = &m->answer;
	make_statements(m);
	apply(m, change, MODEL_STATEMENTS);
	sign(m, &m->certify, &a->certify);
	sign(m, &m->quote, &a->quote);
	apply(m, change, MODEL_SIGNATURES);
	a->certify_signature = model_signature_encoded(m, &m->certify.signature);
	a->quote_signature = model_signature_encoded(m, &m->quote.signature);
}

void model_make(struct model *m, const struct model_change *change)
{
	start(m, change);
	apply(m, change, MODEL_KEYS);
	make_areas(m);
	apply(m, change, MODEL_AREAS);
	if (m->place)
		m->refused = m->place->begin(m->own, m);
	else
		begin_alone(m);
	if (m->refused)
		return;
	apply(m, change, MODEL_CHALLENGED);
	if (is_vouch_tpm(m->way))
		make_pcr_values(m);
	apply(m, change, MODEL_PAYLOAD);
	make_answer(m);
	if (is_vouch_tpm(m->way))
		make_proof(m, change);
	apply(m, change, MODEL_ANSWER);
	m->octets = encoded(m, &answer_message, &m->answer);
	apply(m, change, MODEL_OCTETS);
	make_evidence(m);
	apply(m, change, MODEL_EVIDENCE);
	CHECK(!is_arena_full(&m->arena));
}

/* --- the whole --------------------------------------------------------------------------------------- */

/* Of four primes, which are found in a fraction of the time of two. */
static EVP_PKEY *new_rsa4096(void)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	CHECK(ctx && EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 4096) == 1);
	CHECK(EVP_PKEY_CTX_set_rsa_keygen_primes(ctx, 4) == 1 && EVP_PKEY_generate(ctx, &key) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void renew(EVP_PKEY **key, const char *curve)
{
	EVP_PKEY_free(*key);
	*key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
	CHECK(*key);
}

void model_renew(struct model *m)
{
	EVP_PKEY **p256[] = { &m->ek_curve, &m->ak_key, &m->device_key, &m->other_key };
	for (size_t i = 0; i < COUNT_OF(p256); i++)
		renew(p256[i], "P-256");
	renew(&m->p384, "P-384");
	renew(&m->p521, "P-521");
}

static void put_list(struct model *m, struct bytes authority, struct bytes revoked, int64_t next_update)
{
	uint8_t issuer[EKLIST_HASH_SIZE], id[EKLIST_HASH_SIZE], serial[EKLIST_SERIAL_SIZE];
	const uint8_t *p = authority.p;
	X509 *x = d2i_X509(NULL, &p, (long)authority.n);
	OK(eklist_issuer_id(x, issuer));
	OK(eklist_id(issuer, BYTES_TEXT("http://maker/list"), id));
	OK(eklist_serial(revoked, serial));
	const struct eklist list = { .id = BYTES_OF(id),
				     .issuer = BYTES_OF(issuer),
				     .this_update = (uint64_t)(m->now - MAKER_CA_YEAR),
				     .next_update = (uint64_t)next_update,
				     .scope = EKLIST_LEAVES | EKLIST_CAS,
				     .serials = BYTES_OF(serial) };
	OK(eklists_put(anchors_eklists(m->anchors), &list));
	X509_free(x);
}

static void deny_issuer(struct model *m)
{
	uint8_t storage[MAKER_CA_SIZE_MAX];
	const struct anchors_record denied = { .role = ANCHORS_DENIED };
	struct maker_ca_plan ca = maker_ca_plan_ca(MAKER_CA_ROOT, m->maker.root_key, MAKER_CA_ISSUING,
						   m->maker.ek_curve);
	set_validity(m, &ca);
	OK(anchors_put_stored(m->anchors, maker_ca_issue(&ca, storage), &denied));
}

static void trust_maker(struct model *m)
{
	struct maker_ca_plan root =
		maker_ca_plan_ca(MAKER_CA_ROOT, m->maker.root_key, MAKER_CA_ROOT, m->maker.root_key);
	set_validity(m, &root);
	m->maker.root = maker_ca_issue(&root, m->maker.root_storage);
	m->anchors = anchors_new();
	OK(anchors_put(m->anchors, m->maker.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	root = maker_ca_plan_ca("Virtual", m->maker.other_key, "Virtual", m->maker.other_key);
	set_validity(m, &root);
	m->virtual_root = maker_ca_issue(&root, m->virtual_storage);
	OK(anchors_put(m->anchors, m->virtual_root, BYTES_TEXT("SWTPM"), ANCHORS_VIRTUAL));
	deny_issuer(m);
	put_list(m, m->maker.issuing, MODEL_REVOKED_LEAF, m->now + MAKER_CA_YEAR);
	put_list(m, m->maker.root, MODEL_REVOKED_CA, m->now - 1);
	OK(idplist_put(anchors_idps(m->anchors), m->idp.message));
}

void model_init(struct model *m, int64_t now)
{
	*m = (struct model){ .now = now, .serial = "SN-1" };
	arena_init(&m->arena, ARENA_SIZE);
	maker_ca_init(&m->maker);
	model_idp_init(&m->idp);
	trust_maker(m);
	model_renew(m);
	renew(&m->enrolled_ak, "P-256");
	renew(&m->enrolled_key, "P-256");
	m->rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	m->rsa3072 = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)3072);
	m->rsa4096 = new_rsa4096();
	m->rsa1024 = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	m->roca = model_key_roca();
	CHECK(m->rsa && m->rsa3072 && m->rsa1024);
}

void model_done(struct model *m)
{
	EVP_PKEY *keys[] = {
		m->rsa, m->rsa3072, m->rsa4096, m->p384, m->p521, m->ek_curve, m->ak_key, m->device_key,
		m->other_key, m->enrolled_ak, m->enrolled_key, m->rsa1024, m->roca,
	};
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		EVP_PKEY_free(keys[i]);
	maker_ca_done(&m->maker);
	model_idp_done(&m->idp);
	anchors_free(m->anchors);
	arena_done(&m->arena);
}
