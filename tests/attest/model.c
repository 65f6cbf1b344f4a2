#include "model.h"

#include <openssl/core_names.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

#include "attest/binding.h"
#include "wire/der.h"

#define ARENA_SIZE ((size_t)1 << 20)
#define PCRS 0x0000FFu /* 0 to 7 */
#define PCR_VALUES 8
#define DAY 86400

static const uint8_t policy_a[] = {
	0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24,
	0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
};

/* Whatever fails here is the test's own mistake or lack of memory. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static struct wr room(struct model *m, size_t n)
{
	uint8_t *p = arena_alloc(&m->arena, n);
	must(p);
	return wr_of(p, n);
}

static struct bytes written(const struct wr *w)
{
	must(!w->bad);
	return wr_done(w);
}

struct bytes model_octets(struct model *m, uint8_t v, size_t n)
{
	struct wr w = room(m, n);
	memset(w.p, v, n);
	return bytes_of(w.p, n);
}

/* --- keys -------------------------------------------------------------------------------------------- */

static struct bytes number_of(struct model *m, EVP_PKEY *key, const char *which, size_t width)
{
	BIGNUM *number = NULL;
	must(EVP_PKEY_get_bn_param(key, which, &number) == 1);
	size_t n = width ? width : (size_t)BN_num_bytes(number);
	struct wr w = room(m, n);
	must(BN_bn2binpad(number, w.p, (int)n) == (int)n);
	BN_free(number);
	return bytes_of(w.p, n);
}

static void set_numbers(struct model *m, EVP_PKEY *key, struct public *p)
{
	if (EVP_PKEY_is_a(key, "RSA")) {
		p->type = ALG_RSA;
		p->bits = (uint16_t)EVP_PKEY_get_bits(key);
		p->a = number_of(m, key, OSSL_PKEY_PARAM_RSA_N, p->bits / 8u);
		p->b = number_of(m, key, OSSL_PKEY_PARAM_RSA_E, 0);
		return;
	}
	p->type = ALG_ECC;
	p->kdf = ALG_NULL;
	p->curve = EVP_PKEY_get_bits(key) == 256 ? ALG_NIST_P256 : ALG_NIST_P384;
	size_t width = alg_curve_find(p->curve)->width;
	p->a = number_of(m, key, OSSL_PKEY_PARAM_EC_PUB_X, width);
	p->b = number_of(m, key, OSSL_PKEY_PARAM_EC_PUB_Y, width);
}

struct public model_ek(struct model *m, EVP_PKEY *key)
{
	struct public p = { .name_alg = ALG_SHA256,
			    .attributes = 0x000300B2,
			    .policy = BYTES_OF(policy_a),
			    .symmetric = ALG_AES,
			    .symmetric_bits = 128,
			    .symmetric_mode = ALG_CFB,
			    .scheme = ALG_NULL };
	set_numbers(m, key, &p);
	return p;
}

static struct public signing_key(struct model *m, EVP_PKEY *key, uint32_t attributes)
{
	struct public p = { .name_alg = ALG_SHA256,
			    .attributes = attributes,
			    .symmetric = ALG_NULL,
			    .scheme = EVP_PKEY_is_a(key, "RSA") ? ALG_RSASSA : ALG_ECDSA,
			    .scheme_hash = ALG_SHA256 };
	set_numbers(m, key, &p);
	return p;
}

struct public model_ak(struct model *m, EVP_PKEY *key)
{
	return signing_key(m, key, 0x00050072);
}

struct public model_device(struct model *m, EVP_PKEY *key)
{
	return signing_key(m, key, 0x00040472);
}

struct bytes model_encoded(struct model *m, const struct public *p)
{
	struct wr w = room(m, TRIP_STRUCTURE_MAX);
	public_write(p, &w);
	return written(&w);
}

void model_set_curve_ek(struct model *m, EVP_PKEY *key)
{
	m->ek_key = key;
	m->certified = key;
	m->ek = model_ek(m, key);
}

/* --- certificates ------------------------------------------------------------------------------------ */

static void add_extension(X509 *x, int nid, const char *text)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, text);
	must(e && X509_add_ext(x, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static X509 *certificate_of(EVP_PKEY *key, X509 *issuer, const char *subject)
{
	X509 *x = X509_new();
	must(x && X509_set_version(x, X509_VERSION_3) == 1 && X509_set_pubkey(x, key) == 1);
	must(ASN1_INTEGER_set(X509_get_serialNumber(x), 7) == 1);
	must(ASN1_TIME_set(X509_getm_notBefore(x), MODEL_NOW - 100 * DAY) != NULL);
	must(ASN1_TIME_set(X509_getm_notAfter(x), MODEL_NOW + 1000 * DAY) != NULL);
	const unsigned char *name = (const unsigned char *)subject;
	X509_NAME *own = X509_get_subject_name(x);
	must(!name || X509_NAME_add_entry_by_NID(own, NID_commonName, MBSTRING_UTF8, name, -1, -1, 0) == 1);
	must(X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer) : own) == 1);
	return x;
}

static struct bytes encoded_certificate(struct model *m, X509 *x)
{
	must(X509_sign(x, m->ca_key, EVP_sha256()) > 0);
	struct wr w = room(m, TRIP_CERT_MAX);
	uint8_t *p = w.p;
	int n = i2d_X509(x, &p);
	must(n > 0 && n <= TRIP_CERT_MAX);
	return bytes_of(w.p, (size_t)n);
}

/* Manufacturer, model and version of the TPM as a directoryName (TCG EK Credential Profile 2.5, 3.2.9). */
static void add_tpm_labels(X509 *x)
{
	static const struct {
		uint8_t last; /* of 2.23.133.2 */
		struct bytes text;
	} labels[] = {
		{ 1, { (const uint8_t *)"id:00001014", 11 } },
		{ 2, { (const uint8_t *)"model", 5 } },
		{ 3, { (const uint8_t *)"id:00010002", 11 } },
	};
	uint8_t der[256];
	struct wr w = wr_of(der, sizeof(der));
	size_t names = der_open(&w, DER_SEQUENCE), choice = der_open(&w, DER_CONTEXT_CONSTRUCTED(4));
	size_t name = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT_OF(labels); i++) {
		uint8_t oid[] = { 0x67, 0x81, 0x05, 0x02, labels[i].last };
		size_t set = der_open(&w, DER_SET), pair = der_open(&w, DER_SEQUENCE);
		der_put(&w, DER_OID, BYTES_OF(oid));
		der_put(&w, DER_UTF8, labels[i].text);
		der_close(&w, pair);
		der_close(&w, set);
	}
	der_close(&w, name);
	der_close(&w, choice);
	der_close(&w, names);
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	must(octets && !w.bad && ASN1_OCTET_STRING_set(octets, der, (int)wr_done(&w).n) == 1);
	X509_EXTENSION *e = X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 1, octets);
	must(e && X509_add_ext(x, e, -1) == 1);
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(octets);
}

struct bytes model_certificate(struct model *m, EVP_PKEY *key)
{
	X509 *x = certificate_of(key, m->ca, NULL);
	bool is_rsa = EVP_PKEY_is_a(key, "RSA");
	add_extension(x, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(x, NID_key_usage, is_rsa ? "critical,keyEncipherment" : "critical,keyAgreement");
	add_extension(x, NID_ext_key_usage, "2.23.133.8.1");
	add_tpm_labels(x);
	struct bytes der = encoded_certificate(m, x);
	X509_free(x);
	return der;
}

static void make_ca(struct model *m)
{
	m->ca = certificate_of(m->ca_key, NULL, "Model TPM CA");
	add_extension(m->ca, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(m->ca, NID_key_usage, "critical,keyCertSign,cRLSign");
	m->anchors = anchors_new();
	struct bytes der = encoded_certificate(m, m->ca);
	must(anchors_put(m->anchors, der, BYTES_TEXT("IBM"), ANCHORS_TEST) == NULL);
}

/* --- statements -------------------------------------------------------------------------------------- */

struct signature model_signed(struct model *m, EVP_PKEY *key, uint16_t hash, struct bytes message)
{
	const EVP_MD *md = EVP_get_digestbyname(alg_hash_find(hash)->evp);
	struct wr w = room(m, ALG_RSA_MAX);
	size_t n = w.n;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	must(ctx && EVP_DigestSignInit(ctx, NULL, md, NULL, key) == 1);
	must(EVP_DigestSign(ctx, w.p, &n, message.p, message.n) == 1);
	EVP_MD_CTX_free(ctx);
	struct signature s = { .scheme = ALG_RSASSA, .hash = hash, .a = bytes_of(w.p, n) };
	if (EVP_PKEY_is_a(key, "RSA"))
		return s;
	struct rd r = rd_of(s.a);
	struct rd pair = der_enter(&r, DER_SEQUENCE);
	s.scheme = ALG_ECDSA;
	s.a = der_magnitude(&pair);
	s.b = der_magnitude(&pair);
	must(is_rd_done(&pair));
	return s;
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

static struct bytes extra_data(struct model *m, enum binding_label label)
{
	uint8_t digest[32], extra[BINDING_SIZE];
	must(alg_sha256(m->evidence.payload, digest) == NULL);
	struct binding b = { .nonce = m->evidence.nonce,
			     .id = m->evidence.id,
			     .purpose = m->evidence.purpose,
			     .server_key_hash = m->evidence.server_key_hash,
			     .payload_digest = BYTES_OF(digest) };
	must(binding_build(label, &b, extra) == NULL);
	return arena_copy(&m->arena, BYTES_OF(extra));
}

/* A key without a Name gives the absent view, as such a TPM object has none. */
static struct bytes name_of(struct model *m, struct bytes area)
{
	struct public p;
	struct name name;
	must(public_parse(area, &p) == NULL);
	return public_name(&p, &name) ? (struct bytes){ 0 } : arena_copy(&m->arena, name_bytes(&name));
}

static struct statement statement_of(struct model *m, uint16_t type, enum binding_label label)
{
	struct name signer = { 0 };
	struct bytes ak_name = name_of(m, m->payload.ak_public);
	must(!ak_name.p || name_build_primary(NAME_ENDORSEMENT, ak_name, &signer) == NULL);
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

static void make_payload(struct model *m)
{
	if (m->certified)
		must(bytes_list_put(&m->payload.ek_chain, model_certificate(m, m->certified)));
	m->payload.ek_public = model_encoded(m, &m->ek);
	m->payload.ak_public = model_encoded(m, &m->ak);
	m->payload.device_public = model_encoded(m, &m->device);
	struct wr w = room(m, 65536);
	message_write(&payload_message, &m->payload, &w);
	m->evidence.payload = written(&w);
}

static void make_statements(struct model *m)
{
	uint8_t digest[ALG_DIGEST_MAX];
	struct statement *certify = &m->certify.says, *quote = &m->quote.says;
	*certify = statement_of(m, STATEMENT_CERTIFY, BINDING_CERTIFY);
	certify->name = name_of(m, m->payload.device_public);
	certify->qualified_name = certify->name;
	*quote = statement_of(m, STATEMENT_QUOTE, BINDING_QUOTE);
	quote->selection = pcr_of(ALG_SHA256, PCRS);
	must(pcr_digest(m->ak.scheme_hash, &m->payload.pcr_values, digest) == NULL);
	size_t n = alg_hash_find(m->ak.scheme_hash)->size;
	quote->pcr_digest = arena_copy(&m->arena, bytes_of(digest, n));
}

static void sign(struct model *m, struct model_statement *s, struct bytes *ret)
{
	*ret = model_statement_encoded(m, &s->says);
	s->signature = model_signed(m, s->signer, s->hash, *ret);
}

/* --- the whole --------------------------------------------------------------------------------------- */

static void start(struct model *m)
{
	arena_reset(&m->arena);
	m->ek_key = m->rsa;
	m->certified = m->rsa;
	m->ek = model_ek(m, m->rsa);
	m->ak = model_ak(m, m->ak_key);
	m->device = model_device(m, m->device_key);
	m->payload = (struct payload){ .serial = BYTES_TEXT("SN-1") };
	for (uint8_t i = 0; i < PCR_VALUES; i++)
		must(bytes_list_put(&m->payload.pcr_values, model_octets(m, i, 32)));
	m->certify = (struct model_statement){ .signer = m->ak_key, .hash = ALG_SHA256 };
	m->quote = m->certify;
	m->evidence = (struct evidence){ .version = TRIP_VERSION,
					 .purpose = TRIP_ENROLL,
					 .time = MODEL_NOW,
					 .id = model_octets(m, 0x1D, TRIP_ID_SIZE),
					 .nonce = model_octets(m, 0x40, TRIP_NONCE_SIZE),
					 .server_key_hash = model_octets(m, 0x5E, TRIP_HASH_SIZE) };
}

static void apply(struct model *m, const struct model_change *change, enum model_stage stage)
{
	if (change && change->stage == stage)
		change->make(m);
}

void model_make(struct model *m, const struct model_change *change)
{
	start(m);
	apply(m, change, MODEL_KEYS);
	make_payload(m);
	make_statements(m);
	apply(m, change, MODEL_STATEMENTS);
	sign(m, &m->certify, &m->evidence.certify);
	sign(m, &m->quote, &m->evidence.quote);
	apply(m, change, MODEL_SIGNATURES);
	m->evidence.certify_signature = model_signature_encoded(m, &m->certify.signature);
	m->evidence.quote_signature = model_signature_encoded(m, &m->quote.signature);
	apply(m, change, MODEL_EVIDENCE);
	must(!is_arena_full(&m->arena));
}

void model_init(struct model *m)
{
	*m = (struct model){ 0 };
	arena_init(&m->arena, ARENA_SIZE);
	m->rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	m->p384 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	EVP_PKEY **curves[] = { &m->ca_key, &m->ek_curve, &m->ak_key, &m->device_key, &m->other_key };
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		must((*curves[i] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")) != NULL);
	must(m->rsa && m->p384);
	make_ca(m);
}

void model_done(struct model *m)
{
	EVP_PKEY *keys[] = {
		m->ca_key, m->rsa, m->ek_curve, m->ak_key, m->device_key, m->other_key, m->p384
	};
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		EVP_PKEY_free(keys[i]);
	X509_free(m->ca);
	anchors_free(m->anchors);
	arena_done(&m->arena);
}
