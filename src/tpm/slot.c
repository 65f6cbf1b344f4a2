#include "tpm/slot.h"

#include <stdio.h>
#include <string.h>
#include <tss2/tss2_mu.h>

#include "tpm/carrier.h"
#include "tpm/response.h"

struct slot slot_of(struct chip *chip)
{
	return (struct slot){ .chip = chip, .tr = ESYS_TR_NONE };
}

void slot_done(struct slot *slot)
{
	if (slot->tr == ESYS_TR_NONE)
		return;
	/* Where a flush fails the TPM is gone or failing; there is nobody left to tell. */
	if (slot->persistent || Esys_FlushContext(slot->chip->esys, slot->tr) != TSS2_RC_SUCCESS)
		Esys_TR_Close(slot->chip->esys, &slot->tr);
	*slot = slot_of(slot->chip);
}

void slot_free(void *pointer)
{
	Esys_Free(*(void **)pointer);
}

void slot_give(TPM2B_PUBLIC **owned, TPM2B_PUBLIC **ret_public)
{
	if (!ret_public)
		return;
	*ret_public = *owned;
	*owned = NULL;
}

fault slot_fault(struct chip *chip, const char *command, uint32_t code)
{
	if (code == CARRIER_LATE)
		snprintf(chip->detail, sizeof(chip->detail), "%s: no answer within %d ms", command,
			 chip->wait_ms);
	else if (code != TSS2_RC_SUCCESS)
		snprintf(chip->detail, sizeof(chip->detail), "%s: response code 0x%08X", command,
			 (unsigned)code);
	return response_fault(code);
}

fault slot_made_fault(struct chip *chip, const char *command, uint32_t code)
{
	fault f = slot_fault(chip, command, code);
	return is_response_unsupported(code) ? FAIL(TPM_KEY_TYPE) : f;
}

fault slot_find(struct slot *slot, TPM2_HANDLE handle, TPM2B_PUBLIC **ret_public)
{
	struct chip *chip = slot->chip;
	TSS2_RC rc = Esys_TR_FromTPMPublic(chip->esys, handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
					   &slot->tr);
	slot->persistent = rc == TSS2_RC_SUCCESS;
	if (ret_public)
		*ret_public = NULL;
	if (rc != TSS2_RC_SUCCESS)
		slot->tr = ESYS_TR_NONE;
	if (is_response_absent(rc))
		return NULL;
	TRY(slot_fault(chip, "TPM2_ReadPublic", rc));
	if (!ret_public)
		return NULL;
	rc = Esys_ReadPublic(chip->esys, slot->tr, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ret_public, NULL,
			     NULL);
	return slot_fault(chip, "TPM2_ReadPublic", rc);
}

fault slot_open_primary(struct slot *slot, const struct slot_template *template, ESYS_TR session,
			TPM2B_PUBLIC **ret_public)
{
	static const TPM2B_SENSITIVE_CREATE no_sensitive = { .size = 0 };
	static const TPM2B_DATA no_data = { .size = 0 };
	static const TPML_PCR_SELECTION no_pcrs = { .count = 0 };
	OWNED TPM2B_PUBLIC *made = NULL;
	TSS2_RC rc = Esys_CreatePrimary(slot->chip->esys, template->hierarchy, session, ESYS_TR_NONE,
					ESYS_TR_NONE, &no_sensitive, template->public_area, &no_data,
					&no_pcrs, &slot->tr, &made, NULL, NULL, NULL);
	if (rc != TSS2_RC_SUCCESS)
		slot->tr = ESYS_TR_NONE;
	TRY(slot_made_fault(slot->chip, "TPM2_CreatePrimary", rc));
	slot_give(&made, ret_public);
	return NULL;
}

static fault open_session(struct slot *slot, ESYS_TR salt, TPM2_SE type, TPMI_ALG_HASH hash)
{
	static const TPMT_SYM_DEF aes = { .algorithm = TPM2_ALG_AES,
					  .keyBits.aes = 128,
					  .mode.aes = TPM2_ALG_CFB };
	TSS2_RC rc = Esys_StartAuthSession(slot->chip->esys, salt, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
					   ESYS_TR_NONE, NULL, type, &aes, hash, &slot->tr);
	if (rc != TSS2_RC_SUCCESS)
		slot->tr = ESYS_TR_NONE;
	return slot_fault(slot->chip, "TPM2_StartAuthSession", rc);
}

fault slot_open_session(struct slot *slot, ESYS_TR salt)
{
	static const TPMA_SESSION encrypting = TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_DECRYPT |
					       TPMA_SESSION_ENCRYPT;
	TRY(open_session(slot, salt, TPM2_SE_HMAC, TPM2_ALG_SHA256));
	return slot_fault(slot->chip, "session attributes",
			  Esys_TRSess_SetAttributes(slot->chip->esys, slot->tr, encrypting, 0xFF));
}

fault slot_open_policy(struct slot *slot, ESYS_TR salt, TPMI_ALG_HASH hash)
{
	return open_session(slot, salt, TPM2_SE_POLICY, hash);
}

fault slot_get_public(const TPM2B_PUBLIC *from, struct arena *arena, struct bytes *ret)
{
	uint8_t buffer[sizeof(TPMT_PUBLIC)];
	size_t size = 0;
	TSS2_RC rc = Tss2_MU_TPMT_PUBLIC_Marshal(&from->publicArea, buffer, sizeof(buffer), &size);
	NEED(rc == TSS2_RC_SUCCESS, BUG);
	struct bytes copy = arena_copy(arena, bytes_of(buffer, size));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = copy;
	return NULL;
}

fault slot_get_signature(const TPMT_SIGNATURE *signature, struct arena *arena, struct bytes *ret)
{
	uint8_t buffer[sizeof(TPMT_SIGNATURE)];
	size_t size = 0;
	TSS2_RC rc = Tss2_MU_TPMT_SIGNATURE_Marshal(signature, buffer, sizeof(buffer), &size);
	NEED(rc == TSS2_RC_SUCCESS, BUG);
	struct bytes copy = arena_copy(arena, bytes_of(buffer, size));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = copy;
	return NULL;
}

fault slot_get_statement(const TPM2B_ATTEST *attest, const TPMT_SIGNATURE *signature, struct arena *arena,
			 struct attestation_statement *ret)
{
	struct attestation_statement s = {
		.attest = arena_copy(arena, bytes_of(attest->attestationData, attest->size)),
	};
	NEED(!is_arena_full(arena), SYS_MEMORY);
	TRY(slot_get_signature(signature, arena, &s.signature));
	*ret = s;
	return NULL;
}

bool slot_copy(struct bytes from, uint8_t *buffer, size_t room, uint16_t *ret_size)
{
	if (from.n > room)
		return false;
	if (from.n)
		memcpy(buffer, from.p, from.n);
	*ret_size = (uint16_t)from.n;
	return true;
}
