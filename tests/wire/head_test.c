#include "test.h"

#include <stdio.h>
#include <string.h>

#include "wire/head.h"

#define POST_LINE "POST /device/v1/begin HTTP/1.1\r\nHost: assay.example:8443\r\n"
#define POST_FIELDS "Content-Type: application/cbor\r\nContent-Length: 1200000\r\n"
#define POST                                                                                         \
	POST_LINE POST_FIELDS "Authorization: Bearer abc\r\nIf-None-Match: \"a\"\r\nIf-Match: *\r\n" \
			      "Client-Cert: :Zm9v:\r\nConnection: keep-alive, close\r\n\r\n"

#define LENGTH "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "

static struct bytes text(const char *s)
{
	return bytes_text(s);
}

static bool is_same(struct bytes a, struct bytes b)
{
	return (a.p == NULL) == (b.p == NULL) && is_bytes_equal(a, b);
}

static bool is_head_same(const struct head *a, const struct head *b)
{
	return is_same(a->method, b->method) && is_same(a->target, b->target) && is_same(a->host, b->host) &&
	       is_same(a->content_type, b->content_type) && is_same(a->authorization, b->authorization) &&
	       is_same(a->if_match, b->if_match) && is_same(a->if_none_match, b->if_none_match) &&
	       is_same(a->client_cert, b->client_cert) && a->size == b->size &&
	       a->body_size == b->body_size && a->is_last == b->is_last;
}

static void a_whole_head_gives_its_values(void **state)
{
	struct head h;
	(void)state;
	OK(head_parse(text(POST "the body"), &h));
	assert_int_equal(h.size, strlen(POST));
	assert_int_equal(h.body_size, 1200000);
	CHECK(is_bytes_text(h.method, "POST"));
	CHECK(is_bytes_text(h.target, "/device/v1/begin"));
	CHECK(is_bytes_text(h.host, "assay.example:8443"));
	CHECK(is_bytes_text(h.content_type, "application/cbor"));
	CHECK(is_bytes_text(h.authorization, "Bearer abc"));
	CHECK(is_bytes_text(h.if_match, "*") && is_bytes_text(h.if_none_match, "\"a\""));
	CHECK(is_bytes_text(h.client_cert, ":Zm9v:"));
	CHECK(h.is_last);
}

static void what_was_not_sent_is_absent(void **state)
{
	struct head h;
	(void)state;
	OK(head_parse(text("GET /?$filter=a%20eq%20'b' HTTP/1.1\r\nhost:[::1]:8443\r\nX:\r\n\r\n"), &h));
	CHECK(is_bytes_text(h.target, "/?$filter=a%20eq%20'b'"));
	CHECK(is_bytes_text(h.host, "[::1]:8443"));
	CHECK(!h.content_type.p && !h.authorization.p && !h.if_match.p && !h.if_none_match.p &&
	      !h.client_cert.p);
	CHECK(h.body_size == 0 && !h.is_last);
}

static void every_method_of_the_table_is_read(void **state)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS" };
	char line[64];
	struct head h;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		snprintf(line, sizeof(line), "%s / HTTP/1.1\r\nHost: a\r\n\r\n", methods[i]);
		OK(head_parse(text(line), &h));
		CHECK(is_bytes_text(h.method, methods[i]));
	}
}

static void every_truncation_is_incomplete(void **state)
{
	struct head h;
	(void)state;
	for (size_t n = 0; n < strlen(POST); n++) {
		OK(head_parse(bytes_of(POST, n), &h));
		assert_int_equal(h.size, 0);
		CHECK(!h.method.p);
	}
}

static void the_empty_input_is_incomplete(void **state)
{
	struct head h;
	(void)state;
	OK(head_parse((struct bytes){ 0 }, &h));
	assert_int_equal(h.size, 0);
}

/*
 * Letters of field names and of close may change their case, keep-alive is not looked at, and what is the
 * last anyway may be of HTTP/1.0.
 */
static bool is_free(const char *original, size_t at, uint8_t now)
{
	const char *keep = strstr(original, " keep-alive"), *last = strstr(original, "close");
	size_t place = (size_t)(keep - original), end = (size_t)(last - original) + strlen("close");
	uint8_t was = (uint8_t)original[at];
	bool same_letter = (was ^ now) == 0x20 && ((was | 0x20) >= 'a' && (was | 0x20) <= 'z');
	bool is_version = at == (size_t)(strstr(original, "HTTP/1.1") - original) + 7 && now == '0';
	return same_letter || is_version || (at >= place && at < end);
}

static void every_other_octet_is_refused_or_visible(void **state)
{
	char copy[] = POST;
	struct head good, h;
	(void)state;
	OK(head_parse(text(POST), &good));
	for (size_t at = 0; at < strlen(POST); at++) {
		for (unsigned c = 0; c < 256; c++) {
			bool allowed = c == (uint8_t)POST[at] || is_free(POST, at, (uint8_t)c) ||
				       (POST[at] == ' ' && c == '\t');
			copy[at] = (char)c;
			fault f = head_parse(bytes_of(copy, strlen(POST)), &h);
			if (!allowed && !f && is_head_same(&h, &good))
				fail_msg("octet %zu may be %u", at, c);
		}
		copy[at] = POST[at];
	}
}

/* Each of them means two things to two readers, or nothing here. */
static const char *const bad_heads[] = {
	"GET / HTTP/1.1\nHost: a\n\n",
	"GET / HTTP/1.1\r\nHost: a\n\r\n",
	"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
	"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
	"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX b: c\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\n: c\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX: a\001b\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX: \177\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX: \xC3\xA4\r\n\r\n",
	"GET / HTTP/1.1\r\n\r\n",
	"GET / HTTP/1.1\r\nHost:\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
	"GET / HTTP/1.0\r\n\r\n",
	"GET / HTTP/0.9\r\nHost: a\r\n\r\n",
	"GET / HTTP/1.2\r\nHost: a\r\n\r\n",
	"GET / HTTP/2\r\nHost: a\r\n\r\n",
	"GET / http/1.1\r\nHost: a\r\n\r\n",
	"GET /\r\nHost: a\r\n\r\n",
	"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
	"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
	" GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	"get / HTTP/1.1\r\nHost: a\r\n\r\n",
	"PURGE / HTTP/1.1\r\nHost: a\r\n\r\n",
	"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
	"PRI * HTTP/2.0\r\n\r\n",
	"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET a HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a<b HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a% HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /\xC3\xA4 HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 05\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 5\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5.0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: a\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: xchunked\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
	"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
	"DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n",
	"\x16\x03\x01\x02\n",
};

static void ambiguous_and_foreign_forms_are_refused(void **state)
{
	struct head h;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_heads); i++)
		if (head_parse(text(bad_heads[i]), &h) != FAIL(HTTP_MALFORMED))
			fail_msg("not refused: %s", bad_heads[i]);
}

static void a_nul_is_refused_wherever_it_stands(void **state)
{
	static const char inside[] = "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char value[] = "GET / HTTP/1.1\r\nHost: a\0\r\n\r\n";
	struct head h;
	(void)state;
	REFUSES(HTTP_MALFORMED, head_parse(bytes_of(inside, sizeof(inside) - 1), &h));
	REFUSES(HTTP_MALFORMED, head_parse(bytes_of(value, sizeof(value) - 1), &h));
}

static void a_request_of_http_1_0_is_the_last(void **state)
{
	struct head h;
	(void)state;
	OK(head_parse(text("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"), &h));
	CHECK(h.size && h.is_last);
	OK(head_parse(text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), &h));
	CHECK(h.size && !h.is_last);
}

static void a_bad_line_is_refused_before_the_head_is_whole(void **state)
{
	struct head h;
	(void)state;
	REFUSES(HTTP_MALFORMED, head_parse(text("GET / HTTP/2.0\r\n"), &h));
	REFUSES(HTTP_MALFORMED, head_parse(text(POST_LINE "Transfer-Encoding: chunked\r\n"), &h));
}

static void a_length_above_all_ceilings_is_a_limit(void **state)
{
	struct head h;
	(void)state;
	OK(head_parse(text(LENGTH "2147483647\r\n\r\n"), &h));
	REFUSES(BODY_LIMIT, head_parse(text(LENGTH "2147483648\r\n\r\n"), &h));
	REFUSES(BODY_LIMIT, head_parse(text(LENGTH "9999999999999999\r\n\r\n"), &h));
	REFUSES(HEAD_LIMIT, head_parse(text(LENGTH "99999999999999999\r\n\r\n"), &h));
}

static void each_ceiling_is_exact(void **state)
{
	static const struct {
		const char *before, *after;
		size_t max;
	} rows[] = {
		{ "GET /", " HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_TARGET_MAX - 1 },
		{ "GET / HTTP/1.1\r\nHost: ", "\r\n\r\n", HEAD_HOST_MAX },
		{ "GET / HTTP/1.1\r\nHost: a\r\nContent-Type: ", "\r\n\r\n", HEAD_CONTENT_TYPE_MAX },
		{ "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ", "\r\n\r\n", HEAD_AUTHORIZATION_MAX },
		{ "GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\n\r\n", HEAD_SIZE_MAX - 32 },
	};
	static char filling[HEAD_SIZE_MAX], memory[HEAD_SIZE_MAX + 1024];
	struct head h;
	(void)state;
	memset(filling, 'a', sizeof(filling));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int max = (int)rows[i].max;
		snprintf(memory, sizeof(memory), "%s%.*s%s", rows[i].before, max, filling, rows[i].after);
		OK(head_parse(text(memory), &h));
		CHECK(h.size == strlen(memory));
		snprintf(memory, sizeof(memory), "%s%.*s%s", rows[i].before, max + 1, filling, rows[i].after);
		REFUSES(HEAD_LIMIT, head_parse(text(memory), &h));
	}
}

static void more_than_a_hundred_fields_are_a_limit(void **state)
{
	char memory[2048] = "GET / HTTP/1.1\r\nHost: a\r\n";
	struct head h;
	(void)state;
	for (size_t i = 1, at = strlen(memory); i < HEAD_FIELDS_MAX; i++, at += 6)
		snprintf(memory + at, sizeof(memory) - at, "X: b\r\n");
	size_t n = strlen(memory);
	snprintf(memory + n, sizeof(memory) - n, "\r\n");
	OK(head_parse(text(memory), &h));
	CHECK(h.size == n + 2);
	snprintf(memory + n, sizeof(memory) - n, "X: b\r\n\r\n");
	REFUSES(HEAD_LIMIT, head_parse(text(memory), &h));
}

static void a_head_that_never_ends_is_a_limit(void **state)
{
	static char memory[HEAD_SIZE_MAX];
	struct head h;
	(void)state;
	memset(memory, 'a', sizeof(memory));
	OK(head_parse(bytes_of(memory, sizeof(memory) - 1), &h));
	assert_int_equal(h.size, 0);
	REFUSES(HEAD_LIMIT, head_parse(bytes_of(memory, sizeof(memory)), &h));
}

static void close_is_found_in_a_list_and_nowhere_else(void **state)
{
	static const struct {
		const char *value;
		bool is_last;
	} rows[] = {
		{ "close", true },      { "Close", true },       { "TE , close ", true },
		{ "close,TE", true },   { "keep-alive", false }, { "closed", false },
		{ "not close", false }, { ",", false },          { "keep-alive,,", false },
	};
	char memory[128];
	struct head h;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		snprintf(memory, sizeof(memory), "GET / HTTP/1.1\r\nHost: a\r\nConnection: %s\r\n\r\n",
			 rows[i].value);
		OK(head_parse(text(memory), &h));
		CHECK(h.size > 0 && h.is_last == rows[i].is_last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_head_gives_its_values),
		TEST(what_was_not_sent_is_absent),
		TEST(every_method_of_the_table_is_read),
		TEST(every_truncation_is_incomplete),
		TEST(the_empty_input_is_incomplete),
		TEST(every_other_octet_is_refused_or_visible),
		TEST(ambiguous_and_foreign_forms_are_refused),
		TEST(a_nul_is_refused_wherever_it_stands),
		TEST(a_request_of_http_1_0_is_the_last),
		TEST(a_bad_line_is_refused_before_the_head_is_whole),
		TEST(a_length_above_all_ceilings_is_a_limit),
		TEST(each_ceiling_is_exact),
		TEST(more_than_a_hundred_fields_are_a_limit),
		TEST(a_head_that_never_ends_is_a_limit),
		TEST(close_is_found_in_a_list_and_nowhere_else),
	};
	return RUN(tests);
}
