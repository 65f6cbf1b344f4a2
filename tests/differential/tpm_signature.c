#include "tpm.h"

#include "attest/signature.h"

#define OF(read) ((const TPMT_SIGNATURE *)(read))

static fault ours(struct bytes in, struct wr *w)
{
	struct signature s;
	TRY(signature_parse(in, &s));
	signature_write(&s, w);
	return NULL;
}

TPM_THEIRS(theirs, TPMT_SIGNATURE)

static bool is_rsa(const void *read)
{
	return OF(read)->sigAlg == TPM2_ALG_RSASSA || OF(read)->sigAlg == TPM2_ALG_RSAPSS;
}

static bool is_ecc(const void *read)
{
	uint16_t id = OF(read)->sigAlg;
	return id == TPM2_ALG_ECDSA || id == TPM2_ALG_ECDAA || id == TPM2_ALG_SM2 || id == TPM2_ALG_ECSCHNORR;
}

static bool is_same(struct bytes in, const void *read)
{
	const TPMU_SIGNATURE *t = &OF(read)->signature;
	const TPM2B_PUBLIC_KEY_RSA *sig = &t->rsassa.sig;
	const TPM2B_ECC_PARAMETER *r = &t->ecdsa.signatureR, *s = &t->ecdsa.signatureS;
	struct signature own;
	if (signature_parse(in, &own) || own.scheme != OF(read)->sigAlg || own.hash != t->any.hashAlg)
		return false;
	if (is_rsa(read))
		return is_bytes_equal(own.a, bytes_of(sig->buffer, sig->size));
	return is_bytes_equal(own.a, bytes_of(r->buffer, r->size)) &&
	       is_bytes_equal(own.b, bytes_of(s->buffer, s->size));
}

/* --- what they let pass -------------------------------------------------------------------------------- */

static bool is_other_scheme(struct bytes in, const void *read)
{
	(void)in;
	return !is_rsa(read) && !is_ecc(read);
}

static bool has_odd_hash(struct bytes in, const void *read)
{
	return !is_other_scheme(in, read) && !tpm_hash_size(OF(read)->signature.any.hashAlg);
}

static bool is_empty(struct bytes in, const void *read)
{
	(void)in;
	const TPMU_SIGNATURE *t = &OF(read)->signature;
	return (is_rsa(read) && !t->rsassa.sig.size) ||
	       (is_ecc(read) && (!t->ecdsa.signatureR.size || !t->ecdsa.signatureS.size));
}

static bool has_long_number(struct bytes in, const void *read)
{
	(void)in;
	const TPMU_SIGNATURE *t = &OF(read)->signature;
	return is_ecc(read) && (t->ecdsa.signatureR.size > ALG_COORDINATE_MAX ||
				t->ecdsa.signatureS.size > ALG_COORDINATE_MAX);
}

static const struct contest_row lenient[] = {
	{ "a scheme without public key", "HMAC and none are of no use to us", is_other_scheme },
	{ "a hash that is none", "algorithms are not compared with the registry", has_odd_hash },
	{ "a number of no octets", "no signature has one", is_empty },
	{ "a number longer than any curve's", "their ceiling is 128 octets, that of BN-638 is 80",
	  has_long_number },
};

const struct contest tpm_signature = {
	.name = "TPMT_SIGNATURE",
	.ours = ours,
	.theirs = theirs,
	.is_same = is_same,
	.lenient = lenient,
	.lenient_count = COUNT_OF(lenient),
};
