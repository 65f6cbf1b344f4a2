#include "flow/examination.h"

#include <string.h>

#include "maker_ca.h"
#include "model.h"
#include "test.h"

#define BODY_MAX 65536

/* A model's keys below a maker whose issuing CA expired after it had issued the certificate. */
struct scene {
	struct model m;
	struct maker_ca ca;
	struct anchors *anchors;
	struct arena arena;
	uint8_t leaf[MAKER_CA_SIZE_MAX], issuing[MAKER_CA_SIZE_MAX], body[BODY_MAX];
	struct begin begin;
};

static int set_up(void **state)
{
	static struct scene s;
	model_init(&s.m, MODEL_NOW);
	model_make(&s.m, NULL);
	maker_ca_init(&s.ca);
	arena_init(&s.arena, 1 << 22);
	s.anchors = anchors_new();
	OK(anchors_put(s.anchors, s.ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	struct maker_ca_plan issuing =
		maker_ca_plan_ca(MAKER_CA_ROOT, s.ca.root_key, MAKER_CA_ISSUING, s.ca.issuing_key);
	struct maker_ca_plan leaf = maker_ca_plan_ek(&s.ca, s.m.ek_key);
	issuing.not_after = MAKER_CA_NOW - 1;
	leaf.extension[SLOT_AUTHORITY].value = (struct bytes){ 0 };
	s.begin = (struct begin){
		.version = TRIP_VERSION,
		.purpose = TRIP_ENROLL,
		.ek_chain = { 2, { maker_ca_issue(&leaf, s.leaf), maker_ca_issue(&issuing, s.issuing) } },
		.ek_public = s.m.payload.ek_public,
		.ak_public = s.m.payload.ak_public,
	};
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	anchors_free(s->anchors);
	arena_done(&s->arena);
	maker_ca_done(&s->ca);
	model_done(&s->m);
	return 0;
}

/* What verify says of the first trip, where expired CA certificates pass or not. */
static struct begin_facts examined(struct scene *s, bool admits_expired_ca)
{
	static const uint8_t hash[TRIP_HASH_SIZE], id[16];
	struct wr w = wr_of(s->body, sizeof(s->body));
	struct begin_facts facts;
	message_write(&begin_message, &s->begin, &w);
	CHECK(!w.bad);
	const struct request request = { .request_id = BYTES_OF(id),
					 .now = MAKER_CA_NOW,
					 .peer = BYTES_TEXT("127.0.0.1"),
					 .server_key_hash = BYTES_OF(hash),
					 .body = wr_done(&w) };
	const struct examination x = { .request = &request,
				       .anchors = s->anchors,
				       .snapshot = BYTES_OF(hash),
				       .admits_expired_ca = admits_expired_ca,
				       .arena = &s->arena };
	OK(examination_begin(&x, &facts));
	return facts;
}

static void facts_say_what_was_let_pass_and_what_might_have_been(void **state)
{
	struct scene *s = *state;
	const struct begin_facts strict = examined(s, false), lenient = examined(s, true);
	CHECK(strict.outcomes.p[CHECK_EK_CERT_CHAIN_TIME] == FAILED && !strict.expired_ca);
	CHECK(strict.leniencies == LENIENCY_BIT(AUTHORITY_ABSENT));
	CHECK(lenient.outcomes.p[CHECK_EK_CERT_CHAIN_TIME] == PASSED && lenient.expired_ca);
	CHECK(lenient.leniencies == (LENIENCY_BIT(AUTHORITY_ABSENT) | LENIENCY_BIT(CA_EXPIRED)));
}

static void evidence_says_how_it_was_judged(void **state)
{
	struct scene *s = *state;
	for (unsigned admits = 0; admits < 2; admits++) {
		const struct begin_facts facts = examined(s, admits);
		struct evidence e;
		OK(message_parse(&evidence_message, facts.evidence, &e));
		CHECK(e.expired_ca == admits && e.time == MAKER_CA_NOW);
	}
}

static void either_trip_names_the_certificate_that_is_missing(void **state)
{
	struct scene *s = *state;
	struct answer_facts answer;
	struct missing first, second;
	struct anchors *none = anchors_new(), *trusted = s->anchors;
	model_make(&s->m, NULL);
	const struct request request = { .request_id = model_octets(&s->m, 1, 16),
					 .now = (uint64_t)s->m.now,
					 .peer = BYTES_TEXT("127.0.0.1"),
					 .server_key_hash = model_octets(&s->m, 0x5E, TRIP_HASH_SIZE),
					 .body = s->m.octets };
	struct examination x = { .request = &request, .anchors = none,
				 .snapshot = request.server_key_hash, .arena = &s->arena };
	OK(examination_answer(&x, &answer));
	OK(message_parse(&missing_message, answer.missing, &second));
	x.anchors = s->m.anchors;
	OK(examination_answer(&x, &answer));
	CHECK(!answer.missing.p);
	CHECK(!examined(s, true).missing.p);
	s->anchors = none;
	OK(message_parse(&missing_message, examined(s, true).missing, &first));
	s->anchors = trusted;
	CHECK(is_bytes_equal(first.subject, second.subject));
	CHECK(is_bytes_text(first.subject, "CN=" MAKER_CA_ROOT));
	anchors_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(facts_say_what_was_let_pass_and_what_might_have_been),
		TEST(evidence_says_how_it_was_judged),
		TEST(either_trip_names_the_certificate_that_is_missing),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
