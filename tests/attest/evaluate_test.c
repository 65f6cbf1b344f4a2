#include "test.h"

#include <string.h>

#include "attest/binding.h"
#include "model.h"

#define ARENA_SIZE ((size_t)1 << 16)

/* Made once, since keys cost; model_make starts anew each time. */
static struct model *model(void)
{
	static struct model m;
	static bool is_made;
	if (!is_made)
		model_init(&m);
	is_made = true;
	return &m;
}

/* One evaluation of what the model makes; the views in found live until run_done. */
struct run {
	struct arena arena;
	struct findings found;
	fault why;
};

static struct run run(const struct model_change *change)
{
	struct model *m = model();
	struct run o = { 0 };
	const struct evaluation with = { .now = MODEL_NOW, .anchors = m->anchors };
	model_make(m, change);
	arena_init(&o.arena, ARENA_SIZE);
	o.why = evaluate(&m->evidence, &with, &o.arena, &o.found);
	return o;
}

static void run_done(struct run *o)
{
	arena_done(&o->arena);
}

/* --- changes ----------------------------------------------------------------------------------------- */

static void ek_off_curve(struct model *m)
{
	model_set_ek(m, m->ek_curve);
	m->certified = NULL;
	m->ek.b = model_octets(m, 1, 32);
}

static void ek_even_modulus(struct model *m)
{
	m->certified = NULL;
	struct bytes modulus = arena_copy(&m->arena, m->ek.a);
	((uint8_t *)(uintptr_t)modulus.p)[modulus.n - 1] ^= 1;
	m->ek.a = modulus;
}

static void ek_short(struct model *m)
{
	model_set_ek(m, m->rsa1024);
	m->certified = NULL;
}

static void ek_of_other_curve(struct model *m)
{
	model_set_ek(m, m->ek_curve);
	m->certified = NULL;
	m->ek.curve = ALG_SM2_P256;
}

static void ek_low_attributes(struct model *m)
{
	model_set_ek(m, m->p384);
	m->ek.attributes &= ~(uint32_t)PUBLIC_USER_WITH_AUTH;
}

static void ek_low_policy(struct model *m)
{
	struct bytes policy = m->ek.policy;
	model_set_high(m, &m->ek);
	m->ek.policy = policy;
}

static void ek_name_hash(struct model *m)
{
	m->ek.name_alg = ALG_SHA3_256;
}

static void ek_attribute(struct model *m)
{
	m->ek.attributes |= PUBLIC_NO_DA;
}

static void ek_signs(struct model *m)
{
	m->ek.attributes |= PUBLIC_SIGN;
}

static void ek_exportable(struct model *m)
{
	m->ek.attributes &= ~(uint32_t)PUBLIC_FIXED_TPM;
}

static void ek_cipher(struct model *m)
{
	m->ek.symmetric_bits = 256;
}

static void ek_scheme(struct model *m)
{
	m->ek.scheme = ALG_OAEP;
	m->ek.scheme_hash = ALG_SHA256;
}

static void ek_policy(struct model *m)
{
	m->ek.policy = model_octets(m, 7, 32);
}

static void ek_no_policy(struct model *m)
{
	m->ek.policy = (struct bytes){ 0 };
}

static void ek_roca(struct model *m)
{
	model_set_ek(m, m->roca);
}

static void ek_of_other_certificate(struct model *m)
{
	m->certified = m->ek_curve;
}

static void ak_is_ek(struct model *m)
{
	model_set_ek(m, m->ak_key);
}

static void sign_with(struct model *m, EVP_PKEY *key, uint16_t hash)
{
	m->certify.signer = m->quote.signer = key;
	m->certify.hash = m->quote.hash = hash;
}

static void set_ak(struct model *m, EVP_PKEY *key, uint16_t hash)
{
	m->ak = model_ak(m, key);
	m->ak.scheme_hash = hash;
	sign_with(m, key, hash);
}

static void ak_of_other_curve(struct model *m)
{
	m->ak.curve = ALG_SM2_P256;
}

static void ak_off_curve(struct model *m)
{
	m->ak.b = model_octets(m, 1, 32);
}

static void ak_beyond_prime(struct model *m)
{
	m->ak.a = model_octets(m, 0xFF, 32);
}

static void ak_sha1(struct model *m)
{
	set_ak(m, m->ak_key, ALG_SHA1);
}

static void ak_rsa_sha1(struct model *m)
{
	set_ak(m, m->rsa3072, ALG_SHA1);
}

static void ak_sha3(struct model *m)
{
	set_ak(m, m->ak_key, ALG_SHA3_256);
}

static void ak_short(struct model *m)
{
	set_ak(m, m->rsa1024, ALG_SHA256);
}

static void ak_roca(struct model *m)
{
	set_ak(m, m->roca, ALG_SHA256);
}

static void ak_name_hash(struct model *m)
{
	m->ak.name_alg = ALG_SHA1;
}

static void ak_no_name(struct model *m)
{
	m->ak.name_alg = ALG_NULL;
}

static void ak_unrestricted(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_RESTRICTED;
}

static void ak_decrypts(struct model *m)
{
	m->ak.attributes |= PUBLIC_DECRYPT;
}

static void ak_does_not_sign(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_SIGN;
}

static void ak_not_fixed_tpm(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_FIXED_TPM;
}

static void ak_not_fixed_parent(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_FIXED_PARENT;
}

static void ak_imported(struct model *m)
{
	m->ak.attributes &= ~(uint32_t)PUBLIC_SENSITIVE_DATA_ORIGIN;
}

static void ak_st_clear(struct model *m)
{
	m->ak.attributes |= PUBLIC_ST_CLEAR;
}

static void ak_encrypted_duplication(struct model *m)
{
	m->ak.attributes |= PUBLIC_ENCRYPTED_DUPLICATION;
}

static void ak_x509_sign(struct model *m)
{
	m->ak.attributes |= PUBLIC_X509_SIGN;
}

static void no_certify(struct model *m)
{
	m->evidence.certify = m->evidence.certify_signature = (struct bytes){ 0 };
}

static void certify_magic(struct model *m)
{
	m->certify.says.magic ^= 1;
}

/* An NV_Certify with the head of a Certify. */
static void certify_type(struct model *m)
{
	m->certify.says.type = 0x8014;
}

static void certify_by_quote(struct model *m)
{
	struct bytes extra_data = m->certify.says.extra_data;
	m->certify.says = m->quote.says;
	m->certify.says.extra_data = extra_data;
}

static void certify_scheme(struct model *m)
{
	m->certify.signature = (struct signature){ .scheme = ALG_RSASSA, .hash = ALG_SHA256 };
	m->certify.signature.a = model_octets(m, 1, 256);
}

static void certify_hash(struct model *m)
{
	m->certify.hash = ALG_SHA384;
}

static void certify_other_signer(struct model *m)
{
	m->certify.signer = m->other_key;
}

static void certify_zero_r(struct model *m)
{
	m->certify.signature.a = model_octets(m, 0, 32);
}

static void certify_huge_s(struct model *m)
{
	m->certify.signature.b = model_octets(m, 0xFF, 32);
}

static void certify_qualified_signer(struct model *m)
{
	m->certify.says.signer = m->certify.says.name;
}

static void certify_no_signer(struct model *m)
{
	m->certify.says.signer = (struct bytes){ 0 };
}

static void certify_nonce(struct model *m)
{
	m->certify.says.extra_data = model_octets(m, 9, BINDING_SIZE);
}

static void certify_no_nonce(struct model *m)
{
	m->certify.says.extra_data = (struct bytes){ 0 };
}

static void certify_label(struct model *m)
{
	m->certify.says.extra_data = m->quote.says.extra_data;
}

static void certify_other_key(struct model *m)
{
	m->certify.says.name = m->certify.says.signer;
}

static void key_of_other_curve(struct model *m)
{
	m->device.curve = ALG_SM2_P256;
}

static void key_short(struct model *m)
{
	m->device = model_device(m, m->rsa1024);
}

static void key_small_exponent(struct model *m)
{
	m->device = model_device(m, m->rsa3072);
	m->device.exponent = 3;
}

static void key_roca(struct model *m)
{
	m->device = model_device(m, m->roca);
}

static void key_hash(struct model *m)
{
	m->device.scheme_hash = ALG_SHA1;
}

static void key_off_curve(struct model *m)
{
	m->device.a = model_octets(m, 2, 32);
}

static void key_name_hash(struct model *m)
{
	m->device.name_alg = ALG_SHA1;
}

static void key_not_fixed_tpm(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_FIXED_TPM;
}

static void key_not_fixed_parent(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_FIXED_PARENT;
}

static void key_imported(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_SENSITIVE_DATA_ORIGIN;
}

static void key_restricted(struct model *m)
{
	m->device.attributes |= PUBLIC_RESTRICTED;
}

static void key_decrypts(struct model *m)
{
	m->device.attributes |= PUBLIC_DECRYPT;
}

static void key_does_not_sign(struct model *m)
{
	m->device.attributes &= ~(uint32_t)PUBLIC_SIGN;
}

static void no_quote(struct model *m)
{
	m->evidence.quote = m->evidence.quote_signature = (struct bytes){ 0 };
}

static void quote_magic(struct model *m)
{
	m->quote.says.magic = 0xDEADBEEF;
}

static void quote_type(struct model *m)
{
	m->quote.says.type = 0x801D;
}

static void quote_scheme(struct model *m)
{
	m->quote.signature.scheme = ALG_ECDAA;
}

static void quote_hash(struct model *m)
{
	m->quote.hash = ALG_SHA1;
}

static void quote_other_signer(struct model *m)
{
	m->quote.signer = m->other_key;
}

static void quote_qualified_signer(struct model *m)
{
	m->quote.says.signer = m->certify.says.name;
}

static void quote_label(struct model *m)
{
	m->quote.says.extra_data = m->certify.says.extra_data;
}

static void quote_value_more(struct model *m)
{
	CHECK(bytes_list_put(&m->payload.pcr_values, model_octets(m, 8, 32)));
}

static void quote_value_fewer(struct model *m)
{
	m->payload.pcr_values.n--;
}

static void quote_value_short(struct model *m)
{
	m->payload.pcr_values.v[3].n = 20;
}

static void quote_digest(struct model *m)
{
	m->quote.says.pcr_digest = model_octets(m, 3, 32);
}

static void quote_no_digest(struct model *m)
{
	m->quote.says.pcr_digest = (struct bytes){ 0 };
}

/* --- one vector per way to fail a check -------------------------------------------------------------- */

static const struct vector {
	enum check_id check;
	struct model_change change;
	bool is_bare; /* the EK has no certificate here, since no CA issues one for such a key */
} vectors[] = {
	{ CHECK_EK_NUMBERS, { MODEL_KEYS, ek_off_curve }, true },
	{ CHECK_EK_NUMBERS, { MODEL_KEYS, ek_even_modulus }, true },
	{ CHECK_EK_KIND, { MODEL_KEYS, ek_of_other_curve }, true },
	{ CHECK_EK_KIND, { MODEL_KEYS, ek_short }, true },
	{ CHECK_EK_NAMEALG, { MODEL_KEYS, ek_name_hash }, false },
	{ CHECK_EK_TEMPLATE, { MODEL_KEYS, ek_attribute }, false },
	{ CHECK_EK_TEMPLATE, { MODEL_KEYS, ek_signs }, false },
	{ CHECK_EK_TEMPLATE, { MODEL_KEYS, ek_exportable }, false },
	{ CHECK_EK_TEMPLATE, { MODEL_KEYS, ek_cipher }, false },
	{ CHECK_EK_TEMPLATE, { MODEL_KEYS, ek_scheme }, false },
	{ CHECK_EK_TEMPLATE, { MODEL_KEYS, ek_low_attributes }, false },
	{ CHECK_EK_POLICY, { MODEL_KEYS, ek_policy }, false },
	{ CHECK_EK_POLICY, { MODEL_KEYS, ek_no_policy }, false },
	{ CHECK_EK_POLICY, { MODEL_KEYS, ek_low_policy }, false },
	{ CHECK_EK_STRONG, { MODEL_KEYS, ek_roca }, false },
	{ CHECK_EK_CERTIFIED, { MODEL_KEYS, ek_of_other_certificate }, false },
	{ CHECK_AK_OWN, { MODEL_KEYS, ak_is_ek }, false },
	{ CHECK_AK_CURVE, { MODEL_KEYS, ak_of_other_curve }, false },
	{ CHECK_AK_POINT, { MODEL_KEYS, ak_off_curve }, false },
	{ CHECK_AK_POINT, { MODEL_KEYS, ak_beyond_prime }, false },
	{ CHECK_AK_SCHEME, { MODEL_KEYS, ak_sha1 }, false },
	{ CHECK_AK_SCHEME, { MODEL_KEYS, ak_rsa_sha1 }, false },
	{ CHECK_AK_SCHEME, { MODEL_KEYS, ak_sha3 }, false },
	{ CHECK_AK_SIZE, { MODEL_KEYS, ak_short }, false },
	{ CHECK_AK_STRONG, { MODEL_KEYS, ak_roca }, false },
	{ CHECK_AK_NAMEALG, { MODEL_KEYS, ak_name_hash }, false },
	{ CHECK_AK_NAMEALG, { MODEL_KEYS, ak_no_name }, false },
	{ CHECK_AK_RESTRICTED, { MODEL_KEYS, ak_unrestricted }, false },
	{ CHECK_AK_SIGNING, { MODEL_KEYS, ak_decrypts }, false },
	{ CHECK_AK_SIGNING, { MODEL_KEYS, ak_does_not_sign }, false },
	{ CHECK_AK_FIXED, { MODEL_KEYS, ak_not_fixed_tpm }, false },
	{ CHECK_AK_FIXED, { MODEL_KEYS, ak_not_fixed_parent }, false },
	{ CHECK_AK_ORIGIN, { MODEL_KEYS, ak_imported }, false },
	{ CHECK_AK_ATTRIBUTES, { MODEL_KEYS, ak_st_clear }, false },
	{ CHECK_AK_ATTRIBUTES, { MODEL_KEYS, ak_encrypted_duplication }, false },
	{ CHECK_AK_ATTRIBUTES, { MODEL_KEYS, ak_x509_sign }, false },
	{ CHECK_CERTIFY_PRESENT, { MODEL_EVIDENCE, no_certify }, false },
	{ CHECK_CERTIFY_MAGIC, { MODEL_STATEMENTS, certify_magic }, false },
	{ CHECK_CERTIFY_TYPE, { MODEL_STATEMENTS, certify_type }, false },
	{ CHECK_CERTIFY_TYPE, { MODEL_STATEMENTS, certify_by_quote }, false },
	{ CHECK_CERTIFY_SCHEME, { MODEL_SIGNATURES, certify_scheme }, false },
	{ CHECK_CERTIFY_HASH, { MODEL_STATEMENTS, certify_hash }, false },
	{ CHECK_CERTIFY_SIGNATURE, { MODEL_STATEMENTS, certify_other_signer }, false },
	{ CHECK_CERTIFY_SIGNATURE, { MODEL_SIGNATURES, certify_zero_r }, false },
	{ CHECK_CERTIFY_SIGNATURE, { MODEL_SIGNATURES, certify_huge_s }, false },
	{ CHECK_CERTIFY_SIGNER, { MODEL_STATEMENTS, certify_qualified_signer }, false },
	{ CHECK_CERTIFY_SIGNER, { MODEL_STATEMENTS, certify_no_signer }, false },
	{ CHECK_CERTIFY_BINDING, { MODEL_STATEMENTS, certify_nonce }, false },
	{ CHECK_CERTIFY_BINDING, { MODEL_STATEMENTS, certify_no_nonce }, false },
	{ CHECK_CERTIFY_BINDING, { MODEL_STATEMENTS, certify_label }, false },
	{ CHECK_CERTIFY_NAME, { MODEL_STATEMENTS, certify_other_key }, false },
	{ CHECK_KEY_KIND, { MODEL_KEYS, key_of_other_curve }, false },
	{ CHECK_KEY_KIND, { MODEL_KEYS, key_hash }, false },
	{ CHECK_KEY_POINT, { MODEL_KEYS, key_off_curve }, false },
	{ CHECK_KEY_SIZE, { MODEL_KEYS, key_short }, false },
	{ CHECK_KEY_SIZE, { MODEL_KEYS, key_small_exponent }, false },
	{ CHECK_KEY_STRONG, { MODEL_KEYS, key_roca }, false },
	{ CHECK_KEY_NAMEALG, { MODEL_KEYS, key_name_hash }, false },
	{ CHECK_KEY_FIXED, { MODEL_KEYS, key_not_fixed_tpm }, false },
	{ CHECK_KEY_FIXED, { MODEL_KEYS, key_not_fixed_parent }, false },
	{ CHECK_KEY_ORIGIN, { MODEL_KEYS, key_imported }, false },
	{ CHECK_KEY_SIGNING, { MODEL_KEYS, key_restricted }, false },
	{ CHECK_KEY_SIGNING, { MODEL_KEYS, key_decrypts }, false },
	{ CHECK_KEY_SIGNING, { MODEL_KEYS, key_does_not_sign }, false },
	{ CHECK_QUOTE_PRESENT, { MODEL_EVIDENCE, no_quote }, false },
	{ CHECK_QUOTE_MAGIC, { MODEL_STATEMENTS, quote_magic }, false },
	{ CHECK_QUOTE_TYPE, { MODEL_STATEMENTS, quote_type }, false },
	{ CHECK_QUOTE_SCHEME, { MODEL_SIGNATURES, quote_scheme }, false },
	{ CHECK_QUOTE_HASH, { MODEL_STATEMENTS, quote_hash }, false },
	{ CHECK_QUOTE_SIGNATURE, { MODEL_STATEMENTS, quote_other_signer }, false },
	{ CHECK_QUOTE_SIGNER, { MODEL_STATEMENTS, quote_qualified_signer }, false },
	{ CHECK_QUOTE_BINDING, { MODEL_STATEMENTS, quote_label }, false },
	{ CHECK_QUOTE_COVERED, { MODEL_KEYS, quote_value_more }, false },
	{ CHECK_QUOTE_COVERED, { MODEL_KEYS, quote_value_fewer }, false },
	{ CHECK_QUOTE_COVERED, { MODEL_KEYS, quote_value_short }, false },
	{ CHECK_QUOTE_DIGEST, { MODEL_STATEMENTS, quote_digest }, false },
	{ CHECK_QUOTE_DIGEST, { MODEL_STATEMENTS, quote_no_digest }, false },
};

/* Rows judged here: ekcert_test.c has the vectors of EK_CERT, cert/ those of CSR. */
static bool is_judged(size_t check)
{
	const struct verdict_check *row = &verdict_checks[check];
	return row->by == BY_VERIFY && row->subject != SUBJECT_EK_CERT && row->subject != SUBJECT_CSR;
}

static bool is_expected_failure(const struct vector *v, size_t check)
{
	return check == v->check || (v->is_bare && check == CHECK_EK_CERT_PRESENT);
}

static void each_vector_fails_its_check_and_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		struct run o = run(&vectors[i].change);
		OK(o.why);
		for (size_t c = 0; c < CHECK_COUNT; c++)
			if ((o.found.outcomes[c] == FAILED) != is_expected_failure(&vectors[i], c))
				fail_msg("vector %zu, for %s: %s is %s", i,
					 verdict_checks[vectors[i].check].name, verdict_checks[c].name,
					 verdict_word(o.found.outcomes[c]));
		run_done(&o);
	}
}

static void each_check_of_evidence_has_a_vector(void **state)
{
	(void)state;
	for (size_t c = 0; c < CHECK_COUNT; c++) {
		bool has_vector = !is_judged(c);
		for (size_t i = 0; i < COUNT_OF(vectors); i++)
			has_vector = has_vector || vectors[i].check == c;
		if (!has_vector)
			fail_msg("no vector fails %s", verdict_checks[c].name);
	}
}

static void check_all_passed(const struct findings *found)
{
	for (size_t c = 0; c < CHECK_COUNT; c++) {
		bool is_theirs = verdict_checks[c].by == BY_CORE;
		enum outcome expected = is_theirs ? NOT_RUN : PASSED;
		if (verdict_checks[c].subject == SUBJECT_CSR)
			expected = NOT_APPLICABLE;
		if (found->outcomes[c] != expected)
			fail_msg("%s is %s", verdict_checks[c].name, verdict_word(found->outcomes[c]));
	}
}

static void genuine_evidence_with_an_rsa_ek_passes_every_check(void **state)
{
	(void)state;
	struct run o = run(NULL);
	OK(o.why);
	check_all_passed(&o.found);
	run_done(&o);
}

static void curve_ek(struct model *m)
{
	model_set_ek(m, m->ek_curve);
}

static void genuine_evidence_with_a_p256_ek_passes_every_check(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ MODEL_KEYS, curve_ek });
	OK(o.why);
	check_all_passed(&o.found);
	run_done(&o);
}

/* --- every accepted kind of key ---------------------------------------------------------------------- */

static void ek_p384(struct model *m)
{
	model_set_ek(m, m->p384); /* H-3 */
}

static void ek_p521(struct model *m)
{
	model_set_ek(m, m->p521); /* H-4 */
}

static void ek_rsa3072(struct model *m)
{
	model_set_ek(m, m->rsa3072); /* H-6 */
}

static void ek_rsa_high(struct model *m)
{
	model_set_high(m, &m->ek); /* H-1 */
}

static void ek_p256_high(struct model *m)
{
	model_set_ek(m, m->ek_curve);
	model_set_high(m, &m->ek); /* H-2 */
}

/* Only its numbers are asked about: making a key of that size costs seconds. */
static void ek_rsa4096(struct model *m)
{
	model_set_ek(m, m->rsa3072);
	m->ek.bits = 4096;
	m->ek.a = model_octets(m, 0xFD, 512);
	EVP_PKEY *key = NULL;
	OK(public_build_key(&m->ek, &key));
	CHECK(bytes_list_put(&m->payload.ek_chain, model_certificate(m, key)));
	EVP_PKEY_free(key);
	m->certified = NULL; /* H-7 */
}

static void every_template_of_an_ek_passes_every_check(void **state)
{
	(void)state;
	static void (*const eks[])(struct model *) = { ek_p384,	    ek_p521,	  ek_rsa3072,
						       ek_rsa_high, ek_p256_high, ek_rsa4096 };
	for (size_t i = 0; i < COUNT_OF(eks); i++) {
		struct run o = run(&(struct model_change){ MODEL_KEYS, eks[i] });
		OK(o.why);
		check_all_passed(&o.found);
		run_done(&o);
	}
}

static void key_p384(struct model *m)
{
	m->device = model_device(m, m->p384);
}

static void key_p521_sha512(struct model *m)
{
	m->device = model_device(m, m->p521);
	m->device.scheme_hash = ALG_SHA512;
	m->device.name_alg = ALG_SHA512;
}

static void key_rsa3072_pss(struct model *m)
{
	m->device = model_device(m, m->rsa3072);
	m->device.scheme = ALG_RSAPSS;
}

static void key_rsa_no_scheme(struct model *m)
{
	m->device = model_device(m, m->rsa);
	m->device.scheme = ALG_NULL;
}

static void every_kind_of_device_key_passes_every_check(void **state)
{
	(void)state;
	static const struct {
		void (*make)(struct model *);
		enum frame_key kind;
		size_t width; /* of its first number */
	} rows[] = {
		{ key_p384, FRAME_KEY_P384, 48 },
		{ key_p521_sha512, FRAME_KEY_P521, 66 },
		{ key_rsa3072_pss, FRAME_KEY_RSA, 384 },
		{ key_rsa_no_scheme, FRAME_KEY_RSA, 256 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct run o = run(&(struct model_change){ MODEL_KEYS, rows[i].make });
		OK(o.why);
		check_all_passed(&o.found);
		CHECK(o.found.device_key.kind == rows[i].kind && o.found.device_key.a.n == rows[i].width);
		run_done(&o);
	}
}

static void ak_p256_sha384(struct model *m)
{
	set_ak(m, m->ak_key, ALG_SHA384);
}

static void ak_p384(struct model *m)
{
	set_ak(m, m->p384, ALG_SHA384);
	m->ak.name_alg = ALG_SHA384;
}

static void ak_p521(struct model *m)
{
	set_ak(m, m->p521, ALG_SHA512);
}

static void ak_rsa3072(struct model *m)
{
	set_ak(m, m->rsa3072, ALG_SHA256);
}

static void ak_rsa3072_pss(struct model *m)
{
	set_ak(m, m->rsa3072, ALG_SHA384);
	m->ak.scheme = m->certify.scheme = m->quote.scheme = ALG_RSAPSS;
}

static void ak_rsa2048(struct model *m)
{
	model_set_ek(m, m->ek_curve);
	set_ak(m, m->rsa, ALG_SHA512);
}

static void every_kind_of_attestation_key_passes_every_check(void **state)
{
	(void)state;
	static const struct {
		void (*make)(struct model *);
		enum frame_key kind;
	} rows[] = {
		{ ak_p256_sha384, FRAME_KEY_P256 }, { ak_p384, FRAME_KEY_P384 },
		{ ak_p521, FRAME_KEY_P521 },	    { ak_rsa2048, FRAME_KEY_RSA },
		{ ak_rsa3072, FRAME_KEY_RSA },	    { ak_rsa3072_pss, FRAME_KEY_RSA },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct run o = run(&(struct model_change){ MODEL_KEYS, rows[i].make });
		OK(o.why);
		check_all_passed(&o.found);
		CHECK(o.found.ak_key.kind == rows[i].kind);
		run_done(&o);
	}
}

/* Leading zeros of coordinates may be left out by a TPM: the twin of AK_POINT. */
static void short_coordinates(struct model *m)
{
	EVP_PKEY *key = NULL;
	struct public p;
	do {
		EVP_PKEY_free(key);
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		p = model_device(m, key);
	} while (p.a.p[0] != 0 && p.b.p[0] != 0);
	EVP_PKEY_free(key);
	p.a = bytes_magnitude(p.a);
	p.b = bytes_magnitude(p.b);
	m->device = p;
}

static void coordinates_without_leading_zeros_are_accepted_and_padded_in_facts(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ MODEL_KEYS, short_coordinates });
	OK(o.why);
	check_all_passed(&o.found);
	CHECK(o.found.device_key.a.n == 32 && o.found.device_key.b.n == 32);
	run_done(&o);
}

static void the_facts_are_those_of_the_evidence(void **state)
{
	(void)state;
	struct model *m = model();
	struct run o = run(NULL);
	struct name name;
	uint8_t hash[32], digest[32];
	OK(o.why);
	OK(public_hash(&m->ek, hash));
	CHECK(o.found.has_tpm && is_bytes_equal(o.found.ek_hash, BYTES_OF(hash)));
	OK(name_build(ALG_SHA256, m->payload.ak_public, &name));
	CHECK(is_bytes_equal(o.found.ak_name, name_bytes(&name)));
	CHECK(o.found.ak_key.kind == FRAME_KEY_P256 && is_bytes_equal(o.found.ak_key.a, m->ak.a));
	CHECK(o.found.device_key.kind == FRAME_KEY_P256 && is_bytes_equal(o.found.device_key.b, m->device.b));
	OK(alg_sha256(m->evidence.payload, digest));
	CHECK(is_bytes_equal(BYTES_OF(o.found.payload_digest), BYTES_OF(digest)));
	CHECK(is_bytes_text(o.found.payload.serial, "SN-1"));
	run_done(&o);
}

static void the_facts_name_maker_and_state(void **state)
{
	(void)state;
	struct model *m = model();
	struct run o = run(NULL);
	struct pcr_selection selection;
	OK(o.why);
	CHECK(o.found.maker.anchor.n == 32 && o.found.maker.class == ANCHORS_TEST);
	CHECK(is_bytes_text(o.found.maker.maker, "IBM") && is_bytes_text(o.found.maker.model, "model"));
	CHECK(is_bytes_text(o.found.maker.version, "id:00010002"));
	CHECK(o.found.state.is_signed && o.found.state.is_clock_safe);
	CHECK(o.found.state.firmware == m->quote.says.firmware && o.found.state.clock_ms == 123456789);
	CHECK(o.found.state.reset_count == 11 && o.found.state.restart_count == 2);
	OK(pcr_parse(o.found.pcr_selection, &selection));
	CHECK(is_pcr_equal(&selection, &m->quote.says.selection));
	CHECK(is_bytes_equal(o.found.pcr_digest, m->quote.says.pcr_digest));
	run_done(&o);
}

static void an_unsigned_state_is_no_fact(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ MODEL_STATEMENTS, quote_other_signer });
	CHECK(!o.why && o.found.state.is_signed); /* the Certify still is */
	run_done(&o);
	o = run(&(struct model_change){ MODEL_KEYS, ak_off_curve });
	CHECK(!o.why && !o.found.state.is_signed && o.found.state.firmware == 0);
	CHECK(o.found.ak_key.kind == 0);
	run_done(&o);
}

/* --- what the statements are bound to ---------------------------------------------------------------- */

static void other_nonce(struct model *m)
{
	m->evidence.nonce = model_octets(m, 0x41, TRIP_NONCE_SIZE);
}

static void other_id(struct model *m)
{
	m->evidence.id = model_octets(m, 0x1E, TRIP_ID_SIZE);
}

static void other_purpose(struct model *m)
{
	m->evidence.purpose = TRIP_RENEW;
}

static void other_server(struct model *m)
{
	m->evidence.server_key_hash = model_octets(m, 0x5F, TRIP_HASH_SIZE);
}

static void reencode(struct model *m, const struct payload *p)
{
	struct wr w = wr_of((uint8_t *)(uintptr_t)model_octets(m, 0, 65536).p, 65536);
	message_write(&payload_message, p, &w);
	m->evidence.payload = wr_done(&w);
}

static void other_payload(struct model *m)
{
	m->payload.serial = BYTES_TEXT("SN-2");
	reencode(m, &m->payload);
}

static void statements_fit_no_other_conversation_and_no_other_payload(void **state)
{
	(void)state;
	static void (*const others[])(struct model *) = { other_nonce, other_id, other_purpose, other_server,
							  other_payload };
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct run o = run(&(struct model_change){ MODEL_EVIDENCE, others[i] });
		OK(o.why);
		CHECK(o.found.outcomes[CHECK_CERTIFY_BINDING] == FAILED);
		CHECK(o.found.outcomes[CHECK_QUOTE_BINDING] == FAILED);
		CHECK(o.found.outcomes[CHECK_QUOTE_SIGNATURE] == PASSED);
		run_done(&o);
	}
}

/* --- other evidence ---------------------------------------------------------------------------------- */

static void first_trip(struct model *m)
{
	m->evidence = (struct evidence){ .version = TRIP_VERSION,
					 .purpose = TRIP_ENROLL,
					 .time = MODEL_NOW,
					 .payload = m->evidence.payload };
}

static void the_first_trip_judges_keys_and_leaves_statements_not_run(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ MODEL_EVIDENCE, first_trip });
	OK(o.why);
	for (size_t c = 0; c < CHECK_COUNT; c++) {
		enum check_subject s = verdict_checks[c].subject;
		bool is_key = s == SUBJECT_EK_CERT || s == SUBJECT_EK || s == SUBJECT_AK;
		if (verdict_checks[c].by == BY_VERIFY && s != SUBJECT_CSR)
			CHECK(o.found.outcomes[c] == (is_key ? PASSED : NOT_RUN));
	}
	run_done(&o);
}

static void without_tpm(struct model *m)
{
	first_trip(m);
	reencode(m, &(struct payload){ .no_tpm = BYTES_TEXT("none found"), .csr = BYTES_TEXT("request") });
}

static void a_device_without_tpm_has_checks_that_do_not_apply(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ MODEL_EVIDENCE, without_tpm });
	OK(o.why);
	CHECK(!o.found.has_tpm && !o.found.ek_hash.p && !o.found.ak_name.p);
	for (size_t c = 0; c < CHECK_COUNT; c++)
		if (is_judged(c))
			CHECK(o.found.outcomes[c] == NOT_APPLICABLE);
	CHECK(o.found.outcomes[CHECK_CSR_POSSESSION] == NOT_RUN);
	run_done(&o);
}

static void no_certificate(struct model *m)
{
	m->certified = NULL;
}

static void an_ek_without_certificate_is_vouched_for_by_no_maker(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ MODEL_KEYS, no_certificate });
	OK(o.why);
	CHECK(o.found.outcomes[CHECK_EK_CERT_PRESENT] == FAILED);
	CHECK(o.found.outcomes[CHECK_EK_CERT_CHAIN] == NOT_RUN);
	CHECK(o.found.outcomes[CHECK_EK_CERTIFIED] == NOT_RUN);
	CHECK(!o.found.maker.anchor.p && !o.found.maker.maker.p && !o.found.maker.model.p);
	CHECK(o.found.ek_hash.n == 32);
	run_done(&o);
}

/* Otherwise a registered virtual TPM could borrow the class of a chip by showing that chip's certificate. */
static void the_certificate_of_another_ek_lends_no_maker(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ MODEL_KEYS, ek_of_other_certificate });
	OK(o.why);
	CHECK(o.found.outcomes[CHECK_EK_CERT_CHAIN] == PASSED);
	CHECK(!o.found.maker.anchor.p && !o.found.maker.maker.p && !o.found.maker.model.p);
	CHECK(o.found.maker.class == ANCHORS_UNKNOWN);
	run_done(&o);
}

static void half_certify(struct model *m)
{
	m->evidence.certify_signature = (struct bytes){ 0 };
}

static void half_conversation(struct model *m)
{
	m->evidence.nonce = (struct bytes){ 0 };
}

static void statements_alone(struct model *m)
{
	m->evidence.id = m->evidence.nonce = m->evidence.server_key_hash = (struct bytes){ 0 };
}

static void keys_without_tpm(struct model *m)
{
	first_trip(m);
	m->payload.no_tpm = BYTES_TEXT("none found");
	reencode(m, &m->payload);
}

static void no_keys(struct model *m)
{
	first_trip(m);
	reencode(m, &(struct payload){ .serial = BYTES_TEXT("SN-1") });
}

static void short_nonce(struct model *m)
{
	m->evidence.nonce.n--;
}

static void what_comes_by_halves_is_malformed(void **state)
{
	(void)state;
	static void (*const halves[])(struct model *) = { half_certify,	    half_conversation,
							  statements_alone, keys_without_tpm,
							  no_keys,	    short_nonce };
	for (size_t i = 0; i < COUNT_OF(halves); i++) {
		struct run o = run(&(struct model_change){ MODEL_EVIDENCE, halves[i] });
		REFUSES(PARSE_FIELD, o.why);
		run_done(&o);
	}
}

static void a_full_arena_is_a_fault(void **state)
{
	(void)state;
	struct model *m = model();
	struct arena arena;
	struct findings found;
	const struct evaluation with = { .now = MODEL_NOW, .anchors = m->anchors };
	model_make(m, NULL);
	arena_init(&arena, 64);
	REFUSES(SYS_MEMORY, evaluate(&m->evidence, &with, &arena, &found));
	arena_done(&arena);
}

/* --- damage ------------------------------------------------------------------------------------------ */

/* True when damaged evidence is refused or at least one check that passed before no longer does. */
static bool is_damage_visible(struct model *m, const struct findings *before)
{
	const struct evaluation with = { .now = MODEL_NOW, .anchors = m->anchors };
	struct arena arena;
	struct findings found;
	arena_init(&arena, ARENA_SIZE);
	bool is_visible = evaluate(&m->evidence, &with, &arena, &found) != NULL;
	if (!is_visible)
		is_visible = memcmp(found.outcomes, before->outcomes, sizeof(found.outcomes)) != 0;
	arena_done(&arena);
	return is_visible;
}

static struct bytes *part(struct model *m, size_t i)
{
	struct bytes *parts[] = { &m->evidence.certify, &m->evidence.certify_signature, &m->evidence.quote,
				  &m->evidence.quote_signature };
	return i < COUNT_OF(parts) ? parts[i] : NULL;
}

static void every_truncation_of_a_statement_or_signature_is_malformed(void **state)
{
	(void)state;
	struct model *m = model();
	struct run o = run(NULL);
	const struct evaluation with = { .now = MODEL_NOW, .anchors = m->anchors };
	for (size_t i = 0; part(m, i); i++) {
		struct bytes whole = *part(m, i);
		for (size_t n = 0; n < whole.n; n++) {
			part(m, i)->n = n;
			fault f = evaluate(&m->evidence, &with, &o.arena, &o.found);
			CHECK(f && f->kind == FAULT_INPUT);
			arena_reset(&o.arena);
		}
		*part(m, i) = whole;
	}
	run_done(&o);
}

static void every_flipped_octet_is_visible(void **state)
{
	(void)state;
	struct model *m = model();
	struct run o = run(NULL);
	OK(o.why);
	for (size_t i = 0; part(m, i); i++) {
		uint8_t *p = (uint8_t *)(uintptr_t)part(m, i)->p;
		for (size_t at = 0; at < part(m, i)->n; at++) {
			p[at] ^= 0x01;
			if (!is_damage_visible(m, &o.found))
				fail_msg("octet %zu of part %zu", at, i);
			p[at] ^= 0x01;
		}
	}
	run_done(&o);
}

static void every_flipped_octet_of_the_payload_is_visible(void **state)
{
	(void)state;
	struct model *m = model();
	struct run o = run(NULL);
	OK(o.why);
	uint8_t *p = (uint8_t *)(uintptr_t)m->evidence.payload.p;
	for (size_t at = 0; at < m->evidence.payload.n; at += 3) {
		p[at] ^= 0x40;
		CHECK(is_damage_visible(m, &o.found));
		p[at] ^= 0x40;
	}
	run_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(genuine_evidence_with_an_rsa_ek_passes_every_check),
		TEST(genuine_evidence_with_a_p256_ek_passes_every_check),
		TEST(every_template_of_an_ek_passes_every_check),
		TEST(every_kind_of_device_key_passes_every_check),
		TEST(every_kind_of_attestation_key_passes_every_check),
		TEST(coordinates_without_leading_zeros_are_accepted_and_padded_in_facts),
		TEST(each_vector_fails_its_check_and_no_other),
		TEST(each_check_of_evidence_has_a_vector),
		TEST(the_facts_are_those_of_the_evidence),
		TEST(the_facts_name_maker_and_state),
		TEST(an_unsigned_state_is_no_fact),
		TEST(statements_fit_no_other_conversation_and_no_other_payload),
		TEST(the_first_trip_judges_keys_and_leaves_statements_not_run),
		TEST(a_device_without_tpm_has_checks_that_do_not_apply),
		TEST(an_ek_without_certificate_is_vouched_for_by_no_maker),
		TEST(the_certificate_of_another_ek_lends_no_maker),
		TEST(what_comes_by_halves_is_malformed),
		TEST(a_full_arena_is_a_fault),
		TEST(every_truncation_of_a_statement_or_signature_is_malformed),
		TEST(every_flipped_octet_is_visible),
		TEST(every_flipped_octet_of_the_payload_is_visible),
	};
	int failed = RUN(tests);
	model_done(model());
	return failed;
}
