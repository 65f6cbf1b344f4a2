#include "tpm/primary.h"

#include <string.h>
#include <tss2/tss2_mu.h>

#include "tpm/ekpolicy.h"
#include "tpm/template.h"

#define OWN_ATTRIBUTES (TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN)
#define STORAGE_ATTRIBUTES (OWN_ATTRIBUTES | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT)
#define SIGNING_ATTRIBUTES                                                                    \
	(OWN_ATTRIBUTES | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_SIGN_ENCRYPT | TPMA_OBJECT_USERWITHAUTH | \
	 TPMA_OBJECT_NODA)

/* What protects children and sessions: AES-128 in CFB mode. */
#define AES_128_CFB { .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB }

#define STORAGE_P256                                                       \
	{                                                                  \
		.symmetric = AES_128_CFB, .scheme.scheme = TPM2_ALG_NULL,  \
		.curveID = TPM2_ECC_NIST_P256, .kdf.scheme = TPM2_ALG_NULL \
	}

/* The templates of TCG EK Credential Profile 2.5, B.3. */
static const struct ek_row {
	TPM2_HANDLE persistent; /* zero: no place is agreed upon */
	TPMI_ALG_PUBLIC type;
	TPMI_RSA_KEY_BITS bits;
	TPMI_ECC_CURVE curve;
	TPMI_ALG_HASH hash;
	TPMI_AES_KEY_BITS cipher;
	uint16_t unique; /* octets of zero in each part of unique; those of H templates are empty */
	bool is_high;
} ek_rows[ENDORSEMENT_KIND_COUNT] = {
	[ENDORSEMENT_RSA] = { 0x81010001, TPM2_ALG_RSA, 2048, 0, TPM2_ALG_SHA256, 128, 256, false },
	[ENDORSEMENT_P256] = { 0x81010002, TPM2_ALG_ECC, 0, TPM2_ECC_NIST_P256, TPM2_ALG_SHA256, 128, 32,
			       false },
	[ENDORSEMENT_H1] = { 0, TPM2_ALG_RSA, 2048, 0, TPM2_ALG_SHA256, 128, 0, true },
	[ENDORSEMENT_H2] = { 0, TPM2_ALG_ECC, 0, TPM2_ECC_NIST_P256, TPM2_ALG_SHA256, 128, 0, true },
	[ENDORSEMENT_H3] = { 0, TPM2_ALG_ECC, 0, TPM2_ECC_NIST_P384, TPM2_ALG_SHA384, 256, 0, true },
	[ENDORSEMENT_H4] = { 0, TPM2_ALG_ECC, 0, TPM2_ECC_NIST_P521, TPM2_ALG_SHA512, 256, 0, true },
	[ENDORSEMENT_H6] = { 0, TPM2_ALG_RSA, 3072, 0, TPM2_ALG_SHA384, 256, 0, true },
	[ENDORSEMENT_H7] = { 0, TPM2_ALG_RSA, 4096, 0, TPM2_ALG_SHA384, 256, 0, true },
};

static TPM2B_PUBLIC ek_template(const struct ek_row *row)
{
	const TPMT_SYM_DEF_OBJECT cipher = { .algorithm = TPM2_ALG_AES,
					     .keyBits.aes = row->cipher,
					     .mode.aes = TPM2_ALG_CFB };
	const struct ekpolicy *policy = ekpolicy_of(row->hash);
	TPM2B_PUBLIC made = { .publicArea = {
		.type = row->type,
		.nameAlg = row->hash,
		.objectAttributes = STORAGE_ATTRIBUTES | TPMA_OBJECT_ADMINWITHPOLICY |
				    (row->is_high ? TPMA_OBJECT_USERWITHAUTH : 0),
		.authPolicy = row->is_high ? policy->b : policy->a,
	} };
	TPMT_PUBLIC *p = &made.publicArea;
	if (row->type == TPM2_ALG_RSA) {
		p->parameters.rsaDetail = (TPMS_RSA_PARMS){
			.symmetric = cipher, .scheme.scheme = TPM2_ALG_NULL, .keyBits = row->bits };
		p->unique.rsa.size = row->unique;
		return made;
	}
	p->parameters.eccDetail = (TPMS_ECC_PARMS){ .symmetric = cipher, .scheme.scheme = TPM2_ALG_NULL,
						    .curveID = row->curve, .kdf.scheme = TPM2_ALG_NULL };
	p->unique.ecc.x.size = row->unique;
	p->unique.ecc.y.size = row->unique;
	return made;
}

/* TCG TPM v2.0 Provisioning Guidance §7.5.1, for P-256. */
static const TPM2B_PUBLIC srk_template = { .publicArea = {
	.type = TPM2_ALG_ECC,
	.nameAlg = TPM2_ALG_SHA256,
	.objectAttributes = STORAGE_ATTRIBUTES | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA,
	.parameters.eccDetail = STORAGE_P256,
} };

/* A storage key of this TPM that works with an empty password and that failed attempts do not lock. */
static bool is_suitable_srk(const TPM2B_PUBLIC *key)
{
	static const TPMA_OBJECT needed = STORAGE_ATTRIBUTES | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;
	TPMA_OBJECT has = key->publicArea.objectAttributes;
	return (has & needed) == needed && !(has & TPMA_OBJECT_SIGN_ENCRYPT);
}

fault primary_open_srk(struct slot *slot, TPM2_HANDLE handle, TPM2_HANDLE *ret_handle)
{
	static const struct slot_template template = { ESYS_TR_RH_OWNER, &srk_template };
	OWNED TPM2B_PUBLIC *persistent = NULL;
	if (handle != TPM2_RH_OWNER)
		TRY(slot_find(slot, PRIMARY_SRK_HANDLE, &persistent));
	bool found = persistent && is_suitable_srk(persistent);
	NEED(found || handle != PRIMARY_SRK_HANDLE, DEVICE_KEY);
	if (!found) {
		slot_done(slot);
		TRY(slot_open_primary(slot, &template, ESYS_TR_PASSWORD, NULL));
	}
	*ret_handle = found ? PRIMARY_SRK_HANDLE : TPM2_RH_OWNER;
	return NULL;
}

fault primary_open_session(struct slot *session)
{
	SLOT srk = slot_of(session->chip);
	TPM2_HANDLE ignored;
	TRY(primary_open_srk(&srk, 0, &ignored));
	return slot_open_session(session, srk.tr);
}

/* True when a key could have been made from the template: all but the key itself is the same. */
static bool is_made_from(const TPM2B_PUBLIC *key, const TPM2B_PUBLIC *template)
{
	TPMT_PUBLIC blank = key->publicArea;
	uint8_t is[sizeof(TPMT_PUBLIC)], should[sizeof(TPMT_PUBLIC)];
	size_t is_size = 0, should_size = 0;
	if (blank.type != template->publicArea.type)
		return false;
	blank.unique = template->publicArea.unique;
	TSS2_RC rc = Tss2_MU_TPMT_PUBLIC_Marshal(&blank, is, sizeof(is), &is_size);
	rc |= Tss2_MU_TPMT_PUBLIC_Marshal(&template->publicArea, should, sizeof(should), &should_size);
	return rc == TSS2_RC_SUCCESS && is_bytes_equal(bytes_of(is, is_size), bytes_of(should, should_size));
}

fault primary_open_ek(struct slot *slot, enum endorsement_kind kind, ESYS_TR session,
		      TPM2B_PUBLIC **ret_public)
{
	const struct ek_row *row = &ek_rows[kind];
	const TPM2B_PUBLIC blank = ek_template(row);
	const struct slot_template template = { ESYS_TR_RH_ENDORSEMENT, &blank };
	OWNED TPM2B_PUBLIC *persistent = NULL;
	if (row->persistent)
		TRY(slot_find(slot, row->persistent, &persistent));
	if (persistent && is_made_from(persistent, &blank)) {
		slot_give(&persistent, ret_public);
		return NULL;
	}
	slot_done(slot);
	return slot_open_primary(slot, &template, session, ret_public);
}

fault primary_open_policy(struct slot *policy, enum endorsement_kind kind, const struct slot *ek,
			  ESYS_TR session)
{
	struct chip *chip = policy->chip;
	const struct ek_row *row = &ek_rows[kind];
	const struct ekpolicy *p = ekpolicy_of(row->hash);
	const TPML_DIGEST either = { .count = 2, .digests = { p->a, p->c } };
	TRY(slot_open_policy(policy, ek->tr, row->hash));
	TSS2_RC rc = Esys_PolicySecret(chip->esys, ESYS_TR_RH_ENDORSEMENT, policy->tr, session, ESYS_TR_NONE,
				       ESYS_TR_NONE, NULL, NULL, NULL, 0, NULL, NULL);
	TRY(slot_fault(chip, "TPM2_PolicySecret", rc));
	if (!row->is_high)
		return NULL;
	rc = Esys_PolicyOR(chip->esys, policy->tr, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &either);
	return slot_fault(chip, "TPM2_PolicyOR", rc);
}

/* Where unique goes differs; twice 32 octets for any curve, since P-256 began so. */
static TPM2B_PUBLIC ak_template(const struct attestation *ak)
{
	TPM2B_PUBLIC made = template_build(ak->type, SIGNING_ATTRIBUTES);
	TPMU_PUBLIC_ID *unique = &made.publicArea.unique;
	if (made.publicArea.type == TPM2_ALG_RSA) {
		unique->rsa.size = ATTESTATION_UNIQUE_SIZE;
		memcpy(unique->rsa.buffer, ak->unique, ATTESTATION_UNIQUE_SIZE);
		return made;
	}
	unique->ecc.x.size = ATTESTATION_UNIQUE_SIZE;
	unique->ecc.y.size = ATTESTATION_UNIQUE_SIZE;
	memcpy(unique->ecc.x.buffer, ak->unique, ATTESTATION_UNIQUE_SIZE);
	return made;
}

fault primary_open_ak(struct slot *slot, const struct attestation *ak, ESYS_TR session,
		      TPM2B_PUBLIC **ret_public)
{
	const TPM2B_PUBLIC own = ak_template(ak);
	const struct slot_template template = { ESYS_TR_RH_ENDORSEMENT, &own };
	return slot_open_primary(slot, &template, session, ret_public);
}
