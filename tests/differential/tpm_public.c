#include "tpm.h"

#include "attest/public.h"

#define OF(read) ((const TPMT_PUBLIC *)(read))

/* --- the readers -------------------------------------------------------------------------------------- */

static fault ours(struct bytes in, struct wr *w)
{
	struct public p;
	TRY(public_parse(in, &p));
	public_write(&p, w);
	return NULL;
}

TPM_THEIRS(theirs, TPMT_PUBLIC)

static fault ours_2b(struct bytes in, struct wr *w)
{
	struct rd r = rd_of(in);
	struct bytes area = rd_tpm2b(&r, MUTANT_SIZE_MAX);
	NEED(is_rd_done(&r), PARSE_LEN);
	size_t place = wr_open16(w);
	TRY(ours(area, w));
	wr_close16(w, place);
	return NULL;
}

TPM_THEIRS(theirs_whole, TPM2B_PUBLIC)

static const void *theirs_2b(struct bytes in, struct wr *w)
{
	const TPM2B_PUBLIC *read = theirs_whole(in, w);
	return read ? &read->publicArea : NULL;
}

/* --- what both understand ------------------------------------------------------------------------------ */

static bool is_same_symmetric(const struct public *p, const TPMT_SYM_DEF_OBJECT *s)
{
	return p->symmetric == s->algorithm &&
	       (s->algorithm == TPM2_ALG_NULL ||
		(p->symmetric_bits == s->keyBits.sym && p->symmetric_mode == s->mode.sym));
}

static bool is_same_scheme(const struct public *p, uint16_t scheme, const TPMU_ASYM_SCHEME *s)
{
	bool is_bare = scheme == TPM2_ALG_NULL || scheme == TPM2_ALG_RSAES;
	return p->scheme == scheme && (is_bare || p->scheme_hash == s->anySig.hashAlg) &&
	       (scheme != TPM2_ALG_ECDAA || p->scheme_count == s->ecdaa.count);
}

static bool is_same_rsa(const struct public *p, const TPMT_PUBLIC *t)
{
	const TPMS_RSA_PARMS *d = &t->parameters.rsaDetail;
	const TPM2B_PUBLIC_KEY_RSA *n = &t->unique.rsa;
	return is_same_symmetric(p, &d->symmetric) &&
	       is_same_scheme(p, d->scheme.scheme, &d->scheme.details) && p->bits == d->keyBits &&
	       p->exponent == d->exponent && is_bytes_equal(p->a, bytes_of(n->buffer, n->size));
}

static bool is_same_ecc(const struct public *p, const TPMT_PUBLIC *t)
{
	const TPMS_ECC_PARMS *d = &t->parameters.eccDetail;
	const TPMS_ECC_POINT *point = &t->unique.ecc;
	return is_same_symmetric(p, &d->symmetric) &&
	       is_same_scheme(p, d->scheme.scheme, &d->scheme.details) && p->curve == d->curveID &&
	       p->kdf == d->kdf.scheme &&
	       (p->kdf == TPM2_ALG_NULL || p->kdf_hash == d->kdf.details.mgf1.hashAlg) &&
	       is_bytes_equal(p->a, bytes_of(point->x.buffer, point->x.size)) &&
	       is_bytes_equal(p->b, bytes_of(point->y.buffer, point->y.size));
}

static bool is_same_area(struct bytes in, const void *read)
{
	const TPMT_PUBLIC *t = read;
	struct public p;
	return !public_parse(in, &p) && p.type == t->type && p.name_alg == t->nameAlg &&
	       p.attributes == t->objectAttributes &&
	       is_bytes_equal(p.policy, bytes_of(t->authPolicy.buffer, t->authPolicy.size)) &&
	       (t->type == TPM2_ALG_RSA ? is_same_rsa(&p, t) : is_same_ecc(&p, t));
}

static bool is_same_area_2b(struct bytes in, const void *read)
{
	return is_same_area(bytes_slice(in, 2, in.n - 2), read);
}

/* --- what they let pass -------------------------------------------------------------------------------- */

static bool is_rsa(const void *read)
{
	return OF(read)->type == TPM2_ALG_RSA;
}

static bool is_ecc(const void *read)
{
	return OF(read)->type == TPM2_ALG_ECC;
}

static bool is_other_object(struct bytes in, const void *read)
{
	(void)in;
	return !is_rsa(read) && !is_ecc(read);
}

/* Part 2 8.3.2, with bit 19, x509sign, which came later. */
static bool has_reserved_attribute(struct bytes in, const void *read)
{
	(void)in;
	return OF(read)->objectAttributes & 0xFFF0F309;
}

static bool has_policy_of_other_size(struct bytes in, const void *read)
{
	(void)in;
	uint16_t size = tpm_hash_size(OF(read)->nameAlg);
	return OF(read)->authPolicy.size && size && OF(read)->authPolicy.size != size;
}

/* Both kinds of parameters begin with it. */
static const TPMT_SYM_DEF_OBJECT *symmetric_of(const void *read)
{
	return &OF(read)->parameters.asymDetail.symmetric;
}

static bool has_odd_cipher(struct bytes in, const void *read)
{
	(void)in;
	uint16_t id = symmetric_of(read)->algorithm;
	return !is_other_object(in, read) && id != TPM2_ALG_NULL && id != TPM2_ALG_AES &&
	       id != TPM2_ALG_SM4 && id != TPM2_ALG_CAMELLIA;
}

static bool has_odd_cipher_size(struct bytes in, const void *read)
{
	const TPMT_SYM_DEF_OBJECT *s = symmetric_of(read);
	uint16_t bits = s->keyBits.sym;
	return !is_other_object(in, read) && s->algorithm != TPM2_ALG_NULL && bits != 128 && bits != 192 &&
	       bits != 256;
}

static bool has_odd_mode(struct bytes in, const void *read)
{
	const TPMT_SYM_DEF_OBJECT *s = symmetric_of(read);
	uint16_t mode = s->mode.sym;
	return !is_other_object(in, read) && s->algorithm != TPM2_ALG_NULL && mode != TPM2_ALG_NULL &&
	       mode != TPM2_ALG_CTR && mode != TPM2_ALG_OFB && mode != TPM2_ALG_CBC && mode != TPM2_ALG_CFB &&
	       mode != TPM2_ALG_ECB;
}

static bool is_listed(uint16_t id, const uint16_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static bool has_scheme_of_other_kind(struct bytes in, const void *read)
{
	static const uint16_t rsa[] = { TPM2_ALG_NULL, TPM2_ALG_RSASSA, TPM2_ALG_RSAPSS, TPM2_ALG_RSAES,
					TPM2_ALG_OAEP };
	static const uint16_t ecc[] = { TPM2_ALG_NULL, TPM2_ALG_ECDSA,     TPM2_ALG_ECDAA, TPM2_ALG_SM2,
					TPM2_ALG_ECDH, TPM2_ALG_ECSCHNORR, TPM2_ALG_ECMQV };
	(void)in;
	const TPMU_PUBLIC_PARMS *p = &OF(read)->parameters;
	return (is_rsa(read) && !is_listed(p->rsaDetail.scheme.scheme, rsa, COUNT_OF(rsa))) ||
	       (is_ecc(read) && !is_listed(p->eccDetail.scheme.scheme, ecc, COUNT_OF(ecc)));
}

static bool has_odd_scheme_hash(struct bytes in, const void *read)
{
	const TPMT_ASYM_SCHEME *s = &OF(read)->parameters.asymDetail.scheme;
	bool is_bare = s->scheme == TPM2_ALG_NULL || s->scheme == TPM2_ALG_RSAES;
	return !is_other_object(in, read) && !is_bare && !tpm_hash_size(s->details.anySig.hashAlg);
}

static bool has_odd_kdf_hash(struct bytes in, const void *read)
{
	(void)in;
	const TPMT_KDF_SCHEME *k = &OF(read)->parameters.eccDetail.kdf;
	return is_ecc(read) && k->scheme != TPM2_ALG_NULL && !tpm_hash_size(k->details.mgf1.hashAlg);
}

static bool has_odd_size(struct bytes in, const void *read)
{
	(void)in;
	uint16_t bits = OF(read)->parameters.rsaDetail.keyBits;
	return is_rsa(read) && bits != 1024 && bits != 2048 && bits != 3072 && bits != 4096;
}

static bool has_modulus_of_other_size(struct bytes in, const void *read)
{
	(void)in;
	return is_rsa(read) && OF(read)->unique.rsa.size != OF(read)->parameters.rsaDetail.keyBits / 8;
}

/* Octets of a coordinate (TCG Algorithm Registry 6), zero for no curve. */
static size_t width_of(uint16_t curve)
{
	static const struct {
		uint16_t curve, width;
	} rows[] = { { TPM2_ECC_NIST_P192, 24 }, { TPM2_ECC_NIST_P224, 28 }, { TPM2_ECC_NIST_P256, 32 },
		     { TPM2_ECC_NIST_P384, 48 }, { TPM2_ECC_NIST_P521, 66 }, { TPM2_ECC_BN_P256, 32 },
		     { TPM2_ECC_BN_P638, 80 },   { TPM2_ECC_SM2_P256, 32 } };
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].curve == curve)
			return rows[i].width;
	return 0;
}

static bool has_odd_curve(struct bytes in, const void *read)
{
	(void)in;
	return is_ecc(read) && !width_of(OF(read)->parameters.eccDetail.curveID);
}

static bool has_long_coordinate(struct bytes in, const void *read)
{
	(void)in;
	size_t width = width_of(OF(read)->parameters.eccDetail.curveID);
	const TPMS_ECC_POINT *point = &OF(read)->unique.ecc;
	return is_ecc(read) && width && (point->x.size > width || point->y.size > width);
}

static bool has_no_coordinate(struct bytes in, const void *read)
{
	(void)in;
	return is_ecc(read) && (!OF(read)->unique.ecc.x.size || !OF(read)->unique.ecc.y.size);
}

static bool has_size_of_something_else(struct bytes in, const void *read)
{
	struct rd r = rd_of(in);
	(void)read;
	return rd_be16(&r) != in.n - 2;
}

/* The last is of TPM2B_PUBLIC alone. */
static const struct contest_row lenient[] = {
	{ "another type of object", "only RSA and ECC keys are of use to us", is_other_object },
	{ "a reserved attribute", "Part 2 8.3.2: reserved bits are zero", has_reserved_attribute },
	{ "a policy of another size than the name's hash", "Part 2 12.2.4: authPolicy is a digest of nameAlg",
	  has_policy_of_other_size },
	{ "a cipher that is none", "Part 2 11.1.7: XOR is of sessions", has_odd_cipher },
	{ "a cipher's key size that is none", "numbers are not compared with lists", has_odd_cipher_size },
	{ "a cipher's mode that is none", "as above", has_odd_mode },
	{ "a signing scheme of the other kind of key", "one union holds the schemes of all kinds",
	  has_scheme_of_other_kind },
	{ "a scheme's hash that is none", "as above", has_odd_scheme_hash },
	{ "a key derivation's hash that is none", "as above", has_odd_kdf_hash },
	{ "an RSA key size that is none", "as above", has_odd_size },
	{ "a modulus of another size than keyBits", "the two are not compared", has_modulus_of_other_size },
	{ "a curve that is none", "as above", has_odd_curve },
	{ "a coordinate longer than the curve's", "the two are not compared", has_long_coordinate },
	{ "a coordinate of no octets", "templates have such, keys never", has_no_coordinate },
	{ "a size that is not the area's", "Part 2 12.2.5: it is read and not compared",
	  has_size_of_something_else },
};

/* --- what we let pass ---------------------------------------------------------------------------------- */

static bool has_kdf2(struct bytes in, const void *read)
{
	struct public p;
	(void)read;
	return !public_parse(in, &p) && p.type == ALG_ECC && p.kdf == TPM2_ALG_KDF2;
}

static bool has_kdf2_2b(struct bytes in, const void *read)
{
	return has_kdf2(bytes_slice(in, 2, in.n - 2), read);
}

static const char why_kdf2[] = "Part 2 11.2.3.2 has it; their union has not. Refused by a check of its own";

static const struct contest_row wider[] = { { "KDF2", why_kdf2, has_kdf2 } };
static const struct contest_row wider_2b[] = { { "KDF2", why_kdf2, has_kdf2_2b } };

const struct contest tpm_public = {
	.name = "TPMT_PUBLIC",
	.ours = ours,
	.theirs = theirs,
	.is_same = is_same_area,
	.lenient = lenient,
	.lenient_count = COUNT_OF(lenient) - 1,
	.wider = wider,
	.wider_count = COUNT_OF(wider),
};

const struct contest tpm_public2b = {
	.name = "TPM2B_PUBLIC",
	.ours = ours_2b,
	.theirs = theirs_2b,
	.is_same = is_same_area_2b,
	.lenient = lenient,
	.lenient_count = COUNT_OF(lenient),
	.wider = wider_2b,
	.wider_count = COUNT_OF(wider_2b),
};
