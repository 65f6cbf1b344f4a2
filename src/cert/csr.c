#include "cert/csr.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "wire/der.h"

#define POINT_SIZE_MAX (1 + 2 * 66) /* of P-521 */
#define POINT_UNCOMPRESSED 4

#define OWNED(type) __attribute__((cleanup(free_##type))) type *
#define OWNER(type)                        \
	static void free_##type(type **p)  \
	{                                  \
		type##_free(*p);           \
	}
OWNER(EVP_PKEY)
OWNER(EVP_PKEY_CTX)
OWNER(EVP_MD_CTX)
OWNER(OSSL_PARAM_BLD)
OWNER(OSSL_PARAM)

static void free_BIGNUM(BIGNUM **p)
{
	BN_free(*p);
}

/* CertificationRequest (RFC 2986 §4.2). */
struct pkcs10 {
	struct bytes info; /* what is signed */
	struct bytes subject;
	struct bytes attributes;
	struct spki key;
	struct bytes algorithm; /* the content of its AlgorithmIdentifier */
	struct bytes signature;
};

static fault read_pkcs10(struct bytes der, struct pkcs10 *ret)
{
	struct pkcs10 q = { 0 };
	struct rd r = rd_of(der);
	struct rd whole = der_enter(&r, DER_SEQUENCE);
	struct der info = der_any(&whole);
	rd_need(&whole, info.tag == DER_SEQUENCE);
	q.algorithm = der_get(&whole, DER_SEQUENCE);
	struct rd bits = der_enter(&whole, DER_BIT_STRING);
	rd_need(&bits, rd_u8(&bits) == 0);
	q.signature = rd_rest(&bits);
	struct rd in = rd_of(info.body);
	rd_need(&in, is_bytes_uniform(der_magnitude(&in), 0)); /* version 1 is zero */
	q.subject = der_get(&in, DER_SEQUENCE);
	q.key = spki_get(&in);
	q.attributes = der_get(&in, DER_CONTEXT_CONSTRUCTED(0));
	q.info = info.whole;
	NEED(is_rd_done(&r) && is_rd_done(&whole) && is_rd_done(&bits) && is_rd_done(&in), CSR_MALFORMED);
	*ret = q;
	return NULL;
}

/*
 * RFC 5758 §3.2 wants no parameters with ECDSA, RFC 4055 §5 wants NULL with RSA; so whole contents are
 * compared.
 */
static const struct algorithm {
	bool is_rsa;
	struct bytes content;
	const char *digest;
} algorithms[] = {
#define ALGORITHM(rsa, octets, digest) { rsa, { (const uint8_t *)(octets), sizeof(octets) - 1 }, digest }
	ALGORITHM(false, "\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02", "SHA256"),
	ALGORITHM(false, "\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x03", "SHA384"),
	ALGORITHM(false, "\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x04", "SHA512"),
	ALGORITHM(true, "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B\x05\x00", "SHA256"),
	ALGORITHM(true, "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0C\x05\x00", "SHA384"),
	ALGORITHM(true, "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0D\x05\x00", "SHA512"),
#undef ALGORITHM
};

static const struct algorithm *algorithm_find(struct bytes content)
{
	for (size_t i = 0; i < COUNT_OF(algorithms); i++)
		if (is_bytes_equal(algorithms[i].content, content))
			return &algorithms[i];
	return NULL;
}

static struct subject subject_of(const struct spki *key)
{
	static const enum frame_key kinds[] = {
		[SPKI_RSA] = FRAME_KEY_RSA,
		[SPKI_P256] = FRAME_KEY_P256,
		[SPKI_P384] = FRAME_KEY_P384,
		[SPKI_P521] = FRAME_KEY_P521,
	};
	bool known = (size_t)key->kind < COUNT_OF(kinds) && !key->oaep;
	return (struct subject){ known ? kinds[key->kind] : (enum frame_key)0, key->a, key->b };
}

/* The key for OpenSSL, made of numbers: its own parser of SubjectPublicKeyInfo takes ten times as long. */
static EVP_PKEY *key_of(const char *type, OSSL_PARAM *params)
{
	OWNED(EVP_PKEY_CTX)c = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;
	if (!c || !params || EVP_PKEY_fromdata_init(c) != 1)
		return NULL;
	if (EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return NULL;
	return key;
}

static EVP_PKEY *key_curve(const struct subject *s)
{
	static const char *const names[] = {
		[FRAME_KEY_P256] = "P-256",
		[FRAME_KEY_P384] = "P-384",
		[FRAME_KEY_P521] = "P-521",
	};
	char *group = (char *)(uintptr_t)names[s->kind]; /* OSSL_PARAM knows no const */
	uint8_t point[POINT_SIZE_MAX];
	struct wr w = wr_of(point, sizeof(point));
	wr_u8(&w, POINT_UNCOMPRESSED);
	wr_bytes(&w, s->a);
	wr_bytes(&w, s->b);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, w.at),
		OSSL_PARAM_construct_end(),
	};
	return w.bad ? NULL : key_of("EC", params);
}

static EVP_PKEY *key_rsa(const struct subject *s)
{
	OWNED(BIGNUM)n = BN_bin2bn(s->a.p, (int)s->a.n, NULL);
	OWNED(BIGNUM)e = BN_bin2bn(s->b.p, (int)s->b.n, NULL);
	OWNED(OSSL_PARAM_BLD)b = OSSL_PARAM_BLD_new();
	if (!n || !e || !b || OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return NULL;
	OWNED(OSSL_PARAM)params = OSSL_PARAM_BLD_to_param(b);
	return key_of("RSA", params);
}

static fault check_possession(const struct pkcs10 *q, const struct subject *s, const struct algorithm *by)
{
	OWNED(EVP_PKEY)key = s->kind == FRAME_KEY_RSA ? key_rsa(s) : key_curve(s);
	NEED(key, KEY_LINK);
	OWNED(EVP_MD_CTX)c = EVP_MD_CTX_new();
	bool ready = c && EVP_DigestVerifyInit_ex(c, NULL, by->digest, NULL, NULL, key, NULL) == 1;
	NEED(ready, BUG);
	NEED(EVP_DigestVerify(c, q->signature.p, q->signature.n, q->info.p, q->info.n) == 1, CSR_POP);
	return NULL;
}

fault csr_parse(struct bytes der, struct subject *ret)
{
	struct pkcs10 q = { 0 };
	NEED(der.n <= TRIP_CSR_MAX, CSR_SIZE);
	TRY(read_pkcs10(der, &q));
	NEED(q.subject.n == 0 && q.attributes.n == 0, CSR_FIELD);
	const struct algorithm *by = algorithm_find(q.algorithm);
	struct subject s = subject_of(&q.key);
	NEED(by && (!s.kind || by->is_rsa == (s.kind == FRAME_KEY_RSA)), CSR_SIG);
	TRY(subject_check(&s));
	fault f = check_possession(&q, &s, by);
	ERR_clear_error();
	if (!f)
		*ret = s;
	return f;
}

fault csr_judge(struct bytes der, uint8_t outcomes[static CHECK_COUNT], struct subject *ret)
{
	static const enum check_id rows[] = { CHECK_CSR_PLAIN, CHECK_CSR_ALGORITHM, CHECK_CSR_POSSESSION };
	struct subject key = { 0 };
	fault why = csr_parse(der, &key);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool is_broken = why == verdict_checks[rows[i]].why;
		verdict_judge(outcomes, rows[i], !is_broken);
		if (is_broken) {
			*ret = (struct subject){ 0 };
			return NULL;
		}
	}
	TRY(why);
	*ret = key;
	return NULL;
}
