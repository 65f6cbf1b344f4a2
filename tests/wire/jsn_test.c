#include "test.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sample.h"
#include "wire/body.h"
#include "wire/jsn.h"

#define ARENA_SIZE 65536

#define TRADE_FIELDS(F, of)                     \
	F(of, 1, TEXT, display_name, REQ, 8, 0) \
	F(of, 2, UINT, lifetime_s, OPT, 100, 0) \
	F(of, 3, BYTES, ek_hash, OPT, 4, 0)     \
	F(of, 4, LIST, hash_list_2, OPT, 2, 3)
MESSAGE_STRUCT(trade, TRADE_FIELDS)
MESSAGE_TABLE(trade, TRADE_FIELDS)

static int start(void **state)
{
	static struct arena arena;
	json_object_seed(1);
	arena_init(&arena, ARENA_SIZE);
	*state = &arena;
	return 0;
}

static int end(void **state)
{
	arena_done(*state);
	return 0;
}

static fault parse(struct arena *arena, const char *body, struct trade *ret, const char **ret_detail)
{
	arena_reset(arena);
	return jsn_parse(&trade_message, bytes_text(body), arena, ret, ret_detail);
}

static void members_become_fields(void **state)
{
	struct trade o;
	const char *detail = "";
	OK(parse(*state,
		 "{\"ekHash\":\"00fFA5\",\"displayName\":\"Gr\\u00fc\\u00dfe\",\"lifetimeS\":100,"
		 "\"hashList2\":[\"\",\"0102\"]}",
		 &o, &detail));
	CHECK(is_bytes_text(o.display_name, "Gr\xC3\xBC\xC3\x9F\x65") && o.lifetime_s == 100);
	CHECK(is_bytes_equal(o.ek_hash, BYTES_TEXT("\x00\xFF\xA5")));
	CHECK(o.hash_list_2.n == 2 && o.hash_list_2.v[0].n == 0);
	CHECK(is_bytes_equal(o.hash_list_2.v[1], BYTES_TEXT("\1\2")));
	CHECK(detail == NULL);
}

static void optional_members_may_be_left_out_or_zero(void **state)
{
	static const char *const same[] = {
		"{\"displayName\":\"a\"}",
		" { \"displayName\" : \"a\" , \"lifetimeS\" : 0 } ",
		"{\"displayName\":\"a\",\"hashList2\":[]}",
	};
	for (size_t i = 0; i < COUNT_OF(same); i++) {
		struct trade o;
		const char *detail;
		OK(parse(*state, same[i], &o, &detail));
		CHECK(o.lifetime_s == 0 && o.ek_hash.p == NULL && o.hash_list_2.n == 0);
	}
}

static void an_empty_text_is_there(void **state)
{
	struct trade o;
	const char *detail;
	OK(parse(*state, "{\"displayName\":\"\",\"ekHash\":\"\"}", &o, &detail));
	CHECK(o.display_name.p && o.display_name.n == 0 && o.ek_hash.p && o.ek_hash.n == 0);
}

static void what_is_not_one_json_object_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"null",
		"1",
		"\"a\"",
		"[]",
		"[{\"displayName\":\"a\"}]",
		"{",
		"{\"displayName\":\"a\"",
		"{\"displayName\":\"a\"}}",
		"{\"displayName\":\"a\"} x",
		"{\"displayName\":\"a\",}",
		"{displayName:\"a\"}",
		"{'displayName':'a'}",
		"{\"displayName\":\"a\"}{}",
		"{\"displayName\":\"\\u0000\"}",
		"{\"displayName\":\"\\ud800\"}",
		"{\"displayName\":\"\xFF\"}",
		"{\"displayName\":\"a\" /* */}",
		"\xEF\xBB\xBF{\"displayName\":\"a\"}",
		"{\"displayName\":\"a\",\"lifetimeS\":NaN}",
		"{\"displayName\":\"a\",\"lifetimeS\":99999999999999999999}",
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct trade o;
		const char *detail = NULL;
		REFUSES(PARSE_ENVELOPE, parse(*state, wrong[i], &o, &detail));
		CHECK(detail != NULL && strlen(detail) > 10);
	}
}

static void a_member_that_is_there_twice_is_refused_by_name_of_the_place(void **state)
{
	struct trade o;
	const char *detail = NULL;
	REFUSES(PARSE_ENVELOPE,
		parse(*state, "{\"displayName\":\"a\",\n\"displayName\":\"a\"}", &o, &detail));
	CHECK(strstr(detail, "twice") && strstr(detail, "line 2"));
	REFUSES(PARSE_ENVELOPE,
		parse(*state, "{\"displayName\":\"a\",\"\\u0064isplayName\":\"b\"}", &o, &detail));
	CHECK(strstr(detail, "twice"));
}

#define LIST_RULE \
	"hashList2 must be a list of hexadecimal texts of at most 2 octets each and at most 3 items."

static void a_value_that_does_not_fit_is_refused_with_its_name_and_bound(void **state)
{
	static const struct {
		const char *body, *detail;
	} wrong[] = {
		{ "{}", "displayName is missing." },
		{ "{\"displayName\":null}", "displayName must be printable text of at most 8 octets." },
		{ "{\"displayName\":1}", "displayName must be printable text of at most 8 octets." },
		{ "{\"displayName\":\"123456789\"}",
		  "displayName must be printable text of at most 8 octets." },
		{ "{\"displayName\":\"\\n\"}", "displayName must be printable text of at most 8 octets." },
		{ "{\"displayName\":\"\\u202e\"}",
		  "displayName must be printable text of at most 8 octets." },
		{ "{\"displayName\":\"a\",\"lifetimeS\":101}",
		  "lifetimeS must be a whole number of at most 100." },
		{ "{\"displayName\":\"a\",\"lifetimeS\":-1}",
		  "lifetimeS must be a whole number of at most 100." },
		{ "{\"displayName\":\"a\",\"lifetimeS\":1.0}",
		  "lifetimeS must be a whole number of at most 100." },
		{ "{\"displayName\":\"a\",\"lifetimeS\":\"1\"}",
		  "lifetimeS must be a whole number of at most 100." },
		{ "{\"displayName\":\"a\",\"lifetimeS\":true}",
		  "lifetimeS must be a whole number of at most 100." },
		{ "{\"displayName\":\"a\",\"ekHash\":\"0\"}",
		  "ekHash must be hexadecimal text of at most 4 octets." },
		{ "{\"displayName\":\"a\",\"ekHash\":\"0g\"}",
		  "ekHash must be hexadecimal text of at most 4 octets." },
		{ "{\"displayName\":\"a\",\"ekHash\":\"0001020304\"}",
		  "ekHash must be hexadecimal text of at most 4 octets." },
		{ "{\"displayName\":\"a\",\"ekHash\":\"000102030\"}",
		  "ekHash must be hexadecimal text of at most 4 octets." },
		{ "{\"displayName\":\"a\",\"hashList2\":\"00\"}",
		  LIST_RULE },
		{ "{\"displayName\":\"a\",\"hashList2\":[\"00\",\"00\",\"00\",\"00\"]}",
		  LIST_RULE },
		{ "{\"displayName\":\"a\",\"hashList2\":[\"000000\"]}",
		  LIST_RULE },
		{ "{\"displayName\":\"a\",\"hashList2\":[0]}",
		  LIST_RULE },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct trade o;
		const char *detail = NULL;
		REFUSES(PARSE_FIELD, parse(*state, wrong[i].body, &o, &detail));
		assert_string_equal(detail, wrong[i].detail);
	}
}

static void an_unknown_member_is_refused_and_named_if_it_can_be_shown(void **state)
{
	static const struct {
		const char *body, *detail;
	} wrong[] = {
		{ "{\"displayName\":\"a\",\"display_name\":\"a\"}",
		  "display_name is not a member of this request." },
		{ "{\"DisplayName\":\"a\"}", "DisplayName is not a member of this request." },
		{ "{\"displayName\":\"a\",\"hashList_2\":[]}",
		  "hashList_2 is not a member of this request." },
		{ "{\"displayName\":\"a\",\"\":1}", "The request has a member that it should not have." },
		{ "{\"displayName\":\"a\",\"\\u001b[2J\":1}",
		  "The request has a member that it should not have." },
		{ "{\"displayName\":\"a\",\"\\u202etxt\":1}",
		  "The request has a member that it should not have." },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct trade o;
		const char *detail = NULL;
		REFUSES(PARSE_FIELD, parse(*state, wrong[i].body, &o, &detail));
		assert_string_equal(detail, wrong[i].detail);
	}
}

static void every_truncation_is_refused_and_leaves_the_struct_alone(void **state)
{
	static const char body[] = "{\"displayName\":\"a\",\"lifetimeS\":10,\"hashList2\":[\"00\"]}";
	struct trade o;
	memset(&o, 0x5A, sizeof(o));
	for (size_t n = 0; n < sizeof(body) - 1; n++) {
		const char *detail;
		arena_reset(*state);
		REFUSES(PARSE_ENVELOPE, jsn_parse(&trade_message, bytes_of(body, n), *state, &o, &detail));
	}
	const char *detail;
	REFUSES(PARSE_FIELD, parse(*state, "{\"displayName\":\"a\",\"lifetimeS\":1000}", &o, &detail));
	CHECK(is_bytes_uniform(bytes_of(&o, sizeof(o)), 0x5A));
}

/* JSON spells one value in many ways, so a flip may change nothing; what is accepted is still within bounds.
 */
static void a_flipped_octet_is_refused_or_gives_a_message_that_can_be_sent(void **state)
{
	static const char body[] = "{\"displayName\":\"a b\",\"lifetimeS\":10,\"ekHash\":\"00ff\"}";
	size_t refused = 0;
	for (size_t bit = 0; bit < 8 * (sizeof(body) - 1); bit++) {
		char flipped[sizeof(body)];
		uint8_t out[256];
		struct trade o;
		const char *detail;
		memcpy(flipped, body, sizeof(body));
		flipped[bit / 8] = (char)(flipped[bit / 8] ^ 1 << bit % 8);
		arena_reset(*state);
		fault why =
			jsn_parse(&trade_message, bytes_of(flipped, sizeof(body) - 1), *state, &o, &detail);
		refused += why != NULL;
		if (why)
			continue;
		struct wr w = wr_of(out, sizeof(out));
		message_write(&trade_message, &o, &w);
		CHECK(!w.bad);
	}
	CHECK(refused > 0);
}

static void deep_nesting_is_refused(void **state)
{
	static char body[8192];
	memset(body, '[', sizeof(body) - 1);
	struct trade o;
	const char *detail;
	REFUSES(PARSE_ENVELOPE, parse(*state, body, &o, &detail));
}

static void views_live_in_the_arena_and_a_full_arena_is_named(void **state)
{
	static const char body[] = "{\"displayName\":\"12345678\",\"ekHash\":\"00010203\"}";
	(void)state;
	size_t refused = 0;
	for (size_t size = 16; size < 1024; size += 16) {
		struct arena small;
		struct trade o;
		const char *detail;
		arena_init(&small, size);
		fault why = jsn_parse(&trade_message, bytes_text(body), &small, &o, &detail);
		CHECK(why == NULL || why == FAIL(SYS_MEMORY));
		CHECK(why || (o.ek_hash.p >= small.p && o.ek_hash.p < small.p + small.n));
		refused += why != NULL;
		arena_done(&small);
	}
	CHECK(refused > 0 && refused < 63);
}

static fault parse_list(struct arena *arena, const char *body, struct jsn_list *list)
{
	arena_reset(arena);
	return jsn_parse_list(&trade_message, bytes_text(body), arena, list);
}

static const char *const ignored[] = { "id", "state", NULL };

static void an_item_that_is_wrong_stops_no_other(void **state)
{
	struct jsn_list list = { .member = "orders", .ignored = ignored, .max = 4 };
	OK(parse_list(*state,
		      "{\"orders\":[{\"displayName\":\"a\"},{\"displayName\":1},7,"
		      "{\"id\":{\"x\":[]},\"state\":null,\"displayName\":\"d\"}]}",
		      &list));
	CHECK(list.n == 4 && !list.v[0].why && !list.v[3].why);
	CHECK(is_bytes_text(((struct trade *)list.v[0].value)->display_name, "a"));
	CHECK(is_bytes_text(((struct trade *)list.v[3].value)->display_name, "d"));
	for (size_t i = 1; i < 3; i++)
		CHECK(list.v[i].why == FAIL(PARSE_FIELD) && list.v[i].detail && !list.v[i].value);
}

static void a_list_is_the_bodys_only_member_and_has_a_ceiling(void **state)
{
	static const char *const wrong[] = {
		"{}", "{\"orders\":{}}", "{\"orders\":[],\"more\":1}", "{\"Orders\":[]}",
	};
	struct jsn_list list = { .member = "orders", .ignored = ignored, .max = 2 };
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		REFUSES(PARSE_FIELD, parse_list(*state, wrong[i], &list));
		assert_string_equal(list.detail, "The body has one member, orders, a list.");
	}
	REFUSES(PARSE_ENVELOPE, parse_list(*state, "[]", &list));
	REFUSES(BODY_LIMIT, parse_list(*state, "{\"orders\":[{},{},{}]}", &list));
	OK(parse_list(*state, "{\"orders\":[{},{}]}", &list));
	CHECK(list.n == 2);
	OK(parse_list(*state, "{\"orders\":[]}", &list));
	CHECK(list.n == 0);
}

static void without_a_member_the_body_is_the_only_item(void **state)
{
	struct jsn_list list = { .ignored = ignored, .max = 1 };
	OK(parse_list(*state, "{\"displayName\":\"a\",\"id\":0}", &list));
	CHECK(list.n == 1 && !list.v[0].why);
	OK(parse_list(*state, "{\"displayName\":0}", &list));
	CHECK(list.n == 1 && list.v[0].why == FAIL(PARSE_FIELD));
}

static void every_truncated_list_is_refused(void **state)
{
	static const char body[] = "{\"orders\":[{\"displayName\":\"a\"},{}]}";
	struct jsn_list list = { .member = "orders", .ignored = ignored, .max = 2 };
	for (size_t n = 0; n < sizeof(body) - 1; n++) {
		arena_reset(*state);
		REFUSES(PARSE_ENVELOPE, jsn_parse_list(&trade_message, bytes_of(body, n), *state, &list));
	}
	REFUSES(PARSE_ENVELOPE, parse_list(*state, "{\"orders\":[]} ]", &list));
}

static fault parse_written(struct arena *arena, const struct wr *w, struct trade *ret)
{
	const char *detail;
	return jsn_parse(&trade_message, wr_done(w), arena, ret, &detail);
}

static void what_is_written_has_one_form_and_is_read_back(void **state)
{
	struct trade o = { .display_name = BYTES_TEXT("a\"\\\xC3\xBC"), .lifetime_s = 7,
			   .ek_hash = BYTES_TEXT("\x00\xFF") }, again;
	uint8_t octets[128];
	struct wr w = wr_of(octets, sizeof(octets));
	jsn_write(&trade_message, &o, &w);
	CHECK(is_bytes_text(wr_done(&w),
			    "{\"displayName\":\"a\\\"\\\\\xC3\xBC\",\"lifetimeS\":7,\"ekHash\":\"00ff\"}"));
	OK(parse_written(*state, &w, &again));
	CHECK(is_bytes_equal(again.display_name, o.display_name) && again.lifetime_s == 7);
	CHECK(is_bytes_equal(again.ek_hash, o.ek_hash));
	w = wr_of(octets, sizeof(octets));
	o = (struct trade){ .display_name = BYTES_TEXT("") };
	jsn_write(&trade_message, &o, &w);
	CHECK(is_bytes_text(wr_done(&w), "{\"displayName\":\"\"}"));
}

static void what_cannot_be_read_back_is_not_written(void **state)
{
	const struct trade bad[] = {
		{ .display_name = { 0 } },
		{ .display_name = BYTES_TEXT("a\nb") },
		{ .display_name = BYTES_TEXT("\xFF") },
		{ .display_name = BYTES_TEXT("a"), .hash_list_2 = { 1, { BYTES_TEXT("b") } } },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint8_t octets[128];
		struct wr w = wr_of(octets, sizeof(octets));
		jsn_write(&trade_message, &bad[i], &w);
		CHECK(w.bad);
	}
}

static void ids_are_a_list_of_uuids_and_nothing_else(void **state)
{
	struct action_new a;
	const char *detail;
	struct arena *arena = *state;
	static const char *const bad[] = {
		"{\"actionName\":\"x\",\"deviceIds\":\"00000000-0000-4000-8000-000000000001\"}",
		"{\"actionName\":\"x\",\"deviceIds\":[\"00000000000040008000000000000001\"]}",
		"{\"actionName\":\"x\",\"deviceIds\":[1]}",
	};
	OK(jsn_parse(&action_new_message,
		     bytes_text("{\"actionName\":\"x\",\"deviceIds\":"
				"[\"00000000-0000-4000-8000-000000000001\","
				"\"00000000-0000-4000-8000-000000000002\"]}"),
		     arena, &a, &detail));
	CHECK(a.device_ids.n == 2 * FIELD_ID_SIZE && a.device_ids.p[15] == 1 && a.device_ids.p[31] == 2);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(PARSE_FIELD, jsn_parse(&action_new_message, bytes_text(bad[i]), arena, &a, &detail));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(members_become_fields),
		TEST(optional_members_may_be_left_out_or_zero),
		TEST(an_empty_text_is_there),
		TEST(what_is_not_one_json_object_is_refused),
		TEST(a_member_that_is_there_twice_is_refused_by_name_of_the_place),
		TEST(a_value_that_does_not_fit_is_refused_with_its_name_and_bound),
		TEST(an_unknown_member_is_refused_and_named_if_it_can_be_shown),
		TEST(every_truncation_is_refused_and_leaves_the_struct_alone),
		TEST(a_flipped_octet_is_refused_or_gives_a_message_that_can_be_sent),
		TEST(deep_nesting_is_refused),
		TEST(views_live_in_the_arena_and_a_full_arena_is_named),
		TEST(an_item_that_is_wrong_stops_no_other),
		TEST(a_list_is_the_bodys_only_member_and_has_a_ceiling),
		TEST(without_a_member_the_body_is_the_only_item),
		TEST(every_truncated_list_is_refused),
		TEST(ids_are_a_list_of_uuids_and_nothing_else),
		TEST(what_is_written_has_one_form_and_is_read_back),
		TEST(what_cannot_be_read_back_is_not_written),
	};
	return cmocka_run_group_tests(tests, start, end);
}
