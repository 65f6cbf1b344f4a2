#include "flow/certificates.h"

#include "cert/crl.h"
#include "member.h"
#include "store/store_audit.h"

#define EK 5

static const struct store_certificate *got(struct office *o, struct bytes serial)
{
	struct store_certificate *row = NULL;
	OK(certificates_get(&o->flow, serial, &o->arena, &row));
	return row;
}

static size_t listed(struct office *o, const struct certificates_of *of)
{
	struct store_certificate_list list;
	OK(certificates_list(&o->flow, of, (struct store_page){ .limit = 10 }, &o->arena, &list));
	return list.n;
}

static void one_is_held_released_and_ended_and_each_step_is_audited(void **state)
{
	struct office *o = *state;
	const struct certificates_order order = { &o->admin, member_enrolled(o, EK).serial };
	const struct certificate_end why = { BYTES_TEXT("privilegeWithdrawn") };
	struct store_audit_list before, after;
	const struct store_page page = { .limit = 100 };
	OK(store_audit_list(o->flow.store, page, &o->arena, &before));
	OK(certificates_hold(&o->flow, &order));
	CHECK(got(o, order.serial)->state == STORE_CERTIFICATE_HELD);
	REFUSES(CONFLICT, certificates_hold(&o->flow, &order));
	OK(certificates_release(&o->flow, &order));
	REFUSES(CONFLICT, certificates_release(&o->flow, &order));
	OK(certificates_revoke(&o->flow, &order, &why));
	CHECK(got(o, order.serial)->reason == CRL_PRIVILEGE_WITHDRAWN);
	REFUSES(CONFLICT, certificates_revoke(&o->flow, &order, &why));
	OK(store_audit_list(o->flow.store, page, &o->arena, &after));
	CHECK(after.n == before.n + 3);
}

static void reasons_are_those_that_a_devices_certificate_can_have(void **state)
{
	struct office *o = *state;
	static const char *const good[] = { "unspecified", "keyCompromise",        "affiliationChanged",
					    "superseded",  "cessationOfOperation", "privilegeWithdrawn" };
	static const char *const bad[] = { "", "certificateHold", "cACompromise", "aACompromise",
					   "removeFromCRL", "KeyCompromise" };
	const struct certificates_order order = { &o->admin, member_enrolled(o, EK).serial };
	const char *detail;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		OK(certificates_read(&(struct certificate_end){ bytes_text(good[i]) }, &detail));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const struct certificate_end in = { bytes_text(bad[i]) };
		REFUSES(PARSE_FIELD, certificates_read(&in, &detail));
		CHECK(detail != NULL);
		REFUSES(PARSE_FIELD, certificates_revoke(&o->flow, &order, &in));
	}
	CHECK(got(o, order.serial)->state == STORE_CERTIFICATE_ISSUED);
}

static void lists_and_counts_say_what_is_in_which_state(void **state)
{
	struct office *o = *state;
	const struct certificates_order order = { &o->admin, member_enrolled(o, EK).serial };
	const struct certificates_of all = { 0 }, ended = { .is_revoked = true },
				     device = { .device_id = got(o, order.serial)->device_id },
				     other = { .device_id = office_octets(o, 9, 16) };
	struct certificates_count n;
	CHECK(listed(o, &all) == 2 && listed(o, &device) == 2 && !listed(o, &other) && !listed(o, &ended));
	OK(certificates_hold(&o->flow, &order));
	CHECK(listed(o, &all) == 2 && listed(o, &ended) == 1);
	OK(certificates_count(&o->flow, &n));
	CHECK(n.of[STORE_CERTIFICATE_ISSUED] == 1 && n.of[STORE_CERTIFICATE_HELD] == 1);
	o->flow.now += 10 * INT64_C(366) * 86400;
	OK(certificates_count(&o->flow, &n));
	CHECK(n.of[STORE_CERTIFICATE_ISSUED] == 0 && n.of[STORE_CERTIFICATE_HELD] == 0);
}

/* The former one issued nothing that is kept here; the present one is the one that enrolled the device. */
static void issuing_cas_are_told_apart_by_what_each_issued(void **state)
{
	struct office *o = *state;
	struct certificates_issuer_list list;
	struct issuer both[2] = { o->issuer, o->issuer };
	both[0].generation = 1;
	o->flow.issuer = both;
	o->flow.formers = 1;
	const struct certificates_order order = { &o->admin, member_enrolled(o, EK).serial };
	OK(certificates_list_issuers(&o->flow, &o->arena, &list));
	CHECK(list.n == 2 && list.v[0].is_present && !list.v[1].is_present);
	CHECK(list.v[0].generation == 1 && list.v[0].issued == 2 && list.v[0].in_force == 2);
	CHECK(list.v[1].generation == 0 && list.v[1].issued == 0 && list.v[1].in_force == 0);
	CHECK(list.v[0].not_after == o->issuer.not_after && list.v[0].digest.n == 32);
	OK(certificates_hold(&o->flow, &order));
	OK(certificates_list_issuers(&o->flow, &o->arena, &list));
	CHECK(list.v[0].issued == 2 && list.v[0].in_force == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(one_is_held_released_and_ended_and_each_step_is_audited),
		OFFICE_TEST(reasons_are_those_that_a_devices_certificate_can_have),
		OFFICE_TEST(issuing_cas_are_told_apart_by_what_each_issued),
		OFFICE_TEST(lists_and_counts_say_what_is_in_which_state),
	};
	return RUN(tests);
}
