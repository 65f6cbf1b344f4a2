#include "portal/portal.h"

#include <stdio.h>

#include "test.h"

static const char *const paths[] = {
#define P(id, path, content, file) path,
#include "portal/portal.def"
#undef P
};

static const struct portal_file *find(const char *target)
{
	return portal_find(bytes_text(target));
}

static struct response ask(const char *method, const char *if_none_match)
{
	const struct request r = { .method = bytes_text(method), .if_none_match = bytes_text(if_none_match) };
	struct response answer;
	OK(portal_answer(&r, find("/"), &answer));
	return answer;
}

static void every_row_is_a_file_of_gzip_with_an_etag_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		const struct portal_file *f = find(paths[i]);
		assert_non_null(f);
		CHECK(f->body.n > 18 && f->body.p[0] == 0x1F && f->body.p[1] == 0x8B);
		CHECK(f->content >= FRAME_CONTENT_PAGE && f->content <= FRAME_CONTENT_LAST);
		for (size_t k = 0; k < i; k++)
			CHECK(!is_bytes_text(bytes_text(f->etag), find(paths[k])->etag));
	}
}

static void a_query_names_the_same_file_and_anything_else_none(void **state)
{
	(void)state;
	assert_ptr_equal(find("/?x=/portal/app.js"), find("/"));
	assert_null(find(""));
	assert_null(find("/portal/"));
	assert_null(find("/portal/app.js/"));
	assert_null(find("/portal/../portal/app.js"));
	assert_null(find("/portal/APP.js"));
}

static void whoever_has_the_file_is_told_so_without_it(void **state)
{
	(void)state;
	const char *etag = find("/")->etag;
	char list[128];
	snprintf(list, sizeof(list), "\"other\", W/%s ,\"x\"", etag);
	const char *const has[] = { etag, list, "*" };
	for (size_t i = 0; i < COUNT_OF(has); i++) {
		struct response r = ask("GET", has[i]);
		assert_int_equal(r.status, 304);
		CHECK(!r.body.p && is_bytes_text(r.etag, etag));
	}
}

static void whoever_has_another_or_none_is_given_it(void **state)
{
	(void)state;
	const char *const has_not[] = { NULL, "", "\"other\"", "W/", "\"*\"", "," };
	for (size_t i = 0; i < COUNT_OF(has_not); i++) {
		struct response r = ask("GET", has_not[i]);
		assert_int_equal(r.status, 200);
		CHECK(is_bytes_equal(r.body, find("/")->body) && r.content == FRAME_CONTENT_PAGE);
	}
	assert_int_equal(ask("HEAD", NULL).status, 200);
}

static void it_is_only_read(void **state)
{
	(void)state;
	struct response answer;
	const struct request r = { .method = BYTES_TEXT("POST") };
	REFUSES(METHOD_UNKNOWN, portal_answer(&r, find("/"), &answer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_a_file_of_gzip_with_an_etag_of_its_own),
		cmocka_unit_test(a_query_names_the_same_file_and_anything_else_none),
		cmocka_unit_test(whoever_has_the_file_is_told_so_without_it),
		cmocka_unit_test(whoever_has_another_or_none_is_given_it),
		cmocka_unit_test(it_is_only_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
