#include "cert/ocsp.h"

#include <openssl/sha.h>

#include "cert/crl.h"
#include "cert/oid.h"
#include "cert/tbs.h"
#include "wire/der.h"

#define OID_OCSP_BASIC BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x30\x01\x01")   /* 1.3.6.1.5.5.7.48.1.1 */
#define OID_OCSP_NONCE BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x30\x01\x02")   /* 1.3.6.1.5.5.7.48.1.2 */

#define SERIAL_MAX 20 /* RFC 5280 §4.1.2.2 */
#define NONCE_MAX 128

static const struct hash {
	struct bytes oid;
	size_t size;
	unsigned char *(*of)(const unsigned char *p, size_t n, unsigned char *out);
} hashes[] = {
	/* 1.3.14.3.2.26 and 2.16.840.1.101.3.4.2.1 */
	[OCSP_SHA1] = { { (const uint8_t *)"\x2B\x0E\x03\x02\x1A", 5 }, SHA_DIGEST_LENGTH, SHA1 },
	[OCSP_SHA256] = { { (const uint8_t *)"\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9 },
			  SHA256_DIGEST_LENGTH, SHA256 },
};

static bool is_hash(uint64_t hash)
{
	return hash > 0 && hash < COUNT_OF(hashes);
}

/* --- questions ------------------------------------------------------------------------------------------ */

static uint64_t hash_of(struct bytes oid)
{
	for (size_t i = OCSP_SHA1; i < COUNT_OF(hashes); i++)
		if (is_bytes_equal(oid, hashes[i].oid))
			return i;
	return 0;
}

/* AlgorithmIdentifier whose parameters are NULL or, as RFC 5754 §2 has it, absent. */
static void read_hash(struct rd *r, struct inquiry *ret)
{
	struct rd algorithm = der_enter(r, DER_SEQUENCE);
	ret->hash = hash_of(der_get(&algorithm, DER_OID));
	ret->has_null = rd_left(&algorithm) > 0;
	if (ret->has_null)
		rd_need(r, der_get(&algorithm, DER_NULL).n == 0);
	rd_need(r, is_rd_done(&algorithm) && is_hash(ret->hash));
}

static void read_id(struct rd *r, struct inquiry *ret)
{
	struct rd id = der_enter(r, DER_SEQUENCE);
	read_hash(&id, ret);
	ret->name_hash = der_get(&id, DER_OCTET_STRING);
	ret->key_hash = der_get(&id, DER_OCTET_STRING);
	ret->serial = der_magnitude(&id);
	size_t size = is_hash(ret->hash) ? hashes[ret->hash].size : 0;
	rd_need(r, is_rd_done(&id) && ret->name_hash.n == size && ret->key_hash.n == size);
	rd_need(r, ret->serial.n <= SERIAL_MAX);
}

/* Only the nonce is known; of what is not known nothing may be critical. */
static void read_extension(struct rd *list, struct inquiry *ret)
{
	struct rd extension = der_enter(list, DER_SEQUENCE);
	struct bytes oid = der_get(&extension, DER_OID);
	bool is_critical = is_der_next(&extension, DER_BOOLEAN);
	if (is_critical)
		rd_need(list, der_bool(&extension));
	struct rd value = der_enter(&extension, DER_OCTET_STRING);
	rd_need(list, is_rd_done(&extension));
	if (!ret || !is_bytes_equal(oid, OID_OCSP_NONCE)) {
		rd_need(list, !is_critical);
		return;
	}
	rd_need(list, !ret->nonce.p);
	ret->nonce = der_get(&value, DER_OCTET_STRING);
	rd_need(list, is_rd_done(&value) && ret->nonce.n >= 1 && ret->nonce.n <= NONCE_MAX);
}

/* Extensions under an explicit tag; those of one certificate have no nonce (ret is NULL). */
static void read_extensions(struct rd *r, uint8_t tag, struct inquiry *ret)
{
	if (!is_der_next(r, tag))
		return;
	struct rd outer = der_enter(r, tag);
	struct rd list = der_enter(&outer, DER_SEQUENCE);
	rd_need(&list, rd_left(&list) > 0);
	while (rd_left(&list))
		read_extension(&list, ret);
	rd_need(r, is_rd_done(&list) && is_rd_done(&outer));
}

/* The list of requests, which has one. */
static void read_list(struct rd *r, struct inquiry *ret)
{
	struct rd list = der_enter(r, DER_SEQUENCE);
	struct rd one = der_enter(&list, DER_SEQUENCE);
	read_id(&one, ret);
	read_extensions(&one, DER_CONTEXT_CONSTRUCTED(0), NULL);
	rd_need(r, is_rd_done(&one) && is_rd_done(&list));
}

fault ocsp_parse(struct bytes in, struct inquiry *ret)
{
	struct inquiry i = { 0 };
	struct rd r = rd_of(in);
	NEED(in.n <= OCSP_REQUEST_MAX, PARSE_ENVELOPE);
	struct rd whole = der_enter(&r, DER_SEQUENCE);
	struct rd tbs = der_enter(&whole, DER_SEQUENCE);
	/* X.690 §11.5: the version, being its default, is absent. */
	if (is_der_next(&tbs, DER_CONTEXT_CONSTRUCTED(1)))
		der_get(&tbs, DER_CONTEXT_CONSTRUCTED(1));
	read_list(&tbs, &i);
	read_extensions(&tbs, DER_CONTEXT_CONSTRUCTED(2), &i);
	if (is_der_next(&whole, DER_CONTEXT_CONSTRUCTED(0)))
		der_get(&whole, DER_CONTEXT_CONSTRUCTED(0));
	NEED(is_rd_done(&tbs) && is_rd_done(&whole) && is_rd_done(&r), PARSE_ENVELOPE);
	*ret = i;
	return NULL;
}

/* --- who it is about ------------------------------------------------------------------------------------ */

struct issuer_hashes {
	struct bytes name, key;
	uint8_t octets[2][OCSP_HASH_MAX];
};

/* RFC 6960 §4.1.1: of the name in DER, and of the key without tag, length and unused bits. */
static void hash_issuer(const struct issuer *by, uint64_t hash, struct issuer_hashes *ret)
{
	const struct hash *h = &hashes[hash];
	struct bytes bits = tbs_public_bits(by->key);
	h->of(by->name.p, by->name.n, ret->octets[0]);
	h->of(bits.p, bits.n, ret->octets[1]);
	ret->name = bytes_of(ret->octets[0], h->size);
	ret->key = bytes_of(ret->octets[1], h->size);
}

bool is_ocsp_of(const struct inquiry *i, const struct issuer *by)
{
	struct issuer_hashes own;
	if (!is_hash(i->hash))
		return false;
	hash_issuer(by, i->hash, &own);
	return is_bytes_equal(i->name_hash, own.name) && is_bytes_equal(i->key_hash, own.key);
}

/* --- answers -------------------------------------------------------------------------------------------- */

static void put_id(const struct standing *s, const struct issuer *by, struct wr *w)
{
	struct issuer_hashes own;
	hash_issuer(by, s->hash, &own);
	size_t id = der_open(w, DER_SEQUENCE);
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, hashes[s->hash].oid);
	if (s->has_null)
		der_put(w, DER_NULL, (struct bytes){ 0 });
	der_close(w, algorithm);
	der_put(w, DER_OCTET_STRING, own.name);
	der_put(w, DER_OCTET_STRING, own.key);
	der_put_magnitude(w, s->serial);
	der_close(w, id);
}

/* CertStatus: good [0], revoked [1], unknown [2]. A reason of no meaning is left out, as in a list. */
static void put_standing(const struct standing *s, struct wr *w)
{
	if (s->status != OCSP_REVOKED) {
		der_put(w, s->status == OCSP_GOOD ? DER_CONTEXT(0) : DER_CONTEXT(2), (struct bytes){ 0 });
		return;
	}
	uint8_t reason = (uint8_t)s->reason;
	size_t info = der_open(w, DER_CONTEXT_CONSTRUCTED(1));
	der_put_long_time(w, (int64_t)s->revoked);
	if (reason != CRL_UNSPECIFIED) {
		size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
		der_put(w, DER_ENUMERATED, bytes_of(&reason, 1));
		der_close(w, outer);
	}
	der_close(w, info);
}

static void put_answer(const struct standing *s, const struct issuer *by, struct wr *w)
{
	size_t list = der_open(w, DER_SEQUENCE);
	size_t one = der_open(w, DER_SEQUENCE);
	put_id(s, by, w);
	put_standing(s, w);
	der_put_long_time(w, (int64_t)s->this_update);
	size_t until = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	der_put_long_time(w, (int64_t)s->next_update);
	der_close(w, until);
	der_close(w, one);
	der_close(w, list);
}

static void put_nonce(struct bytes nonce, struct wr *w)
{
	if (!nonce.n)
		return;
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(1));
	size_t list = der_open(w, DER_SEQUENCE);
	size_t extension = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, OID_OCSP_NONCE);
	size_t value = der_open(w, DER_OCTET_STRING);
	der_put(w, DER_OCTET_STRING, nonce);
	der_close(w, value);
	der_close(w, extension);
	der_close(w, list);
	der_close(w, outer);
}

static fault check(const struct standing *s)
{
	bool is_revoked = s->status == OCSP_REVOKED;
	NEED(is_hash(s->hash) && s->serial.n && s->serial.n <= SERIAL_MAX, SIGNER_REFUSED);
	NEED(s->status >= OCSP_GOOD && s->status <= OCSP_UNKNOWN, SIGNER_REFUSED);
	NEED(is_crl_reason(s->reason) && (is_revoked || (!s->reason && !s->revoked)), SIGNER_REFUSED);
	NEED(s->this_update < s->next_update, SIGNER_REFUSED);
	return NULL;
}

fault ocsp_build(const struct standing *s, const struct issuer *by, struct bytes responder, struct wr *w)
{
	TRY(check(s));
	NEED(s->generation == by->generation, SIGNER_REFUSED);
	size_t whole = der_open(w, DER_SEQUENCE);
	size_t name = der_open(w, DER_CONTEXT_CONSTRUCTED(1));
	wr_bytes(w, responder);
	der_close(w, name);
	der_put_long_time(w, (int64_t)s->this_update);
	put_answer(s, by, w);
	put_nonce(s->nonce, w);
	der_close(w, whole);
	NEED(!w->bad, SYS_MEMORY);
	return NULL;
}

static void put_basic(const struct ocsp_signed *s, struct wr *w)
{
	size_t basic = der_open(w, DER_SEQUENCE);
	wr_bytes(w, s->data);
	tbs_write_algorithm(w);
	der_put_bits(w, s->signature);
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	der_put(w, DER_SEQUENCE, s->certificate);
	der_close(w, outer);
	der_close(w, basic);
}

void ocsp_write(const struct ocsp_signed *s, struct wr *w)
{
	static const uint8_t successful = 0;
	size_t whole = der_open(w, DER_SEQUENCE);
	der_put(w, DER_ENUMERATED, bytes_of(&successful, 1));
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	size_t typed = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, OID_OCSP_BASIC);
	size_t octets = der_open(w, DER_OCTET_STRING);
	put_basic(s, w);
	der_close(w, octets);
	der_close(w, typed);
	der_close(w, outer);
	der_close(w, whole);
}

/* Parts of an OCSPResponse as ocsp_write writes it. */
static bool read_signed(struct bytes response, struct ocsp_signed *ret)
{
	struct rd r = rd_of(response);
	struct rd whole = der_enter(&r, DER_SEQUENCE);
	der_get(&whole, DER_ENUMERATED);
	struct rd outer = der_enter(&whole, DER_CONTEXT_CONSTRUCTED(0));
	struct rd typed = der_enter(&outer, DER_SEQUENCE);
	der_get(&typed, DER_OID);
	struct rd octets = der_enter(&typed, DER_OCTET_STRING);
	struct rd basic = der_enter(&octets, DER_SEQUENCE);
	ret->data = der_any(&basic).whole;
	der_get(&basic, DER_SEQUENCE);
	struct bytes bits = der_get(&basic, DER_BIT_STRING);
	ret->signature = bytes_slice(bits, 1, bits.n ? bits.n - 1 : 0);
	struct rd certificates = der_enter(&basic, DER_CONTEXT_CONSTRUCTED(0));
	ret->certificate = der_get(&certificates, DER_SEQUENCE);
	return is_rd_done(&certificates) && !basic.bad;
}

static struct bytes responder_of(struct bytes data)
{
	struct rd r = rd_of(data);
	struct rd whole = der_enter(&r, DER_SEQUENCE);
	return der_get(&whole, DER_CONTEXT_CONSTRUCTED(1));
}

/* Made again of what it is to say, it has the same octets. */
fault ocsp_check_signed(struct bytes response, const struct standing *s, const struct issuer *by)
{
	struct ocsp_signed parts = { 0 };
	uint8_t data[OCSP_SIZE_MAX], octets[OCSP_SIZE_MAX];
	struct wr built = wr_of(data, sizeof(data)), again = wr_of(octets, sizeof(octets));
	NEED(read_signed(response, &parts), SIGNER_REFUSED);
	NEED(!ocsp_build(s, by, responder_of(parts.data), &built), SIGNER_REFUSED);
	parts.data = wr_done(&built);
	ocsp_write(&parts, &again);
	NEED(!again.bad && is_bytes_equal(wr_done(&again), response), SIGNER_REFUSED);
	return NULL;
}

void ocsp_write_status(enum ocsp_status status, struct wr *w)
{
	uint8_t octet = (uint8_t)status;
	size_t whole = der_open(w, DER_SEQUENCE);
	der_put(w, DER_ENUMERATED, bytes_of(&octet, 1));
	der_close(w, whole);
}
