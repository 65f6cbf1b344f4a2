#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "wire/jose.h"

#define ARENA_SIZE ((size_t)1 << 20)

static int start(void **state)
{
	static struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	*state = &arena;
	return 0;
}

static int end(void **state)
{
	arena_done(*state);
	return 0;
}

/* --- signatures ----------------------------------------------------------------------------------------- */

/* Of RFC 7515, A.3, with a name for its key. */
#define HEADER "{\"alg\":\"ES256\",\"kid\":\"1\"}"
#define PAYLOAD "{\"iss\":\"https://id.example\",\"exp\":7}"

static struct bytes compact(struct arena *a, const char *header, const char *payload, const char *signature)
{
	const char *const parts[] = { header, payload, signature };
	struct wr w = wr_of(arena_alloc(a, 4096), 4096);
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (i)
			wr_u8(&w, '.');
		base64_write_bare(bytes_text(parts[i]), &w);
	}
	return wr_done(&w);
}

static void a_signature_is_taken_apart(void **state)
{
	struct jose_signed s;
	struct bytes text = compact(*state, HEADER, PAYLOAD, "signature");
	OK(jose_parse(text, *state, &s));
	CHECK(s.algorithm == IDP_ES256 && is_bytes_text(s.key_id, "1"));
	CHECK(is_bytes_text(s.payload, PAYLOAD));
	CHECK(s.input.p == text.p && text.n - s.input.n == 1 + strlen("c2lnbmF0dXJl"));
}

/* Shorter by a little it may still be three parts; then its last is another, which nobody signed. */
static void every_truncation_is_refused_or_has_another_signature(void **state)
{
	struct jose_signed s;
	struct bytes text = compact(*state, HEADER, PAYLOAD, "s");
	size_t end_of_input = text.n - strlen(".cw");
	for (size_t n = 0; n <= end_of_input + 2; n++)
		REFUSES(PARSE_FIELD, jose_parse(bytes_slice(text, 0, n), *state, &s));
}

static void what_is_no_signature_in_compact_form_is_refused(void **state)
{
	struct jose_signed s;
	const struct {
		const char *header, *payload, *signature;
	} wrong[] = {
		{ "", PAYLOAD, "s" },
		{ HEADER, "", "s" },
		{ HEADER, PAYLOAD, "" },
		{ "[]", PAYLOAD, "s" },
		{ "{}", PAYLOAD, "s" },
		{ "{\"alg\":\"ES256\"} {}", PAYLOAD, "s" },
		{ "{\"alg\":1}", PAYLOAD, "s" },
		{ "{\"alg\":\"ES256\",\"alg\":\"none\"}", PAYLOAD, "s" },
		{ "{\"alg\":\"ES256\",\"kid\":[]}", PAYLOAD, "s" },
		{ "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}", PAYLOAD, "s" },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		REFUSES(PARSE_FIELD,
			jose_parse(compact(*state, wrong[i].header, wrong[i].payload, wrong[i].signature),
				   *state, &s));
	static const char *const texts[] = { "e30.e30.c2ln.c2ln",
					     "e30.e30.c2ln=",
					     "e30.e30.c2l+",
					     " e30.e30.c2ln",
					     "eyJhbGciOiJFUzI1NiJ9.e31.c2ln",
					     "e30" };
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		REFUSES(PARSE_FIELD, jose_parse(bytes_text(texts[i]), *state, &s));
}

static void an_algorithm_that_is_none_of_the_three_has_no_number(void **state)
{
	static const char *const headers[] = { "{\"alg\":\"none\"}", "{\"alg\":\"HS256\"}",
					       "{\"alg\":\"es256\"}", "{\"alg\":\"RS512\"}" };
	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		struct jose_signed s;
		OK(jose_parse(compact(*state, headers[i], PAYLOAD, "s"), *state, &s));
		CHECK(s.algorithm == 0 && !s.key_id.p);
	}
}

/* --- claims --------------------------------------------------------------------------------------------- */

static const struct idp by = { .name_claim = BYTES_TEXT("upn"), .groups_claim = BYTES_TEXT("roles") };

static void claims_are_read_by_the_names_of_the_provider(void **state)
{
	struct jose_claims c;
	OK(jose_parse_claims(
		BYTES_TEXT(
			"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"azp\":\"p\",\"amr\":[\"pwd\",\"mfa\"],"
			"\"acr\":\"high\",\"exp\":3,\"nbf\":1,\"iat\":2,\"upn\":\"ada\",\"name\":\"Ada\","
			"\"roles\":[\"x\"],\"groups\":[\"y\"],\"more\":{}}"),
		&by, *state, &c));
	CHECK(is_bytes_text(c.issuer, "i") && is_bytes_text(c.subject, "s") && is_bytes_text(c.party, "p"));
	CHECK(c.audience.n == 1 && is_bytes_text(c.audience.v[0], "a") && is_bytes_text(c.acr, "high"));
	CHECK(c.amr.n == 2 && is_bytes_text(c.amr.v[1], "mfa") && is_bytes_text(c.name, "ada"));
	CHECK(c.groups.n == 1 && is_bytes_text(c.groups.v[0], "x"));
	CHECK(c.expires == 3 && c.not_before == 1 && c.issued == 2);
}

static void what_a_token_does_not_claim_is_absent_or_zero(void **state)
{
	struct jose_claims c;
	OK(jose_parse_claims(BYTES_TEXT("{\"sub\":\"\"}"), &by, *state, &c));
	CHECK(!c.issuer.p && !c.subject.p && !c.name.p && !c.audience.n && !c.amr.n && !c.expires);
}

static void a_nonce_of_another_client_may_be_longer_than_ours(void **state)
{
	struct jose_claims c;
	char text[IDP_NONCE_MAX + 16], nonce[IDP_NONCE_MAX + 2];
	memset(nonce, 'n', sizeof(nonce));
	for (size_t n = IDP_NONCE_MAX; n <= IDP_NONCE_MAX + 1; n++) {
		int size = snprintf(text, sizeof(text), "{\"nonce\":\"%.*s\"}", (int)n, nonce);
		fault why = jose_parse_claims(bytes_of(text, (size_t)size), &by, *state, &c);
		CHECK(n > IDP_NONCE_MAX ? why == FAIL(PARSE_FIELD) : !why && c.nonce.n == n);
	}
}

static void claims_of_another_type_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"{\"sub\":1}",
		"{\"exp\":\"3\"}",
		"{\"exp\":-1}",
		"{\"exp\":1.5}",
		"{\"aud\":{}}",
		"{\"aud\":[1]}",
		"{\"amr\":3}",
		"{\"upn\":[\"a\"]}",
		"{\"sub\":\"a\\u0007\"}",
		"{\"sub\":\"a\",\"sub\":\"b\"}",
		"{\"sub\":\"a\"}x",
	};
	struct jose_claims c;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		REFUSES(PARSE_FIELD, jose_parse_claims(bytes_text(wrong[i]), &by, *state, &c));
}

static const char *with_groups(struct arena *a, size_t n)
{
	const char *text = "{\"roles\":[\"g\"";
	for (size_t i = 1; i < n; i++)
		text = arena_format(a, "%s,\"g\"", text);
	return arena_format(a, "%s]}", text);
}

static void more_groups_than_can_be_kept_are_refused(void **state)
{
	struct jose_claims c;
	OK(jose_parse_claims(bytes_text(with_groups(*state, BYTES_LIST_MAX)), &by, *state, &c));
	CHECK(c.groups.n == BYTES_LIST_MAX);
	REFUSES(PARSE_FIELD,
		jose_parse_claims(bytes_text(with_groups(*state, BYTES_LIST_MAX + 1)), &by, *state, &c));
}

/* --- key sets ------------------------------------------------------------------------------------------- */

/* Of RFC 7517, A.1. */
#define EC                                                                                        \
	"\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\"," \
	"\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\""
#define RSA_N                                                                                               \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebW"   \
	"KRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic" \
	"AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3"  \
	"XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define RSA "\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQAB\""

static void keys_for_checking_signatures_are_read_and_others_passed_over(void **state)
{
	struct idp_document d;
	struct idp_key k;
	OK(jose_parse_keys(BYTES_TEXT("{\"keys\":[{" EC ",\"kid\":\"1\",\"use\":\"sig\"},{" RSA
				      ",\"kid\":\"2\",\"alg\":\"RS256\"},"
				      "{" EC ",\"kid\":\"3\",\"use\":\"enc\"},{" EC "},{" RSA
				      ",\"kid\":\"4\",\"alg\":\"RSA-OAEP\"},"
				      "{\"kty\":\"oct\",\"kid\":\"5\",\"k\":\"AA\"},{\"kty\":\"EC\",\"crv\":"
				      "\"P-384\",\"kid\":\"6\","
				      "\"x\":\"AA\",\"y\":\"AA\"},{\"kty\":\"RSA\",\"kid\":\"7\",\"n\":"
				      "\"AQAB\",\"e\":\"AQAB\"},7]}"),
			   *state, &d));
	CHECK(d.keys.n == 2);
	OK(message_parse(&idp_key_message, d.keys.v[0], &k));
	CHECK(is_bytes_text(k.id, "1") && k.kind == IDP_P256 && k.algorithms == IDP_ES256 && k.a.n == 32);
	OK(message_parse(&idp_key_message, d.keys.v[1], &k));
	CHECK(is_bytes_text(k.id, "2") && k.kind == IDP_RSA && k.algorithms == IDP_RS256 && k.a.n == 256);
}

static void what_is_no_key_set_for_us_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"{}",
		"{\"keys\":{}}",
		"{\"keys\":[]}",
		"{\"keys\":[{" EC "}]}",
		"{\"keys\":[{" EC ",\"kid\":\"1\"},{" RSA ",\"kid\":\"1\"}]}",
		"{\"keys\":[{" EC ",\"kid\":\"1\"}]} ]",
		"{\"keys\":[{" EC ",\"kid\":\"1\"}],\"keys\":[]}",
	};
	struct idp_document d;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		REFUSES(IDP_DOCUMENT, jose_parse_keys(bytes_text(wrong[i]), *state, &d));
}

static void every_truncation_of_a_document_is_refused(void **state)
{
	static const char keys[] = "{\"keys\":[{" EC ",\"kid\":\"1\"}]}";
	static const char discovery[] =
		"{\"issuer\":\"https://i.example\",\"jwks_uri\":\"https://i.example/k\"}";
	struct idp_document d;
	OK(jose_parse_keys(bytes_text(keys), *state, &d));
	OK(jose_parse_discovery(bytes_text(discovery), BYTES_TEXT("https://i.example"), *state, &d));
	for (size_t n = 0; n < sizeof(keys) - 1; n++)
		REFUSES(IDP_DOCUMENT, jose_parse_keys(bytes_of(keys, n), *state, &d));
	for (size_t n = 0; n < sizeof(discovery) - 1; n++)
		REFUSES(IDP_DOCUMENT, jose_parse_discovery(bytes_of(discovery, n),
							   BYTES_TEXT("https://i.example"), *state, &d));
}

/* --- discovery ------------------------------------------------------------------------------------------ */

#define ISSUER "https://i.example"

static fault discover(struct arena *a, const char *members, struct idp_document *ret)
{
	const char *text = arena_format(a, "{\"issuer\":\"" ISSUER "\"%s}", members);
	return jose_parse_discovery(bytes_text(text), BYTES_TEXT(ISSUER), a, ret);
}

static void the_addresses_of_a_discovery_document_are_read(void **state)
{
	struct idp_document d;
	OK(discover(*state,
		    ",\"jwks_uri\":\"https://k.example/k\",\"token_endpoint\":\"https://i.example/t\","
		    "\"device_authorization_endpoint\":\"https://i.example/d\",\"x\":[]",
		    &d));
	CHECK(is_bytes_text(d.keys_url, "https://k.example/k") &&
	      is_bytes_text(d.token_url, "https://i.example/t"));
	CHECK(is_bytes_text(d.device_url, "https://i.example/d") && !d.keys.n);
	OK(discover(*state, ",\"jwks_uri\":\"https://k.example/k\"", &d));
	CHECK(!d.token_url.p && !d.device_url.p);
}

static void a_discovery_document_of_another_or_with_addresses_of_http_is_refused(void **state)
{
	struct idp_document d;
	REFUSES(IDP_DOCUMENT, discover(*state, "", &d));
	REFUSES(IDP_DOCUMENT, discover(*state, ",\"jwks_uri\":\"http://k.example/k\"", &d));
	REFUSES(IDP_DOCUMENT,
		discover(*state, ",\"jwks_uri\":\"https://k.example/k\",\"token_endpoint\":\"http://t\"",
			 &d));
	REFUSES(IDP_DOCUMENT,
		jose_parse_discovery(BYTES_TEXT("{\"issuer\":\"" ISSUER "/\",\"jwks_uri\":\"https://k/\"}"),
				     BYTES_TEXT(ISSUER), *state, &d));
}

#define KEYS ",\"jwks_uri\":\"https://k.example/k?p=x\""

static void addresses_keep_their_queries(void **state)
{
	struct idp_document d;
	OK(discover(*state, KEYS ",\"authorization_endpoint\":\"https://i.example/a?tenant=c&x\","
			    "\"token_endpoint\":\"https://i.example/t?p=sign_in\"", &d));
	CHECK(is_bytes_text(d.keys_url, "https://k.example/k?p=x"));
	CHECK(is_bytes_text(d.authorize_url, "https://i.example/a?tenant=c&x"));
	CHECK(is_bytes_text(d.token_url, "https://i.example/t?p=sign_in"));
}

static void a_query_that_says_what_a_request_says_is_refused(void **state)
{
	static const char *const wrong[] = { "a?client_id=evil", "a?x=1&state=s", "a?redirect_uri",
					     "a?%73tate=s",	 "a?x#y",	  "a?x y" };
	static const char form[] = KEYS ",\"authorization_endpoint\":\"" ISSUER "/%s\"";
	struct idp_document d;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		REFUSES(IDP_DOCUMENT, discover(*state, arena_format(*state, form, wrong[i]), &d));
	OK(discover(*state, KEYS ",\"authorization_endpoint\":\"" ISSUER "/a?states=s&client=c\"", &d));
}

static void how_a_secret_is_shown_is_read_and_a_head_where_nothing_is_said(void **state)
{
	static const struct {
		const char *said;
		uint64_t ways;
	} rows[] = {
		{ "", IDP_SECRET_BASIC },
		{ "[\"client_secret_post\",\"none\"]", IDP_SECRET_POST },
		{ "[\"client_secret_post\",\"client_secret_basic\"]", IDP_SECRET_WAYS },
		{ "[\"private_key_jwt\"]", 0 },
		{ "[]", 0 },
	};
	struct idp_document d;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *before = rows[i].said[0] ? ",\"token_endpoint_auth_methods_supported\":" : "";
		OK(discover(*state, arena_format(*state, KEYS "%s%s", before, rows[i].said), &d));
		CHECK(d.secret_ways == rows[i].ways);
	}
	REFUSES(IDP_DOCUMENT, discover(*state, KEYS ",\"token_endpoint_auth_methods_supported\":[1]", &d));
}

/* --- grants --------------------------------------------------------------------------------------------- */

static void what_a_token_endpoint_answers_is_a_token_or_why_not(void **state)
{
	struct bytes token;
	OK(jose_parse_grant(BYTES_TEXT("{\"access_token\":\"a\",\"id_token\":\"t\"}"), *state, &token));
	CHECK(is_bytes_text(token, "t"));
	REFUSES(SIGN_IN_CLIENT,
		jose_parse_grant(BYTES_TEXT("{\"error\":\"invalid_client\"}"), *state, &token));
	REFUSES(SIGN_IN_CLIENT,
		jose_parse_grant(BYTES_TEXT("{\"id_token\":\"t\",\"error\":\"invalid_client\"}"), *state,
				 &token));
	REFUSES(FETCH_ANSWER, jose_parse_grant(BYTES_TEXT("{\"error\":\"invalid_grant\"}"), *state, &token));
	REFUSES(TOK_FORM, jose_parse_grant(BYTES_TEXT("{}"), *state, &token));
	REFUSES(TOK_FORM, jose_parse_grant(BYTES_TEXT("<html>"), *state, &token));
}

static void an_issuer_is_an_https_address_and_no_more(void **state)
{
	static const char *const wrong[] = { "",
					     "https://",
					     "http://i.example",
					     "https:///x",
					     "https://i.example/?a",
					     "https://i.example/#a",
					     "https://u@i.example",
					     "https://i.example/ ",
					     "HTTPS://i" };
	(void)state;
	CHECK(is_jose_issuer(BYTES_TEXT("https://i.example/tenant/v2.0")));
	CHECK(is_jose_issuer(BYTES_TEXT("https://127.0.0.1:8443")));
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK(!is_jose_issuer(bytes_text(wrong[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define ROW(name) cmocka_unit_test_setup_teardown(name, start, end)
		ROW(a_signature_is_taken_apart),
		ROW(every_truncation_is_refused_or_has_another_signature),
		ROW(what_is_no_signature_in_compact_form_is_refused),
		ROW(an_algorithm_that_is_none_of_the_three_has_no_number),
		ROW(claims_are_read_by_the_names_of_the_provider),
		ROW(what_a_token_does_not_claim_is_absent_or_zero),
		ROW(a_nonce_of_another_client_may_be_longer_than_ours),
		ROW(claims_of_another_type_are_refused),
		ROW(more_groups_than_can_be_kept_are_refused),
		ROW(keys_for_checking_signatures_are_read_and_others_passed_over),
		ROW(what_is_no_key_set_for_us_is_refused),
		ROW(every_truncation_of_a_document_is_refused),
		ROW(the_addresses_of_a_discovery_document_are_read),
		ROW(a_discovery_document_of_another_or_with_addresses_of_http_is_refused),
		ROW(addresses_keep_their_queries),
		ROW(a_query_that_says_what_a_request_says_is_refused),
		ROW(how_a_secret_is_shown_is_read_and_a_head_where_nothing_is_said),
		ROW(what_a_token_endpoint_answers_is_a_token_or_why_not),
		ROW(an_issuer_is_an_https_address_and_no_more),
	};
	return RUN(tests);
}
