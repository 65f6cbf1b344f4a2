/* Who may enrol, as core decides it: before anything is issued, by what was proved and what is recorded. */
#include "flow/restricting.h"

#include <string.h>

#include "flow/filtering.h"
#include "office.h"
#include "store/store_certificate.h"
#include "store/store_refusal.h"
#include "wire/dossier.h"

#define UNATTESTED "(device.isTpmAttested -eq \"False\")"
#define MESSAGE "Please ask for a laptop."

/* What core does when the transaction that changed a rule is over. */
static void reload(struct office *o)
{
	OK(filtering_build(&o->flow));
	OK(restricting_build(&o->flow));
}

static struct bytes put_filter(struct office *o, const char *name, const char *rule)
{
	struct store_filter *row;
	const struct filter_new in = { .display_name = bytes_text(name), .rule = bytes_text(rule) };
	OK(filtering_put(&o->flow, &o->admin, &in, &o->arena, &row));
	reload(o);
	return row->id;
}

static fault try_put(struct office *o, const struct restriction_words *in, struct restricting_order *ret)
{
	*ret = (struct restricting_order){ .by = &o->admin, .a = &o->arena };
	return restricting_put(&o->flow, in, ret);
}

static struct store_restriction *put(struct office *o, const struct restriction_words *in)
{
	struct restricting_order order;
	OK(try_put(o, in, &order));
	reload(o);
	return order.row;
}

static struct store_restriction *put_named(struct office *o, const char *name)
{
	return put(o, &(struct restriction_words){ .display_name = bytes_text(name) });
}

static fault change(struct office *o, struct store_restriction *row, struct restriction_words in)
{
	struct restricting_order order = { .by = &o->admin, .a = &o->arena, .row = row };
	TRY(restricting_update(&o->flow, &in, &order));
	reload(o);
	return NULL;
}

/* The administrator's rule of the house: nobody without a proved TPM. */
static struct store_restriction *put_unattested(struct office *o, const char *state)
{
	put_filter(o, "unattested", UNATTESTED);
	return put(o, &(struct restriction_words){ .display_name = BYTES_TEXT("No TPM"),
						   .state = bytes_text(state),
						   .include = BYTES_TEXT("unattested"),
						   .message = BYTES_TEXT(MESSAGE) });
}

static struct store_restriction_list all(struct office *o)
{
	struct store_restriction_list list;
	OK(restricting_list(&o->flow, &o->arena, &list));
	return list;
}

static struct store_restriction *default_of(struct office *o)
{
	struct store_restriction_list list = all(o);
	CHECK(list.n && list.v[list.n - 1].is_default);
	return &list.v[list.n - 1];
}

/* --- deciding ------------------------------------------------------------------------------------------- */

static void an_unattested_device_is_blocked_before_anything_is_issued_until_that_is_lifted(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_token *token;
	struct store_device_list devices;
	struct office_token t = office_token(o);
	struct store_restriction *row = put_unattested(o, "on");
	struct office_trips s = office_token_trips(o, &t);
	REFUSES(RESTRICTION_BLOCKED, office_admit(o, &s.answer, &a));
	CHECK(a.issues == 0 && strstr(a.answer.detail, MESSAGE) && strstr(a.answer.detail, "No TPM"));
	OK(store_device_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &devices));
	OK(store_token_get(o->flow.store, t.id, &o->arena, &token));
	CHECK(devices.n == 0 && token->uses == 0);
	OK(change(o, row, (struct restriction_words){ .state = BYTES_TEXT("off") }));
	s = office_token_trips(o, &t);
	OK(office_admit(o, &s.answer, &a));
	CHECK(a.issues == 1);
}

static void whoever_was_blocked_is_remembered_with_the_message(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_refusal *row;
	struct store_refusal_list list;
	struct dossier d;
	struct office_token t = office_token(o);
	put_unattested(o, "on");
	struct office_trips s = office_token_trips(o, &t);
	REFUSES(RESTRICTION_BLOCKED, office_admit(o, &s.answer, &a));
	OK(store_refusal_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &list));
	CHECK(list.n == 1 && is_bytes_text(list.v[0].fault, "RESTRICTION_BLOCKED"));
	CHECK(is_bytes_text(list.v[0].detail, a.answer.detail));
	OK(store_refusal_get(o->flow.store, list.v[0].key, &o->arena, &row));
	OK(message_parse(&dossier_message, row->evidence, &d));
	CHECK(is_bytes_text(d.fault, "RESTRICTION_BLOCKED") && is_bytes_text(d.detail, a.answer.detail));
}

static void an_attested_device_passes_the_same_restriction(void **state)
{
	struct office *o = *state;
	struct admission a;
	put_unattested(o, "on");
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	OK(office_admit(o, &s.answer, &a));
	CHECK(a.issues == 2);
}

static void what_is_monitored_lets_devices_enrol_and_is_listed(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_decision_hit_list hits;
	struct store_decision_list decisions;
	const struct store_page page = { .limit = 9 };
	struct office_token t = office_token(o);
	put_unattested(o, "monitor");
	office_register_key(o, 5);
	struct office_trips attested = office_trips(o, 5, NULL), s = office_token_trips(o, &t);
	OK(office_admit(o, &attested.answer, &a));
	OK(office_admit(o, &s.answer, &a));
	OK(restricting_list_hits(&o->flow, page, &o->arena, &hits));
	CHECK(hits.n == 1 && is_bytes_equal(hits.v[0].device_id, a.issue[0].device_id));
	CHECK(is_bytes_text(hits.v[0].monitored, "No TPM: it blocks such devices"));
	OK(store_decision_list_by_device(o->flow.store, hits.v[0].device_id, page, &o->arena, &decisions));
	CHECK(decisions.n == 2 && decisions.v[1].kind == STORE_DECISION_ENROLMENT);
	CHECK(is_bytes_equal(decisions.v[1].restriction, default_of(o)->id));
	CHECK(!decisions.v[0].restriction.p && !decisions.v[0].monitored.p);
}

static void register_for(struct office *o, uint8_t ek, const char *user)
{
	struct store_registration *r;
	const struct registration_new in = { .ek_hash = office_octets(o, ek, 32),
					     .assigned_user_principal_name = bytes_text(user) };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
}

static fault enrol(struct office *o, uint8_t ek)
{
	struct admission a;
	struct flow_answer ignored;
	struct office_trips s = office_trips(o, ek, NULL);
	TRY(office_admit(o, &s.answer, &a));
	return office_release(o, &a, &ignored);
}

static void a_user_gets_no_more_devices_than_the_limit(void **state)
{
	struct office *o = *state;
	struct store_device_list list;
	for (uint8_t ek = 5; ek < 9; ek++)
		register_for(o, ek, ek == 6 ? "ANN@example.org" : ek == 8 ? NULL : "ann@example.org");
	OK(change(o, default_of(o), (struct restriction_words){ .limit = BYTES_TEXT("2") }));
	OK(enrol(o, 5));
	OK(enrol(o, 6));
	REFUSES(RESTRICTION_LIMIT, enrol(o, 7));
	OK(enrol(o, 8));
	OK(store_device_list(o->flow.store, (struct store_page){ .limit = 9 }, &o->arena, &list));
	OK(inventory_retire_device(&o->flow, &o->admin, list.v[0].id, &o->arena));
	OK(enrol(o, 7));
}

/* H125: a registered TPM without a certificate is attested, but nobody vouches for its maker. */
static void a_block_that_asks_what_nobody_vouches_for_blocks_when_attestation_is_required(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	put_filter(o, "STM", "device.tpmManufacturer -eq \"STM\"");
	put(o, &(struct restriction_words){ .display_name = BYTES_TEXT("no STM"),
					    .include = BYTES_TEXT("STM") });
	REFUSES(POL_NOT_ATTESTED, office_admit(o, &s.answer, &a));
	CHECK(strstr(a.answer.detail, "no STM"));
	s.answer.maker = BYTES_TEXT("STM");
	s.answer.class = ANCHORS_DISCRETE;
	REFUSES(RESTRICTION_BLOCKED, office_admit(o, &s.answer, &a));
	s.answer.maker = BYTES_TEXT("IFX");
	OK(office_admit(o, &s.answer, &a));
}

/* H126: what devices say of themselves, and the registration that an unattested one only names. */
static void claims_decide_only_where_it_is_said_that_they_may(void **state)
{
	struct office *o = *state;
	struct restricting_order order;
	struct restriction_words in = { .display_name = BYTES_TEXT("old"), .action = BYTES_TEXT("allow"),
					.os_minimum_version = BYTES_TEXT("12") };
	REFUSES(POL_UNVERIFIED_ATTR, try_put(o, &in, &order));
	CHECK(order.detail != NULL);
	in.trust_claims = BYTES_TEXT("true");
	OK(try_put(o, &in, &order));
	in = (struct restriction_words){ .trust_claims = BYTES_TEXT("false") };
	order.detail = NULL;
	REFUSES(POL_UNVERIFIED_ATTR, restricting_update(&o->flow, &in, &order));
}

static void a_registration_that_is_only_named_gives_neither_group_nor_ownership(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct store_registration *r;
	struct office_token t = office_token(o);
	const struct registration_new in = { .serial_number = BYTES_TEXT("SN-1"),
					     .profile = BYTES_TEXT("byod"),
					     .group_tag = BYTES_TEXT("lab") };
	OK(inventory_put_registration(&o->flow, &o->admin, &in, &o->arena, &r));
	put(o, &(struct restriction_words){ .display_name = BYTES_TEXT("lab"), .action = BYTES_TEXT("allow"),
					    .group_tags = BYTES_TEXT("lab") });
	OK(change(o, default_of(o), (struct restriction_words){ .ownership = BYTES_TEXT("corporate") }));
	struct office_trips s = office_token_trips(o, &t);
	s.answer.serial = BYTES_TEXT("SN-1");
	REFUSES(RESTRICTION_BLOCKED, office_admit(o, &s.answer, &a));
	office_register_serial(o, "SN-2");
	struct office_trips attested = office_trips(o, 5, "SN-2");
	OK(office_admit(o, &attested.answer, &a));
}

/* H127 */
static void without_a_policy_in_force_nobody_enrols(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	restricting_free(o->flow.restricting);
	o->flow.restricting = NULL;
	REFUSES(POL_MISSING, office_admit(o, &s.answer, &a));
	struct store_restriction row = *default_of(o);
	OK(store_restriction_delete(o->flow.store, row.id));
	OK(restricting_put_default(&o->flow));
	reload(o);
	REFUSES(POL_MISSING, office_admit(o, &s.answer, &a));
	OK(store_restriction_put(o->flow.store, &row));
	reload(o);
	OK(office_admit(o, &s.answer, &a));
}

/* H127 */
static void a_record_that_somebody_spoilt_refuses_where_it_is_asked(void **state)
{
	struct office *o = *state;
	struct admission a;
	office_register_key(o, 5);
	struct office_trips s = office_trips(o, 5, NULL);
	struct store_restriction row = *put_unattested(o, "on"), good = row;
	row.action = 9;
	OK(store_restriction_update(o->flow.store, &row));
	reload(o);
	REFUSES(POL_MISSING, office_admit(o, &s.answer, &a));
	CHECK(strstr(a.answer.detail, "No TPM"));
	OK(store_restriction_update(o->flow.store, &good));
	struct store_filter filter, *got;
	OK(store_filter_get(o->flow.store, good.filter_id, &o->arena, &got));
	filter = *got;
	filter.rule = BYTES_TEXT("device.isTpmAttested -eq");
	OK(store_filter_update(o->flow.store, &filter));
	reload(o);
	REFUSES(POL_MISSING, office_admit(o, &s.answer, &a));
	filter.rule = BYTES_TEXT(UNATTESTED);
	OK(store_filter_update(o->flow.store, &filter));
	reload(o);
	OK(office_admit(o, &s.answer, &a));
}

/* --- changing ------------------------------------------------------------------------------------------- */

static void check_order(struct office *o, const char *const *names, size_t n)
{
	struct store_restriction_list list = all(o);
	assert_int_equal(list.n, n + 1);
	for (size_t i = 0; i < n; i++)
		CHECK(is_bytes_text(list.v[i].name, names[i]) && list.v[i].priority == i + 1);
	CHECK(list.v[n].is_default);
}

#define CHECK_ORDER(o, ...)                                          \
	do {                                                         \
		static const char *const names_[] = { __VA_ARGS__ }; \
		check_order(o, names_, COUNT_OF(names_));            \
	} while (0)

static void restrictions_are_asked_in_the_order_in_which_they_are_moved(void **state)
{
	struct office *o = *state;
	struct restricting_order c = { .by = &o->admin, .a = &o->arena };
	struct restricting_order a = { .by = &o->admin, .a = &o->arena };
	a.row = put_named(o, "a");
	put_named(o, "b");
	c.row = put_named(o, "c");
	CHECK_ORDER(o, "a", "b", "c");
	OK(restricting_move(&o->flow, 1, &c));
	CHECK_ORDER(o, "c", "a", "b");
	OK(restricting_move(&o->flow, 2, &c));
	CHECK_ORDER(o, "a", "c", "b");
	OK(restricting_move(&o->flow, 25, &a));
	CHECK_ORDER(o, "c", "b", "a");
	REFUSES(PARSE_FIELD, restricting_move(&o->flow, 0, &a));
	OK(restricting_delete(&o->flow, &c));
	CHECK_ORDER(o, "b", "a");
}

static void the_default_policy_stays_where_it_is_and_applies_to_all(void **state)
{
	struct office *o = *state;
	struct restricting_order d = { .by = &o->admin, .a = &o->arena, .row = default_of(o) };
	REFUSES(RESTRICTION_DEFAULT, restricting_delete(&o->flow, &d));
	REFUSES(RESTRICTION_DEFAULT, restricting_move(&o->flow, 1, &d));
	const struct restriction_words bad[] = {
		{ .state = BYTES_TEXT("off") },
		{ .state = BYTES_TEXT("monitor") },
		{ .group_tags = BYTES_TEXT("lab") },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(PARSE_FIELD, change(o, default_of(o), bad[i]));
	OK(change(o, default_of(o), (struct restriction_words){ .action = BYTES_TEXT("block") }));
	OK(restricting_put_default(&o->flow));
	CHECK(all(o).n == 1 && default_of(o)->action == RESTRICTION_BLOCK);
}

static void an_empty_text_takes_away_what_was_said(void **state)
{
	struct office *o = *state;
	const struct bytes nothing = BYTES_TEXT("");
	struct store_restriction *row = put_unattested(o, "on");
	row = put(o, &(struct restriction_words){ .display_name = BYTES_TEXT("all terms"),
						  .action = BYTES_TEXT("allow"),
						  .platform_type = BYTES_TEXT("debian"),
						  .group_tags = BYTES_TEXT("lab"),
						  .exclude = BYTES_TEXT("unattested"),
						  .ownership = BYTES_TEXT("corporate"),
						  .os_minimum_version = BYTES_TEXT("11"),
						  .os_maximum_version = BYTES_TEXT("13"),
						  .limit = BYTES_TEXT("5"),
						  .message = BYTES_TEXT(MESSAGE),
						  .trust_claims = BYTES_TEXT("true") });
	CHECK(row->corporate && row->devices_max == 5 && row->mode == SCOPE_EXCLUDE);
	OK(change(o, row, (struct restriction_words){ .platform_type = nothing, .group_tags = nothing,
						      .exclude = nothing, .ownership = nothing,
						      .os_minimum_version = nothing,
						      .os_maximum_version = nothing, .limit = nothing,
						      .message = nothing, .trust_claims = nothing }));
	CHECK(!row->platform.p && !row->group_tags.p && !row->filter_id.p && !row->os_min.p &&
	      !row->os_max.p && !row->message.p);
	CHECK(!row->mode && !row->corporate && !row->devices_max && !row->trusts_labels);
	CHECK(is_bytes_text(row->name, "all terms") && row->action == RESTRICTION_ALLOW);
}

static void words_that_mean_nothing_are_refused_with_a_sentence(void **state)
{
	struct office *o = *state;
	struct restricting_order order;
	const struct restriction_words good = { .display_name = BYTES_TEXT("x") };
	struct restriction_words bad[7];
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		bad[i] = good;
	put_filter(o, "f", UNATTESTED);
	bad[0].display_name = (struct bytes){ 0 };
	bad[1].state = BYTES_TEXT("ON");
	bad[2].action = BYTES_TEXT("");
	bad[3].ownership = BYTES_TEXT("mine");
	bad[4].limit = BYTES_TEXT("-1");
	bad[5].trust_claims = BYTES_TEXT("yes");
	bad[6].include = bad[6].exclude = BYTES_TEXT("f");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		REFUSES(PARSE_FIELD, try_put(o, &bad[i], &order));
		CHECK(order.detail != NULL);
	}
	bad[0] = good;
	bad[0].include = BYTES_TEXT("nowhere");
	REFUSES(NOT_FOUND, try_put(o, &bad[0], &order));
	OK(try_put(o, &good, &order));
	REFUSES(CONFLICT, try_put(o, &good, &order));
}

static void a_filter_that_a_restriction_needs_cannot_be_removed(void **state)
{
	struct office *o = *state;
	struct restricting_order order = { .by = &o->admin, .a = &o->arena };
	order.row = put_unattested(o, "off");
	struct bytes filter = order.row->filter_id;
	REFUSES(IN_USE, filtering_delete(&o->flow, &o->admin, filter));
	OK(restricting_delete(&o->flow, &order));
	OK(filtering_delete(&o->flow, &o->admin, filter));
}

static void there_are_no_more_restrictions_than_there_may_be(void **state)
{
	struct office *o = *state;
	struct restricting_order order;
	char name[] = "a";
	for (size_t i = 0; i < RESTRICTIONS_MAX; i++, name[0]++)
		put_named(o, name);
	const struct restriction_words in = { .display_name = BYTES_TEXT("one more") };
	REFUSES(RESTRICTION_FULL, try_put(o, &in, &order));
	order = (struct restricting_order){ .by = &o->admin, .a = &o->arena, .row = all(o).v };
	OK(restricting_delete(&o->flow, &order));
	put(o, &in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(an_unattested_device_is_blocked_before_anything_is_issued_until_that_is_lifted),
		OFFICE_TEST(whoever_was_blocked_is_remembered_with_the_message),
		OFFICE_TEST(an_attested_device_passes_the_same_restriction),
		OFFICE_TEST(what_is_monitored_lets_devices_enrol_and_is_listed),
		OFFICE_TEST(a_user_gets_no_more_devices_than_the_limit),
		OFFICE_TEST(a_block_that_asks_what_nobody_vouches_for_blocks_when_attestation_is_required),
		OFFICE_TEST(claims_decide_only_where_it_is_said_that_they_may),
		OFFICE_TEST(a_registration_that_is_only_named_gives_neither_group_nor_ownership),
		OFFICE_TEST(without_a_policy_in_force_nobody_enrols),
		OFFICE_TEST(a_record_that_somebody_spoilt_refuses_where_it_is_asked),
		OFFICE_TEST(restrictions_are_asked_in_the_order_in_which_they_are_moved),
		OFFICE_TEST(the_default_policy_stays_where_it_is_and_applies_to_all),
		OFFICE_TEST(an_empty_text_takes_away_what_was_said),
		OFFICE_TEST(words_that_mean_nothing_are_refused_with_a_sentence),
		OFFICE_TEST(a_filter_that_a_restriction_needs_cannot_be_removed),
		OFFICE_TEST(there_are_no_more_restrictions_than_there_may_be),
	};
	return RUN(tests);
}
