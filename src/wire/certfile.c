#include "wire/certfile.h"

#include "base/base64.h"
#include "wire/der.h"

#define DER_SEQUENCE 0x30
#define DER_LONG 0x81 /* the length of whatever is longer than 127 octets (X.690 §8.1.3.5) */

void certfile_init(struct certfile *c, struct bytes file)
{
	c->rest = file;
	c->bag = (struct bytes){ 0 };
	c->found = 0;
	c->detail = "";
}

static fault refuse(struct certfile *c, const char *detail)
{
	c->detail = detail;
	c->rest = c->bag = (struct bytes){ 0 };
	return FAIL(ANCHOR_INVALID);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next line of the file without the white space after it. */
static struct bytes next_line(struct certfile *c)
{
	struct bytes line = bytes_until(&c->rest, '\n');
	while (line.n && is_space(line.p[line.n - 1]))
		line.n--;
	return line;
}

/* What may stand between the hyphens. RFC 7468 §5.1: two labels that older programs wrote may be read. */
static const struct {
	const char *begin, *end;
} labels[] = {
	{ "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----" },
	{ "-----BEGIN X509 CERTIFICATE-----", "-----END X509 CERTIFICATE-----" },
	{ "-----BEGIN X.509 CERTIFICATE-----", "-----END X.509 CERTIFICATE-----" },
	{ "-----BEGIN PKCS7-----", "-----END PKCS7-----" },
	{ "-----BEGIN CMS-----", "-----END CMS-----" },
};

/* The row that the line begins, or COUNT_OF(labels). */
static size_t find_label(struct bytes line)
{
	size_t i = 0;
	while (i < COUNT_OF(labels) && !is_bytes_text(line, labels[i].begin))
		i++;
	return i;
}

/* The base64 up to the mark; line breaks and blanks in it mean nothing (RFC 7468 §2). */
static fault decode(struct certfile *c, const char *end, struct bytes *ret)
{
	struct wr digits = wr_of(c->text, sizeof(c->text)), der = wr_of(c->der, sizeof(c->der));
	while (c->rest.n) {
		struct bytes line = next_line(c);
		if (is_bytes_text(line, end)) {
			bool is_whole = !digits.bad && base64_parse(wr_done(&digits), &der) && der.at > 0;
			*ret = wr_done(&der);
			return is_whole ? NULL : refuse(c, "A certificate is no base64, or too long.");
		}
		for (size_t i = 0; i < line.n; i++)
			if (!is_space(line.p[i]))
				wr_u8(&digits, line.p[i]);
	}
	return refuse(c, "The file ends inside a certificate.");
}

/* RFC 5652 §3: a ContentInfo begins with an OID, a certificate with a SEQUENCE. */
static bool is_bag(struct bytes der)
{
	struct rd all = rd_of(der);
	struct rd info = der_enter(&all, DER_SEQUENCE);
	return !info.bad && is_der_next(&info, DER_OID);
}

/* The certificates of a SignedData (RFC 5652 §5.1), as one view. */
static fault open_bag(struct certfile *c, struct bytes der)
{
	static const uint8_t signed_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
	struct rd all = rd_of(der);
	struct rd info = der_enter(&all, DER_SEQUENCE);
	struct bytes type = der_get(&info, DER_OID);
	struct rd explicit = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
	struct rd data = der_enter(&explicit, DER_SEQUENCE);
	der_get(&data, DER_INTEGER);
	der_get(&data, DER_SET);
	der_get(&data, DER_SEQUENCE);
	struct bytes certificates = der_get(&data, DER_CONTEXT_CONSTRUCTED(0));
	bool is_one = is_rd_done(&all) && !data.bad && is_bytes_equal(type, BYTES_OF(signed_data));
	if (!is_one || certificates.n == 0)
		return refuse(c, "The PKCS#7 is no SignedData with certificates in DER.");
	c->bag = certificates;
	return NULL;
}

static fault take_of_bag(struct certfile *c, struct bytes *ret)
{
	struct rd r = rd_of(c->bag);
	struct der one = der_any(&r);
	c->bag = r.bad ? (struct bytes){ 0 } : bytes_slice(c->bag, r.at, c->bag.n - r.at);
	if (r.bad || one.tag != DER_SEQUENCE || one.whole.n > CERTFILE_DER_MAX)
		return refuse(c, "A certificate of the PKCS#7 is none, or too long.");
	c->found++;
	*ret = one.whole;
	return NULL;
}

static fault take(struct certfile *c, struct bytes der, struct bytes *ret)
{
	if (is_bag(der)) {
		TRY(open_bag(c, der));
		return take_of_bag(c, ret);
	}
	if (der.n > CERTFILE_DER_MAX)
		return refuse(c, "The certificate is too long.");
	c->found++;
	*ret = der;
	return NULL;
}

static bool is_der(struct bytes file)
{
	return file.n > 1 && file.p[0] == DER_SEQUENCE && file.p[1] >= DER_LONG;
}

fault certfile_next(struct certfile *c, struct bytes *ret)
{
	struct bytes der = c->rest;
	if (c->bag.n)
		return take_of_bag(c, ret);
	if (c->found == 0 && is_der(der)) {
		c->rest = (struct bytes){ 0 };
		return take(c, der, ret);
	}
	while (c->rest.n) {
		size_t label = find_label(next_line(c));
		if (label == COUNT_OF(labels))
			continue;
		TRY(decode(c, labels[label].end, &der));
		return take(c, der, ret);
	}
	if (c->found == 0)
		return refuse(c, "The file is neither a certificate in DER nor PEM with one in it.");
	*ret = (struct bytes){ 0 };
	return NULL;
}
