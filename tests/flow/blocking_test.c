#include "flow/blocking.h"

#include <string.h>

#include "attest/anchors.h"
#include "flow/forecast.h"
#include "office.h"
#include "store/store_audit.h"
#include "store/store_birth.h"
#include "store/store_proof.h"
#include "store/store_verdict.h"

#define OLD OFFICE_FIRMWARE(7, 61)
#define NEW OFFICE_FIRMWARE(7, 62)

/* A device's next enrolment: its EK stays, its keys are those of that seed. */
static struct answer_facts answer_of(struct office *o, uint8_t keys, uint64_t firmware)
{
	struct begin_facts b = office_begin(o, 5, NULL);
	b.ak_name = office_octets(o, keys, 34);
	struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	OK(flow_hash(f.id, &o->arena, &f.request_digest));
	f.maker = BYTES_TEXT("IFX");
	f.key_a = office_octets(o, keys, 32);
	f.ak_a = office_octets(o, (uint8_t)(keys + 1), 32);
	f.firmware = firmware;
	return f;
}

/* One enrolment from begin to reply, or the refusal. */
static fault enrol(struct office *o, uint8_t keys, uint64_t firmware)
{
	struct admission a;
	struct flow_answer reply;
	struct answer_facts f = answer_of(o, keys, firmware);
	fault why = office_admit(o, &f, &a);
	if (!why)
		OK(office_release(o, &a, &reply));
	o->flow.now += 60;
	return why;
}

static uint64_t birth_of(struct office *o, struct bytes key)
{
	struct store_birth *row;
	OK(store_birth_find(o->flow.store, key, &o->arena, &row));
	return row ? row->firmware : 0;
}

/* H101: firmware changed or denylisted. */
static void old_firmware_is_refused_until_updated_and_then_needs_new_keys(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	OK(enrol(o, 0x10, OLD));
	office_block(o);
	REFUSES(FIRMWARE_VULNERABLE, enrol(o, 0x10, OLD));
	REFUSES(KEY_BEFORE_FIX, enrol(o, 0x10, NEW));
	OK(enrol(o, 0x20, NEW));
	OK(enrol(o, 0x20, NEW));
}

static struct store_proof *proof_of(struct office *o)
{
	struct store_proof *proof;
	struct store_device *device;
	OK(store_device_find_by_ek(o->flow.store, office_octets(o, 5, 32), &o->arena, &device));
	OK(store_proof_find(o->flow.store, device->id, &o->arena, &proof));
	return proof;
}

static void a_good_proof_says_to_which_certificate_it_led(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	office_register_key(o, 5);
	struct answer_facts f = answer_of(o, 0x10, NEW);
	f.anchor = office_octets(o, 0xA0, 32);
	OK(office_admit(o, &f, &a));
	OK(office_release(o, &a, &reply));
	CHECK(is_bytes_equal(proof_of(o)->anchor, f.anchor));
	o->flow.now += 60;
	OK(enrol(o, 0x10, NEW));
	CHECK(!proof_of(o)->anchor.p);
}

static void a_tpm_that_is_found_weak_when_it_enrols_again_is_attested_no_more(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	OK(enrol(o, 0x10, OLD));
	CHECK(!proof_of(o)->fault.p);
	office_block(o);
	REFUSES(KEY_BEFORE_FIX, enrol(o, 0x10, NEW));
	CHECK(is_bytes_text(proof_of(o)->fault, "KEY_BEFORE_FIX"));
	OK(enrol(o, 0x20, NEW));
	CHECK(!proof_of(o)->fault.p);
}

static void a_refusal_dates_the_keys_too(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	office_block(o);
	REFUSES(FIRMWARE_VULNERABLE, enrol(o, 0x10, OLD));
	CHECK(birth_of(o, office_octets(o, 0x10, 34)) == OLD);
	REFUSES(KEY_BEFORE_FIX, enrol(o, 0x10, NEW));
	OK(enrol(o, 0x20, NEW));
}

static void what_was_not_proved_dates_nothing(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	struct answer_facts f = answer_of(o, 0x10, OLD);
	f.secret = office_octets(o, 0x77, TRIP_SECRET_SIZE);
	REFUSES(ACT_SECRET, office_admit(o, &f, &a));
	CHECK(birth_of(o, f.ak_name) == 0);
}

static void an_unsigned_version_decides_nothing(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	office_block(o);
	struct answer_facts f = answer_of(o, 0x10, OLD);
	uint8_t *p = arena_alloc(&o->arena, CHECK_COUNT);
	memcpy(p, f.outcomes.p, CHECK_COUNT);
	p[CHECK_CERTIFY_SIGNATURE] = FAILED;
	f.outcomes = bytes_of(p, CHECK_COUNT);
	REFUSES(SIG_INVALID, office_admit(o, &f, &a));
	CHECK(a.answer.detail == NULL);
}

static void the_ek_certificate_decides_where_no_signed_version_says_fixed(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	office_block(o);
	struct answer_facts f = answer_of(o, 0x10, OFFICE_FIRMWARE(8217, 4131));
	f.tpm_version = BYTES_TEXT("id:0007003D");
	REFUSES(FIRMWARE_VULNERABLE, office_admit(o, &f, &a));
	CHECK(strstr(a.answer.detail, "7.61 (by its EK certificate)"));
	f = answer_of(o, 0x20, NEW);
	f.tpm_version = BYTES_TEXT("id:0007003D");
	OK(office_admit(o, &f, &a));
}

static void the_refusal_record_keeps_what_the_device_was_told(void **state)
{
	struct office *o = *state;
	struct store_refusal *row;
	office_register_key(o, 5);
	office_block(o);
	REFUSES(FIRMWARE_VULNERABLE, enrol(o, 0x10, OLD));
	OK(store_refusal_get(o->flow.store, office_octets(o, 5, 32), &o->arena, &row));
	CHECK(is_bytes_text(row->fault, "FIRMWARE_VULNERABLE"));
	CHECK(is_bytes_text(row->detail,
			    "Infineon firmware 7.61 has ROCA; 7.62 and later are mended: https://x"));
	REFUSES(KEY_BEFORE_FIX, enrol(o, 0x10, NEW));
	OK(store_refusal_get(o->flow.store, office_octets(o, 5, 32), &o->arena, &row));
	CHECK(is_bytes_text(row->detail,
			    "Renew the attestation key and the device key: made under firmware 7.61, "
			    "which had ROCA. See https://x"));
}

static void warnings_stand_at_the_device_and_the_verdict_names_its_list(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_device *d;
	struct store_verdict *v;
	struct store_blocklist *row;
	const struct blocklist_new tcg = { .id = BYTES_TEXT("tcg"),
					   .basis = BYTES_TEXT("errata"),
					   .last = BYTES_TEXT("2023-058"),
					   .effect = BYTES_TEXT("warn"),
					   .keys = BYTES_TEXT("none"),
					   .name = BYTES_TEXT("CVE-2023-1017"),
					   .page = BYTES_TEXT("https://x"),
					   .source = BYTES_TEXT("a test") };
	OK(blocking_put(&o->flow, &o->admin, &tcg, &o->arena, &row));
	OK(blocking_build(&o->flow));
	office_register_key(o, 5);
	struct answer_facts f = answer_of(o, 0x10, OLD);
	f.tpm_errata = 2019312;
	OK(office_admit(o, &f, &a));
	OK(store_device_get(o->flow.store, a.issue[0].device_id, &o->arena, &d));
	CHECK(is_bytes_text(d->warnings, "CVE-2023-1017") && d->attested);
	OK(store_verdict_find_latest(o->flow.store, d->id, &o->arena, &v));
	CHECK(is_bytes_equal(v->blocklist, blocking_digest(&o->flow)));
}

/* --- before it is in force ------------------------------------------------------------------------------ */

static struct forecast forecast_of(struct office *o, const struct blocklist_new *row)
{
	struct forecast f;
	OK(forecast_list(&o->flow, row, (struct bytes){ 0 }, &o->arena, &f));
	CHECK(f.devices == 1 && !f.after.p);
	return f;
}

static void a_proposed_row_names_whom_it_would_refuse_and_why(void **state)
{
	struct office *o = *state;
	char text[BLOCKLIST_DETAIL_SIZE];
	office_register_key(o, 5);
	OK(enrol(o, 0x10, OLD));
	struct forecast found = forecast_of(o, &office_block_row);
	CHECK(found.n == 1 && found.v[0].finding.outcome == BLOCKLIST_VULNERABLE && found.v[0].device->id.p);
	CHECK(strstr(blocklist_text(&found.v[0].finding, text), "7.61 has ROCA"));
	REFUSES(NOT_FOUND, blocking_delete(&o->flow, &o->admin, office_block_row.id));
}

static void a_proposed_row_that_warns_or_is_another_makers_refuses_nobody(void **state)
{
	struct office *o = *state;
	struct blocklist_new row = office_block_row;
	office_register_key(o, 5);
	OK(enrol(o, 0x10, OLD));
	row.effect = BYTES_TEXT("warn");
	struct forecast found = forecast_of(o, &row);
	CHECK(found.n == 1 && found.v[0].finding.outcome == BLOCKLIST_FINE);
	CHECK(found.v[0].finding.warnings == 1);
	row.maker = BYTES_TEXT("STM");
	CHECK(forecast_of(o, &row).n == 0);
	row.last = BYTES_TEXT("never");
	REFUSES(PARSE_FIELD, forecast_list(&o->flow, &row, (struct bytes){ 0 }, &o->arena, &found));
}

static void a_proposed_row_names_keys_that_are_older_than_the_mended_firmware(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	OK(enrol(o, 0x10, OLD));
	OK(enrol(o, 0x10, NEW));
	struct forecast found = forecast_of(o, &office_block_row);
	CHECK(found.n == 1 && found.v[0].finding.outcome == BLOCKLIST_OLD_KEYS);
	OK(enrol(o, 0x20, NEW));
	CHECK(forecast_of(o, &office_block_row).n == 0);
}

/* --- the list ------------------------------------------------------------------------------------------- */

static size_t count_audit(struct office *o, const char *action)
{
	struct store_audit_list list;
	size_t n = 0;
	OK(store_audit_list(o->flow.store, (struct store_page){ .limit = 100 }, &o->arena, &list));
	for (size_t i = 0; i < list.n; i++)
		n += is_bytes_text(list.v[i].action, action);
	return n;
}

static void each_change_raises_the_version_and_is_audited(void **state)
{
	struct office *o = *state;
	uint64_t version;
	struct bytes before = arena_copy(&o->arena, blocking_digest(&o->flow));
	office_block(o);
	OK(blocking_get_version(&o->flow, &version));
	CHECK(version == 1 && !is_bytes_equal(before, blocking_digest(&o->flow)));
	OK(blocking_delete(&o->flow, &o->admin, BYTES_TEXT("roca")));
	REFUSES(NOT_FOUND, blocking_delete(&o->flow, &o->admin, BYTES_TEXT("roca")));
	OK(blocking_build(&o->flow));
	OK(blocking_get_version(&o->flow, &version));
	CHECK(version == 2 && is_bytes_equal(before, blocking_digest(&o->flow)));
	CHECK(count_audit(o, "blocklist.put") == 1 && count_audit(o, "blocklist.remove") == 1);
}

static void without_a_list_nobody_with_a_tpm_enrols(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	blocking_free(o->flow.blocking);
	o->flow.blocking = NULL;
	REFUSES(FIRMWARE_VULNERABLE, enrol(o, 0x10, NEW));
	OK(blocking_build(&o->flow));
	OK(enrol(o, 0x10, NEW));
}

/* --- classes -------------------------------------------------------------------------------------------- */

static fault begin_virtual(struct office *o, const char *serial)
{
	struct challenge_result c;
	struct begin_facts b = office_begin(o, 5, serial);
	b.class = ANCHORS_VIRTUAL;
	return challenge_build(&o->flow, &b, &o->arena, &c);
}

static void a_virtual_tpm_is_denied_at_the_first_trip(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	REFUSES(TPM_VIRTUAL_DENIED, begin_virtual(o, "S1"));
	office_register_key(o, 5);
	REFUSES(TPM_VIRTUAL_DENIED, begin_virtual(o, NULL));
}

static void a_profile_may_allow_virtual_tpms(void **state)
{
	struct office *o = *state;
	office_register_class(o, 5, "allow", NULL);
	OK(begin_virtual(o, NULL));
}

static void virtual_tpms_may_have_a_profile_of_their_own(void **state)
{
	struct office *o = *state;
	struct store_profile *p;
	struct admission a;
	struct store_device *d;
	const struct profile_new vms = { .display_name = BYTES_TEXT("vms"), .virtual = BYTES_TEXT("allow") };
	OK(profiles_put(&o->flow, &o->admin, &vms, &o->arena, &p));
	office_register_class(o, 5, "vms", NULL);
	struct begin_facts b = office_begin(o, 5, NULL);
	b.class = ANCHORS_VIRTUAL;
	struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	f.class = ANCHORS_VIRTUAL;
	OK(office_admit(o, &f, &a));
	OK(store_device_get(o->flow.store, a.issue[0].device_id, &o->arena, &d));
	CHECK(is_bytes_equal(d->profile, p->id));
}

static void a_profile_for_virtual_tpms_that_denies_them_does_so(void **state)
{
	struct office *o = *state;
	struct store_profile *p;
	const struct profile_new vms = { .display_name = BYTES_TEXT("vms") };
	OK(profiles_put(&o->flow, &o->admin, &vms, &o->arena, &p));
	office_register_class(o, 5, "vms", NULL);
	REFUSES(TPM_VIRTUAL_DENIED, begin_virtual(o, NULL));
}

static void a_profile_of_virtual_tpms_must_exist_and_words_be_known(void **state)
{
	struct office *o = *state;
	struct store_profile *p;
	const struct profile_new nowhere = { .display_name = BYTES_TEXT("x"), .virtual = BYTES_TEXT("vms") };
	const struct profile_new maybe = { .display_name = BYTES_TEXT("x"), .unknown = BYTES_TEXT("maybe") };
	REFUSES(NOT_FOUND, profiles_put(&o->flow, &o->admin, &nowhere, &o->arena, &p));
	REFUSES(PARSE_FIELD, profiles_put(&o->flow, &o->admin, &maybe, &o->arena, &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(old_firmware_is_refused_until_updated_and_then_needs_new_keys),
		OFFICE_TEST(a_good_proof_says_to_which_certificate_it_led),
		OFFICE_TEST(a_tpm_that_is_found_weak_when_it_enrols_again_is_attested_no_more),
		OFFICE_TEST(a_refusal_dates_the_keys_too),
		OFFICE_TEST(what_was_not_proved_dates_nothing),
		OFFICE_TEST(an_unsigned_version_decides_nothing),
		OFFICE_TEST(the_ek_certificate_decides_where_no_signed_version_says_fixed),
		OFFICE_TEST(the_refusal_record_keeps_what_the_device_was_told),
		OFFICE_TEST(warnings_stand_at_the_device_and_the_verdict_names_its_list),
		OFFICE_TEST(a_proposed_row_names_whom_it_would_refuse_and_why),
		OFFICE_TEST(a_proposed_row_that_warns_or_is_another_makers_refuses_nobody),
		OFFICE_TEST(a_proposed_row_names_keys_that_are_older_than_the_mended_firmware),
		OFFICE_TEST(each_change_raises_the_version_and_is_audited),
		OFFICE_TEST(without_a_list_nobody_with_a_tpm_enrols),
		OFFICE_TEST(a_virtual_tpm_is_denied_at_the_first_trip),
		OFFICE_TEST(a_profile_may_allow_virtual_tpms),
		OFFICE_TEST(virtual_tpms_may_have_a_profile_of_their_own),
		OFFICE_TEST(a_profile_for_virtual_tpms_that_denies_them_does_so),
		OFFICE_TEST(a_profile_of_virtual_tpms_must_exist_and_words_be_known),
	};
	return RUN(tests);
}
