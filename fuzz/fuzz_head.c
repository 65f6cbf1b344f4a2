#include "fuzz.h"

#include "wire/head.h"

static bool is_inside(struct bytes view, struct bytes head)
{
	fuzz_touch(view);
	return !view.p || (view.p >= head.p && view.p + view.n <= head.p + head.n);
}

/* Whoever reads the same octets by another rule must not find another end: no line ends but in CRLF. */
static bool is_lined(struct bytes head)
{
	for (size_t i = 0; i < head.n; i++)
		if (head.p[i] == '\n' && (i == 0 || head.p[i - 1] != '\r'))
			return false;
	return is_bytes_equal(bytes_slice(head, head.n - 4, 4), BYTES_TEXT("\r\n\r\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct head h, alone, shorter;
	struct bytes in = bytes_of(p, n);
	if (head_parse(in, &h) || h.size == 0)
		return 0;
	struct bytes head = bytes_slice(in, 0, h.size);
	HOLDS(h.size <= n && h.size <= HEAD_SIZE_MAX && is_lined(head));
	HOLDS(is_inside(h.method, head) && is_inside(h.target, head) && is_inside(h.host, head));
	HOLDS(is_inside(h.content_type, head) && is_inside(h.authorization, head));
	HOLDS(is_inside(h.client_cert, head) && h.client_cert.n <= HEAD_CLIENT_CERT_MAX);
	HOLDS(h.target.n <= HEAD_TARGET_MAX && h.host.n <= HEAD_HOST_MAX && h.body_size <= HEAD_BODY_MAX);
	HOLDS(!head_parse(head, &alone) && alone.size == h.size && alone.body_size == h.body_size);
	HOLDS(!head_parse(bytes_slice(head, 0, h.size - 1), &shorter) && shorter.size == 0);
	return 0;
}
