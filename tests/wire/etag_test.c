#include "wire/etag.h"

#include "test.h"

#define TAG "\"a1\""

static void a_tag_is_found_wherever_it_stands_in_the_list(void **state)
{
	static const char *const lists[] = { TAG, "\"b\", " TAG, TAG ",\"b\"", "\"b\"," TAG " ,\"c\"", "*" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		CHECK(is_etag_listed(bytes_text(lists[i]), TAG, ETAG_STRONG));
		CHECK(is_etag_listed(bytes_text(lists[i]), TAG, ETAG_WEAK));
	}
}

static void a_weak_tag_is_a_match_where_a_weak_one_will_do(void **state)
{
	(void)state;
	CHECK(is_etag_listed(BYTES_TEXT("\"b\", W/" TAG), TAG, ETAG_WEAK));
	CHECK(!is_etag_listed(BYTES_TEXT("\"b\", W/" TAG), TAG, ETAG_STRONG));
}

static void what_is_almost_a_tag_is_none(void **state)
{
	static const char *const lists[] = { "", ",", "a1", "\"a1", "\"a12\"", "w/" TAG, "W/W/" TAG, "**",
					     "*, \"b\"", "\"b\", *" };
	(void)state;
	CHECK(!is_etag_listed((struct bytes){ 0 }, TAG, ETAG_WEAK));
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		CHECK(!is_etag_listed(bytes_text(lists[i]), TAG, ETAG_WEAK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tag_is_found_wherever_it_stands_in_the_list),
		cmocka_unit_test(a_weak_tag_is_a_match_where_a_weak_one_will_do),
		cmocka_unit_test(what_is_almost_a_tag_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
