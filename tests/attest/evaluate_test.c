#include "test.h"

#include <string.h>

#include "attest/binding.h"
#include "catalogue.h"

#define ARENA_SIZE ((size_t)1 << 16)

/* Made once, since keys cost; model_make starts anew each time. */
static struct model *model(void)
{
	static struct model m;
	static bool is_made;
	if (!is_made)
		model_init(&m, MODEL_NOW);
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

/* Rows that the key and the statements decide. */
static bool is_judged(size_t check)
{
	const struct verdict_check *row = &verdict_checks[check];
	return row->by == BY_VERIFY && row->subject != SUBJECT_EK_CERT && row->subject != SUBJECT_CSR &&
	       row->subject != SUBJECT_USER;
}

static void check_all_passed(const struct findings *found)
{
	for (size_t c = 0; c < CHECK_COUNT; c++) {
		bool is_theirs = verdict_checks[c].by == BY_CORE || verdict_checks[c].subject == SUBJECT_USER;
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
	struct run o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = mutator_ek_rsa });
	OK(o.why);
	check_all_passed(&o.found);
	run_done(&o);
}

static void genuine_evidence_with_a_p256_ek_passes_every_check(void **state)
{
	(void)state;
	struct run o = run(NULL);
	OK(o.why);
	check_all_passed(&o.found);
	run_done(&o);
}

/* --- every accepted kind of key ---------------------------------------------------------------------- */

static void every_template_of_an_ek_passes_every_check(void **state)
{
	(void)state;
	static void (*const eks[])(struct model *) = {
		mutator_ek_p384, mutator_ek_p521, mutator_ek_rsa3072,
		mutator_ek_rsa_high, mutator_ek_p256_high, mutator_ek_rsa4096,
	};
	for (size_t i = 0; i < COUNT_OF(eks); i++) {
		struct run o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = eks[i] });
		OK(o.why);
		check_all_passed(&o.found);
		run_done(&o);
	}
}

static void every_kind_of_device_key_passes_every_check(void **state)
{
	(void)state;
	static const struct {
		void (*make)(struct model *);
		enum frame_key kind;
		size_t width; /* of its first number */
	} rows[] = {
		{ mutator_key_p384, FRAME_KEY_P384, 48 },
		{ mutator_key_p521_sha512, FRAME_KEY_P521, 66 },
		{ mutator_key_rsa3072_pss, FRAME_KEY_RSA, 384 },
		{ mutator_key_rsa4096, FRAME_KEY_RSA, 512 },
		{ mutator_key_rsa_no_scheme, FRAME_KEY_RSA, 256 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct run o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = rows[i].make });
		OK(o.why);
		check_all_passed(&o.found);
		CHECK(o.found.device_key.kind == rows[i].kind && o.found.device_key.a.n == rows[i].width);
		run_done(&o);
	}
}

static void every_kind_of_attestation_key_passes_every_check(void **state)
{
	(void)state;
	static const struct {
		void (*make)(struct model *);
		enum frame_key kind;
	} rows[] = {
		{ mutator_ak_p256_sha384, FRAME_KEY_P256 },
		{ mutator_ak_p384, FRAME_KEY_P384 },
		{ mutator_ak_p521, FRAME_KEY_P521 },
		{ mutator_ak_rsa2048, FRAME_KEY_RSA },
		{ mutator_ak_rsa3072, FRAME_KEY_RSA },
		{ mutator_ak_rsa3072_pss, FRAME_KEY_RSA },
		{ mutator_ak_rsa4096, FRAME_KEY_RSA },
		{ mutator_ak_rsa4096_pss, FRAME_KEY_RSA },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct run o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = rows[i].make });
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
	struct run o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = short_coordinates });
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
	CHECK(o.found.maker.anchor.n == 32 && o.found.maker.class == ANCHORS_DISCRETE);
	CHECK(is_bytes_text(o.found.maker.maker, "IFX") && is_bytes_text(o.found.maker.model, "SLB 9999"));
	CHECK(is_bytes_text(o.found.maker.version, "id:0D0C"));
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
	const struct model_change other_signer = { MODEL_STATEMENTS, mutator_quote_other_signer, 0 };
	struct run o = run(&other_signer);
	CHECK(!o.why && o.found.state.is_signed); /* the Certify still is */
	run_done(&o);
	o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = mutator_ak_off_curve });
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
		struct run o = run(&(struct model_change){ .stage = MODEL_EVIDENCE, .make = others[i] });
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
	struct run o = run(&(struct model_change){ .stage = MODEL_EVIDENCE, .make = first_trip });
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
	struct run o = run(&(struct model_change){ .stage = MODEL_EVIDENCE, .make = without_tpm });
	OK(o.why);
	CHECK(!o.found.has_tpm && !o.found.ek_hash.p && !o.found.ak_name.p);
	for (size_t c = 0; c < CHECK_COUNT; c++)
		if (is_judged(c))
			CHECK(o.found.outcomes[c] == NOT_APPLICABLE);
	CHECK(o.found.outcomes[CHECK_CSR_POSSESSION] == NOT_RUN);
	run_done(&o);
}

static void an_ek_without_certificate_is_vouched_for_by_no_maker(void **state)
{
	(void)state;
	struct run o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = mutator_cert_missing });
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
	struct run o = run(&(struct model_change){ .stage = MODEL_KEYS, .make = mutator_cert_other_key });
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
		struct run o = run(&(struct model_change){ .stage = MODEL_EVIDENCE, .make = halves[i] });
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
	size_t cases = 0;
	for (size_t i = 0; part(m, i); i++) {
		struct bytes whole = *part(m, i);
		cases += whole.n;
		for (size_t n = 0; n < whole.n; n++) {
			part(m, i)->n = n;
			fault f = evaluate(&m->evidence, &with, &o.arena, &o.found);
			CHECK(f && f->kind == FAULT_INPUT);
			arena_reset(&o.arena);
		}
		*part(m, i) = whole;
	}
	COUNTED("catalogue: truncations", cases);
	run_done(&o);
}

static void every_octet_more_after_a_statement_or_signature_is_malformed(void **state)
{
	(void)state;
	struct model *m = model();
	struct run o = run(NULL);
	const struct evaluation with = { .now = MODEL_NOW, .anchors = m->anchors };
	for (size_t i = 0; part(m, i); i++) {
		struct bytes whole = *part(m, i);
		for (unsigned v = 0; v < 256; v++) {
			*part(m, i) = model_longer(m, whole, bytes_of(&(const uint8_t){ (uint8_t)v }, 1));
			REFUSES(PARSE_TRAILING, evaluate(&m->evidence, &with, &o.arena, &o.found));
			arena_reset(&o.arena);
		}
		*part(m, i) = whole;
	}
	COUNTED("catalogue: trailing octets", 4 * 256);
	run_done(&o);
}

static void every_flipped_octet_is_visible(void **state)
{
	(void)state;
	struct model *m = model();
	struct run o = run(NULL);
	OK(o.why);
	size_t cases = 0;
	for (size_t i = 0; part(m, i); i++) {
		uint8_t *p = (uint8_t *)(uintptr_t)part(m, i)->p;
		cases += part(m, i)->n;
		for (size_t at = 0; at < part(m, i)->n; at++) {
			p[at] ^= 0x01;
			if (!is_damage_visible(m, &o.found))
				fail_msg("octet %zu of part %zu", at, i);
			p[at] ^= 0x01;
		}
	}
	COUNTED("catalogue: flipped octets", cases);
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
		TEST(every_octet_more_after_a_statement_or_signature_is_malformed),
		TEST(every_flipped_octet_is_visible),
		TEST(every_flipped_octet_of_the_payload_is_visible),
	};
	int failed = RUN(tests);
	model_done(model());
	return failed;
}
