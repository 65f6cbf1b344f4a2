/*
 * softtpm: a TPM in software, as far as an enrolment sees one.
 *
 * It has an endorsement key of template L-1 or L-2 (TCG EK Credential Profile 2.5, B.3), an attestation key
 * and a device key, both P-256 primaries, and PCRs. It proves nothing about the machine it runs on: a server
 * can tell it from a chip by the EK certificate alone.
 */
#ifndef SIM_SOFTTPM_H
#define SIM_SOFTTPM_H

#include "attest/credential.h"
#include "attest/public.h"
#include "attest/statement.h"
#include "base/arena.h"

#define SOFTTPM_PUBLIC_MAX 512
#define SOFTTPM_PCR_SIZE 32
#define SOFTTPM_FIRMWARE UINT64_C(0x0001000000000000) /* 1.0 */

enum softtpm_slot { SOFTTPM_EK, SOFTTPM_AK, SOFTTPM_DEVICE, SOFTTPM_SLOTS };

/* area borrows from octets: a key stays where it was made. */
struct softtpm_key {
	struct evp_pkey_st *private_key;
	struct public area;
	struct name name, qualified_name;
	uint8_t octets[SOFTTPM_PUBLIC_MAX]; /* TPMT_PUBLIC */
};

struct softtpm {
	struct softtpm_key keys[SOFTTPM_SLOTS];
	uint8_t pcrs[PCR_COUNT][SOFTTPM_PCR_SIZE];
	uint64_t firmware; /* firmwareVersion; SOFTTPM_FIRMWARE unless the caller sets another */
};

/* A statement as it is sent: TPMS_ATTEST and TPMT_SIGNATURE. */
struct softtpm_statement {
	struct bytes octets, signature;
};

/* Makes a TPM around the endorsement key, which it takes over, also on a fault. KEY_LINK, SYS_RNG. */
MUST fault softtpm_init(struct softtpm *t, struct evp_pkey_st *ek);
void softtpm_done(struct softtpm *t);

/* Puts a new P-256 key in the place of one. */
MUST fault softtpm_update_key(struct softtpm *t, enum softtpm_slot slot);

/* Puts that P-256 key there, which it takes over, also on a fault. KEY_LINK. */
MUST fault softtpm_put_key(struct softtpm *t, enum softtpm_slot slot, struct evp_pkey_st *key);

/* Gives a key other attributes (enum public_attribute) and with them another Name. */
MUST fault softtpm_update_attributes(struct softtpm *t, enum softtpm_slot slot, uint32_t attributes);

/* TPM2_ActivateCredential: the secret goes to out. ACT_SECRET when it was not made for this EK and AK. */
MUST fault softtpm_activate(const struct softtpm *t, struct credential_view in,
			    uint8_t out[static CREDENTIAL_SECRET_MAX], size_t *ret_size);

/* What TPM2_Certify by the AK says of the device key, unsigned; views borrow from t and extra_data. */
struct statement softtpm_certify(const struct softtpm *t, struct bytes extra_data);

/* The SHA-256 PCRs of the selection, in its order, as views of t. PCRSEL for any other bank. */
MUST fault softtpm_list_pcrs(const struct softtpm *t, const struct pcr_selection *s, struct bytes_list *ret);

/* What TPM2_Quote by the AK says of those PCRs, unsigned; the digest is in the arena. PCRSEL, SYS_MEMORY. */
MUST fault softtpm_quote(const struct softtpm *t, const struct pcr_selection *s, struct arena *arena,
			 struct statement *ret);

/* Encodes and signs a statement with the AK, whatever it says; both octets are in the arena. */
MUST fault softtpm_sign(const struct softtpm *t, const struct statement *s, struct arena *arena,
			struct softtpm_statement *ret);

#endif
