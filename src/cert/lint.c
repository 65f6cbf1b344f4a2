#include "cert/lint.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "cert/point.h"
#include "cert/profile.h"
#include "cert/subject.h"

#define OID_TEXT_SIZE 64
#define EXTENSIONS 6 /* those that no request and no issuer can leave out */

/* An ECDSA-Sig-Value of two ones: OpenSSL reads a certificate without asking whether its signature holds. */
static const uint8_t signature[] = { 0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01 };

#define OWNED(type) __attribute__((cleanup(free_##type))) type *
#define OWNER(type)                        \
	static void free_##type(type **p)  \
	{                                  \
		type##_free(*p);           \
	}
OWNER(X509)
OWNER(BASIC_CONSTRAINTS)
OWNER(EXTENDED_KEY_USAGE)
OWNER(CERTIFICATEPOLICIES)
OWNER(GENERAL_NAMES)
OWNER(AUTHORITY_INFO_ACCESS)
OWNER(CRL_DIST_POINTS)
OWNER(EC_GROUP)

/* One certificate, what was asked for, and who is to sign it. */
struct reading {
	struct bytes der;
	X509 *x;
	const struct issue *i;
	const struct issuer *by;
	struct point_addresses addresses;
};

static bool is_string(const ASN1_STRING *s, struct bytes b)
{
	return s && is_bytes_equal(bytes_of(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)), b);
}

static bool is_oid(const ASN1_OBJECT *o, const char *dotted)
{
	char text[OID_TEXT_SIZE];
	return OBJ_obj2txt(text, sizeof(text), o, 1) > 0 && is_bytes_text(bytes_text(text), dotted);
}

static bool is_uri(const GENERAL_NAME *n, struct bytes uri)
{
	return n && n->type == GEN_URI && is_string(n->d.uniformResourceIdentifier, uri);
}

static bool has_frame(const struct reading *r)
{
	bool times = ASN1_TIME_cmp_time_t(X509_get0_notBefore(r->x), (time_t)r->i->not_before) == 0 &&
		     ASN1_TIME_cmp_time_t(X509_get0_notAfter(r->x), (time_t)r->i->not_after) == 0;
	const X509_ALGOR *outer = NULL, *inner = X509_get0_tbs_sigalg(r->x);
	X509_get0_signature(NULL, &outer, r->x);
	return times && X509_get_version(r->x) == X509_VERSION_3 && X509_ALGOR_cmp(outer, inner) == 0 &&
	       X509_get_signature_nid(r->x) == NID_ecdsa_with_SHA256 &&
	       is_string(X509_get0_serialNumber(r->x), r->i->serial);
}

static bool has_names(const struct reading *r)
{
	char uuid[TEXT_UUID_SIZE];
	const uint8_t *issuer = NULL;
	size_t issuer_size = 0;
	X509_NAME *subject = X509_get_subject_name(r->x);
	if (X509_NAME_entry_count(subject) != 1 ||
	    X509_NAME_get0_der(X509_get_issuer_name(r->x), &issuer, &issuer_size) != 1)
		return false;
	X509_NAME_ENTRY *entry = X509_NAME_get_entry(subject, 0);
	ASN1_STRING *name = X509_NAME_ENTRY_get_data(entry);
	return is_oid(X509_NAME_ENTRY_get_object(entry), "2.5.4.3") &&
	       ASN1_STRING_type(name) == V_ASN1_UTF8STRING &&
	       is_string(name, bytes_text(text_uuid(r->i->device_id.p, uuid))) &&
	       is_bytes_equal(bytes_of(issuer, issuer_size), r->by->name);
}

static bool has_key(const struct reading *r)
{
	uint8_t ours[SPKI_SIZE_MAX], theirs[SPKI_SIZE_MAX], *at = theirs;
	struct subject s = { (enum frame_key)r->i->key, r->i->key_a, r->i->key_b };
	struct spki spki = subject_spki(&s);
	struct wr w = wr_of(ours, sizeof(ours));
	spki_write(&spki, &w);
	X509_PUBKEY *key = X509_get_X509_PUBKEY(r->x);
	int n = i2d_X509_PUBKEY(key, NULL);
	if (n <= 0 || (size_t)n > sizeof(theirs) || !X509_PUBKEY_get0(key) || i2d_X509_PUBKEY(key, &at) != n)
		return false;
	return is_bytes_equal(wr_done(&w), bytes_of(theirs, (size_t)n));
}

static bool has_usage(const struct reading *r)
{
	OWNED(BASIC_CONSTRAINTS)c = X509_get_ext_d2i(r->x, NID_basic_constraints, NULL, NULL);
	OWNED(EXTENDED_KEY_USAGE)u = X509_get_ext_d2i(r->x, NID_ext_key_usage, NULL, NULL);
	const char *purpose = r->i->kind == FRAME_CERTIFICATE_AK ? "2.23.133.8.3" : "1.3.6.1.5.5.7.3.2";
	return c && !c->ca && !c->pathlen && X509_get_key_usage(r->x) == KU_DIGITAL_SIGNATURE && u &&
	       sk_ASN1_OBJECT_num(u) == 1 && is_oid(sk_ASN1_OBJECT_value(u, 0), purpose);
}

static bool has_policies(const struct reading *r)
{
	static const char *const oids[] = { "1.3.6.1.4.1.311.21.30", "1.3.6.1.4.1.311.21.31",
					    "1.3.6.1.4.1.311.21.32" };
	OWNED(CERTIFICATEPOLICIES)p = X509_get_ext_d2i(r->x, NID_certificate_policies, NULL, NULL);
	int n = 0;
	for (size_t bit = 0; bit < COUNT_OF(oids); bit++) {
		if (!(r->i->assurance & (1u << bit)))
			continue;
		const POLICYINFO *info = p ? sk_POLICYINFO_value(p, n) : NULL;
		if (!info || info->qualifiers || !is_oid(info->policyid, oids[bit]))
			return false;
		n++;
	}
	if (n == 0)
		return X509_get_ext_by_NID(r->x, NID_certificate_policies, -1) < 0;
	return sk_POLICYINFO_num(p) == n;
}

static bool has_key_ids(const struct reading *r)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(r->x);
	if (!bits || !SHA256(bits->data, (size_t)bits->length, digest))
		return false;
	return is_string(X509_get0_subject_key_id(r->x), bytes_of(digest, ISSUER_KEY_ID_SIZE)) &&
	       is_string(X509_get0_authority_key_id(r->x), r->by->key_id) &&
	       !X509_get0_authority_issuer(r->x) && !X509_get0_authority_serial(r->x);
}

/* PermanentIdentifier (RFC 4043 §2): a SEQUENCE that holds the UUID as UTF8String and nothing else. */
static bool is_permanent_id(const GENERAL_NAME *n, struct bytes uuid)
{
	uint8_t octets[TEXT_UUID_SIZE + 4];
	struct wr w = wr_of(octets, sizeof(octets));
	wr_u8(&w, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED);
	wr_u8(&w, (uint8_t)(uuid.n + 2));
	wr_u8(&w, V_ASN1_UTF8STRING);
	wr_u8(&w, (uint8_t)uuid.n);
	wr_bytes(&w, uuid);
	if (!n || n->type != GEN_OTHERNAME || !is_oid(n->d.otherName->type_id, "1.3.6.1.5.5.7.8.3"))
		return false;
	const ASN1_TYPE *value = n->d.otherName->value;
	return value->type == V_ASN1_SEQUENCE && is_string(value->value.sequence, wr_done(&w));
}

static bool has_alternative_names(const struct reading *r)
{
	char uri[sizeof("urn:uuid:") + TEXT_UUID_SIZE] = "urn:uuid:";
	char *uuid = text_uuid(r->i->device_id.p, uri + sizeof("urn:uuid:") - 1);
	OWNED(GENERAL_NAMES)names = X509_get_ext_d2i(r->x, NID_subject_alt_name, NULL, NULL);
	return names && sk_GENERAL_NAME_num(names) == 2 &&
	       is_uri(sk_GENERAL_NAME_value(names, 0), bytes_text(uri)) &&
	       is_permanent_id(sk_GENERAL_NAME_value(names, 1), bytes_text(uuid));
}

static bool is_description(const ACCESS_DESCRIPTION *d, int method, struct bytes url)
{
	return OBJ_obj2nid(d->method) == method && is_uri(d->location, url);
}

static bool has_access(const struct reading *r)
{
	OWNED(AUTHORITY_INFO_ACCESS)a = X509_get_ext_d2i(r->x, NID_info_access, NULL, NULL);
	if (!r->by->url.p)
		return !a;
	return a && sk_ACCESS_DESCRIPTION_num(a) == 2 &&
	       is_description(sk_ACCESS_DESCRIPTION_value(a, 0), NID_ad_ca_issuers,
			      r->addresses.certificate) &&
	       is_description(sk_ACCESS_DESCRIPTION_value(a, 1), NID_ad_OCSP, r->addresses.answers);
}

static bool has_crl_point(const struct reading *r)
{
	OWNED(CRL_DIST_POINTS)points = X509_get_ext_d2i(r->x, NID_crl_distribution_points, NULL, NULL);
	if (!r->by->url.p)
		return !points;
	if (!points || sk_DIST_POINT_num(points) != 1)
		return false;
	const DIST_POINT *p = sk_DIST_POINT_value(points, 0);
	return !p->reasons && !p->CRLissuer && p->distpoint && p->distpoint->type == 0 &&
	       sk_GENERAL_NAME_num(p->distpoint->name.fullname) == 1 &&
	       is_uri(sk_GENERAL_NAME_value(p->distpoint->name.fullname, 0), r->addresses.list);
}

/*
 * The two critical extensions octet by octet: OpenSSL reads TRUE and named bits in more forms than DER has.
 */
static const struct bytes critical[] = {
	{ (const uint8_t *)"\x30\x0C\x06\x03\x55\x1D\x13\x01\x01\xFF\x04\x02\x30\x00", 14 },
	{ (const uint8_t *)"\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x07\x80", 16 },
};

static bool has_critical(const struct reading *r)
{
	uint8_t octets[32];
	for (size_t i = 0; i < COUNT_OF(critical); i++) {
		X509_EXTENSION *e = X509_get_ext(r->x, (int)i);
		uint8_t *at = octets;
		int n = e ? i2d_X509_EXTENSION(e, NULL) : 0;
		if (n <= 0 || (size_t)n > sizeof(octets) || i2d_X509_EXTENSION(e, &at) != n)
			return false;
		if (!is_bytes_equal(bytes_of(octets, (size_t)n), critical[i]))
			return false;
	}
	return true;
}

/*
 * What OpenSSL writes for the values it has read: the same octets, or ours were not DER. Asked last, it
 * alters x.
 */
static bool has_canonical_form(const struct reading *r)
{
	uint8_t octets[TBS_CERTIFICATE_MAX], *at = octets;
	if (i2d_re_X509_tbs(r->x, NULL) <= 0)
		return false;
	int n = i2d_X509(r->x, NULL);
	if (n <= 0 || (size_t)n > sizeof(octets) || i2d_X509(r->x, &at) != n)
		return false;
	return is_bytes_equal(bytes_of(octets, (size_t)n), r->der);
}

/* No extension beyond those asked about, and none critical but the two. */
static bool has_nothing_else(const struct reading *r)
{
	int addresses = r->by->url.p ? 2 : 0;
	int expected = EXTENSIONS + (r->i->assurance != 0) + addresses;
	size_t count = 0;
	for (int i = 0; i < X509_get_ext_count(r->x); i++)
		count += X509_EXTENSION_get_critical(X509_get_ext(r->x, i)) != 0;
	return X509_get_ext_count(r->x) == expected && count == COUNT_OF(critical);
}

static bool (*const questions[])(const struct reading *) = {
	has_frame,    has_names,   has_key,               has_usage,  has_critical,
	has_policies, has_key_ids, has_alternative_names, has_access, has_crl_point,
	has_nothing_else, has_canonical_form,
};

static bool is_as_asked(const struct reading *r)
{
	for (size_t q = 0; q < COUNT_OF(questions); q++)
		if (!questions[q](r))
			return false;
	return true;
}

fault lint_check(struct bytes certificate, const struct issue *i, const struct issuer *by)
{
	const uint8_t *at = certificate.p;
	OWNED(X509) x = d2i_X509(NULL, &at, (long)certificate.n);
	struct reading r = { .der = certificate, .x = x, .i = i, .by = by };
	point_get_addresses(by, i->serial, &r.addresses);
	bool same = x && at == certificate.p + certificate.n && is_as_asked(&r);
	ERR_clear_error();
	NEED(same, BUG);
	return NULL;
}

static fault check_built(const struct issue *i, const struct issuer *by)
{
	uint8_t tbs[TBS_SIZE_MAX], certificate[TBS_CERTIFICATE_MAX];
	struct wr w = wr_of(tbs, sizeof(tbs)), whole = wr_of(certificate, sizeof(certificate));
	TRY(profile_build(i, by, &w));
	tbs_write_signed(wr_done(&w), BYTES_OF(signature), &whole);
	return lint_check(wr_done(&whole), i, by);
}

/* Two kinds of certificate with eight assurances: all that a request for one key can choose between. */
static fault check_key(const struct subject *key, const struct issuer *by)
{
	static const uint8_t id[] = { 0x5A, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	for (uint64_t n = 0; n < 16; n++) {
		struct issue i = { .kind = n & 1 ? FRAME_CERTIFICATE_AK : FRAME_CERTIFICATE_DEVICE,
				   .serial = BYTES_OF(id), .device_id = BYTES_OF(id), .assurance = n >> 1 };
		i.key = key->kind;
		i.key_a = key->a;
		i.key_b = key->b;
		i.not_before = (uint64_t)by->not_before;
		i.not_after = (uint64_t)by->not_before + 1;
		if (i.kind == FRAME_CERTIFICATE_AK && !i.assurance)
			continue;
		TRY(check_built(&i, by));
	}
	return NULL;
}

static const struct curve {
	enum frame_key kind;
	int nid;
	size_t width;
} curves[] = {
	{ FRAME_KEY_P256, NID_X9_62_prime256v1, 32 },
	{ FRAME_KEY_P384, NID_secp384r1, 48 },
	{ FRAME_KEY_P521, NID_secp521r1, 66 },
};

/* With the base point of the curve: a key that everybody has. */
static fault check_curve(const struct curve *c, const struct issuer *by)
{
	OWNED(EC_GROUP)group = EC_GROUP_new_by_curve_name(c->nid);
	uint8_t point[1 + 2 * 66];
	size_t n = 0;
	if (group)
		n = EC_POINT_point2oct(group, EC_GROUP_get0_generator(group), POINT_CONVERSION_UNCOMPRESSED,
				       point, sizeof(point), NULL);
	NEED(n == 1 + 2 * c->width, BUG);
	return check_key(&(struct subject){ c->kind, bytes_of(point + 1, c->width),
					    bytes_of(point + 1 + c->width, c->width) }, by);
}

fault lint_check_all(const struct issuer *by)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	uint8_t modulus[512];
	for (size_t n = 0; n < sizeof(modulus); n++)
		modulus[n] = (uint8_t)(n | 0x81);
	for (size_t size = 256; size <= sizeof(modulus); size += 128)
		TRY(check_key(&(struct subject){ FRAME_KEY_RSA, bytes_of(modulus, size), BYTES_OF(exponent) },
			      by));
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		TRY(check_curve(&curves[i], by));
	return NULL;
}
