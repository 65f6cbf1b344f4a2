/*
 * ocsp: a question about a certificate, or an answer. What is read of a question is inside, and can be
 * answered; that answer is known by what it was made of.
 */
#include "cert/ocsp.h"
#include "fuzz.h"

static const struct issuer by = { .name = { (const uint8_t *)"\x30\x00", 2 },
				  .key = { (const uint8_t *)"\x30\x07\x30\x00\x03\x03\x00\x04\x05", 9 } };

static void check_answer(const struct standing *s, struct bytes data)
{
	uint8_t memory[2 * OCSP_SIZE_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	const struct ocsp_signed parts = { data, BYTES_TEXT("signature"), by.name };
	ocsp_write(&parts, &w);
	HOLDS(!w.bad && !ocsp_check_signed(wr_done(&w), s, &by));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct inquiry i;
	const struct standing any = { .hash = OCSP_SHA1, .serial = BYTES_TEXT("A"), .status = OCSP_GOOD,
				      .this_update = 1, .next_update = 2 };
	fault why = ocsp_check_signed(bytes_of(p, n), &any, &by);
	HOLDS(!why || why == FAIL(SIGNER_REFUSED));
	if (ocsp_parse(bytes_of(p, n), &i))
		return 0;
	uint8_t memory[OCSP_SIZE_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	const struct standing s = { .hash = i.hash, .has_null = i.has_null, .serial = i.serial,
				    .status = OCSP_UNKNOWN, .this_update = 1, .next_update = 2,
				    .nonce = i.nonce };
	fuzz_touch(i.name_hash);
	fuzz_touch(i.key_hash);
	fuzz_touch(i.serial);
	fuzz_touch(i.nonce);
	HOLDS(i.nonce.n <= FRAME_NONCE_MAX && i.serial.n >= 1 && i.serial.n <= 20);
	HOLDS(!ocsp_build(&s, &by, by.name, &w));
	check_answer(&s, wr_done(&w));
	return 0;
}
