#include "test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/problem.h"

#define ARENA_SIZE 65536
#define ID BYTES_TEXT("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xAA\xBB\xCC\xDD\xEE\xFF")

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

/* The document, in the arena; absent when it could not be written. */
static struct bytes document(struct arena *arena, fault why, const char *detail)
{
	struct problem p = { .why = why, .request_id = ID, .detail = detail };
	struct wr w = wr_of(arena_alloc(arena, PROBLEM_SIZE_MAX), PROBLEM_SIZE_MAX);
	problem_write(&p, &w);
	return wr_done(&w);
}

static void a_document_has_its_members_in_order(void **state)
{
	arena_reset(*state);
	CHECK(is_bytes_text(document(*state, FAIL(METHOD_UNKNOWN), "Use \"GET\"."),
			    "{\"type\":\"urn:assay:fault:METHOD_UNKNOWN\",\"title\":\"The address exists but "
			    "does not answer this "
			    "method.\",\"status\":405,\"detail\":\"Use "
			    "\\\"GET\\\".\",\"code\":\"METHOD_UNKNOWN\",\"remedy\":\"Use one "
			    "of the methods the Allow header lists.\",\"retry\":false,"
			    "\"requestId\":\"00112233445566778899aabbccddeeff\","
			    "\"error\":{\"code\":\"METHOD_UNKNOWN\",\"message\":\"The address exists but "
			    "does not answer this method. Use \\\"GET\\\". Use one of the methods the Allow "
			    "header lists.\",\"innerError\":"
			    "{\"request-id\":\"00112233-4455-6677-8899-aabbccddeeff\"}}}"));
}

static void what_a_detail_is_about_is_the_target(void **state)
{
	static const struct {
		fault why;
		const char *detail, *target; /* NULL: there is none */
	} rows[] = {
		{ FAIL(PARSE_FIELD), "ekHash is missing.", "ekHash" },
		{ FAIL(PARSE_FIELD), "reason: superseded or unspecified.", "reason" },
		{ FAIL(FORMAT_UNKNOWN), "$filter: not an option.", "$filter" },
		{ FAIL(PARSE_ENVELOPE), "Content-Type: it must be JSON.", "Content-Type" },
		{ FAIL(PARSE_FIELD), "The request has a member.", NULL },
		{ FAIL(PARSE_FIELD), "name, color must not be empty.", NULL },
		{ FAIL(PARSE_FIELD), "rows", NULL },
		{ FAIL(PARSE_FIELD), "", NULL },
		{ FAIL(PARSE_FIELD), NULL, NULL },
		{ FAIL(DEVICE_NONCOMPLIANT), "noncompliant: too old", NULL },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		arena_reset(*state);
		struct bytes text = document(*state, rows[i].why, rows[i].detail);
		json_auto_t *o = json_loadb((const char *)text.p, text.n, 0, NULL);
		const char *target =
			json_string_value(json_object_get(json_object_get(o, "error"), "target"));
		if (target && rows[i].target ? strcmp(target, rows[i].target) != 0 : target != rows[i].target)
			fail_msg("%s: %s", rows[i].detail, target);
	}
}

static void an_hresult_is_eight_capital_digits(void **state)
{
	arena_reset(*state);
	char *text = arena_text(*state, document(*state, FAIL(DEVICE_NOT_REGISTERED), NULL));
	CHECK(strstr(text, "\"hresult\":\"0x801C0003\"") != NULL);
	CHECK(strstr(text, "\"detail\"") == NULL);
}

static void every_fault_is_read_back_as_it_was_written(void **state)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		fault f = &fault_rows[i];
		struct problem_view view;
		arena_reset(*state);
		OK(problem_parse(document(*state, f, "Zeile 1: \xE2\x82\xAC"), *state, &view));
		CHECK(is_bytes_text(view.code, f->name) && is_bytes_text(view.what, f->what));
		CHECK(is_bytes_text(view.remedy, f->remedy) &&
		      is_bytes_text(view.detail, "Zeile 1: \xE2\x82\xAC"));
		CHECK(is_bytes_equal(view.request_id, ID));
		CHECK(view.hresult == f->hresult && view.retry == f->retry);
	}
}

static void every_fault_fits_its_size_with_the_longest_detail(void **state)
{
	char longest[PROBLEM_DETAIL_MAX + 2];
	memset(longest, '"', sizeof(longest));
	longest[PROBLEM_DETAIL_MAX] = 0;
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		struct problem_view view;
		arena_reset(*state);
		OK(problem_parse(document(*state, &fault_rows[i], longest), *state, &view));
		CHECK(view.detail.n == PROBLEM_DETAIL_MAX);
	}
}

static void a_detail_that_cannot_be_shown_is_left_out(void **state)
{
	char longer[PROBLEM_DETAIL_MAX + 2];
	memset(longer, 'a', sizeof(longer));
	longer[PROBLEM_DETAIL_MAX + 1] = 0;
	const char *const details[] = { NULL, "a\nb", "\xFF", "\xE2\x80\xAE", longer };
	for (size_t i = 0; i < COUNT_OF(details); i++) {
		struct problem_view view;
		arena_reset(*state);
		OK(problem_parse(document(*state, FAIL(NOT_FOUND), details[i]), *state, &view));
		CHECK(view.detail.p == NULL);
	}
}

static void a_document_without_room_or_request_id_marks_the_cursor(void **state)
{
	uint8_t out[PROBLEM_SIZE_MAX];
	struct problem p = { .why = FAIL(NOT_FOUND), .request_id = ID };
	arena_reset(*state);
	size_t whole = document(*state, p.why, NULL).n;
	for (size_t n = 0; n < whole; n++) {
		memset(out, 0xEE, sizeof(out));
		struct wr w = wr_of(out, n);
		problem_write(&p, &w);
		CHECK(w.bad);
		CHECK(is_bytes_uniform(bytes_of(out + n, sizeof(out) - n), 0xEE));
	}
	p.request_id.n = 15;
	struct wr w = wr_of(out, sizeof(out));
	problem_write(&p, &w);
	CHECK(w.bad);
}

static void a_code_of_a_newer_server_and_its_members_are_read(void **state)
{
	struct problem_view view;
	arena_reset(*state);
	OK(problem_parse(BYTES_TEXT("{\"type\":\"urn:assay:fault:NEWER\",\"title\":\"What.\",\"status\":499,"
				    "\"code\":\"NEWER\","
				    "\"remedy\":\"Do.\",\"retry\":true,\"requestId\":"
				    "\"00112233445566778899AABBCCDDEEFF\","
				    "\"unknown\":[1]}"),
			 *state, &view));
	CHECK(is_bytes_text(view.code, "NEWER") && view.retry && view.hresult == 0 && view.detail.p == NULL);
}

/* The good document with one piece exchanged for another. */
static struct bytes changed(struct arena *arena, const char *from, const char *to)
{
	char *good = arena_text(arena, document(arena, FAIL(DEVICE_NOT_REGISTERED), NULL));
	char *at = strstr(good, from);
	CHECK(at != NULL);
	return bytes_text(arena_format(arena, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from)));
}

static void what_is_not_a_problem_document_is_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
		{ "urn:assay:fault:DEVICE", "about:blank:DEVICE" },
		{ "urn:assay:fault:DEVICE", "urn:assay:fault:OTHER" },
		{ "\"type\"", "\"kind\"" },
		{ "\"title\"", "\"titel\"" },
		{ "\"code\"", "\"codes\"" },
		{ "\"remedy\"", "\"remedies\"" },
		{ "\"retry\"", "\"retries\"" },
		{ "\"requestId\"", "\"requestid\"" },
		{ "\"retry\":false", "\"retry\":0" },
		{ "\"retry\":false", "\"retry\":\"false\"" },
		{ "\"retry\":false", "\"retry\":false,\"retry\":false" },
		{ "\"code\":\"DEVICE_NOT_REGISTERED\"", "\"code\":\"\"" },
		{ "\"title\":\"No", "\"title\":\"\\u202eNo" },
		{ "0x801C0003", "801C0003" },
		{ "0x801C0003", "0x801C003" },
		{ "0x801C0003", "0x801C00030" },
		{ "0x801C0003", "0x801C000G" },
		{ "0x801C0003", "" },
		{ "001122", "0011" },
		{ "001122", "0011223" },
		{ "001122", "00112G" },
		{ "{", "[" },
		{ "}", "}}" },
		{ "}", "" },
	};
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct problem_view view;
		arena_reset(*state);
		REFUSES(PARSE_ENVELOPE,
			problem_parse(changed(*state, changes[i].from, changes[i].to), *state, &view));
	}
}

static void every_truncation_is_refused(void **state)
{
	struct problem_view view = { .hresult = 99 };
	arena_reset(*state);
	struct bytes whole = document(*state, FAIL(DEVICE_NOT_REGISTERED), NULL);
	for (size_t n = 0; n < whole.n; n++) {
		REFUSES(PARSE_ENVELOPE, problem_parse(bytes_slice(whole, 0, n), *state, &view));
	}
	CHECK(view.hresult == 99);
}

static void a_document_larger_than_any_is_refused(void **state)
{
	char *longer = malloc(PROBLEM_SIZE_MAX + 1);
	struct problem_view view;
	memset(longer, ' ', PROBLEM_SIZE_MAX + 1);
	arena_reset(*state);
	struct bytes good = document(*state, FAIL(NOT_FOUND), NULL);
	memcpy(longer, good.p, good.n);
	OK(problem_parse(bytes_of(longer, PROBLEM_SIZE_MAX), *state, &view));
	REFUSES(PARSE_ENVELOPE, problem_parse(bytes_of(longer, PROBLEM_SIZE_MAX + 1), *state, &view));
	free(longer);
}

static void a_full_arena_is_named(void **state)
{
	struct arena small;
	struct problem_view view;
	arena_reset(*state);
	struct bytes good = document(*state, FAIL(NOT_FOUND), NULL);
	for (size_t size = 16; size < 256; size += 16) {
		arena_init(&small, size);
		fault why = problem_parse(good, &small, &view);
		CHECK(why == NULL || why == FAIL(SYS_MEMORY));
		arena_done(&small);
	}
	arena_init(&small, 16);
	REFUSES(SYS_MEMORY, problem_parse(good, &small, &view));
	arena_done(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_document_has_its_members_in_order),
		TEST(what_a_detail_is_about_is_the_target),
		TEST(an_hresult_is_eight_capital_digits),
		TEST(every_fault_is_read_back_as_it_was_written),
		TEST(every_fault_fits_its_size_with_the_longest_detail),
		TEST(a_detail_that_cannot_be_shown_is_left_out),
		TEST(a_document_without_room_or_request_id_marks_the_cursor),
		TEST(a_code_of_a_newer_server_and_its_members_are_read),
		TEST(what_is_not_a_problem_document_is_refused),
		TEST(every_truncation_is_refused),
		TEST(a_document_larger_than_any_is_refused),
		TEST(a_full_arena_is_named),
	};
	return cmocka_run_group_tests(tests, start, end);
}
