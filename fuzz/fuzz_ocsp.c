/*
 * ocsp: a question about a certificate. What is read of it is inside, and can be answered.
 */
#include "cert/ocsp.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct inquiry i;
	if (ocsp_parse(bytes_of(p, n), &i))
		return 0;
	uint8_t memory[OCSP_SIZE_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	const struct issuer by = { .name = BYTES_TEXT("\x30\x00"),
				   .key = BYTES_TEXT("\x30\x07\x30\x00\x03\x03\x00\x04\x05") };
	const struct standing s = { .hash = i.hash, .has_null = i.has_null, .serial = i.serial,
				    .status = OCSP_UNKNOWN, .this_update = 1, .next_update = 2,
				    .nonce = i.nonce };
	fuzz_touch(i.name_hash);
	fuzz_touch(i.key_hash);
	fuzz_touch(i.serial);
	fuzz_touch(i.nonce);
	HOLDS(i.nonce.n <= FRAME_NONCE_MAX && i.serial.n >= 1 && i.serial.n <= 20);
	HOLDS(!ocsp_build(&s, &by, by.name, &w));
	return 0;
}
