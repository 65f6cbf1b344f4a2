#include "tpm/attestation.h"

#include "attest/pcr.h"
#include "base/secret.h"
#include "tpm/primary.h"
#include "tpm/response.h"

/* How often PCR values are read again when something extends them meanwhile. */
#define PCR_ATTEMPTS 5

fault attestation_get_public(const struct attestation *ak, struct arena *arena, struct bytes *ret)
{
	SLOT session = slot_of(ak->chip);
	SLOT key = slot_of(ak->chip);
	OWNED TPM2B_PUBLIC *made = NULL;
	TRY(primary_open_session(&session));
	TRY(primary_open_ak(&key, ak, session.tr, &made));
	return slot_get_public(made, arena, ret);
}

/* --- activation ----------------------------------------------------------------------------------------- */

struct wrapped {
	enum endorsement_kind kind;
	TPM2B_ID_OBJECT credential;
	TPM2B_ENCRYPTED_SECRET encrypted;
};

static fault activate(const struct attestation *ak, const struct wrapped *wrapped, TPM2B_DIGEST **ret)
{
	SLOT session = slot_of(ak->chip);
	SLOT policy = slot_of(ak->chip);
	SLOT ek = slot_of(ak->chip);
	SLOT key = slot_of(ak->chip);
	TRY(primary_open_session(&session));
	TRY(primary_open_ek(&ek, wrapped->kind, session.tr, NULL));
	TRY(primary_open_ak(&key, ak, session.tr, NULL));
	TRY(primary_open_policy(&policy, wrapped->kind, &ek, session.tr));
	TSS2_RC rc = Esys_ActivateCredential(ak->chip->esys, key.tr, ek.tr, session.tr, policy.tr,
					     ESYS_TR_NONE, &wrapped->credential, &wrapped->encrypted, ret);
	fault f = slot_fault(ak->chip, "TPM2_ActivateCredential", rc);
	return is_response_parameter(rc) || is_response_integrity(rc) ? FAIL(ACT_SECRET) : f;
}

static bool wrapped_copy(const struct attestation_challenge *challenge, struct wrapped *ret)
{
	TPM2B_ID_OBJECT *credential = &ret->credential;
	TPM2B_ENCRYPTED_SECRET *encrypted = &ret->encrypted;
	ret->kind = challenge->kind;
	return slot_copy(challenge->credential, credential->credential, sizeof(credential->credential),
			 &credential->size) &&
	       slot_copy(challenge->encrypted_secret, encrypted->secret, sizeof(encrypted->secret),
			 &encrypted->size);
}

fault attestation_get_secret(const struct attestation *ak, const struct attestation_challenge *challenge,
			     struct arena *arena, struct bytes *ret)
{
	struct wrapped wrapped;
	OWNED TPM2B_DIGEST *secret = NULL;
	NEED(wrapped_copy(challenge, &wrapped), ACT_SECRET);
	TRY(activate(ak, &wrapped, &secret));
	struct bytes copy = arena_copy(arena, bytes_of(secret->buffer, secret->size));
	secret_done(secret, sizeof(*secret));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = copy;
	return NULL;
}

/* --- PCRs ----------------------------------------------------------------------------------------------- */

static void selection_write(const struct pcr_selection *from, TPML_PCR_SELECTION *to)
{
	*to = (TPML_PCR_SELECTION){ .count = (uint32_t)from->n };
	for (size_t i = 0; i < from->n; i++) {
		TPMS_PCR_SELECTION *bank = &to->pcrSelections[i];
		bank->hash = from->banks[i].hash;
		bank->sizeofSelect = from->banks[i].size;
		for (size_t octet = 0; octet < bank->sizeofSelect; octet++)
			bank->pcrSelect[octet] = (uint8_t)(from->banks[i].bits >> 8 * octet);
	}
}

fault attestation_get_quote(const struct attestation *ak, struct bytes selection, struct bytes extra_data,
			    struct arena *arena, struct attestation_statement *ret)
{
	static const TPMT_SIG_SCHEME own_scheme = { .scheme = TPM2_ALG_NULL };
	SLOT session = slot_of(ak->chip);
	SLOT key = slot_of(ak->chip);
	OWNED TPM2B_ATTEST *attest = NULL;
	OWNED TPMT_SIGNATURE *signature = NULL;
	struct pcr_selection parsed;
	TPML_PCR_SELECTION pcrs;
	TPM2B_DATA extra;
	TRY(pcr_parse(selection, &parsed));
	selection_write(&parsed, &pcrs);
	NEED(slot_copy(extra_data, extra.buffer, ATTESTATION_EXTRA_MAX, &extra.size), BUG);
	TRY(primary_open_session(&session));
	TRY(primary_open_ak(&key, ak, session.tr, NULL));
	TSS2_RC rc = Esys_Quote(ak->chip->esys, key.tr, session.tr, ESYS_TR_NONE, ESYS_TR_NONE, &extra,
				&own_scheme, &pcrs, &attest, &signature);
	TRY(slot_fault(ak->chip, "TPM2_Quote", rc));
	return slot_get_statement(attest, signature, arena, ret);
}

struct pcr_reader {
	struct chip *chip;
	struct arena *arena;
	struct bytes_list values;
	uint32_t counter; /* pcrUpdateCounter of the first answer */
	bool counted;
	bool changed;
};

/* The PCRs of one bank that the TPM gives at once, at most eight; takes them out of bank->bits. */
static fault read_some(struct pcr_reader *reader, struct pcr_bank *bank)
{
	OWNED TPML_PCR_SELECTION *got = NULL;
	OWNED TPML_DIGEST *digests = NULL;
	const struct pcr_selection wanted = { .n = 1, .banks = { *bank } };
	TPML_PCR_SELECTION pcrs;
	uint32_t counter;
	selection_write(&wanted, &pcrs);
	TSS2_RC rc = Esys_PCR_Read(reader->chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &pcrs,
				   &counter, &got, &digests);
	fault f = slot_fault(reader->chip, "TPM2_PCR_Read", rc);
	TRY(is_response_parameter(rc) ? FAIL(PCRSEL) : f);
	reader->changed |= reader->counted && counter != reader->counter;
	reader->counter = counter;
	reader->counted = true;
	NEED(got->count == 1 && digests->count > 0, PCRSEL);
	for (uint32_t i = 0; i < digests->count; i++) {
		struct bytes value = arena_copy(
			reader->arena, bytes_of(digests->digests[i].buffer, digests->digests[i].size));
		NEED(value.p && bytes_list_put(&reader->values, value), SYS_MEMORY);
	}
	for (size_t octet = 0; octet < got->pcrSelections[0].sizeofSelect; octet++)
		bank->bits &= ~((uint32_t)got->pcrSelections[0].pcrSelect[octet] << 8 * octet);
	return NULL;
}

static fault read_all(struct pcr_reader *reader, const struct pcr_selection *selection)
{
	for (size_t i = 0; i < selection->n; i++) {
		struct pcr_bank bank = selection->banks[i];
		while (bank.bits)
			TRY(read_some(reader, &bank));
	}
	return NULL;
}

fault attestation_list_pcrs(struct chip *chip, struct bytes selection, struct arena *arena,
			    struct bytes_list *ret)
{
	struct pcr_selection parsed;
	TRY(pcr_parse(selection, &parsed));
	for (int i = 0; i < PCR_ATTEMPTS; i++) {
		struct pcr_reader reader = { .chip = chip, .arena = arena };
		TRY(read_all(&reader, &parsed));
		if (reader.changed)
			continue;
		*ret = reader.values;
		return NULL;
	}
	return FAIL(TPM_BUSY);
}
