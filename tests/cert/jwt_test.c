#include "cert/jwt.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "test.h"

#define ID BYTES_TEXT("0123456789abcdef")
#define ISSUED UINT64_C(1767225600)

static struct bytes octets_of(const char *text, uint8_t *memory, size_t n)
{
	struct wr w = wr_of(memory, n);
	CHECK(base64_parse_url(bytes_text(text), &w));
	return wr_done(&w);
}

static const char x[] = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
static const char y[] = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";

/* The key of RFC 9449 §4.3. */
static struct subject curve_key(void)
{
	static uint8_t a[32], b[32];
	return (struct subject){ FRAME_KEY_P256, octets_of(x, a, sizeof(a)), octets_of(y, b, sizeof(b)) };
}

static struct mint sample(void)
{
	const struct subject key = curve_key();
	return (struct mint){ .id = ID, .device_id = BYTES_TEXT("fedcba9876543210"), .issued = ISSUED,
			      .expires = ISSUED + 600, .attested = 1, .assurance = TRIP_ASSURED_CERTIFICATE,
			      .key = key.kind, .key_a = key.a, .key_b = key.b };
}

static const struct jwt_issuer issuer = { BYTES_TEXT("https://assay.example"), "the-key" };

/* Header or payload of what is signed, as text. */
static const char *part(const struct mint *m, bool is_payload)
{
	static uint8_t text[JWT_INPUT_MAX];
	uint8_t input[JWT_INPUT_MAX];
	struct wr w = wr_of(input, sizeof(input)), decoded = wr_of(text, sizeof(text) - 1);
	OK(jwt_build(m, &issuer, &w));
	uint8_t *dot = memchr(input, '.', w.at);
	CHECK(dot != NULL);
	size_t at = (size_t)(dot - input);
	struct bytes whole = wr_done(&w);
	struct bytes wanted = bytes_slice(whole, 0, at);
	if (is_payload)
		wanted = bytes_slice(whole, at + 1, w.at - at - 1);
	CHECK(base64_parse_url(wanted, &decoded));
	text[decoded.at] = 0;
	return (const char *)text;
}

static void thumbprints_are_those_of_the_standards(void **state)
{
	(void)state;
	/* RFC 7638 §3.1 */
	static const char n[] =
		"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1"
		"L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4"
		"QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO"
		"pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
		"Cur-kEgU8awapJzKnqDKgw";
	uint8_t modulus[256];
	char got[JWT_THUMBPRINT_SIZE];
	const struct subject rsa = { FRAME_KEY_RSA, octets_of(n, modulus, sizeof(modulus)),
				     BYTES_TEXT("\x01\x00\x01") };
	const struct subject curve = curve_key();
	OK(jwt_thumbprint(&rsa, got));
	assert_string_equal(got, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
	/* RFC 9449 §6.1 */
	OK(jwt_thumbprint(&curve, got));
	assert_string_equal(got, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
}

static void a_key_that_no_certificate_is_made_for_has_none(void **state)
{
	(void)state;
	char got[JWT_THUMBPRINT_SIZE];
	struct subject narrow = curve_key();
	narrow.a.n--;
	REFUSES(KEY_WEAK, jwt_thumbprint(&narrow, got));
	REFUSES(KEY_WEAK, jwt_thumbprint(&(struct subject){ .kind = FRAME_KEY_LAST + 1 }, got));
	struct mint m = sample();
	m.key_b.n--;
	uint8_t memory[JWT_INPUT_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	REFUSES(KEY_WEAK, jwt_build(&m, &issuer, &w));
	CHECK(w.at == 0);
}

static void a_token_says_what_was_asked_and_nothing_else(void **state)
{
	(void)state;
	struct mint m = sample();
	assert_string_equal(part(&m, false),
			    "{\"alg\":\"ES256\",\"typ\":\"device+jwt\",\"kid\":\"the-key\"}");
	assert_string_equal(part(&m, true),
			    "{\"iss\":\"https://assay.example\","
			    "\"sub\":\"66656463-6261-3938-3736-353433323130\","
			    "\"iat\":1767225600,\"nbf\":1767225600,\"exp\":1767226200,"
			    "\"jti\":\"30313233-3435-3637-3839-616263646566\",\"attested\":true,"
			    "\"assurance\":[\"certificate\"],"
			    "\"cnf\":{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}}");
}

static void what_was_not_proved_is_said_to_be_so(void **state)
{
	(void)state;
	struct mint m = sample();
	m.attested = 0;
	m.assurance = 0;
	CHECK(strstr(part(&m, true), "\"attested\":false,\"assurance\":[],"));
	m.assurance = TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE | TRIP_ASSURED_USER;
	CHECK(strstr(part(&m, true), "\"assurance\":[\"key\",\"certificate\",\"user\"]"));
}

static void an_address_that_would_be_more_than_text_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "https://a\"b", "https://a\\b", "https://a b", "https://a\nb",
					   "https://\xC3\xA4" };
	const struct mint m = sample();
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint8_t memory[JWT_INPUT_MAX];
		struct wr w = wr_of(memory, sizeof(memory));
		const struct jwt_issuer by = { bytes_text(bad[i]), "the-key" };
		CHECK(!is_jwt_url(by.url));
		REFUSES(BUG, jwt_build(&m, &by, &w));
	}
	CHECK(is_jwt_url(issuer.url));
}

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	const struct mint m = sample();
	uint8_t memory[JWT_INPUT_MAX];
	struct wr whole = wr_of(memory, sizeof(memory));
	OK(jwt_build(&m, &issuer, &whole));
	for (size_t n = 0; n < whole.at; n++) {
		struct wr w = wr_of(memory, n);
		REFUSES(BUG, jwt_build(&m, &issuer, &w));
	}
}

static void a_key_for_checking_names_itself_by_its_thumbprint(void **state)
{
	(void)state;
	uint8_t memory[512];
	char expected[512];
	struct wr w = wr_of(memory, sizeof(memory));
	const struct subject key = curve_key();
	OK(jwt_write_key(&key, &w));
	int n = snprintf(expected, sizeof(expected),
			 "{\"alg\":\"ES256\",\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\","
			 "\"kid\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\",\"use\":\"sig\"}", x, y);
	CHECK(n > 0 && is_bytes_text(wr_done(&w), expected));
	struct subject other = key;
	other.kind = FRAME_KEY_P384;
	REFUSES(KEY_WEAK, jwt_write_key(&other, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(thumbprints_are_those_of_the_standards),
		TEST(a_key_that_no_certificate_is_made_for_has_none),
		TEST(a_token_says_what_was_asked_and_nothing_else),
		TEST(what_was_not_proved_is_said_to_be_so),
		TEST(an_address_that_would_be_more_than_text_is_refused),
		TEST(what_does_not_fit_is_refused),
		TEST(a_key_for_checking_names_itself_by_its_thumbprint),
	};
	return RUN(tests);
}
