#include "attest/authenticode.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "attest/alg.h"
#include "attest/handle.h"
#include "wire/cabhead.h"
#include "wire/der.h"

#define PADDING_MAX 7 /* octets behind the SignedData, to a multiple of eight */
#define STRENGTH_LEVEL 2 /* of OpenSSL: 112 bits, as attest/ekchain.c wants */

HANDLE(PKCS7, PKCS7_free)
HANDLE(X509_STORE, X509_STORE_free)

static const uint8_t signed_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
static const uint8_t content_type[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03 };
static const uint8_t indirect_data[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04 };
static const uint8_t cab_data[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x19 };

#define SHA2(n) { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, n }
#define RSA(n) { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, n }
#define ECDSA(n) { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, n }

static const struct digest {
	uint16_t id;
	uint8_t oid[9], rsa[9], ecdsa[8]; /* the digest alone, and with the kind of key that signs it */
} digests[] = {
	{ ALG_SHA256, SHA2(1), RSA(11), ECDSA(2) },
	{ ALG_SHA384, SHA2(2), RSA(12), ECDSA(3) },
	{ ALG_SHA512, SHA2(3), RSA(13), ECDSA(4) },
};
/* What also stands in place of the last two: the key alone. */
static const uint8_t rsa_key[] = RSA(1);
static const uint8_t ec_key[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01 };

/* What a signature says; views of the file. */
struct seal {
	struct bytes whole;   /* the ContentInfo */
	struct bytes content; /* of the SpcIndirectDataContent, without tag and length: what is signed */
	const struct digest *digest;
	struct bytes claimed; /* the digest of the CAB */
};

/* --- reading -------------------------------------------------------------------------------------------- */

/* The OID of an AlgorithmIdentifier, whose parameters are NULL or absent. */
static struct bytes get_algorithm(struct rd *r)
{
	struct rd in = der_enter(r, DER_SEQUENCE);
	struct bytes oid = der_get(&in, DER_OID);
	if (rd_left(&in)) {
		struct bytes nothing = der_get(&in, DER_NULL);
		rd_need(&in, nothing.n == 0);
	}
	rd_need(r, is_rd_done(&in));
	return oid;
}

static const struct digest *get_digest(struct rd *r)
{
	struct bytes oid = get_algorithm(r);
	for (size_t i = 0; i < COUNT_OF(digests); i++)
		if (is_bytes_equal(oid, BYTES_OF(digests[i].oid)))
			return &digests[i];
	rd_need(r, false);
	return NULL;
}

static bool is_key(struct bytes oid, const struct digest *d)
{
	return is_bytes_equal(oid, BYTES_OF(rsa_key)) || is_bytes_equal(oid, BYTES_OF(ec_key)) ||
	       is_bytes_equal(oid, BYTES_OF(d->rsa)) || is_bytes_equal(oid, BYTES_OF(d->ecdsa));
}

static void need_version_1(struct rd *r)
{
	struct bytes version = der_get(r, DER_INTEGER);
	rd_need(r, is_bytes_equal(version, BYTES_TEXT("\x01")));
}

static void need_type(struct rd *r, struct bytes oid)
{
	struct bytes type = der_get(r, DER_OID);
	rd_need(r, is_bytes_equal(type, oid));
}

/* SpcIndirectDataContent: what kind of file it is about, and its digest. */
static void read_content(struct rd *r, struct seal *s)
{
	struct bytes whole = der_get(r, DER_SEQUENCE);
	struct rd in = rd_of(whole);
	struct rd data = der_enter(&in, DER_SEQUENCE);
	need_type(&data, BYTES_OF(cab_data));
	struct rd info = der_enter(&in, DER_SEQUENCE);
	const struct digest *digest = get_digest(&info);
	s->claimed = der_get(&info, DER_OCTET_STRING);
	rd_need(r, !data.bad && is_rd_done(&info) && is_rd_done(&in) && digest == s->digest);
	s->content = whole;
}

/* RFC 2315 §9.2: signed attributes name the type of what is signed. */
static void need_content_type(struct rd *r)
{
	struct rd attributes = der_enter(r, DER_CONTEXT_CONSTRUCTED(0));
	size_t named = 0;
	while (!attributes.bad && rd_left(&attributes)) {
		struct rd one = der_enter(&attributes, DER_SEQUENCE);
		struct bytes oid = der_get(&one, DER_OID);
		struct rd values = der_enter(&one, DER_SET);
		rd_need(&attributes, is_rd_done(&one));
		if (!is_bytes_equal(oid, BYTES_OF(content_type)))
			continue;
		need_type(&values, BYTES_OF(indirect_data));
		rd_need(&attributes, is_rd_done(&values));
		named++;
	}
	rd_need(r, is_rd_done(&attributes) && named == 1);
}

/* SignerInfo (RFC 2315 §9.2). Whose key it is, and that the signature is good, OpenSSL finds. */
static void read_signer(struct rd *r, const struct seal *s)
{
	struct rd in = der_enter(r, DER_SEQUENCE);
	need_version_1(&in);
	der_get(&in, DER_SEQUENCE);
	const struct digest *digest = get_digest(&in);
	need_content_type(&in);
	struct bytes key = get_algorithm(&in);
	der_get(&in, DER_OCTET_STRING);
	if (rd_left(&in))
		der_get(&in, DER_CONTEXT_CONSTRUCTED(1));
	rd_need(r, is_rd_done(&in) && digest == s->digest && is_key(key, s->digest));
}

/* SignedData (RFC 2315 §9.1) with one signer, in the one form that is read. */
static void read_signed_data(struct rd *r, struct seal *s)
{
	struct rd in = der_enter(r, DER_SEQUENCE);
	need_version_1(&in);
	struct rd algorithms = der_enter(&in, DER_SET);
	s->digest = get_digest(&algorithms);
	struct rd info = der_enter(&in, DER_SEQUENCE);
	need_type(&info, BYTES_OF(indirect_data));
	struct rd explicit = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
	read_content(&explicit, s);
	rd_need(&in, is_rd_done(&explicit) && is_rd_done(&info));
	der_get(&in, DER_CONTEXT_CONSTRUCTED(0)); /* certificates */
	struct rd signers = der_enter(&in, DER_SET);
	rd_need(&in, is_rd_done(&algorithms) && s->digest);
	if (!in.bad)
		read_signer(&signers, s);
	rd_need(r, is_rd_done(&signers) && is_rd_done(&in));
}

static fault parse_seal(struct bytes signature, struct seal *ret)
{
	struct seal s = { 0 };
	struct rd all = rd_of(signature);
	s.whole = der_any(&all).whole;
	struct bytes padding = rd_rest(&all);
	struct rd whole = rd_of(s.whole);
	struct rd info = der_enter(&whole, DER_SEQUENCE);
	need_type(&info, BYTES_OF(signed_data));
	struct rd explicit = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
	read_signed_data(&explicit, &s);
	NEED(!all.bad && is_rd_done(&explicit) && is_rd_done(&info), CAB_SIGNATURE_FORM);
	NEED(padding.n <= PADDING_MAX && is_bytes_uniform(padding, 0), CAB_SIGNATURE_FORM);
	*ret = s;
	return NULL;
}

/* --- the CAB's own octets ------------------------------------------------------------------------------- */

/*
 * Left out of the digest are the reserved octets 4 to 7 and those from iCabinet to the signature's place, 34
 * to 55. Since nobody signed them, they must be what everybody writes there.
 */
static fault check_content(struct bytes cab, const struct seal *s)
{
	uint8_t digest[ALG_DIGEST_MAX];
	const struct alg_hash *hash = alg_hash_find(s->digest->id);
	const struct bytes parts[] = {
		bytes_slice(cab, 0, 4), bytes_slice(cab, 8, 26), bytes_slice(cab, 56, cab.n - 56),
	};
	struct bytes reserve = BYTES_TEXT("\0\0\x14\0\0\0\0\0\x10\0");
	NEED(is_bytes_uniform(bytes_slice(cab, 4, 4), 0), CAB_CHANGED);
	NEED(is_bytes_equal(bytes_slice(cab, 34, 10), reserve), CAB_CHANGED);
	NEED(is_bytes_uniform(bytes_slice(cab, 52, 4), 0), CAB_CHANGED);
	TRY(alg_digest(hash, parts, COUNT_OF(parts), digest));
	NEED(is_bytes_equal(s->claimed, bytes_of(digest, hash->size)), CAB_CHANGED);
	return NULL;
}

/* --- the signer ----------------------------------------------------------------------------------------- */

static fault find_signer(PKCS7 *p7, X509 **ret)
{
	STACK_OF(X509) *signers = PKCS7_get0_signers(p7, NULL, 0);
	X509 *signer = sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL;
	sk_X509_free(signers);
	NEED(signer != NULL && X509_get0_pubkey(signer), CAB_SIGNATURE_FORM);
	*ret = signer;
	return NULL;
}

/* PKCS7_verify without its own idea of whom to trust: the signature, and the digest in the attributes. */
static fault check_signature(PKCS7 *p7, struct bytes content)
{
	AUTO(BIO) *in = BIO_new_mem_buf(content.p, (int)content.n);
	NEED(in != NULL, SYS_MEMORY);
	NEED(PKCS7_verify(p7, NULL, NULL, in, NULL, PKCS7_NOVERIFY | PKCS7_BINARY) == 1, CAB_SIGNATURE);
	return NULL;
}

static fault put_anchors(const struct authenticode_trust *t, X509_STORE *store)
{
	for (size_t i = 0; i < t->anchors_n; i++) {
		const uint8_t *p = t->anchors[i].p;
		AUTO(X509) *x = d2i_X509(NULL, &p, (long)t->anchors[i].n);
		NEED(x && p == t->anchors[i].p + t->anchors[i].n, ANCHOR_INVALID);
		NEED(X509_STORE_add_cert(store, x) == 1, SYS_MEMORY);
	}
	return NULL;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	int days = 0, seconds = 0;
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	bool is_read = epoch && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;
	ASN1_TIME_free(epoch);
	return is_read ? (int64_t)days * 86400 + seconds : 0;
}

/* RFC 5280 §4.2.1.12 of the signer; and a CA that names uses is good for no others, as OpenSSL has it. */
static fault check_usage(const X509_STORE_CTX *path)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(path);
	for (int i = 0; i < sk_X509_num(chain); i++) {
		X509 *x = sk_X509_value(chain, i);
		bool has_uses = X509_get_extension_flags(x) & EXFLAG_XKUSAGE;
		uint32_t good = i == 0 ? XKU_CODE_SIGN : XKU_CODE_SIGN | XKU_ANYEKU;
		bool is_needed = i == 0 || (has_uses && i + 1 < sk_X509_num(chain));
		NEED(!is_needed || (has_uses && (X509_get_extended_key_usage(x) & good)), CAB_SIGNER_USAGE);
	}
	NEED(X509_get_key_usage(sk_X509_value(chain, 0)) & KU_DIGITAL_SIGNATURE, CAB_SIGNER_USAGE);
	return NULL;
}

/*
 * Until a certificate ends its key can sign; so an ended signer is judged as of its last second, which for
 * OpenSSL is the one before notAfter.
 */
static fault check_path(const struct authenticode_trust *t, PKCS7 *p7, X509 *signer)
{
	AUTO(X509_STORE) *store = X509_STORE_new();
	AUTO(X509_STORE_CTX) *path = X509_STORE_CTX_new();
	int64_t last = seconds_of(X509_get0_notAfter(signer)) - 1;
	NEED(store && path, SYS_MEMORY);
	TRY(put_anchors(t, store));
	NEED(X509_STORE_CTX_init(path, store, signer, p7->d.sign->cert) == 1, SYS_MEMORY);
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(path);
	X509_VERIFY_PARAM_set_time(rules, (time_t)(t->now < last ? t->now : last));
	X509_VERIFY_PARAM_set_auth_level(rules, STRENGTH_LEVEL);
	if (X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN) != 1)
		return FAIL(SYS_MEMORY);
	if (X509_verify_cert(path) == 1)
		return check_usage(path);
	int error = X509_STORE_CTX_get_error(path);
	bool is_late = error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
	return is_late ? FAIL(CAB_SIGNER_TIME) : FAIL(CAB_SIGNER_UNTRUSTED);
}

static fault check_seal(const struct seal *s, const struct authenticode_trust *trust,
			struct authenticode_signer *ret)
{
	const uint8_t *p = s->whole.p;
	X509 *signer = NULL;
	NEED(s->whole.n <= INT_MAX, CAB_SIGNATURE_FORM);
	AUTO(PKCS7) *p7 = d2i_PKCS7(NULL, &p, (long)s->whole.n);
	NEED(p7 && p == s->whole.p + s->whole.n && PKCS7_type_is_signed(p7), CAB_SIGNATURE_FORM);
	TRY(find_signer(p7, &signer));
	anchors_name_text(X509_get_subject_name(signer), ret->subject);
	ret->not_after = seconds_of(X509_get0_notAfter(signer));
	TRY(check_signature(p7, s->content));
	return check_path(trust, p7, signer);
}

fault authenticode_check(struct bytes cab, const struct authenticode_trust *trust,
			 struct authenticode_signer *ret)
{
	struct cabhead head;
	struct seal seal;
	*ret = (struct authenticode_signer){ 0 };
	TRY(cabhead_parse(cab, &head));
	NEED(head.signature.p, CAB_UNSIGNED);
	TRY(parse_seal(head.signature, &seal));
	TRY(check_content(head.cabinet, &seal));
	fault why = check_seal(&seal, trust, ret);
	ERR_clear_error();
	return why;
}
