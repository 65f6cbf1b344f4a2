#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "attest/ekchain.h"
#include "maker_ca.h"

/* An EK certificate that came alone: its issuing CA is the organisation's to know. */
struct bench {
	struct maker_ca ca;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct bytes_list sent;
	struct anchors *anchors;
	uint8_t outcomes[CHECK_COUNT];
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	maker_ca_init(&b->ca);
	const struct maker_ca_plan ek = maker_ca_plan_ek(&b->ca, b->ca.ek_curve);
	b->sent = (struct bytes_list){ .n = 1, .v = { maker_ca_issue(&ek, b->storage) } };
	b->anchors = anchors_new();
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	anchors_free(b->anchors);
	maker_ca_done(&b->ca);
	free(b);
	return 0;
}

static void put_intermediate(struct bench *b, struct bytes certificate)
{
	const struct anchors_record record = { .role = ANCHORS_INTERMEDIATE };
	OK(anchors_put_stored(b->anchors, certificate, &record));
}

static const struct anchors_entry *judge(struct bench *b, struct bytes_list *tried)
{
	uint32_t leniencies = 0;
	const struct ekchain in = { .sent = &b->sent,
				    .leaf = b->sent.v[0],
				    .anchors = b->anchors,
				    .now = MAKER_CA_NOW,
				    .tried = tried };
	memset(b->outcomes, NOT_RUN, sizeof(b->outcomes));
	return ekchain_judge(&in, b->outcomes, &leniencies);
}

static void an_intermediate_of_the_snapshot_fills_the_way_to_its_root(void **state)
{
	struct bench *b = *state;
	struct bytes_list tried = { 0 };
	OK(anchors_put(b->anchors, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	CHECK(!judge(b, NULL) && b->outcomes[CHECK_EK_CERT_CHAIN] == FAILED);
	put_intermediate(b, b->ca.issuing);
	const struct anchors_entry *anchor = judge(b, &tried);
	CHECK(anchor && strcmp(anchor->maker, "IFX") == 0);
	CHECK(b->outcomes[CHECK_EK_CERT_CHAIN] == PASSED && b->outcomes[CHECK_EK_CERT_SIGNATURE] == PASSED);
	CHECK(tried.n == 2);
}

static void an_intermediate_without_its_root_vouches_for_nobody(void **state)
{
	struct bench *b = *state;
	put_intermediate(b, b->ca.issuing);
	CHECK(!judge(b, NULL) && b->outcomes[CHECK_EK_CERT_CHAIN] == FAILED);
	put_intermediate(b, b->ca.root);
	CHECK(!judge(b, NULL) && b->outcomes[CHECK_EK_CERT_CHAIN] == FAILED);
}

static void a_removed_root_takes_what_is_below_it_along(void **state)
{
	struct bench *b = *state;
	OK(anchors_put(b->anchors, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	put_intermediate(b, b->ca.issuing);
	const struct anchors_entry *anchor = judge(b, NULL);
	CHECK(anchor != NULL);
	uint8_t fingerprint[ANCHORS_HASH_SIZE];
	memcpy(fingerprint, anchor->fingerprint, sizeof(fingerprint));
	anchors_delete(b->anchors, BYTES_OF(fingerprint));
	CHECK(!judge(b, NULL));
}

/* As many as fit are tried: a hundred CAs of one name end in an outcome, not in a search. */
static void many_intermediates_of_one_name_are_tried_up_to_a_bound(void **state)
{
	struct bench *b = *state;
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct bytes_list tried = { 0 };
	OK(anchors_put(b->anchors, b->ca.root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	for (int64_t i = 0; i < 100; i++) {
		struct maker_ca_plan other = maker_ca_plan_ca(MAKER_CA_ISSUING, b->ca.other_key,
							      MAKER_CA_ISSUING, b->ca.other_key);
		other.not_after += i;
		put_intermediate(b, maker_ca_issue(&other, storage));
	}
	CHECK(!judge(b, &tried) && tried.n > 0 && tried.n < 100);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(an_intermediate_of_the_snapshot_fills_the_way_to_its_root),
		BENCH(an_intermediate_without_its_root_vouches_for_nobody),
		BENCH(a_removed_root_takes_what_is_below_it_along),
		BENCH(many_intermediates_of_one_name_are_tried_up_to_a_bound),
	};
	return RUN(tests);
}
