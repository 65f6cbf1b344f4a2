#include "ektrial.h"

#include <stdlib.h>

#include "test.h"

int ektrial_open(void **state)
{
	struct ektrial_bench *b = calloc(1, sizeof(*b));
	maker_ca_init(&b->ca);
	b->anchors = anchors_new();
	OK(anchors_put(b->anchors, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	*state = b;
	return 0;
}

int ektrial_close(void **state)
{
	struct ektrial_bench *b = *state;
	anchors_free(b->anchors);
	maker_ca_done(&b->ca);
	free(b);
	return 0;
}

bool is_ektrial_row(size_t check)
{
	return verdict_checks[check].subject == SUBJECT_EK_CERT || check == CHECK_EK_CERTIFIED;
}

struct ektrial ektrial_judge(const struct ekcert_input *in)
{
	struct ektrial t = { 0 };
	ekcert_judge(in, t.verdict.of, &t.found);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		t.verdict.required[i] = is_ektrial_row(i);
	t.why = verdict_fault(&t.verdict);
	return t;
}

struct ektrial ektrial_chain(const struct ektrial_bench *b, const struct bytes_list *chain)
{
	uint8_t storage[SPKI_SIZE_MAX];
	struct wr w = wr_of(storage, sizeof(storage));
	struct spki ek = maker_ca_spki(b->ca.ek_rsa, &w);
	const struct ekcert_input in = { chain, &ek, b->anchors, MAKER_CA_NOW, b->admits_expired_ca,
					 b->admits_unlisted, NULL };
	return ektrial_judge(&in);
}

struct ektrial ektrial_octets(const struct ektrial_bench *b, struct bytes leaf)
{
	struct bytes_list chain = { 2, { leaf, b->ca.issuing } };
	return ektrial_chain(b, &chain);
}

struct ektrial ektrial_below(const struct ektrial_bench *b, const struct maker_ca_plan *plan,
			     const struct anchors *anchors)
{
	uint8_t leaf[MAKER_CA_SIZE_MAX], storage[SPKI_SIZE_MAX];
	struct wr w = wr_of(storage, sizeof(storage));
	struct spki ek = maker_ca_spki(plan->key, &w);
	struct bytes_list chain = { 2, { maker_ca_issue(plan, leaf), b->ca.issuing } };
	const struct ekcert_input in = { &chain, &ek, anchors, MAKER_CA_NOW, b->admits_expired_ca,
					 b->admits_unlisted, NULL };
	struct ektrial t = ektrial_judge(&in);
	t.found.leaf = (struct ekleaf){ 0 }; /* its views end here */
	t.found.model = t.found.version = (struct bytes){ 0 };
	return t;
}

struct ektrial ektrial_plan(const struct ektrial_bench *b, const struct maker_ca_plan *plan)
{
	return ektrial_below(b, plan, b->anchors);
}

size_t ektrial_failed(const struct ektrial *t)
{
	size_t n = 0;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		n += t->verdict.of[i] == FAILED;
	return n;
}

void ektrial_accepted(struct ektrial t)
{
	OK(t.why);
	CHECK(is_verdict_trusted(&t.verdict));
	CHECK(ektrial_failed(&t) == 0);
}

void ektrial_refused(enum check_id check, struct ektrial t)
{
	if (t.verdict.of[check] != FAILED || t.why != verdict_checks[check].why)
		fail_msg("%s is %s, and the verdict %s", verdict_checks[check].name,
			 verdict_word(t.verdict.of[check]), t.why ? t.why->name : "trusted");
	CHECK(!is_verdict_trusted(&t.verdict));
}

void ektrial_refused_alone(enum check_id check, struct ektrial t)
{
	ektrial_refused(check, t);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (t.verdict.of[i] == FAILED && i != (size_t)check)
			fail_msg("%s failed too", verdict_checks[i].name);
}

struct maker_ca_plan ektrial_rsa(const struct ektrial_bench *b)
{
	return maker_ca_plan_ek(&b->ca, b->ca.ek_rsa);
}

struct maker_ca_plan ektrial_curve(const struct ektrial_bench *b)
{
	return maker_ca_plan_ek(&b->ca, b->ca.ek_curve);
}
