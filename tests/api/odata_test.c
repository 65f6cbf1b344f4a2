#include "api/odata.h"

#include <stdio.h>
#include <string.h>

#include "api/endpoint.h"
#include "flow/inventory.h"
#include "test.h"

static uint8_t memory[1 << 19];
static struct arena arena;
static struct odata_error error;
static struct selection asked;

static const struct property_list *devices(void)
{
	return property_list_find(ENDPOINT_DEVICES);
}

static fault parse(const struct query *q)
{
	arena = (struct arena){ .p = memory, .n = sizeof(memory) };
	error = (struct odata_error){ 0 };
	return odata_parse(devices(), q, &arena, &asked, &error);
}

static fault filter_bytes(struct bytes text)
{
	const struct query q = { .top = 50, .filter = text };
	return parse(&q);
}

static fault filter(const char *text)
{
	return filter_bytes(bytes_text(text));
}

/* The selection's nodes as words, so that a test shows what it expects. */
static const char *nodes(void)
{
	static const char *const ops[] = { "",   "and", "or",    "not",    "eq",   "gt",      "ge",
					   "lt", "le",  "among", "starts", "ends", "contains" };
	static char out[2048];
	size_t n = 0;
	out[0] = 0;
	for (size_t i = 0; i < asked.nodes_n; i++) {
		const struct selection_node *node = &asked.nodes[i];
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s", i ? " " : "", ops[node->op]);
		if (node->value.kind == SELECTION_TEXT)
			n += (size_t)snprintf(out + n, sizeof(out) - n, ":%.*s", (int)node->value.view.n,
					      (const char *)node->value.view.p);
		if (node->value.kind == SELECTION_NUMBER)
			n += (size_t)snprintf(out + n, sizeof(out) - n, ":%lld",
					      (long long)node->value.number);
	}
	return out;
}

static void expressions_become_nodes_in_prefix_order(void **state)
{
	static const struct {
		const char *text, *nodes;
	} rows[] = {
		{ "deviceName eq 'a'", "eq:a" },
		{ "deviceName ne 'a'", "not eq:a" },
		{ "deviceName eq 'it''s'", "eq:it's" },
		{ "deviceName gt 'a' and model le 'b'", "and gt:a le:b" },
		{ "model eq 'a' or model eq 'b' and model eq 'c'", "or eq:a and eq:b eq:c" },
		{ "model eq 'a' and model eq 'b' or model eq 'c'", "or and eq:a eq:b eq:c" },
		{ "(model eq 'a' or model eq 'b') and model eq 'c'", "and or eq:a eq:b eq:c" },
		{ "model eq 'a' or model eq 'b' or model eq 'c'", "or or eq:a eq:b eq:c" },
		{ "not model eq 'a' and model eq 'b'", "and not eq:a eq:b" },
		{ "not (model eq 'a' and model eq 'b')", "not and eq:a eq:b" },
		{ "not(contains(model,'a'))", "not contains:a" },
		{ "startswith(deviceName, 'PC-')", "starts:PC-" },
		{ "endswith( model ,'x' )", "ends:x" },
		{ "model in ('a','b', 'c')", "or or eq:a eq:b eq:c" },
		{ "isTpmAttested eq true", "eq:1" },
		{ "isTpmAttested eq false", "eq:0" },
		{ "attestationState eq 'unattested'", "among:1" },
		{ "attestationState ne 'unattested'", "not among:1" },
		{ "lastSyncDateTime lt 2026-01-01T00:00:00Z", "lt:1767225600" },
		{ "lastSyncDateTime lt 2026-01-01T00:00:00.000Z", "lt:1767225600" },
		{ "lastSyncDateTime lt 2026-01-01T00:00:00.001Z", "lt:1767225601" },
		{ "lastSyncDateTime ge 2026-01-01T00:00:00.5Z", "ge:1767225601" },
		{ "lastSyncDateTime gt 2026-01-01T00:00:00.5Z", "gt:1767225600" },
		{ "lastSyncDateTime le 2026-01-01T00:00:00.5Z", "le:1767225600" },
		{ "lastSyncDateTime eq null", "eq" },
		{ "deviceName ne null", "not eq" },
		{ "(deviceName eq null)", "eq" },
		{ "id eq 00112233-4455-6677-8899-aabbccddeeff", "eq" },
		{ "id eq '00112233-4455-6677-8899-aabbccddeeff'", "eq" },
		{ "  deviceName  eq  'a'  ", "eq:a" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OK(filter(rows[i].text));
		if (strcmp(nodes(), rows[i].nodes) != 0)
			fail_msg("%s became %s", rows[i].text, nodes());
	}
}

/* Each with the octet where it goes wrong. */
static void what_is_no_expression_is_refused_at_its_place(void **state)
{
	static const struct {
		const char *text;
		enum fault_code code;
		size_t at;
	} rows[] = {
		{ "deviceName", FAULT_CODE_QUERY_SYNTAX, 10 },
		{ "deviceName eq", FAULT_CODE_QUERY_SYNTAX, 13 },
		{ "deviceName like 'a'", FAULT_CODE_QUERY_SYNTAX, 11 },
		{ "deviceName EQ 'a'", FAULT_CODE_QUERY_SYNTAX, 11 },
		{ "deviceName eq 'a", FAULT_CODE_QUERY_SYNTAX, 14 },
		{ "deviceName eq \"a\"", FAULT_CODE_QUERY_VALUE, 14 },
		{ "deviceName eq a", FAULT_CODE_QUERY_VALUE, 14 },
		{ "deviceName eq 'a' model eq 'b'", FAULT_CODE_QUERY_SYNTAX, 18 },
		{ "deviceName eq 'a' and", FAULT_CODE_QUERY_SYNTAX, 18 },
		{ "deviceName eq 'a' and ", FAULT_CODE_QUERY_SYNTAX, 22 },
		{ "deviceName eq 'a')", FAULT_CODE_QUERY_SYNTAX, 17 },
		{ "(deviceName eq 'a'", FAULT_CODE_QUERY_SYNTAX, 18 },
		{ "deviceName in 'a'", FAULT_CODE_QUERY_SYNTAX, 14 },
		{ "deviceName in ()", FAULT_CODE_QUERY_VALUE, 15 },
		{ "deviceName in ('a',)", FAULT_CODE_QUERY_VALUE, 19 },
		{ "deviceName in ('a' 'b')", FAULT_CODE_QUERY_SYNTAX, 19 },
		{ "contains(deviceName)", FAULT_CODE_QUERY_SYNTAX, 19 },
		{ "contains(deviceName,'')", FAULT_CODE_QUERY_VALUE, 20 },
		{ "contains(deviceName,null)", FAULT_CODE_QUERY_VALUE, 20 },
		{ "contains(lastSyncDateTime,'a')", FAULT_CODE_QUERY_VALUE, 9 },
		{ "substringof('a',deviceName)", FAULT_CODE_QUERY_PROPERTY, 0 },
		{ "nobody eq 'a'", FAULT_CODE_QUERY_PROPERTY, 0 },
		{ "devicename eq 'a'", FAULT_CODE_QUERY_PROPERTY, 0 },
		{ "warnings eq 'a'", FAULT_CODE_QUERY_PROPERTY, 0 },
		{ "isTpmAttested eq 'true'", FAULT_CODE_QUERY_VALUE, 17 },
		{ "isTpmAttested gt true", FAULT_CODE_QUERY_VALUE, 14 },
		{ "isTpmAttested eq null", FAULT_CODE_QUERY_VALUE, 17 },
		{ "deviceName gt null", FAULT_CODE_QUERY_VALUE, 14 },
		{ "attestationState eq 'never'", FAULT_CODE_QUERY_VALUE, 20 },
		{ "lastSyncDateTime lt '2026'", FAULT_CODE_QUERY_VALUE, 20 },
		{ "lastSyncDateTime eq 2026-01-01T00:00:00.5Z", FAULT_CODE_QUERY_VALUE, 20 },
		{ "lastSyncDateTime lt 2026-01-01T00:00:00.Z", FAULT_CODE_QUERY_VALUE, 20 },
		{ "lastSyncDateTime lt 2026-01-01T00:00:00.5+00:00Z", FAULT_CODE_QUERY_VALUE, 20 },
		{ "lastSyncDateTime lt 2026-13-01T00:00:00Z", FAULT_CODE_QUERY_VALUE, 20 },
		{ "id eq 'x'", FAULT_CODE_QUERY_VALUE, 6 },
		{ "id gt 00112233-4455-6677-8899-aabbccddeeff", FAULT_CODE_QUERY_VALUE, 3 },
		{ "ekHash eq 'abc'", FAULT_CODE_QUERY_VALUE, 10 },
		{ "deviceName eq 'a'; DROP TABLE device", FAULT_CODE_QUERY_SYNTAX, 17 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fault why = filter(rows[i].text);
		if (why != &fault_rows[rows[i].code] || error.at != rows[i].at)
			fail_msg("%s: %s at %zu", rows[i].text, why ? why->name : "read", error.at);
		CHECK(strcmp(error.option, "$filter") == 0 && error.sentence);
	}
}

static void every_truncation_is_refused(void **state)
{
	static const char text[] = "(not (deviceName eq 'it''s' or contains(model,'x')) and id ne null)";
	(void)state;
	OK(filter(text));
	for (size_t n = 1; n + 1 < sizeof(text); n++)
		CHECK(filter_bytes(bytes_of(text, n)));
}

/* n times `open`, the middle, n times `close`. */
static fault nested(size_t n, const char *open, const char *middle, const char *close)
{
	static uint8_t out[ODATA_EXPRESSION_MAX + 64];
	struct wr w = wr_of(out, sizeof(out));
	for (size_t i = 0; i < n; i++)
		wr_bytes(&w, bytes_text(open));
	wr_bytes(&w, bytes_text(middle));
	for (size_t i = 0; i < n; i++)
		wr_bytes(&w, bytes_text(close));
	CHECK(!w.bad);
	return filter_bytes(wr_done(&w));
}

static void what_is_too_deep_too_long_or_too_much_is_refused(void **state)
{
	(void)state;
	OK(nested(ODATA_DEPTH_MAX - 1, "(", "model eq 'a'", ")"));
	REFUSES(QUERY_LIMIT, nested(ODATA_DEPTH_MAX, "(", "model eq 'a'", ")"));
	OK(nested(ODATA_DEPTH_MAX - 1, "not ", "model eq 'a'", ""));
	REFUSES(QUERY_LIMIT, nested(ODATA_DEPTH_MAX, "not ", "model eq 'a'", ""));
	OK(nested(31, "model eq 'a' or ", "model eq 'a'", ""));
	REFUSES(QUERY_LIMIT, nested(32, "model eq 'a' or ", "model eq 'a'", ""));
	OK(nested(ODATA_EXPRESSION_MAX - 12, "", "model eq 'a'", " "));
	REFUSES(QUERY_LIMIT, nested(ODATA_EXPRESSION_MAX - 11, "", "model eq 'a'", " "));
	char text[SELECTION_TEXT_MAX + 64];
	snprintf(text, sizeof(text), "model eq '%0*d'", SELECTION_TEXT_MAX, 0);
	OK(filter(text));
	snprintf(text, sizeof(text), "model eq '%0*d'", SELECTION_TEXT_MAX + 1, 0);
	REFUSES(QUERY_LIMIT, filter(text));
}

static void sorts_are_read_in_their_order(void **state)
{
	struct query q = { .top = 50, .orderby = BYTES_TEXT("deviceName desc, lastSyncDateTime,id asc") };
	(void)state;
	OK(parse(&q));
	CHECK(asked.sorts_n == 3 && asked.sorts[0].is_descending && !asked.sorts[1].is_descending);
	CHECK(asked.sorts[0].column == STORE_LISTING_DEVICE_NAME);
	CHECK(asked.sorts[1].column == STORE_LISTING_DEVICE_LAST_SEEN);
	static const char *const wrong[] = { "deviceName,", "deviceName up", "nobody",
					     "ekHash",      "warnings",      "deviceName desc asc",
					     ",",           "deviceName;",   "id,model,upn,fault" };
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		q.orderby = bytes_text(wrong[i]);
		CHECK(parse(&q) && strcmp(error.option, "$orderby") == 0);
	}
	q.orderby = BYTES_TEXT("id,model,fault,deviceName");
	REFUSES(QUERY_LIMIT, parse(&q));
}

static void what_is_selected_is_shown_and_nothing_else_but_the_id(void **state)
{
	struct query q = { .top = 50, .select = BYTES_TEXT("deviceName, model") };
	struct store_device_listed d = { .name = BYTES_TEXT("PC-1"), .model = BYTES_TEXT("M") };
	(void)state;
	OK(parse(&q));
	json_auto_t *o = property_object(devices(), asked.members, &d);
	CHECK(json_object_size(o) == 3 && json_object_get(o, "id"));
	CHECK(strcmp(json_string_value(json_object_get(o, "deviceName")), "PC-1") == 0);
	json_auto_t *whole = property_object(devices(), 0, &d);
	CHECK(json_object_size(whole) == devices()->n);
	q.select = BYTES_TEXT("nobody");
	REFUSES(QUERY_PROPERTY, parse(&q));
	q.select = BYTES_TEXT("model deviceName");
	REFUSES(QUERY_SYNTAX, parse(&q));
}

static void a_search_is_one_text(void **state)
{
	struct query q = { .top = 50, .search = BYTES_TEXT("\"thin kpad\"") };
	(void)state;
	OK(parse(&q));
	CHECK(is_bytes_text(asked.search, "thin kpad"));
	q.search = BYTES_TEXT("x1");
	OK(parse(&q));
	CHECK(is_bytes_text(asked.search, "x1"));
	q.search = BYTES_TEXT("\"a\" OR \"b\"");
	REFUSES(QUERY_SYNTAX, parse(&q));
	q.search = BYTES_TEXT("\"\"");
	REFUSES(QUERY_SYNTAX, parse(&q));
}

static void a_page_token_is_of_its_question(void **state)
{
	const char *token;
	struct query q = { .top = 7,
			   .filter = BYTES_TEXT("model eq 'a'"),
			   .orderby = BYTES_TEXT("deviceName") };
	const struct selection_value after[] = {
		{ .kind = SELECTION_TEXT, .view = BYTES_TEXT("pc") },
		{ .kind = SELECTION_BYTES, .view = BYTES_TEXT("0123456789abcdef") },
	};
	(void)state;
	OK(parse(&q));
	OK(selection_write_token(&asked, after, COUNT_OF(after), &arena, &token));
	char *kept = strdup(token);
	q.skip = bytes_text(kept);
	q.top = 9;
	OK(parse(&q));
	CHECK(asked.after_n == 2 && is_bytes_text(asked.after[0].view, "pc"));
	for (size_t n = 1; n < q.skip.n; n++) {
		struct query cut = q;
		cut.skip.n = n;
		REFUSES(QUERY_TOKEN, parse(&cut));
	}
	q.filter = BYTES_TEXT("model eq 'b'");
	REFUSES(QUERY_TOKEN, parse(&q));
	CHECK(strcmp(error.option, "$skiptoken") == 0);
	free(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(expressions_become_nodes_in_prefix_order),
		TEST(what_is_no_expression_is_refused_at_its_place),
		TEST(every_truncation_is_refused),
		TEST(what_is_too_deep_too_long_or_too_much_is_refused),
		TEST(sorts_are_read_in_their_order),
		TEST(what_is_selected_is_shown_and_nothing_else_but_the_id),
		TEST(a_search_is_one_text),
		TEST(a_page_token_is_of_its_question),
	};
	return RUN(tests);
}
