#include "flow/revocation.h"

#include <string.h>

#include "cert/tbs.h"
#include "office.h"
#include "store/store_certificate.h"

#define HELD_AT(now) (&(struct store_certificate_hold){ STORE_CERTIFICATE_BY_HAND, now })

#define PAUSE 10
#define LIFE 86400

/* An issued certificate; its serial begins with that octet. */
static struct bytes issued(struct office *o, uint8_t first, uint32_t n)
{
	uint8_t *serial = arena_alloc(&o->arena, PROFILE_SERIAL_SIZE);
	struct store_certificate row = {
		.serial = bytes_of(serial, PROFILE_SERIAL_SIZE),
		.ticket_id = office_octets(o, 1, 16),
		.device_id = office_octets(o, 2, 16),
		.kind = FRAME_CERTIFICATE_DEVICE,
		.key = FRAME_KEY_P256,
		.key_a = office_octets(o, 3, 32),
		.key_b = office_octets(o, 4, 32),
		.not_before = OFFICE_NOW,
		.not_after = OFFICE_NOW + LIFE,
		.tbs_hash = office_octets(o, 5, 32),
		.state = STORE_CERTIFICATE_INTENT,
	};
	serial[0] = first;
	memcpy(serial + 12, &n, sizeof(n));
	OK(store_certificate_put(o->flow.store, &row));
	OK(store_certificate_issue(o->flow.store, row.serial, BYTES_TEXT("der")));
	return row.serial;
}

static void open_lists(struct office *o, uint64_t lists)
{
	o->issuer.lists = lists;
	o->issuer.url = BYTES_TEXT("https://assay.example.org");
	o->limits.crl_pause_s = PAUSE;
	OK(revocation_open(&o->flow));
}

/* What ca would be asked to sign now; NULL when no list is due. */
static const struct revocation_order *asked(struct office *o)
{
	struct revocation_order *order = arena_alloc(&o->arena, sizeof(*order));
	fault full;
	OK(revocation_next(&o->flow, &o->arena, order, &full));
	OK(full);
	return order->crl.number ? order : NULL;
}

/* What ca makes of an order; its signature is none. */
static struct bytes list_of(struct office *o, const struct revocation_order *order)
{
	size_t size = order->crl.revoked.n * 3 + 1024;
	struct wr tbs = wr_of(arena_alloc(&o->arena, size), size);
	struct wr whole = wr_of(arena_alloc(&o->arena, size), size);
	OK(crl_build(&order->crl, &o->issuer, &tbs));
	tbs_write_signed(wr_done(&tbs), BYTES_TEXT("signature"), &whole);
	CHECK(!whole.bad);
	return wr_done(&whole);
}

static void put(struct office *o, const struct revocation_order *order)
{
	OK(revocation_put(&o->flow, order, list_of(o, order)));
}

/* Signs whatever is due; how many lists that were. */
static size_t sign_all(struct office *o)
{
	size_t n = 0;
	for (const struct revocation_order *order = asked(o); order; order = asked(o), n++)
		put(o, order);
	return n;
}

/* The only row of what is asked for. */
static struct crl_row row_of(const struct revocation_order *order)
{
	struct rd r = rd_of(order->crl.revoked);
	CHECK(order->entries == 1 && order->crl.revoked.n == FRAME_REVOKED_SIZE);
	return crl_get_row(&r);
}

static void every_list_is_signed_at_first_and_each_day(void **state)
{
	struct office *o = *state;
	open_lists(o, 4);
	CHECK(sign_all(o) == 5); /* the four, and the one that holds all */
	o->flow.now += REVOCATION_RENEWAL_S - 1;
	CHECK(sign_all(o) == 0);
	o->flow.now++;
	CHECK(sign_all(o) == 5);
}

static void a_revoked_certificate_is_in_its_own_list_and_in_that_of_all_with_time_and_reason(void **state)
{
	struct office *o = *state;
	open_lists(o, 4);
	struct bytes serial = issued(o, 0x60, 1);
	sign_all(o);
	o->flow.now += PAUSE;
	OK(store_certificate_revoke(o->flow.store, serial, CRL_KEY_COMPROMISE, o->flow.now));
	for (uint64_t n = 0; n < 2; n++) {
		const struct revocation_order *order = asked(o);
		struct crl_row row = row_of(order);
		CHECK(is_bytes_equal(row.serial, serial) && row.time == o->flow.now);
		CHECK(row.reason == CRL_KEY_COMPROMISE);
		CHECK(order->point.count == 1 || order->point.at == point_of(&o->issuer, serial).at);
		put(o, order);
	}
	CHECK(sign_all(o) == 0);
}

static void between_two_lists_there_is_a_pause(void **state)
{
	struct office *o = *state;
	open_lists(o, 1);
	struct bytes first = issued(o, 0x60, 1), second = issued(o, 0x60, 2);
	sign_all(o);
	OK(store_certificate_revoke(o->flow.store, first, CRL_CESSATION, o->flow.now));
	o->flow.now += PAUSE - 1;
	OK(store_certificate_revoke(o->flow.store, second, CRL_CESSATION, o->flow.now));
	CHECK(asked(o) == NULL);
	o->flow.now++;
	CHECK(asked(o)->entries == 2);
}

static void what_is_held_is_listed_so_and_gone_when_it_is_released(void **state)
{
	struct office *o = *state;
	open_lists(o, 1);
	struct bytes serial = issued(o, 0x60, 1);
	sign_all(o);
	o->flow.now += PAUSE;
	OK(store_certificate_hold(o->flow.store, serial, HELD_AT(o->flow.now)));
	const struct revocation_order *order = asked(o);
	CHECK(row_of(order).reason == CRL_HOLD);
	put(o, order);
	OK(store_certificate_release(o->flow.store, serial, STORE_CERTIFICATE_BY_HAND));
	o->flow.now += PAUSE;
	order = asked(o);
	CHECK(order->entries == 0 && !order->crl.revoked.p);
}

static void whatever_changes_while_ca_signs_makes_another_list_due(void **state)
{
	struct office *o = *state;
	open_lists(o, 1);
	struct bytes serial = issued(o, 0x60, 1);
	const struct revocation_order *order = asked(o);
	CHECK(order->entries == 0);
	OK(store_certificate_revoke_by_device(o->flow.store, office_octets(o, 2, 16), CRL_CESSATION,
					      o->flow.now));
	put(o, order);
	o->flow.now += PAUSE;
	CHECK(is_bytes_equal(row_of(asked(o)).serial, serial));
}

static void a_list_that_never_came_is_asked_for_again(void **state)
{
	struct office *o = *state;
	open_lists(o, 1);
	const struct revocation_order *lost = asked(o);
	CHECK(lost && asked(o) == NULL);
	o->flow.now += PAUSE;
	const struct revocation_order *order = asked(o);
	CHECK(order->crl.number > lost->crl.number);
	put(o, order);
	REFUSES(CONFLICT, revocation_put(&o->flow, lost, list_of(o, lost)));
	CHECK(sign_all(o) == 0);
}

static void the_number_grows_also_when_the_clock_goes_back(void **state)
{
	struct office *o = *state;
	open_lists(o, 1);
	const struct revocation_order *order = asked(o);
	CHECK(order->crl.number == OFFICE_NOW);
	put(o, order);
	o->flow.now -= 3600;
	order = asked(o);
	CHECK(order->crl.number == OFFICE_NOW + 1 && (int64_t)order->crl.this_update == o->flow.now);
	put(o, order);
	CHECK(sign_all(o) == 0);
}

static void what_has_expired_is_listed_for_one_more_period(void **state)
{
	struct office *o = *state;
	open_lists(o, 1);
	struct bytes serial = issued(o, 0x60, 1);
	OK(store_certificate_revoke(o->flow.store, serial, CRL_SUPERSEDED, o->flow.now));
	o->flow.now = OFFICE_NOW + LIFE + REVOCATION_PERIOD_S;
	const struct revocation_order *order = asked(o);
	CHECK(is_bytes_equal(row_of(order).serial, serial));
	put(o, order);
	o->flow.now += REVOCATION_RENEWAL_S;
	CHECK(asked(o)->entries == 0);
}

static void lists_of_an_earlier_number_go_when_no_certificate_can_name_them(void **state)
{
	struct office *o = *state;
	struct bytes der;
	open_lists(o, 2);
	open_lists(o, 8);
	CHECK(sign_all(o) == 11);
	o->flow.now += PROFILE_VALIDITY_MAX_S + REVOCATION_PERIOD_S;
	open_lists(o, 8);
	OK(revocation_get(&o->flow, BYTES_TEXT("2-1.crl"), &o->arena, &der));
	o->flow.now++;
	open_lists(o, 8);
	REFUSES(NOT_FOUND, revocation_get(&o->flow, BYTES_TEXT("2-1.crl"), &o->arena, &der));
	OK(revocation_get(&o->flow, BYTES_TEXT("8-1.crl"), &o->arena, &der));
	CHECK(der.n > 0);
	OK(revocation_get(&o->flow, BYTES_TEXT(ISSUER_LIST_WHOLE), &o->arena, &der));
}

static void a_former_ca_has_lists_of_its_own_certificates_until_it_is_forgotten(void **state)
{
	struct office *o = *state;
	struct bytes der;
	open_lists(o, 1);
	struct bytes serial = issued(o, 0x60, 1);
	sign_all(o);
	struct issuer issuers[2] = { o->issuer, o->issuer };
	issuers[0].generation = 1;
	o->flow.issuer = issuers;
	o->flow.formers = 1;
	OK(revocation_open(&o->flow));
	const struct revocation_order *order = asked(o);
	CHECK(order && order->point.generation == 1 && order->entries == 0);
	o->flow.now += PAUSE;
	OK(store_certificate_revoke(o->flow.store, serial, CRL_SUPERSEDED, o->flow.now));
	for (order = asked(o); order && order->point.generation; order = asked(o))
		;
	CHECK(order && is_bytes_equal(row_of(order).serial, serial));
	OK(revocation_put(&o->flow, order, list_of(o, order)));
	o->flow.formers = 0;
	OK(revocation_open(&o->flow));
	REFUSES(NOT_FOUND, revocation_get(&o->flow, BYTES_TEXT(ISSUER_LIST_WHOLE), &o->arena, &der));
	OK(revocation_get(&o->flow, BYTES_TEXT("g1.crl"), &o->arena, &der));
	o->flow.issuer = &o->issuer;
}

static void what_ca_was_not_asked_for_is_not_put_in_force(void **state)
{
	struct office *o = *state;
	open_lists(o, 2);
	const struct revocation_order *first = asked(o), *second = asked(o);
	CHECK(first && second);
	REFUSES(SIGNER_REFUSED, revocation_put(&o->flow, first, list_of(o, second)));
	REFUSES(SIGNER_REFUSED, revocation_put(&o->flow, first, BYTES_TEXT("list")));
	put(o, first);
}

static void a_list_that_is_named_for_long_goes_long_after(void **state)
{
	struct office *o = *state;
	struct bytes der;
	open_lists(o, 2);
	o->flow.now += PROFILE_VALIDITY_MAX_S; /* without a start in between */
	OK(revocation_open(&o->flow));
	o->flow.now += PROFILE_VALIDITY_MAX_S;
	open_lists(o, 8);
	OK(revocation_get(&o->flow, BYTES_TEXT("2-1.crl"), &o->arena, &der));
}

static void a_list_with_too_many_is_named_and_holds_no_other_up(void **state)
{
	struct office *o = *state;
	struct revocation_order order;
	fault full;
	size_t signed_lists = 0, full_lists = 0;
	open_lists(o, 2);
	OK(store_begin(o->flow.store));
	for (uint32_t n = 0; n <= FRAME_REVOKED_MAX; n++)
		issued(o, 0x41, n);
	OK(store_certificate_revoke_by_device(o->flow.store, office_octets(o, 2, 16), CRL_CESSATION, 1));
	OK(store_commit(o->flow.store));
	for (size_t i = 0; i < 3; i++) {
		struct arena a;
		arena_init(&a, 4 << 20);
		OK(revocation_next(&o->flow, &a, &order, &full));
		CHECK(!full || full == FAIL(CRL_FULL));
		CHECK((order.crl.number == 0) == (full != NULL));
		full_lists += full != NULL;
		signed_lists += order.crl.number != 0;
		arena_done(&a);
	}
	CHECK(full_lists == 2 && signed_lists == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(every_list_is_signed_at_first_and_each_day),
		OFFICE_TEST(a_revoked_certificate_is_in_its_own_list_and_in_that_of_all_with_time_and_reason),
		OFFICE_TEST(between_two_lists_there_is_a_pause),
		OFFICE_TEST(what_is_held_is_listed_so_and_gone_when_it_is_released),
		OFFICE_TEST(whatever_changes_while_ca_signs_makes_another_list_due),
		OFFICE_TEST(a_list_that_never_came_is_asked_for_again),
		OFFICE_TEST(the_number_grows_also_when_the_clock_goes_back),
		OFFICE_TEST(what_has_expired_is_listed_for_one_more_period),
		OFFICE_TEST(lists_of_an_earlier_number_go_when_no_certificate_can_name_them),
		OFFICE_TEST(a_former_ca_has_lists_of_its_own_certificates_until_it_is_forgotten),
		OFFICE_TEST(what_ca_was_not_asked_for_is_not_put_in_force),
		OFFICE_TEST(a_list_that_is_named_for_long_goes_long_after),
		OFFICE_TEST(a_list_with_too_many_is_named_and_holds_no_other_up),
	};
	return RUN(tests);
}
