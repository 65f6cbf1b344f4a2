#include "cli/review.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "policy/tpmclass.h"

#define DOSSIER_SIZE_MAX 65536

/* The dossier of the model's answer as a server would have kept it, to be changed before it is written. */
struct scene {
	struct model m;
	struct arena arena;
	struct dossier d;
	struct ticket ticket;
	uint8_t file[DOSSIER_SIZE_MAX];
};

static struct bytes encoded(struct scene *s, const struct message *m, const void *from)
{
	struct wr w = wr_of(s->file, sizeof(s->file));
	message_write(m, from, &w);
	CHECK(!w.bad);
	return arena_copy(&s->m.arena, wr_done(&w));
}

static void put_record(struct scene *s, const char *name, enum outcome outcome)
{
	const struct dossier_row row = { bytes_text(name), outcome };
	CHECK(bytes_list_put(&s->d.records, encoded(s, &dossier_row_message, &row)));
}

/* What the records say of every device that they have nothing against, but for the sharing of its AK. */
static void put_passed(struct scene *s)
{
	static const char *const rows[] = { "EK_NOT_VIRTUAL", "EK_CLASS", "FIRMWARE_CURRENT", "FIRMWARE_KEYS",
					    "KEY_UNSHARED", "COUNTS_ONWARD", "CLOCK_ONWARD" };
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		put_record(s, rows[i], PASSED);
}

/* The CA that issued the EK certificate, trusted by itself. */
static void put_anchor(struct scene *s)
{
	const struct dossier_anchor a = { s->m.payload.ek_chain.v[1], BYTES_TEXT("IBM"), ANCHORS_TEST,
					  ANCHORS_ROOT };
	CHECK(bytes_list_put(&s->d.anchors, encoded(s, &dossier_anchor_message, &a)));
}

static void put_ticket(struct scene *s, const struct findings *found)
{
	s->ticket = (struct ticket){ .id = s->m.evidence.id,
				     .nonce = s->m.evidence.nonce,
				     .purpose = s->m.evidence.purpose,
				     .server_key_hash = s->m.evidence.server_key_hash,
				     .ek_hash = found->ek_hash,
				     .ak_name = found->ak_name,
				     .secret_hash = model_octets(&s->m, 9, 32),
				     .pcr_selection = found->pcr_selection,
				     .profile = model_octets(&s->m, 1, 16),
				     .vouch = VOUCH_BY_CERTIFICATE,
				     .key = TRIP_KEY_TPM,
				     .issued = MODEL_NOW - 10,
				     .expires = MODEL_NOW + 10 };
}

static void compose(struct scene *s)
{
	static const uint8_t none[CHECK_COUNT] = { 0 };
	struct evidence e = s->m.evidence;
	struct findings found;
	const struct evaluation with = { .now = MODEL_NOW, .anchors = s->m.anchors };
	OK(evaluate(&e, &with, &s->m.arena, &found));
	e.version = TRIP_VERSION;
	e.time = MODEL_NOW;
	s->d = (struct dossier){ .version = DOSSIER_VERSION,
				 .edition = VERDICT_EDITION + 1,
				 .time = MODEL_NOW,
				 .request_id = model_octets(&s->m, 2, 16),
				 .snapshot = model_octets(&s->m, 3, 32),
				 .vouch = VOUCH_BY_CERTIFICATE,
				 .secret_hash = model_octets(&s->m, 9, 32),
				 .outcomes = BYTES_OF(none),
				 .required = BYTES_OF(none),
				 .evidence = encoded(s, &evidence_message, &e) };
	put_ticket(s, &found);
	put_anchor(s);
	put_record(s, "EK_REGISTERED", FAILED);
	put_passed(s);
	put_record(s, "AK_UNSHARED", PASSED);
}

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	if (!s)
		return -1;
	model_init(&s->m, MODEL_NOW);
	arena_init(&s->arena, 1 << 20);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	model_done(&s->m);
	free(s);
	return 0;
}

static struct scene *begun(void **state)
{
	struct scene *s = *state;
	model_make(&s->m, NULL);
	compose(s);
	return s;
}

/* The dossier as a file, with the ticket unless it is to be without. */
static struct bytes written(struct scene *s, bool has_ticket)
{
	s->d.ticket = has_ticket ? encoded(s, &ticket_message, &s->ticket) : (struct bytes){ 0 };
	struct wr w = wr_of(s->file, sizeof(s->file));
	message_write(&dossier_message, &s->d, &w);
	CHECK(!w.bad);
	return wr_done(&w);
}

/* What comes of the dossier by the rest of a proposal. */
static struct review proposed(struct scene *s, struct review_input in)
{
	struct review r;
	in.file = written(s, true);
	in.arena = &s->arena;
	arena_reset(&s->arena);
	OK(review_build(&in, &r));
	return r;
}

static struct review judged(struct scene *s, const struct anchors *anchors)
{
	return proposed(s, (struct review_input){ .anchors = anchors });
}

/* Fails the test unless the device would be told that fault, NULL for none. */
static void expect(struct scene *s, const struct anchors *anchors, fault why)
{
	const struct review r = judged(s, anchors);
	if (r.why != why)
		fail_msg("gave %s, not %s", r.why ? r.why->name : "no fault", why ? why->name : "none");
}

/* Makes what is judged now what was recorded. */
static void record(struct scene *s)
{
	const struct review r = judged(s, NULL);
	s->d.edition = VERDICT_EDITION;
	s->d.outcomes = arena_copy(&s->m.arena, BYTES_OF(r.verdict.of));
	s->d.required = arena_copy(&s->m.arena, BYTES_OF(r.verdict.required));
	s->d.fault = bytes_text(r.why ? r.why->name : NULL);
}

/* --- the same verdict ----------------------------------------------------------------------------------- */

static void an_admission_is_an_admission_again(void **state)
{
	struct scene *s = begun(state);
	record(s);
	const struct review r = judged(s, NULL);
	CHECK(!r.told && !r.why && r.is_judged && r.is_comparable && is_review_same(&r));
	CHECK(is_verdict_trusted(&r.verdict) && r.claims.is_attested);
	CHECK(r.claims.assurance == TRIP_ASSURED_CERTIFICATE);
	CHECK(is_bytes_text(r.found.maker.maker, "IBM"));
}

static void anchors_that_are_given_stand_in_for_those_of_the_dossier(void **state)
{
	struct scene *s = begun(state);
	struct anchors *none = anchors_new();
	record(s);
	expect(s, s->m.anchors, NULL);
	expect(s, none, FAIL(EK_CHAIN_UNTRUSTED));
	anchors_free(none);
}

static void a_difference_to_what_was_recorded_shows(void **state)
{
	struct scene *s = begun(state);
	record(s);
	uint8_t *outcomes = (uint8_t *)(uintptr_t)s->d.outcomes.p;
	outcomes[CHECK_QUOTE_DIGEST] = FAILED;
	const struct review r = judged(s, NULL);
	CHECK(!is_review_same(&r) && r.verdict.of[CHECK_QUOTE_DIGEST] == PASSED);
}

static void what_another_edition_recorded_is_judged_but_not_compared(void **state)
{
	struct scene *s = begun(state);
	const struct review r = judged(s, NULL);
	CHECK(!r.is_comparable && is_review_same(&r) && !r.why);
}

/* --- the conversation ----------------------------------------------------------------------------------- */

static void each_row_of_the_conversation_is_judged_by_the_ticket(void **state)
{
	struct scene *s = begun(state);
	struct bytes other = model_octets(&s->m, 0x77, 32);
	struct ticket t[9];
	static const enum check_id rows[COUNT_OF(t)] = {
		CHECK_TICKET_TIME,   CHECK_TICKET_ID, CHECK_TICKET_NONCE, CHECK_TICKET_PURPOSE,
		CHECK_TICKET_SERVER, CHECK_TICKET_EK, CHECK_TICKET_AK,    CHECK_ACTIVATION,
		CHECK_QUOTE_ASKED,
	};
	for (size_t i = 0; i < COUNT_OF(t); i++)
		t[i] = s->ticket;
	t[0].expires = MODEL_NOW - 1;
	t[1].id = bytes_slice(other, 0, TRIP_ID_SIZE);
	t[2].nonce = other;
	t[3].purpose = TRIP_RENEW;
	t[4].server_key_hash = other;
	t[5].ek_hash = other;
	t[6].ak_name = other;
	t[7].secret_hash = other;
	t[8].pcr_selection = bytes_slice(other, 0, 8);
	for (size_t i = 0; i < COUNT_OF(t); i++) {
		s->ticket = t[i];
		const struct review r = judged(s, NULL);
		CHECK(r.verdict.of[rows[i]] == FAILED && r.why == verdict_checks[rows[i]].why);
	}
}

static void without_ticket_the_answer_belongs_to_no_challenge(void **state)
{
	struct scene *s = begun(state);
	struct review r;
	const struct review_input in = { .file = written(s, false), .arena = &s->arena };
	OK(review_build(&in, &r));
	CHECK(r.why == FAIL(TICKET_INVALID) && r.verdict.of[CHECK_TICKET_NONCE] == NOT_RUN);
}

static void an_answer_without_the_secret_activated_nothing(void **state)
{
	struct scene *s = begun(state);
	s->d.secret_hash = (struct bytes){ 0 };
	expect(s, NULL, FAIL(ACT_SECRET));
}

/* --- the records ---------------------------------------------------------------------------------------- */

static void rows_of_records_are_taken_as_recorded_by_name(void **state)
{
	struct scene *s = begun(state);
	s->d.records.n = 0;
	put_record(s, "NO_SUCH_ROW", FAILED);
	put_passed(s);
	put_record(s, "AK_UNSHARED", FAILED);
	expect(s, NULL, FAIL(AK_REUSED));
}

static void records_cannot_speak_for_what_is_judged(void **state)
{
	struct scene *s = begun(state);
	put_record(s, "EK_CERT_CHAIN", PASSED);
	put_record(s, "TICKET_SEAL", FAILED);
	struct anchors *none = anchors_new();
	expect(s, NULL, NULL);
	expect(s, none, FAIL(EK_CHAIN_UNTRUSTED));
	anchors_free(none);
}

static void a_refusal_by_the_records_stands_beside_a_good_verdict(void **state)
{
	struct scene *s = begun(state);
	struct anchors *none = anchors_new();
	record(s);
	s->d.fault = BYTES_TEXT("EK_DUPLICATE");
	expect(s, NULL, FAIL(EK_DUPLICATE));
	expect(s, none, FAIL(EK_CHAIN_UNTRUSTED));
	anchors_free(none);
}

static void a_refusal_in_place_of_a_bad_verdict_ends_with_it(void **state)
{
	struct scene *s = begun(state);
	s->d.anchors.n = 0;
	record(s);
	CHECK(is_bytes_text(s->d.fault, "EK_CHAIN_UNTRUSTED"));
	expect(s, s->m.anchors, NULL);
	s->d.fault = BYTES_TEXT("TOK_MISSING");
	expect(s, NULL, FAIL(TOK_MISSING));
	expect(s, s->m.anchors, NULL);
}

static void where_nobody_vouched_proof_changes_nothing(void **state)
{
	struct scene *s = begun(state);
	s->d.vouch = VOUCH_NOBODY;
	expect(s, NULL, FAIL(POL_MISSING));
	s->d.fault = BYTES_TEXT("DEVICE_NOT_REGISTERED");
	expect(s, NULL, FAIL(DEVICE_NOT_REGISTERED));
	s->d.fault = BYTES_TEXT("A_FAULT_OF_TOMORROW");
	expect(s, NULL, FAIL(REASON_UNKNOWN));
}

static void a_device_that_a_token_names_needs_the_token(void **state)
{
	struct scene *s = begun(state);
	s->d.needs_token = 1;
	expect(s, NULL, FAIL(TOK_INVALID));
	static const char *const rows[] = { "TOKEN_KNOWN", "TOKEN_TIME", "TOKEN_UNUSED", "TOKEN_SCOPE" };
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		put_record(s, rows[i], PASSED);
	expect(s, NULL, NULL);
}

/* --- what is proposed ----------------------------------------------------------------------------------- */

/* By a blocklist of one row for that firmware of the model's maker. */
static struct review of_row(struct scene *s, const char *first, const char *last)
{
	static struct arena a;
	const struct blocklist_new row = { .id = BYTES_TEXT("row"), .maker = BYTES_TEXT("IBM"),
					   .basis = BYTES_TEXT("firmware"), .first = bytes_text(first),
					   .last = bytes_text(last), .effect = BYTES_TEXT("refuse"),
					   .keys = BYTES_TEXT("all"), .name = BYTES_TEXT("x"),
					   .page = BYTES_TEXT("x"), .source = BYTES_TEXT("x") };
	struct blocklist list;
	arena_init(&a, 1 << 16);
	OK(blocklist_build(&row, 1, &a, &list));
	struct review r = proposed(s, (struct review_input){ .blocklist = &list });
	r.finding.row = NULL;
	arena_done(&a);
	return r;
}

static void a_blocklist_stands_in_for_what_the_records_said_of_firmware(void **state)
{
	struct scene *s = begun(state);
	record(s);
	const uint64_t born = (uint64_t)7 << 48;
	s->d.ak_born = born;
	CHECK(of_row(s, "0.0", "65535.65535").why == FAIL(FIRMWARE_VULNERABLE));
	CHECK(of_row(s, "7.0", "7.0").why == FAIL(KEY_BEFORE_FIX));
	CHECK(!of_row(s, "8.0", "8.9").why);
	put_record(s, "FIRMWARE_CURRENT", FAILED);
	record(s);
	CHECK(is_bytes_text(s->d.fault, "FIRMWARE_VULNERABLE") && !of_row(s, "8.0", "8.9").why);
}

static void the_rules_word_on_a_class_counts_and_else_the_profiles(void **state)
{
	struct scene *s = begun(state);
	struct anchors *none = anchors_new();
	struct review_input in = { .rules = { .unknown = TPMCLASS_DENY, .virtual = TPMCLASS_DENY } };
	s->d.vouch = VOUCH_BY_KEY;
	put_record(s, "EK_REGISTERED", PASSED);
	record(s);
	CHECK(!s->d.fault.p && !proposed(s, in).why);
	in.anchors = none;
	CHECK(proposed(s, in).why == FAIL(TPM_UNKNOWN_DENIED));
	s->d.unknown = TPMCLASS_DENY;
	in.rules = (struct rules){ 0 };
	CHECK(proposed(s, in).why == FAIL(TPM_UNKNOWN_DENIED));
	in.rules.unknown = TPMCLASS_ALLOW;
	CHECK(!proposed(s, in).why);
	anchors_free(none);
}

static void another_word_on_attestation_sends_devices_another_way(void **state)
{
	struct scene *s = begun(state);
	const struct review_input off = { .rules = { .attestation = VOUCH_MODE_OFF } },
				  required = { .rules = { .attestation = VOUCH_MODE_REQUIRED } };
	record(s);
	s->d.named = DOSSIER_NAMED_LABEL;
	CHECK(!proposed(s, required).why && proposed(s, required).claims.is_attested);
	CHECK(proposed(s, off).why == FAIL(TOK_MISSING));
	s->d.named |= DOSSIER_NAMED_TOKEN;
	CHECK(!proposed(s, off).why && !proposed(s, off).claims.is_attested);
	s->d.vouch = VOUCH_NOBODY;
	s->d.fault = BYTES_TEXT("EK_DUPLICATE");
	CHECK(proposed(s, required).why == FAIL(EK_DUPLICATE));
}

/* Dossiers of servers that did not note it are judged by the rest, and that is said. */
static void a_dossier_of_the_first_version_knows_no_names_and_no_ages(void **state)
{
	struct scene *s = begun(state);
	const struct review_input off = { .rules = { .attestation = VOUCH_MODE_OFF } };
	struct review r;
	record(s);
	s->d.version = DOSSIER_VERSION_FIRST;
	CHECK(!judged(s, NULL).is_partial && !judged(s, NULL).why);
	CHECK(!proposed(s, off).why && proposed(s, off).is_partial);
	r = of_row(s, "0.0", "0.0");
	CHECK(!r.why && r.is_partial);
	CHECK(of_row(s, "0.0", "65535.65535").why == FAIL(FIRMWARE_VULNERABLE));
	s->d.named = DOSSIER_NAMED_KEY;
	const struct review_input in = { .file = written(s, true), .arena = &s->arena };
	REFUSES(PARSE_FIELD, review_build(&in, &r));
}

/* --- the file ------------------------------------------------------------------------------------------- */

static fault read(struct scene *s, struct bytes file)
{
	struct review r;
	const struct review_input in = { .file = file, .arena = &s->arena };
	arena_reset(&s->arena);
	return review_build(&in, &r);
}

static void a_dossier_of_any_other_length_is_refused(void **state)
{
	struct scene *s = begun(state);
	struct bytes whole = written(s, true);
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(PARSE_ENVELOPE, read(s, bytes_of(whole.p, n)));
	s->file[whole.n] = 0;
	REFUSES(PARSE_ENVELOPE, read(s, bytes_of(whole.p, whole.n + 1)));
	OK(read(s, whole));
}

static void what_is_out_of_bounds_is_refused(void **state)
{
	struct scene *s = begun(state);
	static const uint8_t wild[CHECK_COUNT] = { PASSED + 1 };
	s->d.version = DOSSIER_VERSION + 1;
	REFUSES(PARSE_FIELD, read(s, written(s, true)));
	compose(s);
	s->d.vouch = VOUCH_BY_LAST + 1;
	REFUSES(PARSE_FIELD, read(s, written(s, true)));
	compose(s);
	s->d.outcomes = BYTES_OF(wild);
	REFUSES(PARSE_FIELD, read(s, written(s, true)));
	compose(s);
	s->d.edition = VERDICT_EDITION;
	s->d.outcomes.n--;
	REFUSES(PARSE_FIELD, read(s, written(s, true)));
	compose(s);
	put_anchor(s);
	REFUSES(CONFLICT, read(s, written(s, true)));
}

static void a_dossier_without_evidence_is_not_judged(void **state)
{
	struct scene *s = begun(state);
	s->d.evidence = (struct bytes){ 0 };
	s->d.fault = BYTES_TEXT("EK_CHAIN_UNTRUSTED");
	const struct review r = judged(s, NULL);
	CHECK(!r.is_judged && r.told == FAIL(EK_CHAIN_UNTRUSTED) && is_review_same(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_admission_is_an_admission_again),
		TEST(anchors_that_are_given_stand_in_for_those_of_the_dossier),
		TEST(a_difference_to_what_was_recorded_shows),
		TEST(what_another_edition_recorded_is_judged_but_not_compared),
		TEST(each_row_of_the_conversation_is_judged_by_the_ticket),
		TEST(without_ticket_the_answer_belongs_to_no_challenge),
		TEST(an_answer_without_the_secret_activated_nothing),
		TEST(rows_of_records_are_taken_as_recorded_by_name),
		TEST(records_cannot_speak_for_what_is_judged),
		TEST(a_refusal_by_the_records_stands_beside_a_good_verdict),
		TEST(a_refusal_in_place_of_a_bad_verdict_ends_with_it),
		TEST(where_nobody_vouched_proof_changes_nothing),
		TEST(a_device_that_a_token_names_needs_the_token),
		TEST(a_blocklist_stands_in_for_what_the_records_said_of_firmware),
		TEST(the_rules_word_on_a_class_counts_and_else_the_profiles),
		TEST(another_word_on_attestation_sends_devices_another_way),
		TEST(a_dossier_of_the_first_version_knows_no_names_and_no_ages),
		TEST(a_dossier_of_any_other_length_is_refused),
		TEST(what_is_out_of_bounds_is_refused),
		TEST(a_dossier_without_evidence_is_not_judged),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
