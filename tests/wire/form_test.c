#include "wire/form.h"

#include <string.h>

#include "test.h"

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

static struct bytes written(struct bytes value, uint8_t out[static 768])
{
	struct wr w = wr_of(out, 768);
	form_write_value(value, &w);
	CHECK(!w.bad);
	return wr_done(&w);
}

static uint8_t digit_of(uint8_t c)
{
	CHECK((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'));
	return (uint8_t)(c <= '9' ? c - '0' : c - 'A' + 10);
}

static void what_means_nothing_else_stays_as_it_is(void **state)
{
	uint8_t out[768];
	(void)state;
	CHECK(is_bytes_text(written(BYTES_TEXT(PLAIN), out), PLAIN));
	CHECK(written(BYTES_TEXT(""), out).n == 0);
}

static void every_octet_reads_back(void **state)
{
	uint8_t out[768];
	(void)state;
	for (unsigned v = 0; v < 256; v++) {
		uint8_t octet = (uint8_t)v;
		struct bytes said = written(bytes_of(&octet, 1), out);
		bool is_plain = octet && strchr(PLAIN, octet) != NULL;
		CHECK(said.n == (is_plain ? 1 : 3) && (is_plain || said.p[0] == '%'));
		CHECK((is_plain ? said.p[0] : digit_of(said.p[1]) << 4 | digit_of(said.p[2])) == octet);
	}
}

static void what_would_end_a_value_is_written_otherwise(void **state)
{
	uint8_t out[768];
	(void)state;
	CHECK(is_bytes_text(written(BYTES_TEXT("a b+c&d=e%f/ü\r\n"), out),
			    "a%20b%2Bc%26d%3De%25f%2F%C3%BC%0D%0A"));
}

static void fields_stand_in_their_order_with_an_and_between(void **state)
{
	const struct form_field fields[] = {
		{ "grant_type", BYTES_TEXT("authorization_code") },
		{ "code", BYTES_TEXT("x&code=y") },
		{ "empty", { 0 } },
	};
	uint8_t out[128];
	struct wr w = wr_of(out, sizeof(out)), none = wr_of(out, sizeof(out));
	(void)state;
	form_write(fields, COUNT_OF(fields), &w);
	CHECK(is_bytes_text(wr_done(&w), "grant_type=authorization_code&code=x%26code%3Dy&empty="));
	form_write(fields, 0, &none);
	CHECK(!none.bad && none.at == 0);
}

static void what_does_not_fit_marks_the_cursor(void **state)
{
	static const char whole[] = "code=%C3%BC";
	const struct form_field field = { "code", BYTES_TEXT("ü") };
	(void)state;
	for (size_t n = 0; n < sizeof(whole); n++) {
		uint8_t out[sizeof(whole)] = { 0 };
		struct wr w = wr_of(out, n);
		form_write(&field, 1, &w);
		CHECK(w.bad == (n < strlen(whole)) && out[n] == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_means_nothing_else_stays_as_it_is),
		cmocka_unit_test(every_octet_reads_back),
		cmocka_unit_test(what_would_end_a_value_is_written_otherwise),
		cmocka_unit_test(fields_stand_in_their_order_with_an_and_between),
		cmocka_unit_test(what_does_not_fit_marks_the_cursor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
