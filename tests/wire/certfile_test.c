#include "wire/certfile.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

/* The octets that a file's certificates have together, or the fault of reading it. */
struct reading {
	fault why;
	size_t count;
	char octets[64];
	const char *detail;
};

static struct reading read_file(struct bytes file)
{
	static struct certfile c;
	struct reading r = { 0 };
	struct bytes der = { 0 };
	size_t at = 0;
	certfile_init(&c, file);
	do {
		r.why = certfile_next(&c, &der);
		bool is_one = !r.why && der.n > 0;
		r.count += is_one;
		if (is_one && at + der.n < sizeof(r.octets))
			memcpy(r.octets + at, der.p, der.n);
		at += is_one ? der.n : 0;
	} while (!r.why && der.n > 0);
	r.detail = c.detail;
	return r;
}

static struct reading read_text(const char *text)
{
	return read_file(bytes_text(text));
}

static void one_certificate_in_pem_is_decoded(void **state)
{
	struct reading r = read_text(BEGIN "Zm9v\nYmFy\n" END);
	(void)state;
	OK(r.why);
	CHECK(r.count == 1);
	assert_string_equal(r.octets, "foobar");
}

static void several_with_text_and_other_blocks_between_are_found(void **state)
{
	struct reading r = read_text("subject: one\r\n" BEGIN "Zm9v\r\n" END
				     "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
				     "0 s:two\n-----BEGIN X509 CERTIFICATE-----\n YmFy \n\n"
				     "-----END X509 CERTIFICATE-----");
	(void)state;
	OK(r.why);
	CHECK(r.count == 2);
	assert_string_equal(r.octets, "foobar");
}

static void a_file_in_der_is_taken_whole(void **state)
{
	static const uint8_t der[] = { 0x30, 0x81, 0x01, '\n', '-' };
	static struct certfile c;
	struct bytes first, second;
	(void)state;
	certfile_init(&c, BYTES_OF(der));
	OK(certfile_next(&c, &first));
	CHECK(is_bytes_equal(first, BYTES_OF(der)));
	OK(certfile_next(&c, &second));
	CHECK(second.n == 0);
}

static void text_that_begins_with_the_digit_of_a_sequence_is_no_der(void **state)
{
	struct reading r = read_text("0 s:CN = one\n" BEGIN "Zm9v\n" END);
	(void)state;
	OK(r.why);
	CHECK(r.count == 1);
}

static void a_file_without_a_certificate_is_refused(void **state)
{
	static const char *const files[] = {
		"", "\n", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct reading r = read_text(files[i]);
		CHECK(r.why == FAIL(ANCHOR_INVALID) && strstr(r.detail, "neither"));
	}
}

static void every_truncation_inside_a_certificate_is_refused(void **state)
{
	static const char file[] = "text\n" BEGIN "Zm9vYmFy\n" END;
	size_t begun = strlen("text\n" BEGIN) - 1, ended = sizeof(file) - 2;
	(void)state;
	for (size_t n = 0; n < sizeof(file); n++) {
		struct reading r = read_file(bytes_of(file, n));
		CHECK((r.why == NULL) == (n >= ended));
		if (n >= begun && n < ended)
			CHECK(strstr(r.detail, "ends inside") != NULL);
	}
}

static void what_is_no_base64_is_refused(void **state)
{
	static const char *const files[] = {
		BEGIN "Zm9\n" END, BEGIN "Zm9v!\n" END, BEGIN END, BEGIN "Proc-Type: 4\n\nZm9v\n" END,
		BEGIN "Zm9v\n" BEGIN "Zm9v\n" END,
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++)
		CHECK(read_text(files[i]).why == FAIL(ANCHOR_INVALID));
}

static void a_refused_certificate_ends_the_file(void **state)
{
	struct certfile *c = malloc(sizeof(*c));
	struct bytes der;
	(void)state;
	certfile_init(c, bytes_text(BEGIN "Zm9v\n" END BEGIN "!\n" END BEGIN "YmFy\n" END));
	OK(certfile_next(c, &der));
	REFUSES(ANCHOR_INVALID, certfile_next(c, &der));
	OK(certfile_next(c, &der));
	CHECK(der.n == 0);
	free(c);
}

/* A file of one certificate of n octets, all zero; n is a multiple of three. The caller frees it. */
static char *zeros_new(size_t n)
{
	size_t digits = n / 3 * 4;
	char *text = malloc(digits + sizeof(BEGIN) + sizeof(END) + 1);
	char *at = text + snprintf(text, sizeof(BEGIN), "%s", BEGIN);
	memset(at, 'A', digits);
	snprintf(at + digits, sizeof(END) + 1, "\n%s", END);
	return text;
}

static void a_certificate_has_a_longest_length(void **state)
{
	char *largest = zeros_new(CERTFILE_DER_MAX / 3 * 3),
	     *larger = zeros_new(CERTFILE_DER_MAX / 3 * 3 + 3);
	uint8_t *der = calloc(1, CERTFILE_DER_MAX + 1);
	(void)state;
	OK(read_text(largest).why);
	CHECK(read_text(larger).why == FAIL(ANCHOR_INVALID));
	der[0] = 0x30;
	der[1] = 0x82;
	OK(read_file(bytes_of(der, CERTFILE_DER_MAX)).why);
	CHECK(read_file(bytes_of(der, CERTFILE_DER_MAX + 1)).why == FAIL(ANCHOR_INVALID));
	free(der);
	free(larger);
	free(largest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_certificate_in_pem_is_decoded),
		TEST(several_with_text_and_other_blocks_between_are_found),
		TEST(a_file_in_der_is_taken_whole),
		TEST(text_that_begins_with_the_digit_of_a_sequence_is_no_der),
		TEST(a_file_without_a_certificate_is_refused),
		TEST(every_truncation_inside_a_certificate_is_refused),
		TEST(what_is_no_base64_is_refused),
		TEST(a_refused_certificate_ends_the_file),
		TEST(a_certificate_has_a_longest_length),
	};
	return RUN(tests);
}
