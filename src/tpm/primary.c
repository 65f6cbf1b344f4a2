#include "tpm/primary.h"

#include <string.h>
#include <tss2/tss2_mu.h>

#include "tpm/template.h"

#define OWN_ATTRIBUTES (TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN)
#define STORAGE_ATTRIBUTES (OWN_ATTRIBUTES | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT)
#define SIGNING_ATTRIBUTES                                                                    \
	(OWN_ATTRIBUTES | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_SIGN_ENCRYPT | TPMA_OBJECT_USERWITHAUTH | \
	 TPMA_OBJECT_NODA)

/* PolicySecret(TPM_RH_ENDORSEMENT), PolicyA of TCG EK Credential Profile 2.5 appendix B.6.2. */
#define EK_POLICY                                                                                     \
	{                                                                                             \
		.size = 32,                                                                           \
		.buffer = { 0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D,   \
			    0x46, 0xA5, 0xD7, 0x24, 0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64,   \
			    0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA },                         \
	}

/* What protects children and sessions: AES-128 in CFB mode. */
#define AES_128_CFB { .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB }

#define STORAGE_RSA \
	{ .symmetric = AES_128_CFB, .scheme.scheme = TPM2_ALG_NULL, .keyBits = 2048 }
#define STORAGE_P256                                                       \
	{                                                                  \
		.symmetric = AES_128_CFB, .scheme.scheme = TPM2_ALG_NULL,  \
		.curveID = TPM2_ECC_NIST_P256, .kdf.scheme = TPM2_ALG_NULL \
	}

/* TCG EK Credential Profile 2.5 appendix B.3.3, template L-1: its unique is 256 zero octets. */
static const TPM2B_PUBLIC ek_rsa = { .publicArea = {
	.type = TPM2_ALG_RSA,
	.nameAlg = TPM2_ALG_SHA256,
	.objectAttributes = STORAGE_ATTRIBUTES | TPMA_OBJECT_ADMINWITHPOLICY,
	.authPolicy = EK_POLICY,
	.parameters.rsaDetail = STORAGE_RSA,
	.unique.rsa.size = 256,
} };

/* Appendix B.3.4, template L-2: its unique is twice 32 zero octets. */
static const TPM2B_PUBLIC ek_p256 = { .publicArea = {
	.type = TPM2_ALG_ECC,
	.nameAlg = TPM2_ALG_SHA256,
	.objectAttributes = STORAGE_ATTRIBUTES | TPMA_OBJECT_ADMINWITHPOLICY,
	.authPolicy = EK_POLICY,
	.parameters.eccDetail = STORAGE_P256,
	.unique.ecc = { .x.size = 32, .y.size = 32 },
} };

static const struct ek_row {
	TPM2_HANDLE persistent;
	const TPM2B_PUBLIC *template;
} ek_rows[ENDORSEMENT_KIND_COUNT] = {
	[ENDORSEMENT_RSA] = { 0x81010001, &ek_rsa },
	[ENDORSEMENT_P256] = { 0x81010002, &ek_p256 },
};

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
	return slot_open_session(session, srk.tr, TPM2_SE_HMAC);
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
	const struct slot_template template = { ESYS_TR_RH_ENDORSEMENT, row->template };
	OWNED TPM2B_PUBLIC *persistent = NULL;
	TRY(slot_find(slot, row->persistent, &persistent));
	if (persistent && is_made_from(persistent, row->template)) {
		slot_give(&persistent, ret_public);
		return NULL;
	}
	slot_done(slot);
	return slot_open_primary(slot, &template, session, ret_public);
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
