#include "tpm/template.h"

static TPMU_PUBLIC_PARMS parameters_of(const struct keytype_row *row, bool is_fixed)
{
	TPMU_PUBLIC_PARMS p = { 0 };
	if (row->type == TPM2_ALG_RSA) {
		TPMS_RSA_PARMS *rsa = &p.rsaDetail;
		rsa->symmetric.algorithm = TPM2_ALG_NULL;
		rsa->scheme.scheme = is_fixed ? row->scheme : TPM2_ALG_NULL;
		rsa->scheme.details.anySig.hashAlg = row->hash;
		rsa->keyBits = row->bits;
		return p;
	}
	TPMS_ECC_PARMS *ecc = &p.eccDetail;
	ecc->symmetric.algorithm = TPM2_ALG_NULL;
	ecc->scheme.scheme = is_fixed ? row->scheme : TPM2_ALG_NULL;
	ecc->scheme.details.anySig.hashAlg = row->hash;
	ecc->curveID = row->curve;
	ecc->kdf.scheme = TPM2_ALG_NULL;
	return p;
}

TPM2B_PUBLIC template_build(enum keytype type, TPMA_OBJECT attributes)
{
	const struct keytype_row *row = &keytype_rows[type];
	bool is_fixed = attributes & TPMA_OBJECT_RESTRICTED;
	return (TPM2B_PUBLIC){ .publicArea = { .type = row->type,
					       .nameAlg = TPM2_ALG_SHA256,
					       .objectAttributes = attributes,
					       .parameters = parameters_of(row, is_fixed) } };
}
