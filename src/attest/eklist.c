#include "attest/eklist.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "attest/ekissuer.h"
#include "wire/der.h"

#define VERSION_2 1
#define CA_STRENGTH_BITS 112 /* SP 800-57 Part 1 §5.6.1: what RSA-2048 gives */

/* --- where it is ---------------------------------------------------------------------------------------- */

/* The URIs of a DistributionPointName that is a full name: [0] GeneralNames, of which [6] is a URI. */
static void find_in_name(struct rd *name, struct eklist_urls *ret)
{
	struct rd full = der_enter(name, DER_CONTEXT_CONSTRUCTED(0));
	while (!full.bad && rd_left(&full)) {
		struct der one = der_any(&full);
		if (!full.bad && one.tag == DER_CONTEXT(6) && is_ekissuer_url(one.body) &&
		    ret->n < EKLIST_URLS_MAX)
			ret->v[ret->n++] = one.body;
	}
}

void eklist_find_urls(struct bytes points, struct eklist_urls *ret)
{
	struct rd all = rd_of(points);
	struct rd list = der_enter(&all, DER_SEQUENCE);
	*ret = (struct eklist_urls){ 0 };
	while (!list.bad && rd_left(&list)) {
		struct rd point = der_enter(&list, DER_SEQUENCE);
		struct rd name = der_enter(&point, DER_CONTEXT_CONSTRUCTED(0));
		/* What may follow makes it a list for some reasons, or of another issuer. */
		if (!name.bad && rd_left(&point) == 0)
			find_in_name(&name, ret);
	}
}

/* --- names for what it is about ------------------------------------------------------------------------- */

fault eklist_issuer_id(const X509 *issuer, uint8_t ret[static EKLIST_HASH_SIZE])
{
	const uint8_t *name = NULL;
	size_t size = 0;
	unsigned n = 0;
	uint8_t key[EVP_MAX_MD_SIZE], digest[ALG_DIGEST_MAX];
	bool is_read = X509_NAME_get0_der(X509_get_subject_name(issuer), &name, &size) == 1 &&
		       X509_pubkey_digest(issuer, EVP_sha256(), key, &n) == 1;
	NEED(is_read, CERT_MALFORMED);
	const struct bytes parts[] = { bytes_of(name, size), bytes_of(key, n) };
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest));
	memcpy(ret, digest, EKLIST_HASH_SIZE);
	return NULL;
}

fault eklist_id(const uint8_t issuer[static EKLIST_HASH_SIZE], struct bytes url,
		uint8_t ret[static EKLIST_HASH_SIZE])
{
	uint8_t digest[ALG_DIGEST_MAX];
	const struct bytes parts[] = { bytes_of(issuer, EKLIST_HASH_SIZE), url };
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest));
	memcpy(ret, digest, EKLIST_HASH_SIZE);
	return NULL;
}

fault eklist_serial(struct bytes serial, uint8_t ret[static EKLIST_SERIAL_SIZE])
{
	uint8_t digest[EKLIST_HASH_SIZE];
	TRY(alg_sha256(serial, digest));
	memcpy(ret, digest, EKLIST_SERIAL_SIZE);
	return NULL;
}

/* --- what it says --------------------------------------------------------------------------------------- */

/* A list while it is read: views of the file. */
struct reading {
	struct bytes signed_part, algorithm, signature, issuer, entries, point;
	size_t entries_n;
	bool has_point; /* it is the part that is published at that address */
	struct eklist list;
};

/* Of §5.3's only certificateIssuer is critical, and then the list is indirect. */
static void read_entry_extensions(struct rd *entry)
{
	struct rd list = der_enter(entry, DER_SEQUENCE);
	rd_need(entry, rd_left(&list) > 0);
	while (!list.bad && rd_left(&list)) {
		struct rd one = der_enter(&list, DER_SEQUENCE);
		der_get(&one, DER_OID);
		if (is_der_next(&one, DER_BOOLEAN))
			rd_need(&one, !der_bool(&one));
		der_get(&one, DER_OCTET_STRING);
		rd_need(&list, is_rd_done(&one));
	}
	rd_need(entry, !list.bad);
}

static struct bytes read_entry(struct rd *list)
{
	struct rd entry = der_enter(list, DER_SEQUENCE);
	struct bytes serial = der_get(&entry, DER_INTEGER);
	rd_need(&entry, serial.n > 0);
	der_time(&entry);
	if (rd_left(&entry))
		read_entry_extensions(&entry);
	rd_need(list, is_rd_done(&entry));
	return serial;
}

static void read_entries(struct rd *tbs, struct reading *to)
{
	to->entries = der_get(tbs, DER_SEQUENCE);
	struct rd list = rd_of(to->entries);
	rd_need(tbs, rd_left(&list) > 0);
	while (!list.bad && rd_left(&list)) {
		read_entry(&list);
		to->entries_n++;
	}
	rd_need(tbs, !list.bad);
}

/* A member of issuingDistributionPoint that is absent when false. */
static bool read_flag(struct rd *in, uint8_t number)
{
	if (!is_der_next(in, DER_CONTEXT(number)))
		return false;
	struct bytes v = der_get(in, DER_CONTEXT(number));
	rd_need(in, v.n == 1 && v.p[0] == 0xFF);
	return true;
}

/* §5.2.5 */
static void read_scope(struct rd *value, struct reading *to)
{
	struct rd in = der_enter(value, DER_SEQUENCE);
	to->has_point = is_der_next(&in, DER_CONTEXT_CONSTRUCTED(0));
	if (to->has_point)
		to->point = der_get(&in, DER_CONTEXT_CONSTRUCTED(0));
	bool is_users = read_flag(&in, 1), is_cas = read_flag(&in, 2);
	/* Anything behind these is for some reasons only, indirect, or about attribute certificates. */
	rd_need(value, is_rd_done(&in) && !(is_users && is_cas));
	to->list.scope = is_users ? EKLIST_LEAVES : is_cas ? EKLIST_CAS : EKLIST_LEAVES | EKLIST_CAS;
}

/* Key identifier, number, other names of the issuer: nothing here depends on them. */
static void read_nothing(struct rd *value, struct reading *to)
{
	(void)to;
	der_any(value);
}

/* What is understood of §5.2, all below 2.5.29. */
static const struct extension {
	uint8_t oid[3];
	void (*read)(struct rd *value, struct reading *to);
} extensions[] = {
	{ { 0x55, 0x1D, 18 }, read_nothing },
	{ { 0x55, 0x1D, 20 }, read_nothing },
	{ { 0x55, 0x1D, 28 }, read_scope },
	{ { 0x55, 0x1D, 35 }, read_nothing },
};

static const struct extension *find_extension(struct bytes oid)
{
	for (size_t i = 0; i < COUNT_OF(extensions); i++)
		if (is_bytes_equal(oid, BYTES_OF(extensions[i].oid)))
			return &extensions[i];
	return NULL;
}

static void read_extension(struct rd *list, unsigned *seen, struct reading *to)
{
	struct rd in = der_enter(list, DER_SEQUENCE);
	bool is_critical = false;
	struct bytes oid = der_get(&in, DER_OID);
	if (is_der_next(&in, DER_BOOLEAN))
		is_critical = der_bool(&in);
	struct rd value = rd_of(der_get(&in, DER_OCTET_STRING));
	const struct extension *known = find_extension(oid);
	unsigned bit = known ? 1U << (known - extensions) : 0;
	rd_need(list, is_rd_done(&in) && !(*seen & bit) && (known || !is_critical));
	*seen |= bit;
	if (list->bad || !known)
		return;
	known->read(&value, to);
	rd_need(list, is_rd_done(&value));
}

static void read_extensions(struct rd *tbs, struct reading *to)
{
	unsigned seen = 0;
	struct rd tagged = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(0));
	struct rd list = der_enter(&tagged, DER_SEQUENCE);
	rd_need(tbs, rd_left(&list) > 0);
	while (!list.bad && rd_left(&list))
		read_extension(&list, &seen, to);
	rd_need(tbs, is_rd_done(&list) && is_rd_done(&tagged));
}

/* §5.1.2; a list that never ends (no nextUpdate) would hide every later one, and the RFC forbids it. */
static void read_tbs(struct rd *tbs, struct reading *to)
{
	bool is_v2 = is_der_next(tbs, DER_INTEGER);
	if (is_v2) {
		struct bytes version = der_magnitude(tbs);
		rd_need(tbs, version.n == 1 && version.p[0] == VERSION_2);
	}
	to->algorithm = der_get(tbs, DER_SEQUENCE);
	to->issuer = der_any(tbs).whole;
	int64_t from = der_time(tbs), until = der_time(tbs);
	rd_need(tbs, from >= 0 && from <= until);
	to->list.this_update = (uint64_t)from;
	to->list.next_update = (uint64_t)until;
	to->list.scope = EKLIST_LEAVES | EKLIST_CAS;
	if (is_der_next(tbs, DER_SEQUENCE))
		read_entries(tbs, to);
	if (is_v2 && is_der_next(tbs, DER_CONTEXT_CONSTRUCTED(0)))
		read_extensions(tbs, to);
}

static bool is_read(struct bytes der, struct reading *to)
{
	struct rd all = rd_of(der);
	struct rd outer = der_enter(&all, DER_SEQUENCE);
	struct der part = der_any(&outer);
	struct rd tbs = rd_of(part.body);
	to->signed_part = part.whole;
	struct bytes algorithm = der_get(&outer, DER_SEQUENCE);
	to->signature = der_get(&outer, DER_BIT_STRING);
	if (part.tag != DER_SEQUENCE || !is_rd_done(&outer) || !is_rd_done(&all))
		return false;
	read_tbs(&tbs, to);
	return is_rd_done(&tbs) && is_bytes_equal(algorithm, to->algorithm);
}

/* --- who says it ---------------------------------------------------------------------------------------- */

/* RFC 4055 §5, RFC 5758 §3.2: the algorithms of signatures that count, as they stand in a list. */
static const struct algorithm {
	struct bytes identifier; /* content octets of AlgorithmIdentifier */
	const char *key, *hash;
} algorithms[] = {
#define RSA_WITH(last) BYTES_TEXT("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01" last "\x05\x00"), "RSA"
#define ECDSA_WITH(last) BYTES_TEXT("\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03" last), "EC"
	{ RSA_WITH("\x0B"), "SHA256" },   { RSA_WITH("\x0C"), "SHA384" },   { RSA_WITH("\x0D"), "SHA512" },
	{ ECDSA_WITH("\x02"), "SHA256" }, { ECDSA_WITH("\x03"), "SHA384" }, { ECDSA_WITH("\x04"), "SHA512" },
#undef RSA_WITH
#undef ECDSA_WITH
};

static const struct algorithm *find_algorithm(struct bytes identifier)
{
	for (size_t i = 0; i < COUNT_OF(algorithms); i++)
		if (is_bytes_equal(algorithms[i].identifier, identifier))
			return &algorithms[i];
	return NULL;
}

static bool is_signed(const struct reading *of, EVP_PKEY *key)
{
	const struct algorithm *a = find_algorithm(of->algorithm);
	/* The first octet counts unused bits, of which there are none. */
	bool fits = a && key && EVP_PKEY_is_a(key, a->key) && of->signature.n > 1 &&
		    of->signature.p[0] == 0 && EVP_PKEY_get_security_bits(key) >= CA_STRENGTH_BITS;
	EVP_MD_CTX *ctx = fits ? EVP_MD_CTX_new() : NULL;
	bool holds = ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_get_digestbyname(a->hash), NULL, key) == 1 &&
		     EVP_DigestVerify(ctx, of->signature.p + 1, of->signature.n - 1, of->signed_part.p,
				      of->signed_part.n) == 1;
	EVP_MD_CTX_free(ctx);
	return holds;
}

static bool is_named(struct bytes issuer, const X509 *authority)
{
	const uint8_t *p = issuer.p;
	X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)issuer.n);
	bool is_same = name && X509_NAME_cmp(name, X509_get_subject_name(authority)) == 0;
	X509_NAME_free(name);
	return is_same;
}

/* RFC 5280 §4.2.1.3: without the extension a key may be used for anything. */
static bool may_sign(X509 *authority)
{
	return X509_check_ca(authority) == 1 && (X509_get_key_usage(authority) & KU_CRL_SIGN);
}

static fault prove(const struct reading *of, struct bytes authority,
		   uint8_t ret_issuer[static EKLIST_HASH_SIZE])
{
	const uint8_t *p = authority.p;
	X509 *x = d2i_X509(NULL, &p, (long)authority.n);
	bool is_proved = x && may_sign(x) && is_named(of->issuer, x) && is_signed(of, X509_get0_pubkey(x));
	fault why = is_proved ? eklist_issuer_id(x, ret_issuer) : FAIL(CRL_INVALID);
	X509_free(x);
	ERR_clear_error();
	return why;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static int compare_serials(const void *a, const void *b)
{
	return bytes_compare(bytes_of(a, EKLIST_SERIAL_SIZE), bytes_of(b, EKLIST_SERIAL_SIZE));
}

/* Ascending and each once, so that one list has one form. */
static fault put_serials(const struct reading *of, struct arena *a, struct bytes *ret)
{
	NEED(of->entries_n <= EKLIST_SERIALS_MAX, FETCH_SIZE);
	if (!of->entries_n)
		return NULL;
	uint8_t *v = arena_alloc(a, of->entries_n * EKLIST_SERIAL_SIZE);
	NEED(v != NULL, SYS_MEMORY);
	struct rd list = rd_of(of->entries);
	for (size_t i = 0; i < of->entries_n; i++)
		TRY(eklist_serial(read_entry(&list), v + i * EKLIST_SERIAL_SIZE));
	qsort(v, of->entries_n, EKLIST_SERIAL_SIZE, compare_serials);
	size_t n = 1;
	for (size_t i = 1; i < of->entries_n; i++) {
		const uint8_t *one = v + i * EKLIST_SERIAL_SIZE;
		if (compare_serials(one, v + (n - 1) * EKLIST_SERIAL_SIZE) != 0)
			memmove(v + n++ * EKLIST_SERIAL_SIZE, one, EKLIST_SERIAL_SIZE);
	}
	*ret = bytes_of(v, n * EKLIST_SERIAL_SIZE);
	return NULL;
}

static bool is_published_at(const struct reading *of, struct bytes url)
{
	struct eklist_urls urls = { 0 };
	struct rd name = rd_of(of->point);
	find_in_name(&name, &urls);
	for (size_t i = 0; i < urls.n; i++)
		if (is_bytes_equal(urls.v[i], url))
			return true;
	return !of->has_point;
}

static fault put_ids(struct reading *of, const struct eklist_point *wanted, struct arena *a)
{
	uint8_t issuer[EKLIST_HASH_SIZE], point[EKLIST_HASH_SIZE];
	TRY(prove(of, wanted->authority, issuer));
	NEED(is_published_at(of, wanted->url), CRL_INVALID);
	TRY(eklist_id(issuer, wanted->url, point));
	NEED(is_bytes_equal(BYTES_OF(point), wanted->id), CRL_INVALID);
	of->list.id = wanted->id;
	of->list.issuer = arena_copy(a, BYTES_OF(issuer));
	of->list.is_part = of->has_point;
	return NULL;
}

fault eklist_check(struct bytes file, const struct eklist_point *wanted, int64_t now, struct arena *a,
		   struct eklist *ret)
{
	struct reading r = { 0 };
	NEED(is_read(file, &r) && (int64_t)r.list.this_update <= now + EKLIST_SKEW_S, CRL_INVALID);
	TRY(put_ids(&r, wanted, a));
	TRY(put_serials(&r, a, &r.list.serials));
	NEED(!is_arena_full(a), SYS_MEMORY);
	*ret = r.list;
	return NULL;
}
