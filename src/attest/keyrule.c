#include "attest/keyrule.h"

#include "attest/handle.h"
#include "attest/roca.h"

/* --- what any key is asked ---------------------------------------------------------------------------- */

/* Attributes that must be there and that must not. */
struct attribute_rule {
	enum check_id check;
	uint32_t set, clear;
};

/* Anything else a public area alone decides. */
struct fact_rule {
	enum check_id check;
	enum outcome (*judge)(const struct public *p);
};

static enum outcome outcome_of(bool passed)
{
	return passed ? PASSED : FAILED;
}

static void judge_attributes(const struct attribute_rule *rules, size_t count, const struct public *p,
			     uint8_t *outcomes)
{
	for (size_t i = 0; i < count; i++) {
		bool has_set = (p->attributes & rules[i].set) == rules[i].set;
		bool has_clear = (p->attributes & rules[i].clear) == 0;
		verdict_judge(outcomes, rules[i].check, has_set && has_clear);
	}
}

static void judge_facts(const struct fact_rule *rules, size_t count, const struct public *p,
			uint8_t *outcomes)
{
	for (size_t i = 0; i < count; i++) {
		enum outcome o = rules[i].judge(p);
		outcomes[rules[i].check] = NOT_RUN;
		if (o != NOT_RUN)
			verdict_judge(outcomes, rules[i].check, o == PASSED);
	}
}

/* Not run on curves whose arithmetic nobody here knows: the check of the kind has failed then. */
static enum outcome judge_numbers(const struct public *p)
{
	if (public_spki(p).kind == SPKI_NONE)
		return NOT_RUN;
	AUTO(EVP_PKEY) *key = NULL;
	return outcome_of(public_build_key(p, &key) == NULL);
}

/* Anything from SHA-256 on that TPMs name and sign with. */
static bool is_good_hash(uint16_t hash)
{
	return hash == ALG_SHA256 || hash == ALG_SHA384 || hash == ALG_SHA512;
}

static bool is_good_curve(uint16_t curve)
{
	return curve == ALG_NIST_P256 || curve == ALG_NIST_P384 || curve == ALG_NIST_P521;
}

static enum outcome judge_name_hash(const struct public *p)
{
	return outcome_of(is_good_hash(p->name_alg));
}

/* The accepted ways of signing, one a row; each with any good hash; SHA-1 has rows of its own. */
static const struct {
	uint16_t type, scheme;
} signing_schemes[] = {
	{ ALG_ECC, ALG_ECDSA },
	{ ALG_RSA, ALG_RSASSA },
	{ ALG_RSA, ALG_RSAPSS },
};

static bool has_good_scheme(const struct public *p)
{
	for (size_t i = 0; i < COUNT_OF(signing_schemes); i++)
		if (signing_schemes[i].type == p->type && signing_schemes[i].scheme == p->scheme)
			return is_good_hash(p->scheme_hash) || p->scheme_hash == ALG_SHA1;
	return false;
}

static enum outcome judge_sha1(const struct public *p)
{
	return outcome_of(p->scheme == ALG_NULL || p->scheme_hash != ALG_SHA1);
}

/* 112 bits of security and an exponent that FIPS 186-5 §A.1.1 allows; zero means 65537. */
static enum outcome judge_size(const struct public *p)
{
	bool is_short = p->bits < 2048 || (p->exponent && p->exponent < 65537);
	return outcome_of(p->type != ALG_RSA || !is_short);
}

static enum outcome judge_strength(const struct public *p)
{
	return outcome_of(p->type != ALG_RSA || !is_roca_modulus(p->a));
}

/* --- endorsement keys --------------------------------------------------------------------------------- */

/* PolicyA: PolicySecret(TPM_RH_ENDORSEMENT) (TCG EK Credential Profile 2.5, B.6.2). */
static const uint8_t policy_a_sha256[] = {
	0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24,
	0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
};

/* PolicyB: PolicyOR of PolicyA and PolicyC, a policy in an NV index (B.6.4 and B.6.5), for each name hash. */
static const uint8_t policy_b_sha256[] = {
	0xCA, 0x3D, 0x0A, 0x99, 0xA2, 0xB9, 0x39, 0x06, 0xF7, 0xA3, 0x34, 0x24, 0x14, 0xEF, 0xCF, 0xB3,
	0xA3, 0x85, 0xD4, 0x4C, 0xD1, 0xFD, 0x45, 0x90, 0x89, 0xD1, 0x9B, 0x50, 0x71, 0xC0, 0xB7, 0xA0,
};
static const uint8_t policy_b_sha384[] = {
	0xB2, 0x6E, 0x7D, 0x28, 0xD1, 0x1A, 0x50, 0xBC, 0x53, 0xD8, 0x82, 0xBC, 0xF5, 0xFD, 0x3A, 0x1A,
	0x07, 0x41, 0x48, 0xBB, 0x35, 0xD3, 0xB4, 0xE4, 0xCB, 0x1C, 0x0A, 0xD9, 0xBD, 0xE4, 0x19, 0xCA,
	0xCB, 0x47, 0xBA, 0x09, 0x69, 0x96, 0x46, 0x15, 0x0F, 0x9F, 0xC0, 0x00, 0xF3, 0xF8, 0x0E, 0x12,
};
static const uint8_t policy_b_sha512[] = {
	0xB8, 0x22, 0x1C, 0xA6, 0x9E, 0x85, 0x50, 0xA4, 0x91, 0x4D, 0xE3, 0xFA, 0xA6, 0xA1, 0x8C, 0x07,
	0x2C, 0xC0, 0x12, 0x08, 0x07, 0x3A, 0x92, 0x8D, 0x5D, 0x66, 0xD5, 0x9E, 0xF7, 0x9E, 0x49, 0xA4,
	0x29, 0xC4, 0x1A, 0x6B, 0x26, 0x95, 0x71, 0xD5, 0x7E, 0xDB, 0x25, 0xFB, 0xDB, 0x18, 0x38, 0x42,
	0x56, 0x08, 0xB4, 0x13, 0xCD, 0x61, 0x6A, 0x5F, 0x6D, 0xB5, 0xB6, 0x07, 0x1A, 0xF9, 0x9B, 0xEA,
};

#define POLICY(octets) { octets, sizeof(octets) }

#define L_ATTRIBUTES                                                                                       \
	(PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT | PUBLIC_SENSITIVE_DATA_ORIGIN | PUBLIC_ADMIN_WITH_POLICY | \
	 PUBLIC_RESTRICTED | PUBLIC_DECRYPT)
#define H_ATTRIBUTES (L_ATTRIBUTES | PUBLIC_USER_WITH_AUTH)

/*
 * The templates of the profile's B.3 that are accepted, one a row: L-1, L-2, then H-1 to H-7 without H-5,
 * which is SM2.
 */
static const struct template {
	uint16_t type;
	uint16_t bits;  /* RSA */
	uint16_t curve; /* ECC */
	uint16_t name_alg;
	uint16_t symmetric_bits; /* of AES in CFB */
	uint32_t attributes;
	struct bytes policy;
} templates[] = {
	{ ALG_RSA, 2048, 0, ALG_SHA256, 128, L_ATTRIBUTES, POLICY(policy_a_sha256) },
	{ ALG_ECC, 0, ALG_NIST_P256, ALG_SHA256, 128, L_ATTRIBUTES, POLICY(policy_a_sha256) },
	{ ALG_RSA, 2048, 0, ALG_SHA256, 128, H_ATTRIBUTES, POLICY(policy_b_sha256) },
	{ ALG_ECC, 0, ALG_NIST_P256, ALG_SHA256, 128, H_ATTRIBUTES, POLICY(policy_b_sha256) },
	{ ALG_ECC, 0, ALG_NIST_P384, ALG_SHA384, 256, H_ATTRIBUTES, POLICY(policy_b_sha384) },
	{ ALG_ECC, 0, ALG_NIST_P521, ALG_SHA512, 256, H_ATTRIBUTES, POLICY(policy_b_sha512) },
	{ ALG_RSA, 3072, 0, ALG_SHA384, 256, H_ATTRIBUTES, POLICY(policy_b_sha384) },
	{ ALG_RSA, 4096, 0, ALG_SHA384, 256, H_ATTRIBUTES, POLICY(policy_b_sha384) },
};

/*
 * The template a key was made from, as far as its kind, size and attributes tell: without attributes of any,
 * the first of its kind and size. NULL when none of that kind and size is accepted.
 */
static const struct template *template_of(const struct public *p)
{
	const struct template *first = NULL;
	for (size_t i = 0; i < COUNT_OF(templates); i++) {
		const struct template *t = &templates[i];
		if (t->type != p->type || t->bits != p->bits || t->curve != p->curve)
			continue;
		if (t->attributes == p->attributes)
			return t;
		first = first ? first : t;
	}
	return first;
}

static enum outcome judge_ek_kind(const struct public *p)
{
	return outcome_of(template_of(p) != NULL);
}

static enum outcome judge_ek_name(const struct public *p)
{
	const struct template *t = template_of(p);
	return t ? outcome_of(p->name_alg == t->name_alg) : NOT_RUN;
}

/* Zero and 65537 are one exponent, but only the first is the template's; TPMs answer with either. */
static bool is_ek_exponent(const struct public *p)
{
	return p->type != ALG_RSA || p->exponent == 0 || p->exponent == 65537;
}

static enum outcome judge_ek_template(const struct public *p)
{
	const struct template *t = template_of(p);
	if (!t)
		return NOT_RUN;
	bool is_storage = p->symmetric == ALG_AES && p->symmetric_mode == ALG_CFB &&
			  p->symmetric_bits == t->symmetric_bits;
	bool is_plain = p->scheme == ALG_NULL && (p->type != ALG_ECC || p->kdf == ALG_NULL);
	return outcome_of(p->attributes == t->attributes && is_storage && is_plain && is_ek_exponent(p));
}

static enum outcome judge_ek_policy(const struct public *p)
{
	const struct template *t = template_of(p);
	return t ? outcome_of(is_bytes_equal(p->policy, t->policy)) : NOT_RUN;
}

static const struct fact_rule ek_facts[] = {
	{ CHECK_EK_NUMBERS, judge_numbers },
	{ CHECK_EK_KIND, judge_ek_kind },
	{ CHECK_EK_NAMEALG, judge_ek_name },
	{ CHECK_EK_TEMPLATE, judge_ek_template },
	{ CHECK_EK_POLICY, judge_ek_policy },
	{ CHECK_EK_STRONG, judge_strength },
};

void keyrule_judge_ek(const struct public *ek, uint8_t outcomes[static CHECK_COUNT])
{
	judge_facts(ek_facts, COUNT_OF(ek_facts), ek, outcomes);
}

/* --- attestation keys --------------------------------------------------------------------------------- */

static enum outcome judge_ak_scheme(const struct public *p)
{
	return outcome_of(has_good_scheme(p));
}

static enum outcome judge_ak_curve(const struct public *p)
{
	return outcome_of(p->type != ALG_ECC || is_good_curve(p->curve));
}

static const struct fact_rule ak_facts[] = {
	{ CHECK_AK_CURVE, judge_ak_curve },
	{ CHECK_AK_POINT, judge_numbers },
	{ CHECK_AK_SCHEME, judge_ak_scheme },
	{ CHECK_AK_SHA1, judge_sha1 },
	{ CHECK_AK_SIZE, judge_size },
	{ CHECK_AK_STRONG, judge_strength },
	{ CHECK_AK_NAMEALG, judge_name_hash },
};

static const struct attribute_rule ak_attributes[] = {
	{ CHECK_AK_RESTRICTED, PUBLIC_RESTRICTED, 0 },
	{ CHECK_AK_SIGNING, PUBLIC_SIGN, PUBLIC_DECRYPT },
	{ CHECK_AK_FIXED, PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT, 0 },
	{ CHECK_AK_ORIGIN, PUBLIC_SENSITIVE_DATA_ORIGIN, 0 },
	{ CHECK_AK_ATTRIBUTES, 0, PUBLIC_ST_CLEAR | PUBLIC_ENCRYPTED_DUPLICATION | PUBLIC_X509_SIGN },
};

void keyrule_judge_ak(const struct public *ak, uint8_t outcomes[static CHECK_COUNT])
{
	judge_facts(ak_facts, COUNT_OF(ak_facts), ak, outcomes);
	judge_attributes(ak_attributes, COUNT_OF(ak_attributes), ak, outcomes);
}

/* --- device keys -------------------------------------------------------------------------------------- */

/* TLS chooses the hash itself, so a key without a fixed scheme is as good as one with ours. */
static enum outcome judge_device_kind(const struct public *p)
{
	bool is_kind = p->type == ALG_RSA || is_good_curve(p->curve);
	return outcome_of(is_kind && (p->scheme == ALG_NULL || has_good_scheme(p)));
}

static const struct fact_rule device_facts[] = {
	{ CHECK_KEY_KIND, judge_device_kind },
	{ CHECK_KEY_SHA1, judge_sha1 },
	{ CHECK_KEY_POINT, judge_numbers },
	{ CHECK_KEY_SIZE, judge_size },
	{ CHECK_KEY_STRONG, judge_strength },
	{ CHECK_KEY_NAMEALG, judge_name_hash },
};

static const struct attribute_rule device_attributes[] = {
	{ CHECK_KEY_FIXED, PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT, 0 },
	{ CHECK_KEY_ORIGIN, PUBLIC_SENSITIVE_DATA_ORIGIN, 0 },
	{ CHECK_KEY_SIGNING, PUBLIC_SIGN, PUBLIC_RESTRICTED | PUBLIC_DECRYPT },
};

void keyrule_judge_device(const struct public *key, uint8_t outcomes[static CHECK_COUNT])
{
	judge_facts(device_facts, COUNT_OF(device_facts), key, outcomes);
	judge_attributes(device_attributes, COUNT_OF(device_attributes), key, outcomes);
}
