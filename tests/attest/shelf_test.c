#include "test.h"

#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ekcert.h"
#include "attest/shelf.h"
#include "maker_ca.h"

#define MANY 1500

static int open_maker(void **state)
{
	struct maker_ca *ca = calloc(1, sizeof(*ca));
	maker_ca_init(ca);
	*state = ca;
	return 0;
}

static int close_maker(void **state)
{
	maker_ca_done(*state);
	free(*state);
	return 0;
}

static X509 *decoded(struct bytes der)
{
	const uint8_t *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	CHECK(x);
	return x;
}

/* As somebody who needs it no longer. */
static void put(struct shelf *s, struct bytes der)
{
	X509 *x = decoded(der);
	shelf_put(s, der, x);
	X509_free(x);
}

static bool is_found(const struct shelf *s, struct bytes der)
{
	uint8_t out[MAKER_CA_SIZE_MAX], *p = out;
	X509 *x = shelf_find(s, der);
	if (!x)
		return false;
	int n = i2d_X509(x, &p);
	CHECK(n > 0 && is_bytes_equal(bytes_of(out, (size_t)n), der));
	return true;
}

static void a_certificate_is_found_by_its_own_octets_and_no_others(void **state)
{
	const struct maker_ca *ca = *state;
	uint8_t other[MAKER_CA_SIZE_MAX];
	struct shelf *s = shelf_new();
	CHECK(!is_found(s, ca->issuing) && !is_found(s, (struct bytes){ 0 }));
	put(s, ca->issuing);
	CHECK(is_found(s, ca->issuing) && !is_found(s, ca->root) && !is_found(s, (struct bytes){ 0 }));
	memcpy(other, ca->issuing.p, ca->issuing.n);
	for (size_t bit = 0; bit < 8 * ca->issuing.n; bit++) {
		other[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CHECK(!is_found(s, bytes_of(other, ca->issuing.n)));
		other[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n < ca->issuing.n; n++)
		CHECK(!is_found(s, bytes_of(other, n)));
	CHECK(is_found(s, bytes_of(other, ca->issuing.n)));
	shelf_free(s);
}

static void a_certificate_put_twice_is_there_once(void **state)
{
	const struct maker_ca *ca = *state;
	struct shelf *s = shelf_new();
	put(s, ca->issuing);
	put(s, ca->issuing);
	CHECK(is_found(s, ca->issuing));
	X509 *x = shelf_find(s, ca->issuing);
	shelf_put(s, ca->issuing, x);
	CHECK(shelf_find(s, ca->issuing) == x);
	shelf_free(s);
}

static void what_does_not_fit_is_forgotten_and_never_mistaken(void **state)
{
	const struct maker_ca *ca = *state;
	static uint8_t storage[MANY][MAKER_CA_SIZE_MAX];
	struct shelf *s = shelf_new();
	struct bytes der[MANY];
	size_t found = 0;
	struct maker_ca_plan plan = maker_ca_plan_ek(ca, ca->ek_curve);
	for (size_t i = 0; i < MANY; i++) {
		const uint8_t serial[] = { 1, (uint8_t)(i >> 8), (uint8_t)i };
		plan.serial = BYTES_OF(serial);
		der[i] = maker_ca_issue(&plan, storage[i]);
		put(s, der[i]);
		CHECK(is_found(s, der[i]));
	}
	for (size_t i = 0; i < MANY; i++)
		found += is_found(s, der[i]);
	CHECK(found > 0 && found < MANY);
	shelf_free(s);
}

/* --- a judgement by certificates from the shelf ------------------------------------------------------- */

struct trial {
	struct bytes_list sent;
	struct anchors *anchors;
	uint8_t outcomes[CHECK_COUNT];
};

static bool is_good(struct trial *t, int64_t now)
{
	const struct ekcert_input in = { .chain = &t->sent, .anchors = t->anchors, .now = now };
	struct ekcert found;
	ekcert_judge(&in, t->outcomes, &found);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == SUBJECT_EK_CERT && t->outcomes[i] != PASSED)
			return false;
	return found.anchor != NULL;
}

static struct trial trial_of(const struct maker_ca *ca, struct bytes leaf)
{
	struct trial t = { .anchors = anchors_new() };
	OK(anchors_put(t.anchors, ca->root, BYTES_TEXT("IFX"), ANCHORS_DISCRETE));
	CHECK(bytes_list_put(&t.sent, leaf) && bytes_list_put(&t.sent, ca->issuing));
	return t;
}

static void a_certificate_seen_before_is_judged_anew(void **state)
{
	const struct maker_ca *ca = *state;
	uint8_t leaf[MAKER_CA_SIZE_MAX];
	const struct maker_ca_plan plan = maker_ca_plan_ek(ca, ca->ek_curve);
	struct trial t = trial_of(ca, maker_ca_issue(&plan, leaf));
	for (int i = 0; i < 3; i++) {
		CHECK(is_good(&t, MAKER_CA_NOW));
		CHECK(shelf_find(anchors_shelf(t.anchors), ca->issuing));
		CHECK(!is_good(&t, MAKER_CA_NOW + 6 * MAKER_CA_YEAR));
		CHECK(t.outcomes[CHECK_EK_CERT_CHAIN_TIME] == FAILED);
		leaf[t.sent.v[0].n - 1] ^= 1;
		CHECK(!is_good(&t, MAKER_CA_NOW));
		CHECK(t.outcomes[CHECK_EK_CERT_CHAIN_VALID] == FAILED);
		leaf[t.sent.v[0].n - 1] ^= 1;
	}
	anchors_free(t.anchors);
}

static void what_leads_to_no_anchor_is_not_kept(void **state)
{
	const struct maker_ca *ca = *state;
	uint8_t good[MAKER_CA_SIZE_MAX], bad[MAKER_CA_SIZE_MAX], stray[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = maker_ca_plan_ek(ca, ca->ek_curve);
	struct trial t = trial_of(ca, maker_ca_issue(&plan, good));
	const struct maker_ca_plan unneeded = maker_ca_plan_ca("X", ca->other_key, "X", ca->other_key);
	CHECK(bytes_list_put(&t.sent, maker_ca_issue(&unneeded, stray)));
	CHECK(is_good(&t, MAKER_CA_NOW));
	plan.signer = ca->other_key;
	struct shelf *shelf = anchors_shelf(t.anchors);
	CHECK(shelf_find(shelf, t.sent.v[0]) && shelf_find(shelf, t.sent.v[1]));
	CHECK(!shelf_find(shelf, t.sent.v[2]));
	t.sent.v[0] = maker_ca_issue(&plan, bad);
	CHECK(!is_good(&t, MAKER_CA_NOW) && !shelf_find(shelf, t.sent.v[0]));
	anchors_free(t.anchors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_certificate_is_found_by_its_own_octets_and_no_others),
		TEST(a_certificate_put_twice_is_there_once),
		TEST(what_does_not_fit_is_forgotten_and_never_mistaken),
		TEST(a_certificate_seen_before_is_judged_anew),
		TEST(what_leads_to_no_anchor_is_not_kept),
	};
	return cmocka_run_group_tests(tests, open_maker, close_maker);
}
