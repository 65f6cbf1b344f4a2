#include "cert/notice.h"

#include <string.h>

#include "base/base64.h"
#include "test.h"

static const struct jwt_issuer issuer = { BYTES_TEXT("https://assay.example"), "the-key" };

static struct notice sample(enum notice_kind kind)
{
	return (struct notice){ .id = BYTES_TEXT("0123456789abcdef"),
				.kind = kind,
				.time = 1000,
				.issued = 1005,
				.audience = BYTES_TEXT("https://a/?b=c"),
				.device_id = BYTES_TEXT("fedcba9876543210") };
}

/* The claims that are to be signed, as text. */
static const char *claims_of(const struct notice *n)
{
	static uint8_t text[JWT_INPUT_MAX];
	uint8_t input[JWT_INPUT_MAX];
	struct wr w = wr_of(input, sizeof(input)), decoded = wr_of(text, sizeof(text) - 1);
	OK(notice_build(n, &issuer, &w));
	struct bytes rest = wr_done(&w);
	(void)bytes_until(&rest, '.');
	CHECK(base64_parse_url(rest, &decoded));
	text[decoded.at] = 0;
	return (const char *)text;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void a_change_is_said_in_our_words_and_in_those_of_caep_where_it_has_two(void **state)
{
	(void)state;
	struct notice n = sample(NOTICE_COMPLIANCE);
	n.before = 3;
	n.state = 1;
	n.reasons = BYTES_TEXT("ATTESTATION_STALE DEVICE_SILENT");
	const char *text = claims_of(&n);
	CHECK(has(text, "\"previous\":\"compliant\",\"current\":\"noncompliant\""));
	CHECK(has(text, "\"reasons\":[\"ATTESTATION_STALE\",\"DEVICE_SILENT\"]"));
	CHECK(has(text, "\"previous_status\":\"compliant\",\"current_status\":\"not-compliant\""));
	CHECK(has(text, "\"iat\":1005") && has(text, "\"toe\":1000"));
	CHECK(has(text, "\"aud\":\"https://a/?b=c\""));
	n.state = 2;
	CHECK(has(claims_of(&n), "inGracePeriod") && !has(claims_of(&n), "caep"));
}

static void each_kind_has_its_event(void **state)
{
	(void)state;
	struct notice n = sample(NOTICE_ENROLLED);
	CHECK(has(claims_of(&n), "\"events\":{\"urn:assay:event:device-enrolled\":{}}"));
	n = sample(NOTICE_RETIRED);
	CHECK(has(claims_of(&n), "\"events\":{\"urn:assay:event:device-retired\":{}}"));
	n = sample(NOTICE_TRIAL);
	n.device_id = (struct bytes){ 0 };
	CHECK(has(claims_of(&n), "ssf/event-type/verification\":{}}") && !has(claims_of(&n), "sub_id"));
}

/* An address of 256 octets, a server's of 284, and all that can be amiss with one device. */
static void the_longest_change_can_be_signed(void **state)
{
	(void)state;
	uint8_t url[284], audience[NOTICE_URL_MAX], input[JWT_INPUT_MAX];
	struct jwt_issuer longest = { .url = BYTES_OF(url) };
	struct notice n = sample(NOTICE_COMPLIANCE);
	struct wr w = wr_of(input, sizeof(input));
	memset(url, 'a', sizeof(url));
	memset(audience, 'b', sizeof(audience));
	memset(longest.key_id, 'k', JWT_THUMBPRINT_SIZE - 1);
	n.time = n.issued = 99999999999;
	n.before = 2;
	n.state = 1;
	n.audience = BYTES_OF(audience);
	n.reasons = BYTES_TEXT("ATTESTATION_FAILED ATTESTATION_STALE ASSURANCE_LOW TPM_CLASS "
			       "FIRMWARE_VULNERABLE KEY_SOFTWARE DEVICE_SILENT POL_MISSING");
	OK(notice_build(&n, &longest, &w));
}

static void what_is_none_is_not_signed(void **state)
{
	(void)state;
	uint8_t input[JWT_INPUT_MAX];
	struct notice n = sample(NOTICE_COMPLIANCE);
	struct wr w = wr_of(input, sizeof(input));
	n.kind = NOTICE_KIND_LAST + 1;
	REFUSES(BUG, notice_build(&n, &issuer, &w));
	n = sample(NOTICE_COMPLIANCE);
	n.state = 4;
	REFUSES(BUG, notice_build(&n, &issuer, &w));
	n = sample(NOTICE_COMPLIANCE);
	n.before = 7;
	REFUSES(BUG, notice_build(&n, &issuer, &w));
	n = sample(NOTICE_COMPLIANCE);
	n.audience = BYTES_TEXT("a\n");
	REFUSES(BUG, notice_build(&n, &issuer, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_is_said_in_our_words_and_in_those_of_caep_where_it_has_two),
		TEST(each_kind_has_its_event),
		TEST(the_longest_change_can_be_signed),
		TEST(what_is_none_is_not_signed),
	};
	return RUN(tests);
}
