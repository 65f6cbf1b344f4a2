#include "wire/handed.h"

#include "base/base64.h"
#include "base/text.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"
#define LINE 64 /* characters of all lines but the last (RFC 7468 §2) */

static bool is_prefix(struct bytes b, const char *text)
{
	struct bytes prefix = bytes_text(text);
	return b.n >= prefix.n && is_bytes_equal(bytes_slice(b, 0, prefix.n), prefix);
}

static bool decode(struct bytes text, struct wr *w)
{
	struct bytes rest = text;
	while (rest.n) {
		uint8_t octet = rest.p[0];
		size_t n = octet == '%' ? 3 : 1;
		if (rest.n < n || (n == 3 && !text_hex_parse(bytes_slice(rest, 1, 2), &octet, 1)))
			return false;
		wr_u8(w, octet);
		rest = bytes_slice(rest, n, rest.n - n);
	}
	return !w->bad;
}

/* The base64 of the lines between BEGIN and END without their ends. */
static bool join(struct bytes pem, struct wr *w)
{
	size_t least = sizeof(BEGIN) - 1 + sizeof(END) - 1;
	if (pem.n < least || !is_prefix(pem, BEGIN))
		return false;
	struct bytes rest = bytes_slice(pem, sizeof(BEGIN) - 1, pem.n - (sizeof(BEGIN) - 1));
	while (rest.n && !is_prefix(rest, "-")) {
		struct bytes line = bytes_until(&rest, '\n');
		if (!rest.p || !line.n || line.n > LINE || (line.n < LINE && !is_prefix(rest, "-")))
			return false;
		wr_bytes(w, line);
	}
	return is_bytes_text(rest, END) && !w->bad;
}

fault handed_parse(struct bytes text, struct arena *a, struct bytes *ret)
{
	struct wr pem = wr_of(arena_alloc(a, HANDED_TEXT_MAX), HANDED_TEXT_MAX);
	struct wr base64 = wr_of(arena_alloc(a, HANDED_TEXT_MAX), HANDED_TEXT_MAX);
	struct wr der = wr_of(arena_alloc(a, HANDED_DER_MAX), HANDED_DER_MAX);
	bool is_bare = text.n > 2 && text.p[0] == ':' && text.p[text.n - 1] == ':';
	NEED(!is_arena_full(a), SYS_MEMORY);
	NEED(text.n <= HANDED_TEXT_MAX, PARSE_FIELD);
	if (is_bare)
		wr_bytes(&base64, bytes_slice(text, 1, text.n - 2));
	else
		NEED(decode(text, &pem) && join(wr_done(&pem), &base64), PARSE_FIELD);
	NEED(base64_parse(wr_done(&base64), &der), PARSE_FIELD);
	NEED(wr_done(&der).n > 0, PARSE_FIELD);
	*ret = wr_done(&der);
	return NULL;
}
