/* One TPM, one device (security catalogue H118 to H121): who claims what another has waits for a person. */
#include "flow/conflict.h"

#include "attest/anchors.h"
#include "office.h"
#include "store/store_certificate.h"
#include "store/store_proof.h"

#define FIRST 5  /* the TPM that enrols first */
#define SECOND 8 /* another one */

/* The first trip of a TPM that a maker's anchor vouches for. */
static struct begin_facts vouched(struct office *o, uint8_t ek, const char *serial)
{
	struct begin_facts b = office_begin(o, ek, serial);
	b.anchor = office_octets(o, 0xA0, 32);
	b.now = (uint64_t)o->flow.now;
	return b;
}

static struct answer_facts answer_of(struct office *o, uint8_t ek, const char *serial)
{
	struct begin_facts b = vouched(o, ek, serial);
	struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	f.anchor = b.anchor;
	return f;
}

/* Enrols whole and gives the device's id. */
static struct bytes enrol(struct office *o, uint8_t ek, const char *serial)
{
	struct answer_facts f = answer_of(o, ek, serial);
	struct admission a;
	struct flow_answer reply;
	OK(office_admit(o, &f, &a));
	OK(office_release(o, &a, &reply));
	return a.issue[0].device_id;
}

static fault claim(struct office *o, uint8_t ek, const char *serial)
{
	struct begin_facts b = vouched(o, ek, serial);
	return office_begin_refused(o, &b);
}

static struct store_conflict_list listed(struct office *o)
{
	struct store_conflict_list list;
	OK(inventory_list_conflicts(&o->flow, (struct store_page){ .limit = 100 }, &o->arena, &list));
	return list;
}

/* The id of the one claim there is. */
static struct bytes only(struct office *o)
{
	struct store_conflict_list list = listed(o);
	CHECK(list.n == 1);
	return list.v[0].id;
}

static struct store_device *device(struct office *o, struct bytes id)
{
	struct store_device *d;
	OK(inventory_get_device(&o->flow, id, &o->arena, &d));
	return d;
}

static uint64_t live(struct office *o, struct bytes id)
{
	uint64_t n;
	OK(store_certificate_count_live(o->flow.store, id, &n));
	return n;
}

static void a_tpm_that_claims_a_taken_serial_number_waits_with_its_evidence(void **state)
{
	struct office *o = *state;
	struct store_conflict *c;
	office_register_serial(o, "S1");
	struct bytes id = enrol(o, FIRST, "S1");
	REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	OK(conflict_get(&o->flow, only(o), &o->arena, &c));
	CHECK(c->state == STORE_CONFLICT_OPEN && is_bytes_text(c->fault, "ID_EK_MISMATCH"));
	CHECK(is_bytes_equal(c->device_id, id) && c->registration.p && c->evidence.n > 0);
	CHECK(is_bytes_equal(c->ek_hash, office_octets(o, SECOND, 32)));
	CHECK(is_bytes_equal(device(o, id)->ek_hash, office_octets(o, FIRST, 32)) && live(o, id) == 2);
}

static void a_registration_of_one_ek_is_claimed_by_another_before_anybody_enrolled(void **state)
{
	struct office *o = *state;
	struct store_registration *row;
	const struct registration_new in = { .serial_number = BYTES_TEXT("S1"),
					     .ek_hash = office_octets(o, FIRST, 32) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &row));
	REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	enrol(o, SECOND, "S1");
	REFUSES(ID_EK_MISMATCH, claim(o, FIRST, "S1"));
}

static void the_same_tpm_with_the_same_serial_number_claims_nothing(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	office_register_serial(o, "S2");
	struct bytes first = enrol(o, FIRST, "S1"), second = enrol(o, SECOND, "S2");
	CHECK(is_bytes_equal(enrol(o, FIRST, "S1"), first) && is_bytes_equal(enrol(o, SECOND, "S2"), second));
	CHECK(!is_bytes_equal(first, second) && listed(o).n == 0);
}

static void the_registered_ek_claims_nothing(void **state)
{
	struct office *o = *state;
	struct store_registration *row;
	const struct registration_new in = { .serial_number = BYTES_TEXT("S1"),
					     .ek_hash = office_octets(o, FIRST, 32) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &row));
	CHECK(is_bytes_equal(device(o, enrol(o, FIRST, "S1"))->ek_hash, in.ek_hash) && listed(o).n == 0);
}

static void an_ek_that_nobody_vouches_for_claims_nothing(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	enrol(o, FIRST, "S1");
	struct begin_facts b = office_begin(o, SECOND, "S1");
	REFUSES(ID_EK_MISMATCH, office_begin_refused(o, &b));
	CHECK(listed(o).n == 0);
}

static void a_claim_made_again_is_counted_and_stays_one(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	enrol(o, FIRST, "S1");
	for (int i = 0; i < 7; i++)
		REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	only(o);
	CHECK(listed(o).v[0].count == 7);
}

static void after_approval_the_new_tpm_is_the_same_device(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	struct bytes id = enrol(o, FIRST, "S1");
	REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	CHECK(live(o, id) == 2);
	CHECK(is_bytes_equal(enrol(o, SECOND, "S1"), id));
	CHECK(live(o, id) == 2);
	CHECK(is_bytes_equal(device(o, id)->ek_hash, office_octets(o, SECOND, 32)));
}

/* With the same device key, as software keeps one when the mainboard is exchanged. */
static struct bytes enrol_with(struct office *o, uint8_t ek, uint64_t firmware)
{
	struct answer_facts f = answer_of(o, ek, "S1");
	struct admission a;
	struct flow_answer reply;
	f.firmware = firmware;
	f.clock = 1000;
	f.key_a = office_octets(o, FIRST, 32);
	OK(office_admit(o, &f, &a));
	OK(office_release(o, &a, &reply));
	return a.issue[0].device_id;
}

static uint64_t newest_firmware(struct office *o, struct bytes device_id)
{
	struct store_proof *proof;
	OK(store_proof_find(o->flow.store, device_id, &o->arena, &proof));
	return proof->firmware_top;
}

static void after_approval_the_firmware_is_compared_with_that_of_the_new_tpm_alone(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	struct bytes id = enrol_with(o, FIRST, OFFICE_FIRMWARE(7, 62));
	CHECK(newest_firmware(o, id) == OFFICE_FIRMWARE(7, 62));
	REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	CHECK(is_bytes_equal(enrol_with(o, SECOND, OFFICE_FIRMWARE(5, 1)), id));
	CHECK(newest_firmware(o, id) == OFFICE_FIRMWARE(5, 1));
	CHECK(device(o, id)->firmware == OFFICE_FIRMWARE(5, 1));
	enrol_with(o, SECOND, OFFICE_FIRMWARE(5, 0));
	CHECK(newest_firmware(o, id) == OFFICE_FIRMWARE(5, 1));
}

static void after_replacement_the_new_tpm_is_another_device_and_the_old_one_retired(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	struct bytes old = enrol(o, FIRST, "S1");
	REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	OK(conflict_replace(&o->flow, &o->admin, only(o), &o->arena));
	CHECK(device(o, old)->state == STORE_DEVICE_RETIRED && live(o, old) == 0);
	struct bytes new = enrol(o, SECOND, "S1");
	CHECK(!is_bytes_equal(new, old) && live(o, new) == 2);
	REFUSES(ID_EK_MISMATCH, claim(o, FIRST, "S1"));
	CHECK(listed(o).n == 2);
}

static void a_retired_claim_stays_out(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	struct bytes id = enrol(o, FIRST, "S1");
	REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	OK(conflict_retire(&o->flow, &o->admin, only(o), &o->arena));
	REFUSES(DEVICE_BLOCKED, claim(o, SECOND, "S1"));
	REFUSES(CONFLICT, conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	CHECK(listed(o).v[0].state == STORE_CONFLICT_RETIRED && live(o, id) == 2);
}

static void a_claim_is_settled_once(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	enrol(o, FIRST, "S1");
	REFUSES(ID_EK_MISMATCH, claim(o, SECOND, "S1"));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	REFUSES(CONFLICT, conflict_replace(&o->flow, &o->admin, only(o), &o->arena));
	REFUSES(NOT_FOUND, conflict_retire(&o->flow, &o->admin, office_octets(o, 1, 16), &o->arena));
}

static void one_tpm_with_two_serial_numbers_is_two_machines_or_a_copy(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	office_register_serial(o, "S2");
	struct bytes id = enrol(o, FIRST, "S1");
	REFUSES(EK_DUPLICATE, claim(o, FIRST, "S2"));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	CHECK(is_bytes_equal(enrol(o, FIRST, "S2"), id));
	CHECK(!is_bytes_equal(enrol(o, SECOND, "S1"), id));
}

static void a_registered_ek_with_another_serial_number_than_before_waits_too(void **state)
{
	struct office *o = *state;
	office_register_key(o, FIRST);
	struct bytes id = enrol(o, FIRST, "S1");
	CHECK(is_bytes_equal(enrol(o, FIRST, "S1"), id));
	CHECK(is_bytes_equal(enrol(o, FIRST, NULL), id));
	CHECK(is_bytes_equal(enrol(o, FIRST, "S1"), id));
	REFUSES(EK_DUPLICATE, claim(o, FIRST, "S2"));
	OK(conflict_replace(&o->flow, &o->admin, only(o), &o->arena));
	CHECK(!is_bytes_equal(enrol(o, FIRST, "S2"), id));
}

static void another_serial_number_than_the_registration_names_waits_until_that_is_corrected(void **state)
{
	struct office *o = *state;
	struct store_registration *row;
	const struct registration_new in = { .serial_number = BYTES_TEXT("S1"),
					     .ek_hash = office_octets(o, FIRST, 32) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &row));
	enrol(o, FIRST, NULL);
	REFUSES(SERIAL_MISMATCH, claim(o, FIRST, "S2"));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	struct bytes id = enrol(o, FIRST, "S2");
	CHECK(is_bytes_text(device(o, id)->serial, "S2"));
	OK(inventory_get_registration(&o->flow, row->id, &o->arena, &row));
	CHECK(is_bytes_text(row->serial, "S2") && is_bytes_equal(row->ek_hash, in.ek_hash));
	REFUSES(SERIAL_MISMATCH, claim(o, FIRST, "S1"));
}

static void a_third_devices_registration_is_not_given_away(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	office_register_serial(o, "S2");
	enrol(o, FIRST, "S1");
	enrol(o, SECOND, "S2");
	REFUSES(EK_DUPLICATE, claim(o, FIRST, "S2"));
	REFUSES(CONFLICT, conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
}

/* Enrols with a TPM of that class whose reset count is what it is, and a device key of that number. */
static fault enrol_at(struct office *o, uint64_t class, uint64_t reset_count, uint8_t key)
{
	struct answer_facts f = answer_of(o, FIRST, "S1");
	struct admission a;
	struct flow_answer reply;
	f.class = class;
	f.reset_count = reset_count;
	f.clock = 1000;
	f.key_a = office_octets(o, key, 32);
	TRY(office_admit(o, &f, &a));
	return office_release(o, &a, &reply);
}

static void a_virtual_tpm_in_an_earlier_state_is_a_copy(void **state)
{
	struct office *o = *state;
	office_register_class(o, FIRST, "allow", NULL);
	OK(enrol_at(o, ANCHORS_VIRTUAL, 7, 1));
	OK(enrol_at(o, ANCHORS_VIRTUAL, 8, 1));
	REFUSES(EK_DUPLICATE, enrol_at(o, ANCHORS_VIRTUAL, 7, 2));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	OK(enrol_at(o, ANCHORS_VIRTUAL, 7, 2));
}

static void a_chip_in_an_earlier_state_that_has_its_key_waits_for_a_person(void **state)
{
	struct office *o = *state;
	office_register_key(o, FIRST);
	OK(enrol_at(o, ANCHORS_DISCRETE, 7, 1));
	REFUSES(TPM_ROLLED_BACK, enrol_at(o, ANCHORS_DISCRETE, 6, 1));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	OK(enrol_at(o, ANCHORS_DISCRETE, 6, 1));
}

/* It is the same TPM: what it once had is remembered. */
static void an_earlier_state_that_was_approved_makes_no_older_firmware_new(void **state)
{
	struct office *o = *state;
	struct answer_facts f;
	struct admission a;
	office_register_key(o, FIRST);
	struct bytes id = enrol_with(o, FIRST, OFFICE_FIRMWARE(7, 62));
	f = answer_of(o, FIRST, "S1");
	f.clock = 10;
	f.clock_safe = 1;
	REFUSES(CLOCK_REGRESSION, office_admit(o, &f, &a));
	OK(conflict_approve(&o->flow, &o->admin, only(o), &o->arena));
	enrol_with(o, FIRST, OFFICE_FIRMWARE(5, 0));
	CHECK(newest_firmware(o, id) == OFFICE_FIRMWARE(7, 62));
}

static void a_chip_in_an_earlier_state_was_cleared(void **state)
{
	struct office *o = *state;
	office_register_key(o, FIRST);
	OK(enrol_at(o, ANCHORS_DISCRETE, 7, 1));
	OK(enrol_at(o, ANCHORS_DISCRETE, 1, 2));
	CHECK(listed(o).n == 0);
}

static void an_attestation_key_of_another_tpm_waits_with_its_evidence(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, FIRST);
	office_register_key(o, SECOND);
	struct bytes id = enrol(o, FIRST, NULL);
	struct begin_facts b = vouched(o, SECOND, NULL);
	b.ak_name = office_octets(o, FIRST, 34);
	struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	REFUSES(AK_REUSED, office_admit(o, &f, &a));
	CHECK(is_bytes_equal(listed(o).v[0].device_id, id) && only(o).p);
}

static void a_retired_device_has_no_certificates_and_its_registration_is_free(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	struct bytes id = enrol(o, FIRST, "S1");
	OK(inventory_retire_device(&o->flow, &o->admin, id, &o->arena));
	CHECK(device(o, id)->state == STORE_DEVICE_RETIRED && live(o, id) == 0);
	REFUSES(CONFLICT, inventory_retire_device(&o->flow, &o->admin, id, &o->arena));
	CHECK(!is_bytes_equal(enrol(o, SECOND, "S1"), id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_tpm_that_claims_a_taken_serial_number_waits_with_its_evidence),
		OFFICE_TEST(a_registration_of_one_ek_is_claimed_by_another_before_anybody_enrolled),
		OFFICE_TEST(the_same_tpm_with_the_same_serial_number_claims_nothing),
		OFFICE_TEST(the_registered_ek_claims_nothing),
		OFFICE_TEST(an_ek_that_nobody_vouches_for_claims_nothing),
		OFFICE_TEST(a_claim_made_again_is_counted_and_stays_one),
		OFFICE_TEST(after_approval_the_new_tpm_is_the_same_device),
		OFFICE_TEST(after_approval_the_firmware_is_compared_with_that_of_the_new_tpm_alone),
		OFFICE_TEST(after_replacement_the_new_tpm_is_another_device_and_the_old_one_retired),
		OFFICE_TEST(a_retired_claim_stays_out),
		OFFICE_TEST(a_claim_is_settled_once),
		OFFICE_TEST(one_tpm_with_two_serial_numbers_is_two_machines_or_a_copy),
		OFFICE_TEST(a_registered_ek_with_another_serial_number_than_before_waits_too),
		OFFICE_TEST(another_serial_number_than_the_registration_names_waits_until_that_is_corrected),
		OFFICE_TEST(a_third_devices_registration_is_not_given_away),
		OFFICE_TEST(a_virtual_tpm_in_an_earlier_state_is_a_copy),
		OFFICE_TEST(a_chip_in_an_earlier_state_that_has_its_key_waits_for_a_person),
		OFFICE_TEST(an_earlier_state_that_was_approved_makes_no_older_firmware_new),
		OFFICE_TEST(a_chip_in_an_earlier_state_was_cleared),
		OFFICE_TEST(an_attestation_key_of_another_tpm_waits_with_its_evidence),
		OFFICE_TEST(a_retired_device_has_no_certificates_and_its_registration_is_free),
	};
	return RUN(tests);
}
