#include "cli/certfile.h"

#include "base/base64.h"

#define BASE64_MAX (CERTFILE_DER_MAX / 3 * 4 + 4)
#define DER_SEQUENCE 0x30
#define DER_LONG 0x81 /* the length of whatever is longer than 127 octets (X.690 §8.1.3.5) */

void certfile_init(struct certfile *c, struct bytes file)
{
	*c = (struct certfile){ .rest = file, .detail = "" };
}

static fault refuse(struct certfile *c, const char *detail)
{
	c->detail = detail;
	c->rest = (struct bytes){ 0 };
	return FAIL(ANCHOR_INVALID);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next line of the file without the white space after it. */
static struct bytes next_line(struct certfile *c)
{
	size_t n = 0;
	while (n < c->rest.n && c->rest.p[n] != '\n')
		n++;
	struct bytes line = bytes_slice(c->rest, 0, n);
	n += n < c->rest.n;
	c->rest = bytes_slice(c->rest, n, c->rest.n - n);
	while (line.n && is_space(line.p[line.n - 1]))
		line.n--;
	return line;
}

/* RFC 7468 §5.1: two labels that older programs wrote may be read. */
static bool is_mark(struct bytes line, const char *const marks[static 3])
{
	for (size_t i = 0; i < 3; i++)
		if (is_bytes_text(line, marks[i]))
			return true;
	return false;
}

static bool is_begin(struct bytes line)
{
	static const char *const marks[] = { "-----BEGIN CERTIFICATE-----",
					     "-----BEGIN X509 CERTIFICATE-----",
					     "-----BEGIN X.509 CERTIFICATE-----" };
	return is_mark(line, marks);
}

static bool is_end(struct bytes line)
{
	static const char *const marks[] = { "-----END CERTIFICATE-----", "-----END X509 CERTIFICATE-----",
					     "-----END X.509 CERTIFICATE-----" };
	return is_mark(line, marks);
}

/* The base64 between the marks; line breaks and blanks in it mean nothing (RFC 7468 §2). */
static fault decode(struct certfile *c, struct bytes *ret)
{
	uint8_t text[BASE64_MAX];
	struct wr digits = wr_of(text, sizeof(text)), der = wr_of(c->der, sizeof(c->der));
	while (c->rest.n) {
		struct bytes line = next_line(c);
		if (is_end(line)) {
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

static bool is_der(struct bytes file)
{
	return file.n > 1 && file.p[0] == DER_SEQUENCE && file.p[1] >= DER_LONG;
}

static fault take_der(struct certfile *c, struct bytes *ret)
{
	struct wr der = wr_of(c->der, sizeof(c->der));
	wr_bytes(&der, c->rest);
	if (der.bad)
		return refuse(c, "The certificate is too long.");
	c->rest = (struct bytes){ 0 };
	c->found++;
	*ret = wr_done(&der);
	return NULL;
}

fault certfile_next(struct certfile *c, struct bytes *ret)
{
	if (c->found == 0 && is_der(c->rest))
		return take_der(c, ret);
	while (c->rest.n) {
		if (!is_begin(next_line(c)))
			continue;
		TRY(decode(c, ret));
		c->found++;
		return NULL;
	}
	if (c->found == 0)
		return refuse(c, "The file is neither a certificate in DER nor PEM with one in it.");
	*ret = (struct bytes){ 0 };
	return NULL;
}
