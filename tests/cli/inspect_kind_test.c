#include "test.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inspection.h"
#include "model.h"

#define DOCUMENT_MAX 8192

/* A software TPM that made everything, and what the program is given of it. */
struct scene {
	struct model m;
	struct arena arena;
	struct bytes root; /* the CA that issued the model's EK certificate */
	struct inspect_roots roots;
	struct signature quote_signature, certify_signature;
	struct inspect_kind_input in; /* roots and key given; no file yet */
};

static int set_up(void **state)
{
	static struct scene s;
	model_init(&s.m, MODEL_NOW);
	model_make(&s.m, NULL);
	arena_init(&s.arena, 1 << 20);
	s.root = s.m.payload.ek_chain.v[1];
	s.roots = (struct inspect_roots){ .n = 1, .der = &s.root, .class = ANCHORS_TEST };
	OK(signature_parse(s.m.evidence.quote_signature, &s.quote_signature));
	OK(signature_parse(s.m.evidence.certify_signature, &s.certify_signature));
	s.in = (struct inspect_kind_input){
		.now = MODEL_NOW, .roots = &s.roots, .arena = &s.arena, .ak = &s.m.ak,
	};
	OK(public_parse(s.m.payload.ak_public, &s.m.ak));
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	model_done(&s->m);
	return 0;
}

/* Fails the test unless the file has that outcome and fault (NULL: none). */
static void expect(const struct inspect_kind_input *in, const char *kind, struct bytes file,
		   const char *const ret[static 2])
{
	json_auto_t *report = inspection_report(in, kind, file);
	if (!has_inspection_text(report, "outcome", ret[0]) || !has_inspection_text(report, "fault", ret[1]))
		fail_msg("%s: %s, %s", kind, json_string_value(json_object_get(report, "outcome")),
			 json_string_value(json_object_get(report, "fault")));
}

#define EXPECT(in, kind, file, outcome, fault) \
	expect(in, kind, file, (const char *const[2]){ outcome, fault })

/* Every beginning of the file is refused, and the file with an octet more. */
static void refuses_other_lengths(const struct inspect_kind_input *in, const char *kind, struct bytes file)
{
	uint8_t longer[DOCUMENT_MAX];
	CHECK(file.n < sizeof(longer));
	memcpy(longer, file.p, file.n);
	longer[file.n] = 1;
	for (size_t n = 0; n <= file.n + 1; n++) {
		json_auto_t *report = n == file.n ? NULL : inspection_report(in, kind, bytes_of(longer, n));
		if (report && !has_inspection_text(report, "outcome", "refused"))
			fail_msg("%s of %zu octets instead of %zu", kind, n, file.n);
	}
}

static void is_encoded_as_it_was(const struct scene *s, const char *kind, struct bytes file)
{
	char hex[65];
	uint8_t digest[32];
	json_auto_t *report = inspection_report(&s->in, kind, file);
	OK(alg_sha256(file, digest));
	CHECK(has_inspection_text(report, "reencoded_sha256", text_hex(BYTES_OF(digest), hex)));
}

/* --- certificates --------------------------------------------------------------------------------------- */

static void a_certificate_below_a_root_is_accepted(void **state)
{
	const struct scene *s = *state;
	EXPECT(&s->in, "ek-cert", s->m.payload.ek_chain.v[0], "accepted", NULL);
	EXPECT(&s->in, "chain", s->m.payload.ek_chain.v[0], "accepted", NULL);
	refuses_other_lengths(&s->in, "ek-cert", s->m.payload.ek_chain.v[0]);
}

static void a_certificate_without_roots_is_refused(void **state)
{
	const struct scene *s = *state;
	const struct inspect_roots none = { 0 };
	struct inspect_kind_input in = s->in;
	in.roots = &none;
	EXPECT(&in, "ek-cert", s->m.payload.ek_chain.v[0], "refused", "EK_CHAIN_UNTRUSTED");
}

static void a_certificate_is_judged_as_of_the_time_given(void **state)
{
	const struct scene *s = *state;
	struct inspect_kind_input in = s->in;
	in.now = 0;
	json_auto_t *report = inspection_report(&in, "ek-cert", s->m.payload.ek_chain.v[0]);
	CHECK(has_inspection_text(report, "outcome", "refused"));
}

static void a_root_vouches_for_the_maker_it_is_said_to(void **state)
{
	const struct scene *s = *state;
	struct inspect_roots other = s->roots;
	struct inspect_kind_input in = s->in;
	other.maker = BYTES_TEXT("STM");
	other.class = ANCHORS_DISCRETE;
	in.roots = &other;
	json_auto_t *report = inspection_report(&in, "ek-cert", s->m.payload.ek_chain.v[0]);
	CHECK(has_inspection_text(report, "outcome", "refused"));
}

/* --- keys, statements, signatures ----------------------------------------------------------------------- */

static void keys_are_judged_as_what_they_are(void **state)
{
	const struct scene *s = *state;
	const struct payload *p = &s->m.payload;
	const struct bytes keys[] = { p->ek_public, p->ak_public, p->device_public };
	static const char *const roles[] = { "endorsement key", "attestation key", "device key" };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		json_auto_t *report = inspection_report(&s->in, "public", keys[i]);
		CHECK(has_inspection_text(report, "role", roles[i]));
		EXPECT(&s->in, "public", keys[i], "accepted", NULL);
		is_encoded_as_it_was(s, "public", keys[i]);
		refuses_other_lengths(&s->in, "public", keys[i]);
	}
}

static void a_key_may_come_with_its_size(void **state)
{
	const struct scene *s = *state;
	uint8_t sized[2048];
	struct wr w = wr_of(sized, sizeof(sized));
	wr_tpm2b(&w, s->m.payload.ak_public);
	EXPECT(&s->in, "public", wr_done(&w), "accepted", NULL);
	is_encoded_as_it_was(s, "public", wr_done(&w));
}

static void a_statement_is_accepted_with_its_key_and_signature_only(void **state)
{
	const struct scene *s = *state;
	struct inspect_kind_input in = s->in;
	EXPECT(&in, "attest", s->m.evidence.quote, "parsed", NULL);
	in.signature = &s->quote_signature;
	EXPECT(&in, "attest", s->m.evidence.quote, "accepted", NULL);
	in.ak = NULL;
	EXPECT(&in, "attest", s->m.evidence.quote, "parsed", NULL);
	refuses_other_lengths(&in, "attest", s->m.evidence.quote);
	is_encoded_as_it_was(s, "attest", s->m.evidence.certify);
}

static void a_statement_with_the_signature_of_another_is_refused(void **state)
{
	const struct scene *s = *state;
	struct inspect_kind_input in = s->in;
	in.signature = &s->certify_signature;
	EXPECT(&in, "attest", s->m.evidence.quote, "refused", "SIG_INVALID");
	EXPECT(&in, "attest", s->m.evidence.certify, "accepted", NULL);
}

static void a_signature_alone_is_at_most_parsed(void **state)
{
	const struct scene *s = *state;
	EXPECT(&s->in, "signature", s->m.evidence.quote_signature, "parsed", NULL);
	is_encoded_as_it_was(s, "signature", s->m.evidence.quote_signature);
	refuses_other_lengths(&s->in, "signature", s->m.evidence.quote_signature);
}

/* --- quotes --------------------------------------------------------------------------------------------- */

static json_t *in_base64(struct bytes b)
{
	char text[4096];
	EVP_EncodeBlock((unsigned char *)text, b.p, (int)b.n);
	return json_string(text);
}

/* The model's quote as a document. */
static json_t *document_of(const struct scene *s)
{
	const struct payload *p = &s->m.payload;
	json_t *document = json_object(), *pcrs = json_object();
	struct statement said;
	size_t at = 0;
	OK(statement_parse(s->m.evidence.quote, &said));
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		char index[8];
		snprintf(index, sizeof(index), "%u", i);
		if (said.selection.banks[0].bits >> i & 1)
			json_object_set_new(pcrs, index, in_base64(p->pcr_values.v[at++]));
	}
	json_object_set_new(document, "quote", in_base64(s->m.evidence.quote));
	json_object_set_new(document, "signature", in_base64(s->m.evidence.quote_signature));
	json_object_set_new(document, "algorithm", json_integer(said.selection.banks[0].hash));
	json_object_set_new(document, "pcrs", pcrs);
	return document;
}

static void expect_document(const struct inspect_kind_input *in, const json_t *document,
			    const char *const ret[static 2])
{
	char text[DOCUMENT_MAX];
	size_t n = json_dumpb(document, text, sizeof(text), JSON_COMPACT);
	CHECK(n > 0 && n <= sizeof(text));
	expect(in, "quote", bytes_of(text, n), ret);
}

#define EXPECT_DOCUMENT(in, document, outcome, fault) \
	expect_document(in, document, (const char *const[2]){ outcome, fault })

static void a_quote_is_accepted_with_its_key_only(void **state)
{
	const struct scene *s = *state;
	struct inspect_kind_input in = s->in;
	json_auto_t *document = document_of(s);
	EXPECT_DOCUMENT(&in, document, "accepted", NULL);
	in.ak = NULL;
	EXPECT_DOCUMENT(&in, document, "parsed", NULL);
}

static void a_quote_of_other_values_is_refused(void **state)
{
	const struct scene *s = *state;
	const uint8_t other[32] = { 1 };
	json_auto_t *document = document_of(s);
	json_t *pcrs = json_object_get(document, "pcrs");
	void *first = json_object_iter(pcrs);
	CHECK(first);
	json_object_iter_set_new(pcrs, first, in_base64(BYTES_OF(other)));
	EXPECT_DOCUMENT(&s->in, document, "refused", "PCR_DIGEST");
	json_object_del(pcrs, json_object_iter_key(first));
	EXPECT_DOCUMENT(&s->in, document, "refused", "PCR_UNQUOTED");
}

static void a_value_that_is_not_quoted_is_refused(void **state)
{
	const struct scene *s = *state;
	const uint8_t other[32] = { 0 };
	json_auto_t *document = document_of(s);
	json_object_set_new(json_object_get(document, "pcrs"), "24", in_base64(BYTES_OF(other)));
	EXPECT_DOCUMENT(&s->in, document, "refused", "PCR_UNQUOTED");
}

static void a_quote_that_is_no_document_is_refused(void **state)
{
	const struct scene *s = *state;
	json_auto_t *document = document_of(s);
	EXPECT(&s->in, "quote", BYTES_TEXT("[]"), "refused", "PARSE_ENVELOPE");
	EXPECT(&s->in, "quote", BYTES_TEXT("{\"quote\":\"\",\"quote\":\"\"}"), "refused", "PARSE_ENVELOPE");
	EXPECT(&s->in, "quote", BYTES_TEXT("{}"), "refused", "PARSE_FIELD");
	json_object_set_new(document, "signature", json_string("AA=A"));
	EXPECT_DOCUMENT(&s->in, document, "refused", "PARSE_FIELD");
}

static void there_is_no_other_kind(void **state)
{
	(void)state;
	CHECK(!inspect_kind_find("certificate"));
	CHECK(!inspect_kind_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_certificate_below_a_root_is_accepted),
		TEST(a_certificate_without_roots_is_refused),
		TEST(a_certificate_is_judged_as_of_the_time_given),
		TEST(a_root_vouches_for_the_maker_it_is_said_to),
		TEST(keys_are_judged_as_what_they_are),
		TEST(a_key_may_come_with_its_size),
		TEST(a_statement_is_accepted_with_its_key_and_signature_only),
		TEST(a_statement_with_the_signature_of_another_is_refused),
		TEST(a_signature_alone_is_at_most_parsed),
		TEST(a_quote_is_accepted_with_its_key_only),
		TEST(a_quote_of_other_values_is_refused),
		TEST(a_value_that_is_not_quoted_is_refused),
		TEST(a_quote_that_is_no_document_is_refused),
		TEST(there_is_no_other_kind),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
