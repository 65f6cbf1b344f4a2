#include "wire/spki.h"

#include "wire/der.h"

/* RSA-8192 and the largest exponent of FIPS 186-5 §A.1.1; SPKI_SIZE_MAX holds both. */
#define MODULUS_MAX 1024
#define EXPONENT_MAX 32
#define POINT_UNCOMPRESSED 4

static const uint8_t oid_rsa[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01 };
static const uint8_t oid_oaep[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x07 };
static const uint8_t oid_ec[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 };
static const uint8_t oid_p384[] = { 0x2B, 0x81, 0x04, 0x00, 0x22 };
static const uint8_t oid_p521[] = { 0x2B, 0x81, 0x04, 0x00, 0x23 };

static const struct curve {
	enum spki_kind kind;
	size_t width;
	struct bytes oid;
} curves[] = {
	{ SPKI_P256, 32, { oid_p256, sizeof(oid_p256) } },
	{ SPKI_P384, 48, { oid_p384, sizeof(oid_p384) } },
	{ SPKI_P521, 66, { oid_p521, sizeof(oid_p521) } },
};

static const struct curve *curve_by_kind(enum spki_kind kind)
{
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (curves[i].kind == kind)
			return &curves[i];
	return NULL;
}

static const struct curve *curve_by_oid(struct bytes oid)
{
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (is_bytes_equal(curves[i].oid, oid))
			return &curves[i];
	return NULL;
}

size_t spki_width(enum spki_kind kind)
{
	const struct curve *c = curve_by_kind(kind);
	return c ? c->width : 0;
}

static void put_rsa(const struct spki *key, struct wr *w)
{
	struct bytes modulus = bytes_magnitude(key->a), exponent = bytes_magnitude(key->b);
	if (modulus.n == 0 || modulus.n > MODULUS_MAX || exponent.n == 0 || exponent.n > EXPONENT_MAX)
		w->bad = true;
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, BYTES_OF(oid_rsa));
	der_put(w, DER_NULL, (struct bytes){ 0 });
	der_close(w, algorithm);
	size_t bits = der_open(w, DER_BIT_STRING);
	wr_u8(w, 0);
	size_t numbers = der_open(w, DER_SEQUENCE);
	der_put_magnitude(w, modulus);
	der_put_magnitude(w, exponent);
	der_close(w, numbers);
	der_close(w, bits);
}

static void put_padded(struct wr *w, struct bytes number, size_t width)
{
	struct bytes n = bytes_magnitude(number);
	if (n.n > width) {
		w->bad = true;
		return;
	}
	for (size_t zeros = width - n.n; zeros; zeros--)
		wr_u8(w, 0);
	wr_bytes(w, n);
}

static void put_point(const struct spki *key, const struct curve *c, struct wr *w)
{
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, BYTES_OF(oid_ec));
	der_put(w, DER_OID, c->oid);
	der_close(w, algorithm);
	size_t bits = der_open(w, DER_BIT_STRING);
	wr_u8(w, 0);
	wr_u8(w, POINT_UNCOMPRESSED);
	put_padded(w, key->a, c->width);
	put_padded(w, key->b, c->width);
	der_close(w, bits);
}

void spki_write(const struct spki *key, struct wr *w)
{
	const struct curve *c = curve_by_kind(key->kind);
	if (!c && key->kind != SPKI_RSA) {
		w->bad = true;
		return;
	}
	size_t whole = der_open(w, DER_SEQUENCE);
	if (c)
		put_point(key, c, w);
	else
		put_rsa(key, w);
	der_close(w, whole);
}

/* RFC 3279 §2.3.1: parameters are NULL. RFC 4055 §4.1 has those of id-RSAES-OAEP, which nobody here needs. */
static void get_parameters(struct rd *algorithm, bool oaep)
{
	if (!oaep)
		rd_need(algorithm, der_get(algorithm, DER_NULL).n == 0);
	else if (rd_left(algorithm))
		der_any(algorithm);
	rd_need(algorithm, is_rd_done(algorithm));
}

static struct spki get_rsa(struct rd *algorithm, struct rd *bits, bool oaep)
{
	get_parameters(algorithm, oaep);
	struct rd numbers = der_enter(bits, DER_SEQUENCE);
	struct spki key = { .kind = SPKI_RSA, .oaep = oaep };
	key.a = der_magnitude(&numbers);
	key.b = der_magnitude(&numbers);
	rd_need(bits, is_rd_done(&numbers));
	rd_need(bits, key.a.n <= MODULUS_MAX && key.b.n <= EXPONENT_MAX);
	rd_need(bits, !is_bytes_uniform(key.a, 0) && !is_bytes_uniform(key.b, 0));
	return key;
}

static struct spki get_point(struct rd *algorithm, struct rd *bits)
{
	const struct curve *c = curve_by_oid(der_get(algorithm, DER_OID));
	rd_need(algorithm, c && is_rd_done(algorithm));
	rd_need(bits, rd_u8(bits) == POINT_UNCOMPRESSED);
	if (!c)
		return (struct spki){ 0 };
	struct spki key = { .kind = c->kind };
	key.a = rd_bytes(bits, c->width);
	key.b = rd_bytes(bits, c->width);
	return key;
}

struct spki spki_get(struct rd *r)
{
	struct rd whole = der_enter(r, DER_SEQUENCE);
	struct rd algorithm = der_enter(&whole, DER_SEQUENCE);
	struct bytes oid = der_get(&algorithm, DER_OID);
	struct rd bits = der_enter(&whole, DER_BIT_STRING);
	rd_need(&bits, rd_u8(&bits) == 0); /* unused bits */
	bool oaep = is_bytes_equal(oid, BYTES_OF(oid_oaep));
	bool rsa = oaep || is_bytes_equal(oid, BYTES_OF(oid_rsa));
	struct spki key = { 0 };
	if (rsa)
		key = get_rsa(&algorithm, &bits, oaep);
	else if (is_bytes_equal(oid, BYTES_OF(oid_ec)))
		key = get_point(&algorithm, &bits);
	rd_need(r, key.kind != SPKI_NONE && !algorithm.bad && is_rd_done(&bits) && is_rd_done(&whole));
	return r->bad ? (struct spki){ 0 } : key;
}
