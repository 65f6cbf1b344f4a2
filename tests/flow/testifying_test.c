/* What is said of a device to others is what the records say now. */
#include "flow/testifying.h"

#include <string.h>

#include "cert/result.h"
#include "flow/proofs.h"
#include "member.h"
#include "policy/compliance.h"

#define EK 5

static const struct result *result_of(struct office *o, const struct member *m)
{
	const struct result *r = NULL;
	OK(testifying_build(&o->flow, m->id, &o->arena, &r));
	CHECK(is_bytes_equal(r->device_id, m->id) && r->issued == OFFICE_NOW);
	CHECK(r->expires == OFFICE_NOW + TESTIFYING_LIFE_S);
	return r;
}

static void of_a_compliant_device_it_affirms(void **state)
{
	struct office *o = *state;
	const struct member m = member_enrolled(o, EK);
	const struct result *r = result_of(o, &m);
	CHECK(r->state == COMPLIANCE_COMPLIANT && !r->reasons.p && r->attested == OFFICE_NOW);
	CHECK(r->instance == RESULT_AFFIRMING && r->storage == RESULT_AFFIRMING && r->key.n == 43);
	CHECK(r->assurance == (TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE));
}

static void of_one_whose_attestation_failed_it_says_so_with_the_reason(void **state)
{
	struct office *o = *state;
	struct store_device *d;
	const struct member m = member_enrolled(o, EK);
	OK(store_device_get(o->flow.store, m.id, &o->arena, &d));
	OK(proofs_refuse(&o->flow, d, TRIP_ATTEST, FAIL(SIG_INVALID), &o->arena));
	const struct result *r = result_of(o, &m);
	CHECK(r->state == COMPLIANCE_NONCOMPLIANT && is_bytes_text(r->reasons, "ATTESTATION_FAILED"));
	CHECK(r->instance == RESULT_CONTRAINDICATED);
}

static void of_one_that_is_retired_or_unknown_there_is_none(void **state)
{
	struct office *o = *state;
	const struct result *r = NULL;
	const struct member m = member_enrolled(o, EK);
	OK(inventory_retire_device(&o->flow, &o->admin, m.id, &o->arena));
	REFUSES(DEVICE_RETIRED, testifying_build(&o->flow, m.id, &o->arena, &r));
	REFUSES(NOT_FOUND, testifying_build(&o->flow, office_octets(o, 9, 16), &o->arena, &r));
	CHECK(!r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(of_a_compliant_device_it_affirms),
		OFFICE_TEST(of_one_whose_attestation_failed_it_says_so_with_the_reason),
		OFFICE_TEST(of_one_that_is_retired_or_unknown_there_is_none),
	};
	return RUN(tests);
}
