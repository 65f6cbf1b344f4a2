#include "cli/rowfile.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

#define HEAD "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User\r\n"
#define EK "00000000000000000000000000000000000000000000000000000000000000aa"

/* All rows of a file, one a line: "LINE BODY" in the order of its members' names, or "LINE FAULT". */
struct reading {
	char text[2048];
	fault why; /* of the whole file */
	char detail[ROWFILE_DETAIL_SIZE];
	bool has_windows_hash;
};

static void note(struct reading *r, const struct rowfile_row *row)
{
	size_t at = strlen(r->text);
	char *body = row->body ? json_dumps(row->body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	snprintf(r->text + at, sizeof(r->text) - at, "%zu %s\n", row->line, body ? body : row->why->name);
	r->has_windows_hash = r->has_windows_hash || row->has_windows_hash;
	free(body);
	json_decref(row->body);
}

static struct reading read_octets(struct bytes file)
{
	struct reading r = { 0 };
	struct rowfile_row row;
	/* An empty file is none to fmemopen. */
	FILE *in = file.n ? fmemopen((void *)(uintptr_t)file.p, file.n, "r") : fopen("/dev/null", "r");
	CHECK(in != NULL);
	struct rowfile *f = rowfile_open(in);
	while (!(r.why = rowfile_next(f, &row)) && (row.body || row.why))
		note(&r, &row);
	if (r.why)
		snprintf(r.detail, sizeof(r.detail), "%s", row.detail);
	rowfile_close(f);
	fclose(in);
	return r;
}

static struct reading read_text(const char *file)
{
	return read_octets(bytes_text(file));
}

static void the_csv_of_windows_autopilot_is_read(void **state)
{
	(void)state;
	struct reading r = read_text(HEAD "SN1,PK,YWJj,Fleet,ann@example.com\r\nSN2,,,,\r\n");
	OK(r.why);
	assert_string_equal(
		r.text,
		"2 "
		"{\"assignedUserPrincipalName\":\"ann@example.com\",\"groupTag\":\"Fleet\","
		"\"hardwareDigest\":"
		"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\"productKey\":\"PK\","
		"\"serialNumber\":\"SN1\"}\n3 {\"serialNumber\":\"SN2\"}\n");
	CHECK(r.has_windows_hash);
}

static void the_last_two_columns_and_the_last_line_feed_may_be_missing(void **state)
{
	(void)state;
	struct reading r =
		read_text("Device Serial Number,Windows Product ID,Hardware Hash\nSN1,,\n\n  \nSN2,,");
	OK(r.why);
	assert_string_equal(r.text, "2 {\"serialNumber\":\"SN1\"}\n5 {\"serialNumber\":\"SN2\"}\n");
	CHECK(!r.has_windows_hash);
}

static void a_mark_of_utf_8_quotes_and_blanks_are_taken_off(void **state)
{
	(void)state;
	struct reading r = read_text("\xEF\xBB\xBF\"EK Hash\",Group Tag\r\n" EK ",\" a,\"\"b\"\" \"\r\n");
	OK(r.why);
	assert_string_equal(r.text, "2 {\"ekHash\":\"" EK "\",\"groupTag\":\"a,\\\"b\\\"\"}\n");
}

static void titles_are_exact(void **state)
{
	static const struct {
		const char *file, *detail;
	} wrong[] = {
		{ "", "empty" },
		{ "\r\n \n", "empty" },
		{ "device serial number\nA\n", "Column 1, \"device serial number\"" },
		{ "Device Serial Number,Serial\nA,B\n", "Column 2, \"Serial\"" },
		{ "Device Serial Number,Device Serial Number\nA,B\n", "twice" },
		{ "Group Tag,Assigned User\nA,B\n", "no column" },
		{ "SN1,,YWJj\n", "Column 1" },
		{ "Device Serial Number,\"Group Tag\nA,B\n", "not closed" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct reading r = read_text(wrong[i].file);
		CHECK(r.why == FAIL(TABLE_HEAD) && strstr(r.detail, wrong[i].detail) && !r.text[0]);
	}
}

static void a_bad_line_is_named_and_the_next_one_read(void **state)
{
	(void)state;
	struct reading r =
		read_text(HEAD "SN1,,,\nSN2,,YWJ,,\nSN3,,,\"open,\nSN4,,,B\xFCro,\nSN5,,,,,\nSN6,,,a\x07,\n"
			       "SN7,,,,\n");
	OK(r.why);
	assert_string_equal(r.text, "2 ROW_MALFORMED\n3 PARSE_FIELD\n4 ROW_MALFORMED\n5 ROW_ENCODING\n"
				    "6 ROW_MALFORMED\n7 ROW_MALFORMED\n8 {\"serialNumber\":\"SN7\"}\n");
}

static void a_line_longer_than_a_row_can_be_is_passed_over(void **state)
{
	static char file[2 * ROWFILE_ROW_MAX];
	(void)state;
	size_t n = (size_t)snprintf(file, sizeof(file), "EK Hash\n");
	memset(file + n, 'a', ROWFILE_ROW_MAX + 1);
	snprintf(file + n + ROWFILE_ROW_MAX + 1, 100, "\n" EK "\n");
	struct reading r = read_text(file);
	OK(r.why);
	assert_string_equal(r.text, "2 ROW_MALFORMED\n3 {\"ekHash\":\"" EK "\"}\n");
}

static void utf_16_is_named(void **state)
{
	(void)state;
	struct reading r = read_octets(BYTES_TEXT("\xFF\xFE"
						  "D\0e\0v\0"));
	CHECK(r.why == FAIL(ROW_ENCODING) && strstr(r.detail, "UTF-16"));
	CHECK(read_octets(BYTES_TEXT("\xEF\xBB"
				     "D"))
		      .why == FAIL(ROW_ENCODING));
}

static void an_array_of_graphs_device_identities_is_read(void **state)
{
	(void)state;
	struct reading r = read_text(
		"[\n "
		"{\"@odata.type\":\"#x\",\"serialNumber\":\"a]},{\\\"\",\"groupTag\":\"\",\"importId\":\"q\","
		"\"state\":{\"deviceImportStatus\":\"pending\",\"x\":[1,{}]}},\n {\"ekHash\":null,"
		"\"serialNumber\":\"S2\",\"hardwareIdentifier\":\"YWJj\"}\n]\n");
	OK(r.why);
	assert_string_equal(r.text, "2 {\"serialNumber\":\"a]},{\\\"\"}\n3 {\"hardwareDigest\":"
				    "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\","
				    "\"serialNumber\":\"S2\"}\n");
	CHECK(read_text("[]").why == NULL && !read_text("[ ]\n").text[0]);
}

static void hardware_records_are_read_one_after_the_other(void **state)
{
	(void)state;
	struct reading r =
		read_text("{\"serial\":\"S1\",\"name\":\"desk\",\"ekHash\":\"" EK "\",\"tpm\":{\"a\":1},"
			  "\"endorsementKeys\":[{}],\"hardware\":\"model=M\"}\n{\"serial\":\"S2\"}");
	OK(r.why);
	assert_string_equal(
		r.text,
		"1 {\"displayName\":\"desk\",\"ekHash\":\"" EK
		"\",\"hardware\":\"model=M\",\"serialNumber\":\"S1\"}\n2 {\"serialNumber\":\"S2\"}\n");
}

static void a_bad_object_is_named_and_the_next_one_read(void **state)
{
	(void)state;
	struct reading r =
		read_text("[{\"serialNumber\":1},{\"serial\":\"a\",\"serial\":\"b\"},{\"Serial\":\"x\"},"
			  "{a},{\"serial\":\"S\"}]");
	OK(r.why);
	assert_string_equal(r.text, "1 PARSE_FIELD\n1 ROW_MALFORMED\n1 PARSE_FIELD\n1 ROW_MALFORMED\n"
				    "1 {\"serialNumber\":\"S\"}\n");
}

static void a_list_that_is_cut_or_followed_by_something_is_named_where_it_ends(void **state)
{
	static const char list[] = "[{\"serial\":\"S1\"},{\"serial\":\"S2\"}]";
	(void)state;
	for (size_t n = 1; n < sizeof(list) - 1; n++) {
		struct reading r = read_octets(bytes_of(list, n));
		OK(r.why);
		CHECK(strstr(r.text, "1 ROW_MALFORMED\n") != NULL);
	}
	CHECK(strstr(read_text("[{\"serial\":\"S1\"}] {}").text, "ROW_MALFORMED"));
	CHECK(strstr(read_text("[{\"serial\":\"S1\"},]").text, "ROW_MALFORMED"));
	CHECK(strstr(read_text("[{\"serial\":\"S1\"} {}]").text, "ROW_MALFORMED"));
	CHECK(strstr(read_text("{\"serial\":\"S1\"} x").text, "ROW_MALFORMED"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_csv_of_windows_autopilot_is_read),
		TEST(the_last_two_columns_and_the_last_line_feed_may_be_missing),
		TEST(a_mark_of_utf_8_quotes_and_blanks_are_taken_off),
		TEST(titles_are_exact),
		TEST(a_bad_line_is_named_and_the_next_one_read),
		TEST(a_line_longer_than_a_row_can_be_is_passed_over),
		TEST(utf_16_is_named),
		TEST(an_array_of_graphs_device_identities_is_read),
		TEST(hardware_records_are_read_one_after_the_other),
		TEST(a_bad_object_is_named_and_the_next_one_read),
		TEST(a_list_that_is_cut_or_followed_by_something_is_named_where_it_ends),
	};
	json_object_seed(1);
	return RUN(tests);
}
