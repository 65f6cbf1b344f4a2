/* text: numbers, UUIDs and hexadecimal have one form; printable text has none of the octets that act. */
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

#define NUMBER_SIZE 24

static void check_printable(struct bytes in)
{
	if (!is_text_printable(in))
		return;
	for (size_t i = 0; i < in.n; i++)
		HOLDS(in.p[i] >= 0x20 && in.p[i] != 0x7F && in.p[i] < 0xF5);
}

static void check_uint(struct bytes in)
{
	uint64_t v;
	char again[NUMBER_SIZE];
	if (!text_uint_parse(in, UINT64_MAX, &v))
		return;
	snprintf(again, sizeof(again), "%llu", (unsigned long long)v);
	HOLDS(is_bytes_text(in, again));
	HOLDS(v == 0 || !text_uint_parse(in, v - 1, &v));
}

static void check_uuid(struct bytes in)
{
	uint8_t id[16], second[16];
	char again[TEXT_UUID_SIZE];
	if (!text_uuid_parse(in, id))
		return;
	text_uuid(id, again);
	HOLDS(text_uuid_parse(bytes_text(again), second) && memcmp(id, second, sizeof(id)) == 0);
}

static void check_hex(struct bytes in)
{
	uint8_t *octets = malloc(in.n + 1);
	char *hex = malloc(TEXT_HEX_SIZE(in.n));
	text_hex(in, hex);
	HOLDS(text_hex_parse(bytes_text(hex), octets, in.n) && is_bytes_equal(in, bytes_of(octets, in.n)));
	if (text_hex_parse(in, octets, in.n / 2)) {
		text_hex(bytes_of(octets, in.n / 2), hex);
		HOLDS(strncasecmp(hex, (const char *)in.p, in.n) == 0);
	}
	free(hex);
	free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	check_printable(in);
	check_uint(in);
	check_uuid(in);
	check_hex(in);
	return 0;
}
