#include "test.h"

#include "ektrial.h"

/* A plan that names these labels; w holds them. */
static struct maker_ca_plan labelled(const struct ektrial_bench *b, const struct maker_ca_label *labels,
				     size_t count, struct wr *w)
{
	struct maker_ca_plan plan = ektrial_rsa(b);
	plan.extension[SLOT_ALTERNATIVES].value = maker_ca_labels(labels, count, false, w);
	return plan;
}

static struct ektrial judge_labels(const struct ektrial_bench *b, const struct maker_ca_label *labels,
				   size_t count)
{
	uint8_t storage[1024];
	struct wr w = wr_of(storage, sizeof(storage));
	struct maker_ca_plan plan = labelled(b, labels, count, &w);
	return ektrial_plan(b, &plan);
}

static void each_label_is_needed(void **state)
{
	static const struct maker_ca_label missing[][2] = {
		{ { 1, "id:49465800" }, { 2, "SLB" } },
		{ { 1, "id:49465800" }, { 3, "id:01" } },
		{ { 2, "SLB" }, { 3, "id:01" } },
	};
	for (size_t i = 0; i < COUNT_OF(missing); i++)
		ektrial_refused_alone(CHECK_EK_CERT_SAN, judge_labels(*state, missing[i], 2));
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_ALTERNATIVES].value = BYTES_TEXT("\x30\x05\x82\x03tpm");
	ektrial_refused_alone(CHECK_EK_CERT_SAN, ektrial_plan(*state, &plan));
	plan.extension[SLOT_ALTERNATIVES].value = (struct bytes){ 0 };
	ektrial_refused_alone(CHECK_EK_CERT_SAN, ektrial_plan(*state, &plan));
}

static void a_label_that_cannot_be_shown_counts_as_missing(void **state)
{
	static const char *const models[] = {
		"", "SLB\n", "\xC2\x85", "12345678901234567890123456789012345678901234567890123456789012345",
	};
	for (size_t i = 0; i < COUNT_OF(models); i++) {
		struct maker_ca_label labels[] = { { 1, "id:49465800" }, { 2, models[i] }, { 3, "id:01" } };
		ektrial_refused_alone(CHECK_EK_CERT_SAN, judge_labels(*state, labels, COUNT_OF(labels)));
	}
}

static void a_label_that_is_not_utf_8_makes_the_certificate_unreadable(void **state)
{
	static const char *const models[] = { "\xFF", "\xC0\x80" };
	for (size_t i = 0; i < COUNT_OF(models); i++) {
		struct maker_ca_label labels[] = { { 1, "id:49465800" }, { 2, models[i] }, { 3, "id:01" } };
		ektrial_refused(CHECK_EK_CERT_FORM, judge_labels(*state, labels, COUNT_OF(labels)));
	}
}

static void a_label_named_twice_is_refused(void **state)
{
	for (uint8_t number = 1; number <= 3; number++) {
		struct maker_ca_label labels[] = {
			{ 1, "id:49465800" }, { 2, "SLB" }, { 3, "id:01" }, { number, "id:49465800" },
		};
		ektrial_refused_alone(CHECK_EK_CERT_SAN_ONCE, judge_labels(*state, labels, COUNT_OF(labels)));
	}
}

static void labels_may_come_in_any_order_and_share_an_rdn(void **state)
{
	static const struct maker_ca_label labels[] = { { 3, "id:01" }, { 1, "id:49465800" }, { 2, "SLB" } };
	uint8_t storage[1024];
	struct wr w = wr_of(storage, sizeof(storage));
	ektrial_accepted(judge_labels(*state, labels, COUNT_OF(labels)));
	struct maker_ca_plan plan = ektrial_rsa(*state);
	plan.extension[SLOT_ALTERNATIVES].value = maker_ca_labels(labels, COUNT_OF(labels), true, &w);
	ektrial_accepted(ektrial_plan(*state, &plan));
}

static struct ektrial judge_maker(const struct ektrial_bench *b, const char *id, const char *maker,
				enum anchors_class class)
{
	uint8_t storage[1024];
	struct wr w = wr_of(storage, sizeof(storage));
	struct maker_ca_label labels[] = { { 1, id }, { 2, "Chip" }, { 3, "id:01" } };
	struct maker_ca_plan plan = labelled(b, labels, COUNT_OF(labels), &w);
	struct anchors *anchors = anchors_new();
	OK(anchors_put(anchors, b->ca.root, bytes_text(maker), class));
	struct ektrial t = ektrial_below(b, &plan, anchors);
	anchors_free(anchors);
	t.found.anchor = NULL; /* it ends here */
	return t;
}

static void a_manufacturer_outside_the_registry_is_refused(void **state)
{
	static const char *const ids[] = { "id:00001014", "id:53494D30", "id:FFFFF1D0", "id:12345678",
					   "1414747215" };
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		ektrial_refused(CHECK_EK_CERT_SAN_MAKER,
				judge_maker(*state, ids[i], "IFX", ANCHORS_DISCRETE));
}

static void ids_of_virtual_tpms_need_an_anchor_that_says_so(void **state)
{
	ektrial_accepted(judge_maker(*state, "id:00001014", "SWTPM", ANCHORS_VIRTUAL));
	ektrial_accepted(judge_maker(*state, "id:564D5700", "VMware", ANCHORS_VIRTUAL));
	ektrial_refused_alone(CHECK_EK_CERT_SAN_MAKER,
			      judge_maker(*state, "id:00001014", "SWTPM", ANCHORS_UNKNOWN));
	ektrial_refused_alone(CHECK_EK_CERT_SAN_MAKER,
			      judge_maker(*state, "id:54535430", "TST0", ANCHORS_VIRTUAL));
}

static void an_anchor_of_class_test_may_vouch_for_any_id(void **state)
{
	ektrial_accepted(judge_maker(*state, "id:54535430", "TST0", ANCHORS_TEST));
	ektrial_accepted(judge_maker(*state, "id:12345678", "", ANCHORS_TEST));
	ektrial_accepted(judge_maker(*state, "id:49465800", "Test maker", ANCHORS_TEST));
	ektrial_refused_alone(CHECK_EK_CERT_SAN_MAKER, judge_maker(*state, "IFX", "IFX", ANCHORS_TEST));
}

static void an_anchor_vouches_for_its_own_maker_alone(void **state)
{
	ektrial_accepted(judge_maker(*state, "id:53544D20", "stm", ANCHORS_DISCRETE));
	ektrial_refused_alone(CHECK_EK_CERT_MAKER,
			      judge_maker(*state, "id:53544D20", "IFX", ANCHORS_DISCRETE));
	ektrial_refused_alone(CHECK_EK_CERT_MAKER, judge_maker(*state, "id:53544D20", "", ANCHORS_DISCRETE));
	ektrial_refused_alone(CHECK_EK_CERT_MAKER,
			      judge_maker(*state, "id:53544D20", "Nobody", ANCHORS_DISCRETE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_label_is_needed),
		TEST(a_label_that_cannot_be_shown_counts_as_missing),
		TEST(a_label_that_is_not_utf_8_makes_the_certificate_unreadable),
		TEST(a_label_named_twice_is_refused),
		TEST(labels_may_come_in_any_order_and_share_an_rdn),
		TEST(a_manufacturer_outside_the_registry_is_refused),
		TEST(ids_of_virtual_tpms_need_an_anchor_that_says_so),
		TEST(an_anchor_of_class_test_may_vouch_for_any_id),
		TEST(an_anchor_vouches_for_its_own_maker_alone),
	};
	return cmocka_run_group_tests(tests, ektrial_open, ektrial_close);
}
