#include "model.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

#include "attest/binding.h"
#include "wire/der.h"

#define ARENA_SIZE ((size_t)1 << 20)
#define PCRS 0x0000FFu /* 0 to 7 */
#define PCR_VALUES 8
#define DAY 86400

/* PolicyA and PolicyC of TCG EK Credential Profile 2.5, B.6, in the three name hashes. */
static const struct policies {
	uint16_t hash;
	uint8_t a[ALG_DIGEST_MAX], c[ALG_DIGEST_MAX];
} policies[] = {
	{ ALG_SHA256,
	  {
		  0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC,
		  0x8D, 0x46, 0xA5, 0xD7, 0x24, 0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52,
		  0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
	  },
	  {
		  0x37, 0x67, 0xE2, 0xED, 0xD4, 0x3F, 0xF4, 0x5A, 0x3A, 0x7E, 0x1E,
		  0xAE, 0xFC, 0xEF, 0x78, 0x64, 0x3D, 0xCA, 0x96, 0x46, 0x32, 0xE7,
		  0xAA, 0xD8, 0x2C, 0x67, 0x3A, 0x30, 0xD8, 0x63, 0x3F, 0xDE,
	  } },
	{ ALG_SHA384,
	  {
		  0x8B, 0xBF, 0x22, 0x66, 0x53, 0x7C, 0x17, 0x1C, 0xB5, 0x6E, 0x40, 0x3C,
		  0x4D, 0xC1, 0xD4, 0xB6, 0x4F, 0x43, 0x26, 0x11, 0xDC, 0x38, 0x6E, 0x6F,
		  0x53, 0x20, 0x50, 0xC3, 0x27, 0x8C, 0x93, 0x0E, 0x14, 0x3E, 0x8B, 0xB1,
		  0x13, 0x38, 0x24, 0xCC, 0xB4, 0x31, 0x05, 0x38, 0x71, 0xC6, 0xDB, 0x53,
	  },
	  {
		  0xD6, 0x03, 0x2C, 0xE6, 0x1F, 0x2F, 0xB3, 0xC2, 0x40, 0xEB, 0x3C, 0xF6,
		  0xA3, 0x32, 0x37, 0xEF, 0x2B, 0x6A, 0x16, 0xF4, 0x29, 0x3C, 0x22, 0xB4,
		  0x55, 0xE2, 0x61, 0xCF, 0xFD, 0x21, 0x7A, 0xD5, 0xB4, 0x94, 0x7C, 0x2D,
		  0x73, 0xE6, 0x30, 0x05, 0xEE, 0xD2, 0xDC, 0x2B, 0x35, 0x93, 0xD1, 0x65,
	  } },
	{ ALG_SHA512,
	  {
		  0x1E, 0x3B, 0x76, 0x50, 0x2C, 0x8A, 0x14, 0x25, 0xAA, 0x0B, 0x7B, 0x3F, 0xC6,
		  0x46, 0xA1, 0xB0, 0xFA, 0xE0, 0x63, 0xB0, 0x3B, 0x53, 0x68, 0xF9, 0xC4, 0xCD,
		  0xDE, 0xCA, 0xFF, 0x08, 0x91, 0xDD, 0x68, 0x2B, 0xAC, 0x1A, 0x85, 0xD4, 0xD8,
		  0x32, 0xB7, 0x81, 0xEA, 0x45, 0x19, 0x15, 0xDE, 0x5F, 0xC5, 0xBF, 0x0D, 0xC4,
		  0xA1, 0x91, 0x7C, 0xD4, 0x2F, 0xA0, 0x41, 0xE3, 0xF9, 0x98, 0xE0, 0xEE,
	  },
	  {
		  0x58, 0x9E, 0xE1, 0xE1, 0x46, 0x54, 0x47, 0x16, 0xE8, 0xDE, 0xAF, 0xE6, 0xDB,
		  0x24, 0x7B, 0x01, 0xB8, 0x1E, 0x9F, 0x9C, 0x7D, 0xD1, 0x6B, 0x81, 0x4A, 0xA1,
		  0x59, 0x13, 0x87, 0x49, 0x10, 0x5F, 0xBA, 0x53, 0x88, 0xDD, 0x1D, 0xEA, 0x70,
		  0x2F, 0x35, 0x24, 0x0C, 0x18, 0x49, 0x33, 0x12, 0x1E, 0x2C, 0x61, 0xB8, 0xF5,
		  0x0D, 0x3E, 0xF9, 0x13, 0x93, 0xA4, 0x9A, 0x38, 0xC3, 0xF7, 0x3F, 0xC8,
	  } },
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
	int bits = EVP_PKEY_get_bits(key);
	p->curve = bits == 256 ? ALG_NIST_P256 : bits == 384 ? ALG_NIST_P384 : ALG_NIST_P521;
	size_t width = alg_curve_find(p->curve)->width;
	p->a = number_of(m, key, OSSL_PKEY_PARAM_EC_PUB_X, width);
	p->b = number_of(m, key, OSSL_PKEY_PARAM_EC_PUB_Y, width);
}

static const struct policies *policies_of(uint16_t hash)
{
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		if (policies[i].hash == hash)
			return &policies[i];
	abort();
}

/* PolicyB: PolicyOR of the two, from the beginning (TPM 2.0 Part 3 §23.6). */
void model_set_high(struct model *m, struct public *ek)
{
	static const uint8_t nothing[ALG_DIGEST_MAX], command[] = { 0x00, 0x00, 0x01, 0x71 };
	const struct policies *p = policies_of(ek->name_alg);
	const struct alg_hash *hash = alg_hash_find(ek->name_alg);
	const struct bytes parts[] = { bytes_of(nothing, hash->size), BYTES_OF(command),
				       bytes_of(p->a, hash->size), bytes_of(p->c, hash->size) };
	uint8_t digest[ALG_DIGEST_MAX];
	must(alg_digest(hash, parts, COUNT_OF(parts), digest) == NULL);
	ek->attributes |= PUBLIC_USER_WITH_AUTH;
	ek->policy = arena_copy(&m->arena, bytes_of(digest, hash->size));
}

/* B.3: above RSA-2048 and P-256 there are H templates only. */
struct public model_ek(struct model *m, EVP_PKEY *key)
{
	struct public p = { .name_alg = ALG_SHA256,
			    .attributes = 0x000300B2,
			    .policy = bytes_of(policies_of(ALG_SHA256)->a, 32),
			    .symmetric = ALG_AES,
			    .symmetric_bits = 128,
			    .symmetric_mode = ALG_CFB,
			    .scheme = ALG_NULL };
	set_numbers(m, key, &p);
	if (p.bits <= 2048 && (p.type == ALG_RSA || p.curve == ALG_NIST_P256))
		return p;
	p.name_alg = p.curve == ALG_NIST_P521 ? ALG_SHA512 : ALG_SHA384;
	p.symmetric_bits = 256;
	model_set_high(m, &p);
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

/* --- a key as CVE-2017-15361 makes it ---------------------------------------------------------------- */

/* A prime k·M + 65537, where M is the product of the primes that the fingerprint looks at. */
static BIGNUM *roca_prime(const BIGNUM *m, BN_CTX *ctx)
{
	BIGNUM *p = BN_new(), *k = BN_new();
	must(p && k);
	do {
		must(BN_rand(k, 1025 - BN_num_bits(m), BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1);
		must(BN_mul(p, k, m, ctx) == 1 && BN_add_word(p, 65537) == 1);
	} while (BN_num_bits(p) != 1024 || !BN_is_bit_set(p, 1022) || BN_mod_word(p, 65537) == 1 ||
		 BN_check_prime(p, ctx, NULL) != 1);
	BN_free(k);
	return p;
}

static EVP_PKEY *rsa_of(BIGNUM *n, BIGNUM *e, BIGNUM *d)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	must(build && ctx && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1);
	must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1);
	must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d) == 1);
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
	must(EVP_PKEY_fromdata_init(ctx) == 1);
	must(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, parameters) == 1);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static BIGNUM *product_of_primes(void)
{
	BIGNUM *product = BN_new();
	must(product && BN_set_word(product, 2) == 1);
	for (BN_ULONG p = 3; p <= 167; p += 2) {
		bool is_prime = true;
		for (BN_ULONG d = 3; d * d <= p; d += 2)
			is_prime = is_prime && p % d;
		must(!is_prime || BN_mul_word(product, p) == 1);
	}
	return product;
}

static EVP_PKEY *roca_key(void)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *m = product_of_primes(), *n = BN_new(), *e = BN_new(), *d = NULL;
	BIGNUM *p = roca_prime(m, ctx), *q = roca_prime(m, ctx);
	must(n && e && BN_mul(n, p, q, ctx) == 1 && BN_set_word(e, 65537) == 1);
	must(BN_sub_word(p, 1) == 1 && BN_sub_word(q, 1) == 1 && BN_mul(p, p, q, ctx) == 1);
	d = BN_mod_inverse(NULL, e, p, ctx);
	must(d != NULL);
	EVP_PKEY *key = rsa_of(n, e, d);
	BIGNUM *all[] = { m, n, e, d, p, q };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		BN_free(all[i]);
	BN_CTX_free(ctx);
	return key;
}

struct bytes model_encoded(struct model *m, const struct public *p)
{
	struct wr w = room(m, TRIP_STRUCTURE_MAX);
	public_write(p, &w);
	return written(&w);
}

void model_set_ek(struct model *m, EVP_PKEY *key)
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

static struct bytes signed_octets(struct model *m, EVP_PKEY *key, const EVP_MD *md, int padding,
				  struct bytes message)
{
	struct wr w = room(m, ALG_RSA_MAX);
	size_t n = w.n;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL; /* of ctx */
	must(ctx && EVP_DigestSignInit(ctx, &options, md, NULL, key) == 1);
	must(!padding || EVP_PKEY_CTX_set_rsa_padding(options, padding) == 1);
	must(EVP_DigestSign(ctx, w.p, &n, message.p, message.n) == 1);
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
	bool is_pss = s->scheme == ALG_RSAPSS;
	s->signature = (is_pss ? model_signed_pss : model_signed)(m, s->signer, s->hash, *ret);
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
	m->p521 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521");
	m->rsa3072 = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)3072);
	m->rsa1024 = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	m->roca = roca_key();
	EVP_PKEY **curves[] = { &m->ca_key, &m->ek_curve, &m->ak_key, &m->device_key, &m->other_key };
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		must((*curves[i] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")) != NULL);
	must(m->rsa && m->p384 && m->p521 && m->rsa3072 && m->rsa1024);
	make_ca(m);
}

void model_done(struct model *m)
{
	EVP_PKEY *keys[] = {
		m->ca_key, m->rsa,  m->ek_curve, m->ak_key,  m->device_key, m->other_key,
		m->p384,   m->p521, m->rsa3072,  m->rsa1024, m->roca,
	};
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		EVP_PKEY_free(keys[i]);
	X509_free(m->ca);
	anchors_free(m->anchors);
	arena_done(&m->arena);
}
