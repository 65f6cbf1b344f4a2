#include "cli/complaint.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static char *text_of(const struct complaint *c)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	complaint_write(c, out);
	fclose(out);
	return text;
}

static void a_complaint_has_three_lines(void **state)
{
	struct complaint c;
	(void)state;
	CHECK(complaint_put(&c, FAIL(SYS_FILE), "%s: gone", "/x") == FAIL(SYS_FILE));
	char *text = text_of(&c);
	assert_string_equal(text, "assay: SYS_FILE: A file that is needed cannot be read or written.\n"
				  "       /x: gone (0x80070002)\n"
				  "       Check path, owner and mode of the file that the detail names.\n");
	free(text);
}

static void a_detail_that_acts_on_a_terminal_is_left_out(void **state)
{
	struct complaint c;
	(void)state;
	complaint_put(&c, FAIL(SYS_FILE), "%s", "\033[2Jgone");
	CHECK(c.detail[0] == 0);
}

static const uint8_t id[16] = { 0xAB, 1 };

static void what_the_server_says_comes_first(void **state)
{
	const struct problem_view said = {
		.code = BYTES_TEXT("CONFLICT"), .what = BYTES_TEXT("W."), .remedy = BYTES_TEXT("R."),
		.request_id = BYTES_OF(id), .hresult = 0x80070001,
	};
	struct complaint c;
	(void)state;
	CHECK(complaint_put_problem(&c, &said) == FAIL(CONFLICT));
	char *text = text_of(&c);
	assert_string_equal(text, "assay: CONFLICT: W.\n"
				  "       0x80070001\n"
				  "       R. (request ab010000000000000000000000000000)\n");
	free(text);
}

static void a_code_of_a_newer_server_is_shown_as_it_is(void **state)
{
	const struct problem_view said = { .code = BYTES_TEXT("NEW_REASON"), .what = BYTES_TEXT("New.") };
	struct complaint c;
	(void)state;
	CHECK(complaint_put_problem(&c, &said) == FAIL(REASON_UNKNOWN));
	char *text = text_of(&c);
	CHECK(strstr(text, "assay: NEW_REASON: New.\n") == text && strstr(text, "Update this program"));
	free(text);
}

static void exit_codes_tell_who_is_to_act(void **state)
{
	const struct problem_view said = { .code = BYTES_TEXT("NET_TIMEOUT"), .what = BYTES_TEXT("W.") };
	struct complaint c = { 0 };
	(void)state;
	CHECK(complaint_exit(&c) == COMPLAINT_EXIT_DONE);
	complaint_put(&c, FAIL(NET_UNREACHABLE), "%s", "");
	CHECK(complaint_exit(&c) == COMPLAINT_EXIT_UNREACHABLE);
	complaint_put(&c, FAIL(SERVER_UNTRUSTED), "%s", "");
	CHECK(complaint_exit(&c) == COMPLAINT_EXIT_UNREACHABLE);
	complaint_put(&c, FAIL(CONFIG_INVALID), "%s", "");
	CHECK(complaint_exit(&c) == COMPLAINT_EXIT_USAGE);
	complaint_put_problem(&c, &said);
	CHECK(complaint_exit(&c) == COMPLAINT_EXIT_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_complaint_has_three_lines),
		TEST(a_detail_that_acts_on_a_terminal_is_left_out),
		TEST(what_the_server_says_comes_first),
		TEST(a_code_of_a_newer_server_is_shown_as_it_is),
		TEST(exit_codes_tell_who_is_to_act),
	};
	return RUN(tests);
}
