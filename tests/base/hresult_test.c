#include "base/hresult.h"

#include <string.h>

#include "test.h"

static bool is_text(uint32_t code, const char *expected)
{
	char text[HRESULT_TEXT_SIZE];
	return strcmp(hresult_text(code, text), expected) == 0;
}

static void a_number_is_written_as_certreq_does(void **state)
{
	(void)state;
	CHECK(is_text(0x800B0101, "0x800b0101 (-2146762495 CERT_E_EXPIRED)"));
	CHECK(is_text(0x801C0003, "0x801c0003 (-2145648637)"));
}

static void every_notation_of_a_number_is_the_same_number(void **state)
{
	(void)state;
	static const char *const notations[] = { "0x800B0101",  "0X800b0101", "800b0101",
						 "-2146762495", "2148204801", "CERT_E_EXPIRED" };
	for (size_t i = 0; i < COUNT_OF(notations); i++) {
		uint32_t code = 0;
		CHECK(hresult_parse(bytes_text(notations[i]), &code) && code == 0x800B0101);
	}
}

static void what_is_no_failure_is_no_number(void **state)
{
	(void)state;
	static const char *const others[] = {
		"",           "0x",         "0x0",        "0x800B010",     "0x800B01011",
		"0x800B010g", "0x00000001", "7FFFFFFF",   "302",           "-1x",
		"-",          "2147483647", "4294967296", "-2147483649",   "cert_e_expired",
		"--5",        "deadbeef",   "12345678",   "CERT_E_EXPIRE",
	};
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		uint32_t code;
		CHECK(!hresult_parse(bytes_text(others[i]), &code));
	}
}

/* The device registration service's numbers have no public names. */
static void every_number_of_a_fault_has_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		uint32_t code = fault_rows[i].hresult;
		bool is_nameless = code == 0 || code >> 16 == 0x801C || code == 0x81039024;
		if (!is_nameless && !hresult_name(code))
			fail_msg("%s: 0x%08X has no name", fault_rows[i].name, code);
	}
}

static void a_name_stands_for_one_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		uint32_t code = fault_rows[i].hresult, parsed = 0;
		const char *name = hresult_name(code);
		CHECK(!name || (hresult_parse(bytes_text(name), &parsed) && parsed == code));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_number_is_written_as_certreq_does),
		TEST(every_notation_of_a_number_is_the_same_number),
		TEST(what_is_no_failure_is_no_number),
		TEST(every_number_of_a_fault_has_its_name),
		TEST(a_name_stands_for_one_number),
	};
	return RUN(tests);
}
