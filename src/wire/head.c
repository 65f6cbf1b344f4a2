#include "wire/head.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static const struct method_row {
	const char *name;
	bool has_body;
} methods[] = {
	{ "GET", false },    { "HEAD", false }, { "POST", true },
	{ "PATCH", true },   { "PUT", true },   { "DELETE", false },
	{ "OPTIONS", false },
};

enum slot { HOST, CONTENT_LENGTH, CONTENT_TYPE, AUTHORIZATION, CONNECTION, TRANSFER_ENCODING, EXPECT, UPGRADE,
	IF_MATCH,
	IF_NONE_MATCH, COOKIE, CSRF, CLIENT_CERT, SLOT_COUNT };

/* The fields that the server reads, at most once each. A ceiling of zero: their presence alone is refused. */
static const struct {
	const char *name;
	size_t max;
} slots[SLOT_COUNT] = {
	[HOST] = { "host", HEAD_HOST_MAX },
	[CONTENT_LENGTH] = { "content-length", 16 },
	[CONTENT_TYPE] = { "content-type", HEAD_CONTENT_TYPE_MAX },
	[AUTHORIZATION] = { "authorization", HEAD_AUTHORIZATION_MAX },
	[CONNECTION] = { "connection", 256 },
	[TRANSFER_ENCODING] = { "transfer-encoding", 0 },
	[EXPECT] = { "expect", 0 },
	[UPGRADE] = { "upgrade", 0 },
	[IF_MATCH] = { "if-match", HEAD_ETAGS_MAX },
	[IF_NONE_MATCH] = { "if-none-match", HEAD_ETAGS_MAX },
	[COOKIE] = { "cookie", HEAD_COOKIE_MAX },
	[CSRF] = { "x-assay-csrf", HEAD_CSRF_MAX },
	[CLIENT_CERT] = { "client-cert", HEAD_CLIENT_CERT_MAX },
};

/* Besides letters and digits: RFC 9110 §5.6.2; RFC 3986 §3.3, §3.4 without percent signs; §3.2.2, §3.2.3. */
static const char token_marks[] = "!#$%&'*+-.^_`|~";
static const char target_marks[] = "-._~!$&'()*+,;=:@/?";
static const char host_marks[] = "-._~!$&'()*+,;=:[]";

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_made_of(struct bytes b, const char *marks)
{
	for (size_t i = 0; i < b.n; i++) {
		uint8_t c = b.p[i], lower = c | 0x20;
		bool plain = is_digit(c) || (lower >= 'a' && lower <= 'z');
		if (!plain && (c == 0 || !strchr(marks, c)))
			return false;
	}
	return b.n > 0;
}

static bool is_word(struct bytes b, const char *word)
{
	return b.n == strlen(word) && strncasecmp((const char *)b.p, word, b.n) == 0;
}

/* Cuts b behind the first mark and gives what stood before it; the absent view when there is no mark. */
static struct bytes cut(struct bytes *b, uint8_t mark)
{
	struct bytes rest = *b, before = bytes_until(&rest, mark);
	if (!rest.p)
		return (struct bytes){ 0 };
	*b = rest;
	return before;
}

/* RFC 9110 §7.6.1: a list of options in any case. */
static bool is_listed(struct bytes list, const char *option)
{
	struct bytes item = cut(&list, ',');
	while (item.p) {
		if (is_word(text_trimmed(item), option))
			return true;
		item = cut(&list, ',');
	}
	return is_word(text_trimmed(list), option);
}

/* A percent sign is followed by two hexadecimal digits (RFC 3986 §2.1); everything else stands for itself. */
static bool is_target(struct bytes b)
{
	uint8_t octet;
	struct bytes plain = cut(&b, '%');
	while (plain.p) {
		if (plain.n && !is_made_of(plain, target_marks))
			return false;
		if (!text_hex_parse(bytes_slice(b, 0, 2), &octet, 1))
			return false;
		b = bytes_slice(b, 2, b.n - 2);
		plain = cut(&b, '%');
	}
	return b.n == 0 || is_made_of(b, target_marks);
}

static bool is_field_value(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < 0x20 || b.p[i] > 0x7E)
			return false;
	return true;
}

static const struct method_row *method_find(struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(methods); i++)
		if (is_bytes_text(name, methods[i].name))
			return &methods[i];
	return NULL;
}

/* RFC 9112 §3, origin form alone (§3.2.1). */
static fault request_line_parse(struct bytes line, struct head *h)
{
	h->method = cut(&line, ' ');
	h->target = cut(&line, ' ');
	NEED(method_find(h->method), HTTP_MALFORMED);
	h->is_last = h->is_old = is_bytes_text(line, "HTTP/1.0");
	NEED(h->is_old || is_bytes_text(line, "HTTP/1.1"), HTTP_MALFORMED);
	NEED(h->target.n > 0 && h->target.p[0] == '/' && is_target(h->target), HTTP_MALFORMED);
	NEED(h->target.n <= HEAD_TARGET_MAX, HEAD_LIMIT);
	return NULL;
}

/* RFC 9112 §5: a folded line begins with a space, which no name does. */
static fault field_parse(struct bytes line, struct bytes values[static SLOT_COUNT])
{
	struct bytes name = cut(&line, ':');
	struct bytes value = text_trimmed(line);
	NEED(is_made_of(name, token_marks) && is_field_value(value), HTTP_MALFORMED);
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		if (!is_word(name, slots[i].name))
			continue;
		NEED(slots[i].max > 0 && value.n > 0 && !values[i].p, HTTP_MALFORMED);
		NEED(value.n <= slots[i].max, HEAD_LIMIT);
		values[i] = value;
	}
	return NULL;
}

/* RFC 9112 §6.3: without Transfer-Encoding, Content-Length alone says where the body ends. */
static fault body_size_parse(struct bytes text, struct head *h)
{
	uint64_t size = 0;
	bool number = text.n == 1 || (text.n && text.p[0] != '0');
	for (size_t i = 0; i < text.n; i++)
		number = number && is_digit(text.p[i]);
	NEED(number || !text.p, HTTP_MALFORMED);
	NEED(!text.p || text_uint_parse(text, HEAD_BODY_MAX, &size), BODY_LIMIT);
	NEED(size == 0 || method_find(h->method)->has_body, HTTP_MALFORMED);
	h->body_size = (size_t)size;
	return NULL;
}

static fault fields_take(const struct bytes values[static SLOT_COUNT], struct head *h)
{
	NEED(values[HOST].p && is_made_of(values[HOST], host_marks), HTTP_MALFORMED);
	TRY(body_size_parse(values[CONTENT_LENGTH], h));
	h->host = values[HOST];
	h->content_type = values[CONTENT_TYPE];
	h->authorization = values[AUTHORIZATION];
	h->if_match = values[IF_MATCH];
	h->if_none_match = values[IF_NONE_MATCH];
	h->cookie = values[COOKIE];
	h->csrf = values[CSRF];
	h->client_cert = values[CLIENT_CERT];
	h->is_last = h->is_last || is_listed(values[CONNECTION], "close");
	return NULL;
}

/* The next line without its CRLF; absent when it is not there yet. RFC 9112 §2.2 would allow a bare LF. */
static fault line_get(struct bytes *in, struct bytes *ret)
{
	struct bytes line = cut(in, '\n');
	NEED(!line.p || (line.n && line.p[line.n - 1] == '\r'), HTTP_MALFORMED);
	*ret = line.p ? bytes_of(line.p, line.n - 1) : line;
	return NULL;
}

fault head_parse(struct bytes in, struct head *ret)
{
	struct head h = { 0 };
	struct bytes values[SLOT_COUNT] = { 0 }, line;
	struct bytes left = in.n < HEAD_SIZE_MAX ? in : bytes_slice(in, 0, HEAD_SIZE_MAX);
	size_t fields = 0;
	TRY(line_get(&left, &line));
	if (line.p)
		TRY(request_line_parse(line, &h));
	while (line.p) {
		TRY(line_get(&left, &line));
		if (!line.p)
			break;
		if (line.n == 0) {
			TRY(fields_take(values, &h));
			h.size = (size_t)(left.p - in.p);
			*ret = h;
			return NULL;
		}
		NEED(++fields <= HEAD_FIELDS_MAX, HEAD_LIMIT);
		TRY(field_parse(line, values));
	}
	NEED(in.n < HEAD_SIZE_MAX, HEAD_LIMIT);
	*ret = (struct head){ 0 };
	return NULL;
}
