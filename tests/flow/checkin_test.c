#include "flow/checkin.h"

#include "member.h"
#include "store/store_certificate.h"
#include "store/store_contact.h"

#define EK 5

/* A device that has enrolled by its EK hash, and what it would show. */
struct shown {
	struct store_certificate *certificate;
	struct presence presence;
};

static struct shown enrolled(struct office *o)
{
	struct shown s;
	const struct member m = member_enrolled(o, EK);
	OK(store_certificate_get(o->flow.store, m.serial, &o->arena, &s.certificate));
	s.presence = (struct presence){ .request_id = office_octets(o, 0xA1, 16),
					.peer = BYTES_TEXT("127.0.0.1"),
					.shown_serial = m.serial,
					.shown_hash = m.hash,
					.agent = BYTES_TEXT("1.2.3") };
	return s;
}

static fault checkin(struct office *o, const struct presence *p)
{
	struct flow_answer answer;
	return checkin_take(&o->flow, p, &o->arena, &answer);
}

static void a_device_is_told_when_to_come_again_and_until_when_its_certificate_is(void **state)
{
	struct office *o = *state;
	struct flow_answer answer;
	struct checkin_reply r;
	const struct shown s = enrolled(o);
	OK(checkin_take(&o->flow, &s.presence, &o->arena, &answer));
	OK(message_parse(&checkin_reply_message, answer.body, &r));
	CHECK(r.next_s == o->limits.checkin_s && r.time == OFFICE_NOW);
	CHECK((int64_t)r.expires == s.certificate->not_after);
}

static void its_contact_is_written_later_and_read_with_the_device(void **state)
{
	struct office *o = *state;
	struct store_contact *c;
	struct store_device *d;
	const struct shown s = enrolled(o);
	const struct bytes id = s.certificate->device_id;
	o->flow.now += 3600;
	OK(checkin(o, &s.presence));
	OK(store_contact_find(o->flow.store, id, &o->arena, &c));
	CHECK(c->seen == OFFICE_NOW && !is_contacts_due(o->flow.contacts, o->flow.now));
	CHECK(is_contacts_due(o->flow.contacts, o->flow.now + CONTACTS_AGE_S));
	OK(contacts_save(o->flow.contacts, o->flow.store));
	OK(store_contact_find(o->flow.store, id, &o->arena, &c));
	CHECK(c && c->seen == OFFICE_NOW + 3600 && is_bytes_text(c->agent, "1.2.3"));
	OK(store_device_get(o->flow.store, id, &o->arena, &d));
	CHECK(d->last_seen == OFFICE_NOW + 3600);
	CHECK(!is_contacts_due(o->flow.contacts, o->flow.now + CONTACTS_AGE_S));
}

static void whoever_comes_often_is_one_contact(void **state)
{
	struct office *o = *state;
	struct store_contact *c;
	const struct shown s = enrolled(o);
	for (int64_t i = 0; i < 2 * CONTACTS_MAX; i++, o->flow.now++)
		OK(checkin(o, &s.presence));
	OK(contacts_save(o->flow.contacts, o->flow.store));
	OK(store_contact_find(o->flow.store, s.certificate->device_id, &o->arena, &c));
	CHECK(c && c->seen == o->flow.now - 1);
}

static void a_full_memory_keeps_what_it_has_and_asks_to_be_written(void **state)
{
	struct office *o = *state;
	struct contacts *all = contacts_new();
	for (uint32_t i = 0; i < 2 * CONTACTS_MAX; i++) {
		uint8_t id[TRIP_ID_SIZE] = { 1 };
		memcpy(id + 12, &i, sizeof(i));
		contacts_put(all, BYTES_OF(id), (struct bytes){ 0 }, OFFICE_NOW);
	}
	CHECK(is_contacts_due(all, OFFICE_NOW));
	OK(contacts_save(all, o->flow.store));
	CHECK(!is_contacts_due(all, OFFICE_NOW));
	contacts_free(all);
}

static void a_certificate_with_one_octet_changed_is_nobodys(void **state)
{
	struct office *o = *state;
	struct shown s = enrolled(o);
	s.presence.shown_hash = office_octets(o, 9, 32);
	REFUSES(DEVICE_UNKNOWN, checkin(o, &s.presence));
	s.presence.shown_serial = office_octets(o, 9, 16);
	REFUSES(DEVICE_UNKNOWN, checkin(o, &s.presence));
}

static void the_certificate_of_an_attestation_key_is_no_devices(void **state)
{
	struct office *o = *state;
	struct store_certificate_list all;
	struct shown s = enrolled(o);
	OK(store_certificate_list_by_device(o->flow.store, s.certificate->device_id,
					    (struct store_page){ .limit = 9 }, &o->arena, &all));
	for (size_t i = 0; i < all.n; i++) {
		s.presence.shown_serial = all.v[i].serial;
		OK(flow_hash(all.v[i].der, &o->arena, &s.presence.shown_hash));
		fault why = checkin(o, &s.presence);
		CHECK((why == NULL) == (all.v[i].kind == FRAME_CERTIFICATE_DEVICE));
	}
	CHECK(all.n == 2);
}

static void a_certificate_that_is_over_or_was_taken_back_is_stale(void **state)
{
	struct office *o = *state;
	const struct shown s = enrolled(o);
	o->flow.now = s.certificate->not_after + 1;
	REFUSES(DEVICE_STALE, checkin(o, &s.presence));
	o->flow.now = OFFICE_NOW;
	OK(checkin(o, &s.presence));
	OK(store_certificate_revoke(o->flow.store, s.certificate->serial, 4, OFFICE_NOW));
	REFUSES(DEVICE_STALE, checkin(o, &s.presence));
}

static void a_retired_device_is_told_that_and_not_that_its_certificate_went_with_it(void **state)
{
	struct office *o = *state;
	const struct shown s = enrolled(o);
	OK(inventory_retire_device(&o->flow, &o->admin, s.certificate->device_id, &o->arena));
	REFUSES(DEVICE_RETIRED, checkin(o, &s.presence));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_device_is_told_when_to_come_again_and_until_when_its_certificate_is),
		OFFICE_TEST(its_contact_is_written_later_and_read_with_the_device),
		OFFICE_TEST(whoever_comes_often_is_one_contact),
		OFFICE_TEST(a_full_memory_keeps_what_it_has_and_asks_to_be_written),
		OFFICE_TEST(a_certificate_with_one_octet_changed_is_nobodys),
		OFFICE_TEST(the_certificate_of_an_attestation_key_is_no_devices),
		OFFICE_TEST(a_certificate_that_is_over_or_was_taken_back_is_stale),
		OFFICE_TEST(a_retired_device_is_told_that_and_not_that_its_certificate_went_with_it),
	};
	return RUN(tests);
}
