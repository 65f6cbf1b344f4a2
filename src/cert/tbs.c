#include "cert/tbs.h"

#include <openssl/sha.h>

#include "base/text.h"
#include "cert/oid.h"
#include "wire/der.h"
#include "wire/trip.h"

#define OID_COMMON_NAME BYTES_TEXT("\x55\x04\x03")
#define OID_ORGANIZATION BYTES_TEXT("\x55\x04\x0A")
#define OID_AUTHORITY_ACCESS BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x01\x01")  /* 1.3.6.1.5.5.7.1.1 */
#define OID_CA_ISSUERS BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x30\x02")        /* 1.3.6.1.5.5.7.48.2 */
#define OID_OCSP BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x30\x01")              /* 1.3.6.1.5.5.7.48.1 */
#define OID_NO_CHECK BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x30\x01\x05")      /* 1.3.6.1.5.5.7.48.1.5 */
#define OID_PERMANENT_ID BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x08\x03")      /* 1.3.6.1.5.5.7.8.3 */

/* GeneralName (RFC 5280 §4.2.1.6). */
#define NAME_OTHER DER_CONTEXT_CONSTRUCTED(0)
#define NAME_DNS DER_CONTEXT(2)
#define NAME_URI DER_CONTEXT(6)
#define NAME_ADDRESS DER_CONTEXT(7)

#define VERSION_3 2

struct extension {
	size_t whole;
	size_t value;
};

/* Extension (RFC 5280 §4.1): what is written until extension_close is inside its OCTET STRING. */
static struct extension extension_open(struct wr *w, struct bytes oid, bool critical)
{
	struct extension e = { .whole = der_open(w, DER_SEQUENCE) };
	der_put(w, DER_OID, oid);
	if (critical)
		der_put_bool(w, true);
	e.value = der_open(w, DER_OCTET_STRING);
	return e;
}

static void extension_close(struct wr *w, struct extension e)
{
	der_close(w, e.value);
	der_close(w, e.whole);
}

/* IA5String as our URLs and DNS names use it: visible ASCII. */
static void put_ia5(struct wr *w, uint8_t tag, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] <= ' ' || text.p[i] > '~')
			w->bad = true;
	if (text.n == 0)
		w->bad = true;
	der_put(w, tag, text);
}

static void put_basic_constraints(const struct tbs *t, struct wr *w)
{
	struct extension e = extension_open(w, OID_BASIC_CONSTRAINTS, true);
	size_t list = der_open(w, DER_SEQUENCE);
	if (t->is_ca) {
		der_put_bool(w, true);
		der_put_small(w, t->path_length);
	}
	der_close(w, list);
	extension_close(w, e);
}

static void put_key_usage(const struct tbs *t, struct wr *w)
{
	if (!t->usage) {
		w->bad = true;
		return;
	}
	struct extension e = extension_open(w, OID_KEY_USAGE, true);
	/* X.690 §11.2.2: a list of named bits ends with its last one that is set. */
	uint8_t bits[2] = { (uint8_t)__builtin_ctz(t->usage), t->usage };
	der_put(w, DER_BIT_STRING, BYTES_OF(bits));
	extension_close(w, e);
}

static void put_purposes(const struct tbs *t, struct wr *w)
{
	static const struct {
		uint8_t bit;
		struct bytes oid;
	} rows[] = {
		/* 1.3.6.1.5.5.7.3.1, 1.3.6.1.5.5.7.3.2, 2.23.133.8.3 and 1.3.6.1.5.5.7.3.9 */
		{ TBS_FOR_SERVER, { (const uint8_t *)"\x2B\x06\x01\x05\x05\x07\x03\x01", 8 } },
		{ TBS_FOR_CLIENT, { (const uint8_t *)"\x2B\x06\x01\x05\x05\x07\x03\x02", 8 } },
		{ TBS_FOR_AK, { (const uint8_t *)"\x67\x81\x05\x08\x03", 5 } },
		{ TBS_FOR_OCSP, { (const uint8_t *)"\x2B\x06\x01\x05\x05\x07\x03\x09", 8 } },
	};
	if (!t->purposes)
		return;
	struct extension e = extension_open(w, OID_EXTENDED_KEY_USAGE, false);
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (t->purposes & rows[i].bit)
			der_put(w, DER_OID, rows[i].oid);
	der_close(w, list);
	extension_close(w, e);
}

static void put_policies(const struct tbs *t, struct wr *w)
{
	static const struct {
		uint8_t bit;
		struct bytes oid;
	} rows[] = {
		/* 1.3.6.1.4.1.311.21.30, .31 and .32 */
		{ TRIP_ASSURED_KEY, { (const uint8_t *)"\x2B\x06\x01\x04\x01\x82\x37\x15\x1E", 9 } },
		{ TRIP_ASSURED_CERTIFICATE, { (const uint8_t *)"\x2B\x06\x01\x04\x01\x82\x37\x15\x1F", 9 } },
		{ TRIP_ASSURED_USER, { (const uint8_t *)"\x2B\x06\x01\x04\x01\x82\x37\x15\x20", 9 } },
	};
	if (!t->policies)
		return;
	struct extension e = extension_open(w, OID_POLICIES, false);
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!(t->policies & rows[i].bit))
			continue;
		size_t policy = der_open(w, DER_SEQUENCE);
		der_put(w, DER_OID, rows[i].oid);
		der_close(w, policy);
	}
	der_close(w, list);
	extension_close(w, e);
}

static void put_subject_key_id(const struct tbs *t, struct wr *w)
{
	uint8_t id[20];
	if (tbs_key_id(&t->key, id)) {
		w->bad = true;
		return;
	}
	struct extension e = extension_open(w, OID_SUBJECT_KEY_ID, false);
	der_put(w, DER_OCTET_STRING, BYTES_OF(id));
	extension_close(w, e);
}

static void put_authority_key_id(const struct tbs *t, struct wr *w)
{
	tbs_write_authority(t->authority, w);
}

static void put_permanent_id(struct bytes uuid, struct wr *w)
{
	size_t name = der_open(w, NAME_OTHER);
	der_put(w, DER_OID, OID_PERMANENT_ID);
	size_t explicit_value = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	/* RFC 4043 §2: without an assigner the identifier is unique under the issuing CA. */
	size_t value = der_open(w, DER_SEQUENCE);
	der_put(w, DER_UTF8, uuid);
	der_close(w, value);
	der_close(w, explicit_value);
	der_close(w, name);
}

static void put_device_names(struct bytes device_id, struct wr *w)
{
	char uri[sizeof("urn:uuid:") - 1 + TEXT_UUID_SIZE] = "urn:uuid:";
	char *uuid = uri + sizeof("urn:uuid:") - 1;
	if (device_id.n != TRIP_ID_SIZE) {
		w->bad = true;
		return;
	}
	text_uuid(device_id.p, uuid);
	put_ia5(w, NAME_URI, bytes_text(uri));
	put_permanent_id(bytes_text(uuid), w);
}

static void put_alternative_names(const struct tbs *t, struct wr *w)
{
	if (!t->device_id.p && !t->dns && !t->addresses)
		return;
	struct extension e = extension_open(w, OID_ALTERNATIVE_NAME, false);
	size_t list = der_open(w, DER_SEQUENCE);
	if (t->device_id.p)
		put_device_names(t->device_id, w);
	for (size_t i = 0; t->dns && i < t->dns->n; i++)
		put_ia5(w, NAME_DNS, t->dns->v[i]);
	for (size_t i = 0; t->addresses && i < t->addresses->n; i++) {
		if (t->addresses->v[i].n != 4 && t->addresses->v[i].n != 16)
			w->bad = true;
		der_put(w, NAME_ADDRESS, t->addresses->v[i]);
	}
	der_close(w, list);
	extension_close(w, e);
}

static void put_description(struct bytes method, struct bytes url, struct wr *w)
{
	size_t description = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, method);
	put_ia5(w, NAME_URI, url);
	der_close(w, description);
}

static void put_authority_access(const struct tbs *t, struct wr *w)
{
	if (!t->aia_url.p)
		return;
	struct extension e = extension_open(w, OID_AUTHORITY_ACCESS, false);
	size_t list = der_open(w, DER_SEQUENCE);
	put_description(OID_CA_ISSUERS, t->aia_url, w);
	if (t->ocsp_url.p)
		put_description(OID_OCSP, t->ocsp_url, w);
	der_close(w, list);
	extension_close(w, e);
}

/* A DistributionPoint, or the beginning of an IssuingDistributionPoint, which is the same. */
static void put_point(struct bytes crl_url, struct wr *w)
{
	size_t point = der_open(w, DER_SEQUENCE);
	size_t name = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	size_t full_name = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	put_ia5(w, NAME_URI, crl_url);
	der_close(w, full_name);
	der_close(w, name);
	der_close(w, point);
}

void tbs_write_points(struct bytes crl_url, struct wr *w)
{
	struct extension e = extension_open(w, OID_CRL_POINTS, false);
	size_t list = der_open(w, DER_SEQUENCE);
	put_point(crl_url, w);
	der_close(w, list);
	extension_close(w, e);
}

void tbs_write_scope(struct bytes crl_url, struct wr *w)
{
	struct extension e = extension_open(w, OID_CRL_SCOPE, true);
	put_point(crl_url, w);
	extension_close(w, e);
}

static void put_crl_points(const struct tbs *t, struct wr *w)
{
	if (t->crl_url.p)
		tbs_write_points(t->crl_url, w);
}

static void put_unasked(const struct tbs *t, struct wr *w)
{
	if (!t->is_unasked)
		return;
	struct extension e = extension_open(w, OID_NO_CHECK, false);
	der_put(w, DER_NULL, (struct bytes){ 0 });
	extension_close(w, e);
}

static void (*const extensions[])(const struct tbs *, struct wr *) = {
	put_basic_constraints, put_key_usage,        put_purposes,
	put_policies,          put_subject_key_id,   put_authority_key_id,
	put_alternative_names, put_authority_access, put_crl_points,
	put_unasked,
};

static void put_extensions(const struct tbs *t, struct wr *w)
{
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(3));
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT_OF(extensions); i++)
		extensions[i](t, w);
	der_close(w, list);
	der_close(w, outer);
}

static void put_version(struct wr *w)
{
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	der_put_small(w, VERSION_3);
	der_close(w, outer);
}

static void put_validity(const struct tbs *t, struct wr *w)
{
	size_t validity = der_open(w, DER_SEQUENCE);
	der_put_time(w, t->not_before);
	der_put_time(w, t->not_after);
	der_close(w, validity);
}

void tbs_write(const struct tbs *t, struct wr *w)
{
	size_t whole = der_open(w, DER_SEQUENCE);
	put_version(w);
	der_put_magnitude(w, t->serial);
	tbs_write_algorithm(w);
	wr_bytes(w, t->issuer);
	put_validity(t, w);
	wr_bytes(w, t->subject);
	spki_write(&t->key, w);
	put_extensions(t, w);
	der_close(w, whole);
}

static void put_attribute(struct wr *w, struct bytes type, struct bytes value)
{
	if (!value.n || !is_text_printable(value))
		w->bad = true;
	size_t set = der_open(w, DER_SET);
	size_t attribute = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, type);
	der_put(w, DER_UTF8, value);
	der_close(w, attribute);
	der_close(w, set);
}

void tbs_write_name(struct bytes organization, struct bytes common_name, struct wr *w)
{
	size_t name = der_open(w, DER_SEQUENCE);
	if (organization.p)
		put_attribute(w, OID_ORGANIZATION, organization);
	put_attribute(w, OID_COMMON_NAME, common_name);
	der_close(w, name);
}

void tbs_write_algorithm(struct wr *w)
{
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, OID_ECDSA_SHA256);
	der_close(w, algorithm);
}

void tbs_write_authority(struct bytes key_id, struct wr *w)
{
	struct extension e = extension_open(w, OID_AUTHORITY_KEY_ID, false);
	size_t list = der_open(w, DER_SEQUENCE);
	der_put(w, DER_CONTEXT(0), key_id);
	der_close(w, list);
	extension_close(w, e);
}

void tbs_write_signed(struct bytes tbs, struct bytes signature, struct wr *w)
{
	size_t whole = der_open(w, DER_SEQUENCE);
	wr_bytes(w, tbs);
	tbs_write_algorithm(w);
	der_put_bits(w, signature);
	der_close(w, whole);
}

fault tbs_check_signed(struct bytes whole, struct bytes tbs_hash)
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	struct rd r = rd_of(whole);
	struct rd parts = der_enter(&r, DER_SEQUENCE);
	struct bytes tbs = der_any(&parts).whole;
	NEED(is_rd_done(&r) && !parts.bad, SIGNER_REFUSED);
	NEED(SHA256(tbs.p, tbs.n, hash), BUG);
	NEED(is_bytes_equal(BYTES_OF(hash), tbs_hash), SIGNER_REFUSED);
	return NULL;
}

struct bytes tbs_public_bits(struct bytes spki)
{
	struct rd r = rd_of(spki);
	struct rd whole = der_enter(&r, DER_SEQUENCE);
	der_get(&whole, DER_SEQUENCE);
	struct bytes bits = der_get(&whole, DER_BIT_STRING);
	return is_rd_done(&whole) && bits.n ? bytes_slice(bits, 1, bits.n - 1) : (struct bytes){ 0 };
}

fault tbs_key_id(const struct spki *key, uint8_t ret[static 20])
{
	uint8_t octets[SPKI_SIZE_MAX], digest[SHA256_DIGEST_LENGTH];
	struct wr w = wr_of(octets, sizeof(octets));
	spki_write(key, &w);
	struct bytes bits = tbs_public_bits(wr_done(&w));
	NEED(bits.n && SHA256(bits.p, bits.n, digest), BUG);
	NEED(bytes_copy(bytes_of(digest, 20), ret, 20), BUG);
	return NULL;
}
