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
		outcomes[rules[i].check] = (uint8_t)outcome_of(has_set && has_clear);
	}
}

static void judge_facts(const struct fact_rule *rules, size_t count, const struct public *p,
			uint8_t *outcomes)
{
	for (size_t i = 0; i < count; i++)
		outcomes[rules[i].check] = (uint8_t)rules[i].judge(p);
}

/* Not run on curves whose arithmetic nobody here knows: the check of the kind has failed then. */
static enum outcome judge_numbers(const struct public *p)
{
	if (public_spki(p).kind == SPKI_NONE)
		return NOT_RUN;
	AUTO(EVP_PKEY) *key = NULL;
	return outcome_of(public_build_key(p, &key) == NULL);
}

static enum outcome judge_name_hash(const struct public *p)
{
	return outcome_of(p->name_alg == ALG_SHA256);
}

/* --- endorsement keys --------------------------------------------------------------------------------- */

/* PolicySecret(TPM_RH_ENDORSEMENT) with SHA-256 (TCG EK Credential Profile 2.5, B.6.2). */
static const uint8_t policy_a_sha256[] = {
	0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24,
	0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
};

#define EK_ATTRIBUTES                                                                                    \
	(PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT | PUBLIC_SENSITIVE_DATA_ORIGIN | PUBLIC_ADMIN_WITH_POLICY | \
	 PUBLIC_RESTRICTED | PUBLIC_DECRYPT)

/* The templates of the profile's B.3 that are accepted, one a row. */
static const struct template {
	uint16_t type;
	uint16_t bits;  /* RSA */
	uint16_t curve; /* ECC */
	uint16_t name_alg;
	uint16_t symmetric_bits; /* of AES in CFB */
	uint32_t attributes;
	struct bytes policy;
} templates[] = {
	/* L-1 */
	{ ALG_RSA, 2048, 0, ALG_SHA256, 128, EK_ATTRIBUTES, { policy_a_sha256, sizeof(policy_a_sha256) } },
	/* L-2 */
	{ ALG_ECC, 0, ALG_NIST_P256, ALG_SHA256, 128, EK_ATTRIBUTES,
	  { policy_a_sha256, sizeof(policy_a_sha256) } },
};

/* The template of a key's kind and size, or NULL when none is accepted. */
static const struct template *template_of(const struct public *p)
{
	for (size_t i = 0; i < COUNT_OF(templates); i++)
		if (templates[i].type == p->type && templates[i].bits == p->bits &&
		    templates[i].curve == p->curve)
			return &templates[i];
	return NULL;
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

static enum outcome judge_ek_strength(const struct public *p)
{
	return outcome_of(p->type != ALG_RSA || !is_roca_modulus(p->a));
}

static const struct fact_rule ek_facts[] = {
	{ CHECK_EK_NUMBERS, judge_numbers },
	{ CHECK_EK_KIND, judge_ek_kind },
	{ CHECK_EK_NAMEALG, judge_ek_name },
	{ CHECK_EK_TEMPLATE, judge_ek_template },
	{ CHECK_EK_POLICY, judge_ek_policy },
	{ CHECK_EK_STRONG, judge_ek_strength },
};

void keyrule_judge_ek(const struct public *ek, uint8_t outcomes[static CHECK_COUNT])
{
	judge_facts(ek_facts, COUNT_OF(ek_facts), ek, outcomes);
}

/* --- attestation keys --------------------------------------------------------------------------------- */

/* The accepted ways of signing statements, one a row. */
static const struct {
	uint16_t type, scheme, hash;
} ak_schemes[] = {
	{ ALG_ECC, ALG_ECDSA, ALG_SHA256 },
};

static enum outcome judge_ak_scheme(const struct public *p)
{
	for (size_t i = 0; i < COUNT_OF(ak_schemes); i++)
		if (ak_schemes[i].type == p->type && ak_schemes[i].scheme == p->scheme &&
		    ak_schemes[i].hash == p->scheme_hash)
			return PASSED;
	return FAILED;
}

static enum outcome judge_ak_curve(const struct public *p)
{
	return outcome_of(p->type != ALG_ECC || p->curve == ALG_NIST_P256);
}

static const struct fact_rule ak_facts[] = {
	{ CHECK_AK_CURVE, judge_ak_curve },
	{ CHECK_AK_POINT, judge_numbers },
	{ CHECK_AK_SCHEME, judge_ak_scheme },
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
	bool is_scheme = p->scheme == ALG_NULL || (p->scheme == ALG_ECDSA && p->scheme_hash == ALG_SHA256);
	return outcome_of(p->type == ALG_ECC && p->curve == ALG_NIST_P256 && is_scheme);
}

static const struct fact_rule device_facts[] = {
	{ CHECK_KEY_KIND, judge_device_kind },
	{ CHECK_KEY_POINT, judge_numbers },
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
