#include "api/query.h"

#include <string.h>

#include "test.h"

static uint8_t memory[4096];

static fault parse(const char *target, struct query *q, const char **detail)
{
	static struct arena a;
	a = (struct arena){ .p = memory, .n = sizeof(memory) };
	memset(memory, 0, sizeof(memory));
	*detail = NULL;
	return query_parse(bytes_text(target), &a, q, detail);
}

static void a_target_without_query_has_the_default_page(void **state)
{
	(void)state;
	struct query q;
	const char *detail;
	OK(parse("/a/b", &q, &detail));
	CHECK(is_bytes_text(q.path, "/a/b"));
	CHECK(q.top == QUERY_TOP_DEFAULT && !q.skip.p);
}

static void the_options_are_read_encoded_or_not(void **state)
{
	(void)state;
	struct query q;
	const char *detail;
	OK(parse("/a?$top=7&$skiptoken=d0f", &q, &detail));
	CHECK(q.top == 7 && is_bytes_text(q.skip, "d0f"));
	OK(parse("/a?%24skiptoken=%64%30&%24top=1000", &q, &detail));
	CHECK(q.top == 1000 && is_bytes_text(q.skip, "d0"));
	OK(parse("/a?$filter=a%20eq%20%27b%27", &q, &detail));
	CHECK(is_bytes_text(q.filter, "a eq 'b'"));
	OK(parse("/a?$orderby=a%20desc&$select=a,b&$search=c&$count=true", &q, &detail));
	CHECK(is_bytes_text(q.orderby, "a desc") && is_bytes_text(q.select, "a,b"));
	CHECK(q.is_counted);
	CHECK(q.given == (QUERY_LISTED & ~(QUERY_PAGED | QUERY_BIT(FILTER))));
	OK(parse("/a?since=2026-01-01T00%3A00:00Z", &q, &detail));
	CHECK(q.since == 1767225600);
}

static void the_link_is_the_target_without_the_place_of_its_page(void **state)
{
	(void)state;
	struct query q;
	const char *detail;
	OK(parse("/a?$top=7&$skiptoken=d0f&$filter=b%20eq%201", &q, &detail));
	CHECK(is_bytes_text(q.link, "/a?$top=7&$filter=b%20eq%201"));
	OK(parse("/a?$skiptoken=d0f", &q, &detail));
	CHECK(is_bytes_text(q.link, "/a"));
}

static void what_is_not_offered_is_refused_by_name(void **state)
{
	(void)state;
	static const char *const targets[] = { "/a?$expand=x",   "/a?x",
					       "/a?$count=1",    "/a?$orderby=",
					       "/a?$select=a&$select=b",
					       "/a?$top=",       "/a?$top=0",
					       "/a?$top=1001",   "/a?$top=-1",
					       "/a?$top=+1",     "/a?$top=1&$top=2",
					       "/a?$skiptoken=", "/a?$skiptoken=a&$skiptoken=b",
					       "/a?$filter=",    "/a?$filter=a&$filter=b",
					       "/a?=1",          "/a?$top=01",
					       "/a?since=",      "/a?since=2026-01-01",
					       "/a?since=1970-01-01T00:00:00Z" };
	struct query q;
	const char *detail;
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		REFUSES(FORMAT_UNKNOWN, parse(targets[i], &q, &detail));
		CHECK(detail && detail[0]);
	}
}

/* The detail names the first of them and what there is instead. */
static void what_an_address_does_not_take_is_refused_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *target, *detail;
		unsigned taken;
	} rows[] = {
		{ "/a?$filter=a", "$filter: not an option of this address, which takes $top and $skiptoken.",
		  QUERY_PAGED },
		{ "/a?$top=1&$count=true", "$top: not an option of this address, which takes none.", 0 },
		{ "/a?$search=b&since=2026-01-01T00:00:00Z",
		  "since: not an option of this address, which takes $top, $skiptoken, $filter, $orderby, "
		  "$select, $search and $count.",
		  QUERY_LISTED },
	};
	struct query q;
	const char *detail;
	struct arena a;
	arena_init(&a, 4096);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OK(parse(rows[i].target, &q, &detail));
		REFUSES(FORMAT_UNKNOWN, query_check(&q, rows[i].taken, &a, &detail));
		CHECK(strcmp(detail, rows[i].detail) == 0);
		OK(query_check(&q, rows[i].taken | q.given, &a, &detail));
	}
	arena_done(&a);
}

static void broken_percent_encoding_is_malformed(void **state)
{
	(void)state;
	static const char *const targets[] = { "/a?$skiptoken=%", "/a?$skiptoken=%4", "/a?$skiptoken=%zz",
					       "/a?%0a=1", "/a?$skiptoken=%ff" };
	struct query q;
	const char *detail;
	for (size_t i = 0; i < COUNT_OF(targets); i++)
		REFUSES(HTTP_MALFORMED, parse(targets[i], &q, &detail));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_target_without_query_has_the_default_page),
		TEST(the_options_are_read_encoded_or_not),
		TEST(the_link_is_the_target_without_the_place_of_its_page),
		TEST(what_is_not_offered_is_refused_by_name),
		TEST(what_an_address_does_not_take_is_refused_by_name),
		TEST(broken_percent_encoding_is_malformed),
	};
	return RUN(tests);
}
