/* public: a public area that is accepted has one form, a Name, and numbers that are a key or are not. */
#include "attest/public.h"
#include "fuzz.h"

#include <openssl/evp.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	struct public area;
	struct name name;
	uint8_t out[4096], hash[32];
	if (public_parse(in, &area))
		return 0;
	struct wr w = wr_of(out, sizeof(out));
	public_write(&area, &w);
	HOLDS(is_bytes_equal(wr_done(&w), in));
	HOLDS(is_bytes_equal(area.whole, in) && is_public_same_key(&area, &area));
	if (!public_name(&area, &name))
		HOLDS(name.n == 2 + (size_t)alg_hash_find(area.name_alg)->size);
	HOLDS((public_hash(&area, hash) == NULL) == (public_spki(&area).kind != SPKI_NONE) ||
	      is_bytes_uniform(area.a, 0));
	EVP_PKEY *key = NULL;
	HOLDS((public_build_key(&area, &key) == NULL) == (key != NULL));
	EVP_PKEY_free(key);
	return 0;
}
