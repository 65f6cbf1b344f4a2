#include "flow/roster.h"

#include <jansson.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "office.h"
#include "store/store_audit.h"

#define EK_A "00000000000000000000000000000000000000000000000000000000000000aa"
#define EK_B "00000000000000000000000000000000000000000000000000000000000000bb"

/* The rows as verify would send them. */
static struct registrations_new rows(struct office *o, const char *array)
{
	static const char *const ignored[] = { "id", NULL };
	struct registrations_new in;
	struct jsn_list list = { .member = "rows", .ignored = ignored, .max = BODY_REGISTRATIONS_MAX };
	struct bytes body = bytes_text(arena_format(&o->arena, "{\"rows\":%s}", array));
	OK(jsn_parse_list(&registration_new_message, body, &o->arena, &list));
	OK(roster_read_list(&list, &o->arena, &in));
	return in;
}

static struct roster_page put(struct office *o, const char *array)
{
	struct roster_page page;
	const struct registrations_new in = rows(o, array);
	OK(roster_put(&o->flow, &o->admin, &in, &o->arena, &page));
	return page;
}

static struct roster_page delete (struct office *o, const char *array)
{
	struct roster_page page;
	const struct registrations_new in = rows(o, array);
	OK(roster_delete(&o->flow, &o->admin, &in, &o->arena, &page));
	return page;
}

static size_t registered(struct office *o)
{
	struct store_registration_list list;
	OK(store_registration_list(o->flow.store, (struct store_page){ .limit = 100 }, &o->arena, &list));
	return list.n;
}

static bool is_detail(const struct roster_row *row, const char *part)
{
	char text[BODY_DETAIL_MAX + 1] = "";
	CHECK(row->detail.n < sizeof(text));
	memcpy(text, row->detail.p, row->detail.n);
	return strstr(text, part) != NULL;
}

static void a_bad_row_stops_no_good_one(void **state)
{
	struct office *o = *state;
	struct roster_page page =
		put(o, "[{\"serialNumber\":\"S1\"},{\"groupTag\":\"lost\"},{\"ekHash\":\"00\"},"
		       "{\"ekHash\":\"" EK_A "\",\"profile\":\"none\"},{\"serialNumber\":\"S2\"}]");
	CHECK(page.n == 5 && page.counts[ROSTER_DONE] == 2 && page.counts[ROSTER_REFUSED] == 3);
	CHECK(page.v[0].state == ROSTER_DONE && page.v[4].state == ROSTER_DONE && registered(o) == 2);
	CHECK(page.v[1].why == FAIL(PARSE_FIELD) && is_detail(&page.v[1], "Neither"));
	CHECK(page.v[2].why == FAIL(PARSE_FIELD) && is_detail(&page.v[2], "ekHash must be"));
	CHECK(page.v[3].why == FAIL(NOT_FOUND) && is_detail(&page.v[3], "profile"));
}

static void all_that_a_row_says_is_stored(void **state)
{
	struct office *o = *state;
	struct store_registration *r;
	struct roster_page page =
		put(o, "[{\"serialNumber\":\"S1\",\"ekHash\":\"" EK_A "\",\"groupTag\":\"Fleet\","
		       "\"assignedUserPrincipalName\":\"ann@example.com\",\"productKey\":\"PK\","
		       "\"displayName\":\"desk 1\",\"hardware\":\"model=M\","
		       "\"hardwareIdentifier\":\"YWJj\"}]");
	OK(store_registration_get(o->flow.store, page.v[0].id, &o->arena, &r));
	CHECK(is_bytes_text(r->serial, "S1") && r->ek_hash.p[31] == 0xAA &&
	      is_bytes_text(r->group_tag, "Fleet"));
	CHECK(is_bytes_text(r->assigned_user, "ann@example.com") && is_bytes_text(r->product_key, "PK"));
	CHECK(is_bytes_text(r->name, "desk 1") && is_bytes_text(r->hardware, "model=M"));
	/* SHA-256 of "abc", FIPS 180-2 appendix B.1. */
	CHECK(r->hardware_digest.n == 32 && r->hardware_digest.p[0] == 0xBA &&
	      r->hardware_digest.p[31] == 0xAD);
	CHECK(r->state == STORE_REGISTRATION_NOT_CONTACTED && r->created == OFFICE_NOW);
}

static void the_same_rows_again_change_nothing(void **state)
{
	static const char array[] =
		"[{\"serialNumber\":\"S1\",\"groupTag\":\"Fleet\"},{\"ekHash\":\"" EK_A "\"},"
		"{\"serialNumber\":\"S2\",\"ekHash\":\"" EK_B "\",\"groupTag\":\"\"}]";
	struct office *o = *state;
	struct roster_page first = put(o, array), again = put(o, array);
	CHECK(first.counts[ROSTER_DONE] == 3 && again.counts[ROSTER_SAME] == 3 && registered(o) == 3);
	for (size_t i = 0; i < 3; i++)
		CHECK(is_bytes_equal(first.v[i].id, again.v[i].id));
}

static void a_row_that_leaves_something_out_or_has_another_name_is_the_same(void **state)
{
	struct office *o = *state;
	put(o,
	    "[{\"serialNumber\":\"S1\",\"ekHash\":\"" EK_A "\",\"groupTag\":\"Fleet\",\"hardware\":\"a\"}]");
	struct roster_page page =
		put(o, "[{\"serialNumber\":\"S1\",\"hardware\":\"b\",\"displayName\":\"d\"},"
		       "{\"ekHash\":\"" EK_A "\"}]");
	CHECK(page.counts[ROSTER_SAME] == 2);
}

static void a_row_that_says_something_else_is_refused_with_the_difference(void **state)
{
	struct office *o = *state;
	put(o, "[{\"serialNumber\":\"S1\",\"ekHash\":\"" EK_A "\",\"groupTag\":\"Fleet\"},"
	       "{\"serialNumber\":\"S2\"}]");
	static const struct {
		const char *row, *what;
		enum fault_code why;
	} cases[] = {
		{ "[{\"serialNumber\":\"S9\",\"ekHash\":\"" EK_A "\"}]", "serialNumber",
		  FAULT_CODE_EK_REGISTERED },
		{ "[{\"serialNumber\":\"S2\",\"ekHash\":\"" EK_A "\"}]", "serialNumber",
		  FAULT_CODE_EK_REGISTERED },
		{ "[{\"serialNumber\":\"S1\",\"ekHash\":\"" EK_B "\"}]", "ekHash",
		  FAULT_CODE_SERIAL_REGISTERED },
		{ "[{\"serialNumber\":\"S2\",\"ekHash\":\"" EK_B "\"}]", "ekHash",
		  FAULT_CODE_SERIAL_REGISTERED },
		{ "[{\"serialNumber\":\"S1\",\"groupTag\":\"Lab\"}]", "groupTag",
		  FAULT_CODE_SERIAL_REGISTERED },
		{ "[{\"serialNumber\":\"S2\",\"productKey\":\"K\"}]", "productKey",
		  FAULT_CODE_SERIAL_REGISTERED },
		{ "[{\"ekHash\":\"" EK_A "\",\"assignedUserPrincipalName\":\"a@b\"}]", "assignedUser",
		  FAULT_CODE_EK_REGISTERED },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct roster_page page = put(o, cases[i].row);
		CHECK(page.v[0].why == &fault_rows[cases[i].why] && is_detail(&page.v[0], cases[i].what));
	}
	CHECK(registered(o) == 2);
}

static void a_row_may_name_a_profile_which_is_compared_then(void **state)
{
	struct office *o = *state;
	struct store_profile *p;
	const struct profile_new lab = { .display_name = BYTES_TEXT("lab") };
	OK(profiles_put(&o->flow, &o->admin, &lab, &o->arena, &p));
	CHECK(put(o, "[{\"serialNumber\":\"S1\",\"profile\":\"lab\"}]").counts[ROSTER_DONE] == 1);
	CHECK(put(o, "[{\"serialNumber\":\"S1\"}]").counts[ROSTER_SAME] == 1);
	struct roster_page page = put(o, "[{\"serialNumber\":\"S1\",\"profile\":\"default\"}]");
	CHECK(page.v[0].why == FAIL(SERIAL_REGISTERED) && is_detail(&page.v[0], "profile"));
}

static void a_hardware_hash_that_is_no_base64_is_named(void **state)
{
	static const char *const wrong[] = { "YWJ", "YW J", "YWJj=", "*", "YWJjZA" };
	struct office *o = *state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		const char *array = arena_format(
			&o->arena, "[{\"serialNumber\":\"S1\",\"hardwareIdentifier\":\"%s\"}]", wrong[i]);
		struct roster_page page = put(o, array);
		CHECK(page.v[0].why == FAIL(PARSE_FIELD) && is_detail(&page.v[0], "base64"));
	}
}

static void an_import_id_is_what_an_address_can_carry(void **state)
{
	(void)state;
	CHECK(is_roster_import_id(BYTES_TEXT("b0a7-X_y.9")) && is_roster_import_id((struct bytes){ 0 }));
	CHECK(!is_roster_import_id(BYTES_TEXT("a'b")) && !is_roster_import_id(BYTES_TEXT("a b")) &&
	      !is_roster_import_id(BYTES_TEXT("a&b")) && !is_roster_import_id(BYTES_TEXT("\xC3\xBC")));
}

static void a_row_takes_back_the_registration_it_names_and_no_other(void **state)
{
	struct office *o = *state;
	put(o, "[{\"serialNumber\":\"S1\",\"ekHash\":\"" EK_A
	       "\"},{\"serialNumber\":\"S2\"},{\"ekHash\":\"" EK_B "\"}]");
	struct roster_page page = delete (o, "[{\"serialNumber\":\"S1\",\"ekHash\":\"" EK_B "\"},"
					     "{\"serialNumber\":\"S9\"},{\"groupTag\":\"x\"}]");
	CHECK(page.v[0].why == FAIL(EK_REGISTERED) && is_detail(&page.v[0], "serialNumber"));
	CHECK(page.v[1].state == ROSTER_SAME && page.v[2].why == FAIL(PARSE_FIELD) && registered(o) == 3);
	page = delete (o, "[{\"serialNumber\":\"S1\"},{\"serialNumber\":\"S2\",\"groupTag\":\"any\"},"
			  "{\"ekHash\":\"" EK_B "\"}]");
	CHECK(page.counts[ROSTER_DONE] == 3 && registered(o) == 0);
	CHECK(delete (o, "[{\"serialNumber\":\"S1\"}]").counts[ROSTER_SAME] == 1);
}

static void what_became_of_rows_is_kept_for_whoever_asks(void **state)
{
	struct office *o = *state;
	struct store_imported *one;
	struct store_listing_total n;
	struct selection asked = { .view = STORE_LISTING_IMPORTED, .top = 100 };
	struct roster_page page =
		put(o, "[{\"serialNumber\":\"S1\",\"importId\":\"A\"},"
		       "{\"groupTag\":\"x\",\"importId\":\"A\"},{\"serialNumber\":\"S2\"}]");
	OK(roster_keep(&o->flow, &o->arena, &page));
	OK(inventory_count(&o->flow, &asked, &o->arena, &n));
	CHECK(n.is_all && n.n == 3);
	asked.nodes_n = 1;
	asked.nodes[0] = (struct selection_node){ SELECTION_EQ, STORE_LISTING_IMPORTED_IMPORT,
						  { .kind = SELECTION_TEXT, .view = BYTES_TEXT("A") } };
	OK(inventory_count(&o->flow, &asked, &o->arena, &n));
	CHECK(n.is_all && n.n == 2);
	OK(roster_get_kept(&o->flow, page.kept[0].id, &o->arena, &one));
	CHECK(is_bytes_equal(one->registration, page.v[0].id) && !one->fault.p);
	OK(roster_get_kept(&o->flow, page.kept[1].id, &o->arena, &one));
	CHECK(!one->registration.p && is_bytes_text(one->fault, "PARSE_FIELD"));
	OK(roster_delete_kept(&o->flow, page.kept[0].id));
	REFUSES(NOT_FOUND, roster_get_kept(&o->flow, page.kept[0].id, &o->arena, &one));
}

static void the_audit_says_who_imported_how_many(void **state)
{
	struct office *o = *state;
	struct store_audit_list list;
	put(o, "[{\"serialNumber\":\"S1\"},{\"serialNumber\":\"S2\"},{}]");
	OK(store_audit_list(o->flow.store, (struct store_page){ .limit = 100 }, &o->arena, &list));
	size_t found = 0;
	for (size_t i = 0; i < list.n; i++)
		found += is_bytes_text(list.v[i].action, "registration.import") &&
			 is_bytes_text(list.v[i].detail, "3 rows: 2 done, 0 were so already, 1 refused");
	CHECK(found == 1);
}

/* What verify sends is parsed strictly: nothing that is cut or followed by something is a page. */
static void a_page_that_is_cut_is_refused_whole(void **state)
{
	struct office *o = *state;
	struct roster_page page;
	struct registrations_new whole = rows(o, "[{\"serialNumber\":\"S1\"},{\"serialNumber\":\"S2\"}]");
	size_t first = 2 + (size_t)whole.rows.p[1];
	for (size_t n = 1; n < whole.rows.n; n++) {
		const struct registrations_new cut = { .rows = bytes_slice(whole.rows, 0, n) };
		OK(store_begin(o->flow.store));
		fault why = roster_put(&o->flow, &o->admin, &cut, &o->arena, &page);
		store_rollback(o->flow.store);
		CHECK((why == NULL) == (n == first));
	}
}

int main(void)
{
	json_object_seed(1);
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_bad_row_stops_no_good_one),
		OFFICE_TEST(all_that_a_row_says_is_stored),
		OFFICE_TEST(the_same_rows_again_change_nothing),
		OFFICE_TEST(a_row_that_leaves_something_out_or_has_another_name_is_the_same),
		OFFICE_TEST(a_row_that_says_something_else_is_refused_with_the_difference),
		OFFICE_TEST(a_row_may_name_a_profile_which_is_compared_then),
		OFFICE_TEST(a_hardware_hash_that_is_no_base64_is_named),
		TEST(an_import_id_is_what_an_address_can_carry),
		OFFICE_TEST(a_row_takes_back_the_registration_it_names_and_no_other),
		OFFICE_TEST(what_became_of_rows_is_kept_for_whoever_asks),
		OFFICE_TEST(the_audit_says_who_imported_how_many),
		OFFICE_TEST(a_page_that_is_cut_is_refused_whole),
	};
	return RUN(tests);
}
