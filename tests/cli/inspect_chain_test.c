#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inspect_report.h"
#include "inspection.h"
#include "maker_ca.h"
#include "model.h"

#define FILE_MAX 65536

/* A maker whose issuing CA has expired, a certificate that it issued in time, and its root. */
struct scene {
	struct maker_ca ca;
	struct arena arena;
	uint8_t leaf_room[MAKER_CA_SIZE_MAX], issuing_room[MAKER_CA_SIZE_MAX];
	struct bytes leaf, issuing;
	struct inspect_roots roots;
	struct inspect_kind_input in; /* no file yet */
};

static int set_up(void **state)
{
	static struct scene s;
	maker_ca_init(&s.ca);
	arena_init(&s.arena, 1 << 20);
	struct maker_ca_plan issuing =
		maker_ca_plan_ca(MAKER_CA_ROOT, s.ca.root_key, MAKER_CA_ISSUING, s.ca.issuing_key);
	struct maker_ca_plan leaf = maker_ca_plan_ek(&s.ca, s.ca.ek_rsa);
	issuing.not_after = MAKER_CA_NOW - 1;
	s.issuing = maker_ca_issue(&issuing, s.issuing_room);
	s.leaf = maker_ca_issue(&leaf, s.leaf_room);
	s.roots = (struct inspect_roots){ .n = 1, .der = &s.ca.root };
	s.in = (struct inspect_kind_input){ .now = MAKER_CA_NOW, .roots = &s.roots, .arena = &s.arena };
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	maker_ca_done(&s->ca);
	return 0;
}

/* True when the report names that leniency alone, or none for NULL. */
static bool names_alone(const json_t *report, const char *leniency)
{
	const json_t *list = json_object_get(report, "leniencies");
	const char *first = json_string_value(json_array_get(list, 0));
	CHECK(json_is_array(list));
	return json_array_size(list) == (leniency ? 1 : 0) && (!leniency || strcmp(first, leniency) == 0);
}

static struct bytes joined(struct bytes first, struct bytes second, uint8_t room[static FILE_MAX])
{
	struct wr w = wr_of(room, FILE_MAX);
	wr_bytes(&w, first);
	wr_bytes(&w, second);
	CHECK(!w.bad);
	return wr_done(&w);
}

static void what_is_let_pass_is_named_in_report_and_text(void **state)
{
	const struct scene *s = *state;
	uint8_t nv[2 * MAKER_CA_SIZE_MAX] = { 0 };
	struct bytes issuing = s->ca.issuing;
	const struct inspect_roots valid = { .n = 1, .der = &issuing };
	struct inspect_kind_input in = s->in;
	char *text = NULL;
	size_t n = 0;
	in.roots = &valid;
	json_auto_t *plain = inspection_report(&in, "ek-cert", s->leaf);
	CHECK(has_inspection_text(plain, "outcome", "accepted") && names_alone(plain, NULL));
	memcpy(nv, s->leaf.p, s->leaf.n);
	json_auto_t *padded = inspection_report(&in, "ek-cert", BYTES_OF(nv));
	CHECK(has_inspection_text(padded, "outcome", "accepted") && names_alone(padded, "PADDING"));
	FILE *out = open_memstream(&text, &n);
	inspect_report_write(padded, &(struct screen){ 0 }, out);
	CHECK(fclose(out) == 0 && strstr(text, "let pass  PADDING ") && strstr(text, "(RFC 5280 4.1)"));
	CHECK(!strstr(text, "leniencies"));
	free(text);
}

static void an_expired_ca_is_let_pass_unless_the_option_says_otherwise(void **state)
{
	static const struct {
		enum rules_switch option;
		const char *outcome, *fault, *leniency;
	} cases[] = {
		{ RULES_UNSAID, "accepted", NULL, "CA_EXPIRED" },
		{ RULES_TRUE, "accepted", NULL, "CA_EXPIRED" },
		{ RULES_FALSE, "refused", "EK_CHAIN_EXPIRED", NULL },
	};
	const struct scene *s = *state;
	uint8_t room[FILE_MAX];
	struct bytes chain = joined(s->leaf, s->issuing, room);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct inspect_kind_input in = s->in;
		in.expired_ca = cases[i].option;
		json_auto_t *report = inspection_report(&in, "chain", chain);
		CHECK(has_inspection_text(report, "outcome", cases[i].outcome));
		CHECK(has_inspection_text(report, "fault", cases[i].fault));
		CHECK(names_alone(report, cases[i].leniency));
	}
}

static const char *outcome_of(const json_t *report, const char *check)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(report, "checks"), i, row)
		if (has_inspection_text(row, "check", check))
			return json_string_value(json_object_get(row, "outcome"));
	return "";
}

/* The keys of a model, below the chain of the scene, as a server kept it. */
static struct bytes evidence_of(const struct scene *s, struct model *m, bool expired_ca, struct wr *w)
{
	uint8_t room[FILE_MAX];
	struct payload p = m->payload;
	struct wr inner = wr_of(room, sizeof(room));
	p.ek_chain = (struct bytes_list){ 2, { s->leaf, s->issuing } };
	message_write(&payload_message, &p, &inner);
	const struct evidence e = { .version = TRIP_VERSION,
				    .purpose = TRIP_ENROLL,
				    .time = MAKER_CA_NOW,
				    .payload = wr_done(&inner),
				    .expired_ca = expired_ca };
	uint8_t sent[FILE_MAX];
	struct wr evidence = wr_of(sent, sizeof(sent));
	message_write(&evidence_message, &e, &evidence);
	static const uint8_t nothing[CHECK_COUNT], digest[TRIP_HASH_SIZE];
	const struct dossier d = { .version = DOSSIER_VERSION,
				   .edition = VERDICT_EDITION,
				   .time = MAKER_CA_NOW,
				   .request_id = bytes_of(digest, TRIP_ID_SIZE),
				   .snapshot = BYTES_OF(digest),
				   .outcomes = BYTES_OF(nothing),
				   .required = BYTES_OF(nothing),
				   .evidence = wr_done(&evidence) };
	message_write(&dossier_message, &d, w);
	CHECK(!inner.bad && !evidence.bad && !w->bad);
	return wr_done(w);
}

static void evidence_is_judged_as_its_server_judged_it(void **state)
{
	static struct model m;
	static uint8_t room[FILE_MAX];
	const struct scene *s = *state;
	struct inspect_kind_input in = s->in;
	model_init(&m, MODEL_NOW);
	model_make(&m, NULL);
	for (unsigned expired_ca = 0; expired_ca < 2; expired_ca++) {
		struct wr w = wr_of(room, sizeof(room));
		struct bytes kept = evidence_of(s, &m, expired_ca, &w);
		for (int said = RULES_UNSAID; said <= RULES_FALSE; said++) {
			bool passes = said ? said == RULES_TRUE : expired_ca;
			in.expired_ca = (enum rules_switch)said;
			json_auto_t *report = inspection_report(&in, "evidence", kept);
			const char *outcome = outcome_of(report, "EK_CERT_CHAIN_TIME");
			CHECK(strcmp(outcome, passes ? "passed" : "failed") == 0);
			CHECK(names_alone(report, passes ? "CA_EXPIRED" : NULL));
		}
	}
	model_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_let_pass_is_named_in_report_and_text),
		TEST(an_expired_ca_is_let_pass_unless_the_option_says_otherwise),
		TEST(evidence_is_judged_as_its_server_judged_it),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
