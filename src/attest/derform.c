#include "attest/derform.h"

#include "wire/der.h"

/* X.690 §8.1.2, §8.1.3 */
#define TAG_CONSTRUCTED 0x20
#define TAG_CLASS 0xC0
#define TAG_LONG 0x1F
#define LENGTH_LONG 0x80
#define LENGTH_OCTETS_MAX 4

#define DEPTH_MAX 16

fault derform_parse_head(struct bytes in, fault when_short, struct derform_head *ret)
{
	TRY(in.n >= 2 ? NULL : when_short);
	struct derform_head h = { .tag = in.p[0], .size = 2, .n = in.p[1] };
	NEED(h.tag && (h.tag & TAG_LONG) != TAG_LONG, CERT_MALFORMED);
	if (h.n >= LENGTH_LONG) {
		size_t width = h.n - LENGTH_LONG;
		NEED(width > 0, CERT_NOT_DER);
		NEED(width <= LENGTH_OCTETS_MAX, CERT_MALFORMED);
		TRY(in.n >= h.size + width ? NULL : when_short);
		h.n = 0;
		for (size_t i = 0; i < width; i++)
			h.n = h.n << 8 | in.p[h.size + i];
		NEED(in.p[h.size] != 0 && h.n >= LENGTH_LONG, CERT_NOT_DER);
		h.size += width;
	}
	TRY(in.n - h.size >= h.n ? NULL : when_short);
	*ret = h;
	return NULL;
}

static fault check_boolean(struct bytes b)
{
	NEED(b.n == 1, CERT_MALFORMED);
	NEED(b.p[0] == 0 || b.p[0] == 0xFF, CERT_NOT_DER);
	return NULL;
}

static fault check_integer(struct bytes b)
{
	NEED(b.n > 0, CERT_MALFORMED);
	bool padded = b.n > 1 && ((b.p[0] == 0 && b.p[1] < 0x80) || (b.p[0] == 0xFF && b.p[1] >= 0x80));
	NEED(!padded, CERT_NOT_DER);
	return NULL;
}

static fault check_bit_string(struct bytes b)
{
	NEED(b.n > 0 && b.p[0] <= 7 && (b.n > 1 || b.p[0] == 0), CERT_MALFORMED);
	unsigned unused = (1u << b.p[0]) - 1;
	NEED((b.p[b.n - 1] & unused) == 0 || b.n == 1, CERT_NOT_DER);
	return NULL;
}

static fault check_null(struct bytes b)
{
	NEED(b.n == 0, CERT_MALFORMED);
	return NULL;
}

static fault check_oid(struct bytes b)
{
	NEED(b.n > 0 && b.p[b.n - 1] < 0x80, CERT_MALFORMED);
	bool starts = true;
	for (size_t i = 0; i < b.n; i++) {
		NEED(!starts || b.p[i] != 0x80, CERT_NOT_DER);
		starts = b.p[i] < 0x80;
	}
	return NULL;
}

static const struct form {
	uint8_t tag;
	fault (*check)(struct bytes content);
} forms[] = {
	{ DER_BOOLEAN, check_boolean }, { DER_INTEGER, check_integer }, { DER_BIT_STRING, check_bit_string },
	{ DER_NULL, check_null },       { DER_OID, check_oid },         { DER_ENUMERATED, check_integer },
};

/* X.690 §8.9, §8.11: sequences and sets are constructed; §10.2: nothing else of the universal class is. */
static fault check_value(uint8_t tag, struct bytes content)
{
	bool universal = (tag & TAG_CLASS) == 0;
	bool list = tag == DER_SEQUENCE || tag == DER_SET;
	if (!universal || list)
		return NULL;
	NEED((tag | TAG_CONSTRUCTED) != DER_SEQUENCE && (tag | TAG_CONSTRUCTED) != DER_SET, CERT_MALFORMED);
	NEED(!(tag & TAG_CONSTRUCTED), CERT_NOT_DER);
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (forms[i].tag == tag)
			return forms[i].check(content);
	return NULL;
}

/* X.690 §11.6: as octet strings, the shorter one continued with zeros. */
static bool is_in_order(struct bytes a, struct bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	for (size_t i = 0; i < n; i++)
		if (a.p[i] != b.p[i])
			return a.p[i] < b.p[i];
	return a.n <= b.n;
}

bool is_derform_sorted(struct bytes set)
{
	struct rd r = rd_of(set);
	struct bytes last = { 0 };
	while (rd_left(&r)) {
		struct bytes value = der_any(&r).whole;
		if (!r.bad && !is_in_order(last, value))
			return false;
		last = value;
	}
	return true;
}

/* Visits every value, however deep, without recursion: end[] holds where the open ones close. */
fault derform_check(struct bytes in, size_t *ret_unsorted)
{
	size_t end[DEPTH_MAX] = { in.n }, depth = 0, at = 0, unsorted = 0;
	while (at < in.n) {
		struct derform_head h;
		while (at == end[depth])
			depth--;
		TRY(derform_parse_head(bytes_slice(in, at, end[depth] - at), FAIL(CERT_MALFORMED), &h));
		at += h.size;
		struct bytes content = bytes_slice(in, at, h.n);
		TRY(check_value(h.tag, content));
		unsorted += h.tag == DER_SET && !is_derform_sorted(content);
		if (h.tag & TAG_CONSTRUCTED) {
			NEED(depth + 1 < DEPTH_MAX, CERT_MALFORMED);
			end[++depth] = at + h.n;
		} else {
			at += h.n;
		}
	}
	*ret_unsorted = unsorted;
	return NULL;
}
