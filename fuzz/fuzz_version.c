/* version: versions of systems and firmware as people, policies and makers write them. */
#include <string.h>

#include "attest/firmware.h"
#include "fuzz.h"
#include "policy/restriction.h"

static void check_firmware(struct bytes in)
{
	uint64_t low, high, again;
	char text[FIRMWARE_TEXT_SIZE];
	if (!firmware_parse(in, 0, &low))
		return;
	HOLDS(firmware_parse(in, UINT16_MAX, &high) && low <= high);
	firmware_text(low, text);
	HOLDS(firmware_parse(bytes_text(text), 0, &again) && again == low);
}

/* The makers' spelling says two numbers at most. */
static void check_certified(struct bytes in)
{
	uint64_t version;
	if (firmware_parse_certified(in, &version))
		HOLDS((version & UINT32_MAX) == 0 || memchr(in.p, '.', in.n));
}

static void check_version(struct bytes in)
{
	struct version v, least = { { 0 } };
	if (!version_parse(in, 1, &v))
		return;
	HOLDS(version_compare(&v, &v) == 0 && version_compare(&least, &v) <= 0);
}

/* A restriction that makes sense has a range with something in it. */
static void check_restriction(struct bytes in)
{
	struct bytes max = in, min = bytes_until(&max, '-');
	struct restriction r = { .name = BYTES_TEXT("r"), .state = RESTRICTION_ON,
				 .action = RESTRICTION_ALLOW, .trusts_labels = true,
				 .os_min = min, .os_max = max };
	const char *detail = NULL;
	fault why = restriction_parse(&r, &detail);
	HOLDS(r.is_whole == !why && (!why || detail));
	if (!why && min.n && max.n)
		HOLDS(version_compare(&r.min, &r.max) <= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bytes in = bytes_of(data, size);
	check_firmware(in);
	check_certified(in);
	check_version(in);
	check_restriction(in);
	return 0;
}
