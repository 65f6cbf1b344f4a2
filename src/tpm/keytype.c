#include "tpm/keytype.h"

#include "attest/public.h"

const struct keytype_row keytype_rows[KEYTYPE_COUNT] = {
	[KEYTYPE_P256] = { "p256", ALG_ECC, 0, ALG_NIST_P256, ALG_ECDSA, ALG_SHA256 },
	[KEYTYPE_P384] = { "p384", ALG_ECC, 0, ALG_NIST_P384, ALG_ECDSA, ALG_SHA384 },
	[KEYTYPE_P521] = { "p521", ALG_ECC, 0, ALG_NIST_P521, ALG_ECDSA, ALG_SHA512 },
	[KEYTYPE_RSA2048] = { "rsa2048", ALG_RSA, 2048, 0, ALG_RSASSA, ALG_SHA256 },
	[KEYTYPE_RSA3072] = { "rsa3072", ALG_RSA, 3072, 0, ALG_RSASSA, ALG_SHA384 },
	[KEYTYPE_RSA4096] = { "rsa4096", ALG_RSA, 4096, 0, ALG_RSASSA, ALG_SHA384 },
	[KEYTYPE_RSA2048_PSS] = { "rsa2048-pss", ALG_RSA, 2048, 0, ALG_RSAPSS, ALG_SHA256 },
	[KEYTYPE_RSA3072_PSS] = { "rsa3072-pss", ALG_RSA, 3072, 0, ALG_RSAPSS, ALG_SHA384 },
	[KEYTYPE_RSA4096_PSS] = { "rsa4096-pss", ALG_RSA, 4096, 0, ALG_RSAPSS, ALG_SHA384 },
};

fault keytype_parse(struct bytes word, enum keytype *ret)
{
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		if (!is_bytes_text(word, keytype_rows[type].name))
			continue;
		*ret = type;
		return NULL;
	}
	return FAIL(CONFIG_INVALID);
}

bool is_keytype_of(enum keytype type, struct bytes public_area)
{
	const struct keytype_row *row = &keytype_rows[type];
	struct public p;
	return !public_parse(public_area, &p) && p.type == row->type && p.bits == row->bits &&
	       p.curve == row->curve && (p.scheme == ALG_NULL || p.scheme == row->scheme);
}

const struct keytype_row *keytype_find(struct bytes public_area)
{
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++)
		if (is_keytype_of(type, public_area))
			return &keytype_rows[type];
	return NULL;
}
