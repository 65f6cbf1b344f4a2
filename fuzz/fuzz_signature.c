/*
 * signature: a TPMT_SIGNATURE that is accepted encodes to the same octets, and is no signature of a
 * constant key.
 */
#include "attest/signature.h"
#include "fuzz.h"

/* The base point of P-256: its private key is one, so a signature by it can be found, but not by chance. */
static const uint8_t x[] = {
	0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2,
	0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96,
};
static const uint8_t y[] = {
	0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16,
	0x2B, 0xCE, 0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5,
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	struct signature s;
	if (signature_parse(in, &s))
		return 0;
	uint8_t *out = malloc(n);
	struct wr w = wr_of(out, n);
	signature_write(&s, &w);
	HOLDS(is_bytes_equal(wr_done(&w), in));
	free(out);
	const struct public key = { .type = ALG_ECC,
				    .curve = ALG_NIST_P256,
				    .scheme = ALG_ECDSA,
				    .scheme_hash = s.hash,
				    .a = BYTES_OF(x),
				    .b = BYTES_OF(y) };
	HOLDS(signature_check(&s, &key, BYTES_TEXT("message")) != NULL);
	return 0;
}
