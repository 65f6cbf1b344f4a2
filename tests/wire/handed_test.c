#include "wire/handed.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

#define PEM(lines) "-----BEGIN%20CERTIFICATE-----%0A" lines "-----END%20CERTIFICATE-----%0A"
#define LINE "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2"

static fault parse(struct bytes text, char out[static 128])
{
	struct arena a;
	struct bytes der = { 0 };
	arena_init(&a, 4 * HANDED_TEXT_MAX);
	fault why = handed_parse(text, &a, &der);
	if (!why)
		snprintf(out, 128, "%.*s", (int)der.n, (const char *)der.p);
	arena_done(&a);
	return why;
}

static void what_nginx_and_rfc_9440_write_is_read(void **state)
{
	(void)state;
	char out[128];
	OK(parse(BYTES_TEXT(":Zm9vYmE=:"), out));
	assert_string_equal(out, "fooba");
	OK(parse(BYTES_TEXT(PEM("Zm9vYmE%3D%0A")), out));
	assert_string_equal(out, "fooba");
	OK(parse(BYTES_TEXT(PEM("Zm9vYmE=%0a")), out));
	assert_string_equal(out, "fooba");
	OK(parse(BYTES_TEXT(PEM(LINE "%0AZm9v%0A")), out));
	assert_string_equal(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvfoo");
}

static void any_other_form_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		":",
		"::",
		":Zm9v",
		"Zm9v:",
		":Zm9vYmE:",
		":Zm9vYmF=:",
		":Zm 9v:",
		"Zm9v",
		"%",
		"%4",
		"%zz",
		PEM(""),
		PEM("Zm9v"),
		PEM("%0A"),
		PEM("Zm9v%0AZm9v%0A"),
		PEM(LINE "A%0A"),
		PEM("Zm9v%0D%0A"),
		PEM("Zm9v%0A") "%0A",
		"%0A" PEM("Zm9v%0A"),
		PEM("Zm9v%0A") PEM("Zm9v%0A"),
	};
	char out[128];
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (parse(bytes_text(bad[i]), out) != FAIL(PARSE_FIELD))
			fail_msg("%s", bad[i]);
}

static void every_part_of_one_and_one_octet_more_are_refused(void **state)
{
	(void)state;
	char out[128];
	static const char *const whole[] = { PEM("Zm9vYmE%3D%0A"), ":Zm9vYmE=:" };
	for (size_t i = 0; i < COUNT_OF(whole); i++) {
		for (size_t n = 0; n < strlen(whole[i]); n++)
			REFUSES(PARSE_FIELD, parse(bytes_of(whole[i], n), out));
		char more[128];
		snprintf(more, sizeof(more), "%sA", whole[i]);
		REFUSES(PARSE_FIELD, parse(bytes_text(more), out));
	}
}

static void one_that_is_too_long_is_refused(void **state)
{
	(void)state;
	static char text[HANDED_TEXT_MAX + 4];
	char out[128];
	memset(text, 'A', sizeof(text));
	text[0] = text[4 * 1365 + 1] = ':';
	OK(parse(bytes_of(text, 4 * 1365 + 2), out)); /* 4095 octets */
	text[4 * 1365 + 1] = 'A';
	text[4 * 1366 + 1] = ':';
	REFUSES(PARSE_FIELD, parse(bytes_of(text, 4 * 1366 + 2), out)); /* 4098 */
	text[sizeof(text) - 1] = ':';
	REFUSES(PARSE_FIELD, parse(bytes_of(text, sizeof(text)), out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_nginx_and_rfc_9440_write_is_read),
		TEST(any_other_form_is_refused),
		TEST(every_part_of_one_and_one_octet_more_are_refused),
		TEST(one_that_is_too_long_is_refused),
	};
	return RUN(tests);
}
