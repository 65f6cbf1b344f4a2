#include "attest/firmware.h"

#include <stdio.h>

#include "base/text.h"

#define NUMBERS 4

bool firmware_parse(struct bytes text, uint16_t rest, uint64_t *ret)
{
	uint64_t version = 0, number;
	struct bytes left = text;
	for (size_t i = 0; i < NUMBERS; i++) {
		number = rest;
		/* A dot at the end leaves an empty number behind it, which is none. */
		if ((left.p || i == 0) && !text_uint_parse(bytes_until(&left, '.'), UINT16_MAX, &number))
			return false;
		version = version << 16 | number;
	}
	if (left.p)
		return false;
	*ret = version;
	return true;
}

bool firmware_parse_certified(struct bytes text, uint64_t *ret)
{
	static const size_t digits_of[] = { 8, 4 };
	uint8_t octets[4];
	const struct bytes prefix = BYTES_TEXT("id:");
	if (!is_bytes_equal(bytes_slice(text, 0, prefix.n), prefix))
		return false;
	struct bytes hex = bytes_slice(text, prefix.n, text.n - prefix.n);
	for (size_t i = 0; i < COUNT_OF(digits_of); i++) {
		size_t n = digits_of[i] / 2;
		if (hex.n != digits_of[i] || !text_hex_parse(hex, octets, n))
			continue;
		uint64_t major = n == 4 ? (uint64_t)octets[0] << 8 | octets[1] : octets[0];
		uint64_t minor = n == 4 ? (uint64_t)octets[2] << 8 | octets[3] : octets[1];
		*ret = major << 48 | minor << 32;
		return true;
	}
	return false;
}

char *firmware_text(uint64_t version, char out[static FIRMWARE_TEXT_SIZE])
{
	unsigned n[NUMBERS];
	for (size_t i = 0; i < NUMBERS; i++)
		n[i] = (unsigned)(version >> (48 - 16 * i) & 0xFFFF);
	if (n[2] || n[3])
		snprintf(out, FIRMWARE_TEXT_SIZE, "%u.%u.%u.%u", n[0], n[1], n[2], n[3]);
	else
		snprintf(out, FIRMWARE_TEXT_SIZE, "%u.%u", n[0], n[1]);
	return out;
}
