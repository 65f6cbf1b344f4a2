/* Changes of the public areas of EK, AK and device key. */
#include "catalogue.h"

#include "test.h"

#define RSA_LOW_EXPONENT 3
#define NO_CURVE 0x1234
#define NO_TYPE 0x0008
#define RESERVED (1u << 31)

static const struct bytes octet = { (const uint8_t *)"\x01", 1 };

/* --- genuine keys ------------------------------------------------------------------------------------ */

static void change_nothing(struct model *m)
{
	(void)m;
}

void mutator_by_certificate(struct model *m)
{
	change_nothing(m);
}

void mutator_by_token(struct model *m)
{
	change_nothing(m);
}

void mutator_by_key(struct model *m)
{
	m->leaf.key = NULL;
}

void mutator_ek_rsa(struct model *m)
{
	model_set_ek(m, m->rsa); /* L-1 */
}

void mutator_ek_p384(struct model *m)
{
	model_set_ek(m, m->p384); /* H-3 */
}

void mutator_ek_p521(struct model *m)
{
	model_set_ek(m, m->p521); /* H-4 */
}

void mutator_ek_rsa3072(struct model *m)
{
	model_set_ek(m, m->rsa3072); /* H-6 */
}

void mutator_ek_rsa4096(struct model *m)
{
	model_set_ek(m, m->rsa4096); /* H-7 */
}

void mutator_ek_rsa_high(struct model *m)
{
	model_set_ek(m, m->rsa);
	model_set_high(m, &m->ek); /* H-1 */
}

void mutator_ek_p256_high(struct model *m)
{
	model_set_high(m, &m->ek); /* H-2 */
}

void mutator_ak_p256_sha384(struct model *m)
{
	model_set_ak(m, m->ak_key, ALG_SHA384);
}

void mutator_ak_p384(struct model *m)
{
	model_set_ak(m, m->p384, ALG_SHA384);
	m->ak.name_alg = ALG_SHA384;
}

void mutator_ak_p521(struct model *m)
{
	model_set_ak(m, m->p521, ALG_SHA512);
}

void mutator_ak_rsa2048(struct model *m)
{
	model_set_ak(m, m->rsa, ALG_SHA512);
}

void mutator_ak_rsa3072(struct model *m)
{
	model_set_ak(m, m->rsa3072, ALG_SHA256);
}

void mutator_ak_rsa4096(struct model *m)
{
	model_set_ak(m, m->rsa4096, ALG_SHA384);
}

void mutator_ak_rsa4096_pss(struct model *m)
{
	model_set_ak(m, m->rsa4096, ALG_SHA512);
	m->ak.scheme = m->certify.scheme = m->quote.scheme = ALG_RSAPSS;
}

void mutator_ak_rsa3072_pss(struct model *m)
{
	model_set_ak(m, m->rsa3072, ALG_SHA384);
	m->ak.scheme = m->certify.scheme = m->quote.scheme = ALG_RSAPSS;
}

/* Leading zeros of coordinates may be left out by a TPM. One P-256 key in 128 has such a coordinate. */
void mutator_ak_short_coordinate(struct model *m)
{
	struct public p;
	do {
		EVP_PKEY_free(m->ak_key);
		m->ak_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		p = model_ak(m, m->ak_key);
	} while (p.a.p[0] != 0 && p.b.p[0] != 0);
	model_set_ak(m, m->ak_key, ALG_SHA256);
	m->ak.a = bytes_magnitude(p.a);
	m->ak.b = bytes_magnitude(p.b);
}

void mutator_key_p384(struct model *m)
{
	m->device = model_device(m, m->p384);
}

void mutator_key_p521_sha512(struct model *m)
{
	m->device = model_device(m, m->p521);
	m->device.scheme_hash = m->device.name_alg = ALG_SHA512;
}

void mutator_key_name_sha384(struct model *m)
{
	m->device.name_alg = ALG_SHA384;
}

void mutator_key_rsa3072_pss(struct model *m)
{
	m->device = model_device(m, m->rsa3072);
	m->device.scheme = ALG_RSAPSS;
}

void mutator_key_rsa4096(struct model *m)
{
	m->device = model_device(m, m->rsa4096);
}

void mutator_key_rsa_no_scheme(struct model *m)
{
	m->device = model_device(m, m->rsa);
	m->device.scheme = ALG_NULL;
}

/* --- the endorsement key ----------------------------------------------------------------------------- */

void mutator_ek_unknown_class(struct model *m)
{
	m->leaf.key = NULL;
	m->profile = "strict";
}

void mutator_ek_other_curve(struct model *m)
{
	m->ek.curve = ALG_SM2_P256;
}

void mutator_ek_rsa1024(struct model *m)
{
	model_set_ek(m, m->rsa1024);
}

void mutator_ek_off_curve(struct model *m)
{
	m->ek.b = model_octets(m, 1, 32);
}

void mutator_ek_even_modulus(struct model *m)
{
	model_set_ek(m, m->rsa);
	m->ek.a = model_flipped(m, m->ek.a, 8 * (m->ek.a.n - 1));
}

void mutator_ek_name_hash(struct model *m)
{
	m->ek.name_alg = ALG_SHA3_256;
}

void mutator_ek_not_fixed(struct model *m)
{
	m->ek.attributes &= ~(uint32_t)PUBLIC_FIXED_TPM;
}

void mutator_ek_unrestricted(struct model *m)
{
	m->ek.attributes &= ~(uint32_t)PUBLIC_RESTRICTED;
}

void mutator_ek_does_not_decrypt(struct model *m)
{
	m->ek.attributes &= ~(uint32_t)PUBLIC_DECRYPT;
}

void mutator_ek_no_da(struct model *m)
{
	m->ek.attributes |= PUBLIC_NO_DA;
}

void mutator_ek_cipher(struct model *m)
{
	m->ek.symmetric_bits = 256;
}

void mutator_ek_scheme(struct model *m)
{
	m->ek.scheme = ALG_ECDH;
	m->ek.scheme_hash = ALG_SHA256;
}

void mutator_ek_low_attributes(struct model *m)
{
	model_set_ek(m, m->p384);
	m->ek.attributes &= ~(uint32_t)PUBLIC_USER_WITH_AUTH;
}

void mutator_ek_signs(struct model *m)
{
	m->ek.attributes |= PUBLIC_SIGN;
}

void mutator_ek_policy(struct model *m)
{
	m->ek.policy = model_octets(m, 7, 32);
}

void mutator_ek_no_policy(struct model *m)
{
	m->ek.policy = (struct bytes){ 0 };
}

void mutator_ek_low_policy(struct model *m)
{
	struct bytes policy = m->ek.policy;
	model_set_high(m, &m->ek);
	m->ek.policy = policy;
}

void mutator_ek_roca(struct model *m)
{
	model_set_ek(m, m->roca);
}

void mutator_ek_swapped(struct model *m)
{
	model_set_ek(m, m->other_key);
	m->payload.ek_chain.v[0] = model_issued(m, &m->leaf);
	model_set_areas(m);
}

void mutator_ek_reserved_attribute(struct model *m)
{
	m->ek.attributes |= RESERVED;
}

void mutator_ek_trailing(struct model *m)
{
	m->payload.ek_public = model_longer(m, m->payload.ek_public, octet);
}

void mutator_ek_policy_length(struct model *m)
{
	m->ek.policy.n--;
}

/* --- the attestation key ----------------------------------------------------------------------------- */

void mutator_ak_is_ek(struct model *m)
{
	model_set_ek(m, m->ak_key);
}

void mutator_ak_sm2(struct model *m)
{
	m->ak.curve = ALG_SM2_P256;
}

void mutator_ak_bn256(struct model *m)
{
	m->ak.curve = ALG_BN_P256;
}

void mutator_ak_p224(struct model *m)
{
	m->ak.curve = ALG_NIST_P224;
	m->ak.a.n = m->ak.b.n = 28;
}

void mutator_ak_unknown_curve(struct model *m)
{
	m->ak.curve = NO_CURVE;
}

void mutator_ak_off_curve(struct model *m)
{
	m->ak.b = model_octets(m, 1, 32);
}

void mutator_ak_beyond_prime(struct model *m)
{
	m->ak.a = model_octets(m, 0xFF, 32);
}

void mutator_ak_zero(struct model *m)
{
	m->ak.a = m->ak.b = model_octets(m, 0, 32);
}

void mutator_ak_infinity(struct model *m)
{
	m->ak.a = m->ak.b = (struct bytes){ 0 };
}

void mutator_ak_sha1(struct model *m)
{
	model_set_ak(m, m->ak_key, ALG_SHA1);
}

void mutator_ak_rsa_sha1(struct model *m)
{
	model_set_ak(m, m->rsa3072, ALG_SHA1);
}

void mutator_ak_sha3(struct model *m)
{
	model_set_ak(m, m->ak_key, ALG_SHA3_256);
}

void mutator_ak_no_scheme(struct model *m)
{
	m->ak.scheme = ALG_NULL;
}

void mutator_ak_ecdaa(struct model *m)
{
	m->ak.scheme = ALG_ECDAA;
}

void mutator_ak_rsa1024(struct model *m)
{
	model_set_ak(m, m->rsa1024, ALG_SHA256);
}

void mutator_ak_exponent(struct model *m)
{
	model_set_ak(m, m->rsa3072, ALG_SHA256);
	m->ak.exponent = RSA_LOW_EXPONENT;
}

void mutator_ak_roca(struct model *m)
{
	model_set_ak(m, m->roca, ALG_SHA256);
}

void mutator_ak_name_sha1(struct model *m)
{
	m->ak.name_alg = ALG_SHA1;
}

void mutator_ak_no_name(struct model *m)
{
	m->ak.name_alg = ALG_NULL;
}

void mutator_ak_unrestricted(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_RESTRICTED;
}

void mutator_ak_decrypts(struct model *m)
{
	m->ak.attributes |= PUBLIC_DECRYPT;
}

void mutator_ak_does_not_sign(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_SIGN;
}

void mutator_ak_not_fixed_tpm(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_FIXED_TPM;
}

void mutator_ak_not_fixed_parent(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_FIXED_PARENT;
}

void mutator_ak_imported(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_SENSITIVE_DATA_ORIGIN;
}

void mutator_ak_st_clear(struct model *m)
{
	m->ak.attributes |= PUBLIC_ST_CLEAR;
}

void mutator_ak_encrypted_duplication(struct model *m)
{
	m->ak.attributes |= PUBLIC_ENCRYPTED_DUPLICATION;
}

void mutator_ak_x509_sign(struct model *m)
{
	m->ak.attributes |= PUBLIC_X509_SIGN;
}

void mutator_ak_reserved_attribute(struct model *m)
{
	m->ak.attributes |= RESERVED;
}

void mutator_ak_trailing(struct model *m)
{
	m->payload.ak_public = model_longer(m, m->payload.ak_public, octet);
}

void mutator_ak_swapped(struct model *m)
{
	model_set_ak(m, m->other_key, ALG_SHA256);
	model_set_areas(m);
}

void mutator_ak_of_other_device(struct model *m)
{
	model_set_ak(m, m->enrolled_ak, ALG_SHA256);
}

/* --- the device key ---------------------------------------------------------------------------------- */

void mutator_key_sm2(struct model *m)
{
	m->device.curve = ALG_SM2_P256;
}

void mutator_key_sha1(struct model *m)
{
	m->device.scheme_hash = ALG_SHA1;
}

void mutator_key_off_curve(struct model *m)
{
	m->device.a = model_octets(m, 2, 32);
}

void mutator_key_rsa1024(struct model *m)
{
	m->device = model_device(m, m->rsa1024);
}

void mutator_key_exponent(struct model *m)
{
	m->device = model_device(m, m->rsa3072);
	m->device.exponent = RSA_LOW_EXPONENT;
}

void mutator_key_roca(struct model *m)
{
	m->device = model_device(m, m->roca);
}

void mutator_key_name_sha1(struct model *m)
{
	m->device.name_alg = ALG_SHA1;
}

void mutator_key_not_fixed_tpm(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_FIXED_TPM;
}

void mutator_key_not_fixed_parent(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_FIXED_PARENT;
}

void mutator_key_imported(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_SENSITIVE_DATA_ORIGIN;
}

void mutator_key_restricted(struct model *m)
{
	m->device.attributes |= PUBLIC_RESTRICTED;
}

void mutator_key_decrypts(struct model *m)
{
	m->device.attributes |= PUBLIC_DECRYPT;
}

void mutator_key_does_not_sign(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_SIGN;
}

void mutator_key_of_other_device(struct model *m)
{
	m->device = model_device(m, m->enrolled_key);
}

void mutator_key_trailing(struct model *m)
{
	m->payload.device_public = model_longer(m, m->payload.device_public, octet);
}

void mutator_key_symmetric(struct model *m)
{
	struct bytes area = model_flipped(m, m->payload.device_public, 0);
	((uint8_t *)(uintptr_t)area.p)[0] = NO_TYPE >> 8;
	((uint8_t *)(uintptr_t)area.p)[1] = NO_TYPE;
	m->payload.device_public = area;
}
