#include "sim/softtpm.h"

#include <openssl/rand.h>

#include "attest/handle.h"
#include "attest/signature.h"
#include "sim/softkey.h"
#include "wire/der.h"
#include "wire/trip.h"

/* TPM_RH_OWNER (TPM 2.0 Part 2 §7.4): the device key is a primary of it, as nothing needs a storage root. */
#define OWNER_HIERARCHY 0x40000001u

/* PolicySecret(TPM_RH_ENDORSEMENT) (TCG EK Credential Profile 2.5, B.6.2). */
static const uint8_t ek_policy[] = {
	0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24,
	0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
};

#define MADE_HERE (PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT | PUBLIC_SENSITIVE_DATA_ORIGIN)
/* With the empty authorisation, as an agent's keys are. */
#define SIGNS_FOR_ANYBODY (PUBLIC_SIGN | PUBLIC_USER_WITH_AUTH | PUBLIC_NO_DA)

static const struct template {
	uint32_t hierarchy;
	uint32_t attributes;
	struct bytes policy;
	uint16_t symmetric, symmetric_bits, symmetric_mode;
	uint16_t scheme, scheme_hash;
} templates[SOFTTPM_SLOTS] = {
	[SOFTTPM_EK] = { .hierarchy = NAME_ENDORSEMENT,
			 .attributes = MADE_HERE | PUBLIC_ADMIN_WITH_POLICY | PUBLIC_RESTRICTED |
				       PUBLIC_DECRYPT,
			 .policy = { ek_policy, sizeof(ek_policy) },
			 .symmetric = ALG_AES, .symmetric_bits = 128, .symmetric_mode = ALG_CFB,
			 .scheme = ALG_NULL },
	[SOFTTPM_AK] = { .hierarchy = NAME_ENDORSEMENT,
			 .attributes = MADE_HERE | SIGNS_FOR_ANYBODY | PUBLIC_RESTRICTED,
			 .symmetric = ALG_NULL, .scheme = ALG_ECDSA, .scheme_hash = ALG_SHA256 },
	[SOFTTPM_DEVICE] = { .hierarchy = OWNER_HIERARCHY,
			     .attributes = MADE_HERE | SIGNS_FOR_ANYBODY,
			     .symmetric = ALG_NULL, .scheme = ALG_ECDSA, .scheme_hash = ALG_SHA256 },
};

/* --- keys ----------------------------------------------------------------------------------------------- */

/* Writes the public area and what a TPM derives from it. */
static fault name_key(struct softtpm_key *k, const struct public *area, uint32_t hierarchy)
{
	struct wr w = wr_of(k->octets, sizeof(k->octets));
	public_write(area, &w);
	TRY(public_parse(wr_done(&w), &k->area));
	TRY(public_name(&k->area, &k->name));
	return name_build_primary(hierarchy, name_bytes(&k->name), &k->qualified_name);
}

static fault put_key(struct softtpm_key *k, enum softtpm_slot slot)
{
	_Alignas(max_align_t) uint8_t memory[1024];
	struct arena arena = { .p = memory, .n = sizeof(memory) };
	const struct template *t = &templates[slot];
	struct spki key;
	TRY(softkey_spki(k->private_key, &arena, &key));
	const struct public area = {
		.type = key.kind == SPKI_RSA ? ALG_RSA : ALG_ECC,
		.name_alg = ALG_SHA256,
		.attributes = t->attributes,
		.policy = t->policy,
		.symmetric = t->symmetric, .symmetric_bits = t->symmetric_bits,
		.symmetric_mode = t->symmetric_mode,
		.scheme = t->scheme, .scheme_hash = t->scheme_hash,
		.bits = key.kind == SPKI_RSA ? (uint16_t)(key.a.n * 8) : 0,
		.curve = key.kind == SPKI_RSA ? 0 : ALG_NIST_P256,
		.kdf = ALG_NULL,
		.a = key.a, .b = key.b,
	};
	return name_key(k, &area, t->hierarchy);
}

fault softtpm_init(struct softtpm *t, EVP_PKEY *ek)
{
	*t = (struct softtpm){ .keys[SOFTTPM_EK].private_key = ek, .firmware = SOFTTPM_FIRMWARE };
	for (size_t i = 0; i < SOFTTPM_SLOTS; i++) {
		struct softtpm_key *k = &t->keys[i];
		fault why = k->private_key ? NULL : softkey_new(SPKI_P256, &k->private_key);
		if (!why)
			why = put_key(k, (enum softtpm_slot)i);
		if (why)
			softtpm_done(t);
		TRY(why);
	}
	if (RAND_bytes(t->pcrs[0], sizeof(t->pcrs)) == 1)
		return NULL;
	softtpm_done(t);
	return FAIL(SYS_RNG);
}

void softtpm_done(struct softtpm *t)
{
	for (size_t i = 0; i < SOFTTPM_SLOTS; i++)
		EVP_PKEY_free(t->keys[i].private_key);
	*t = (struct softtpm){ 0 };
}

fault softtpm_update_key(struct softtpm *t, enum softtpm_slot slot)
{
	EVP_PKEY *key = NULL;
	TRY(softkey_new(SPKI_P256, &key));
	return softtpm_put_key(t, slot, key);
}

fault softtpm_put_key(struct softtpm *t, enum softtpm_slot slot, EVP_PKEY *key)
{
	EVP_PKEY_free(t->keys[slot].private_key);
	t->keys[slot].private_key = key;
	return put_key(&t->keys[slot], slot);
}

fault softtpm_update_attributes(struct softtpm *t, enum softtpm_slot slot, uint32_t attributes)
{
	struct softtpm_key old = t->keys[slot], *k = &t->keys[slot];
	struct public area;
	TRY(public_parse(bytes_of(old.octets, k->area.whole.n), &area));
	area.attributes = attributes;
	return name_key(k, &area, templates[slot].hierarchy);
}

fault softtpm_activate(const struct softtpm *t, struct credential_view in,
		       uint8_t out[static CREDENTIAL_SECRET_MAX], size_t *ret_size)
{
	const struct softtpm_key *ek = &t->keys[SOFTTPM_EK];
	const struct credential_key key = { &ek->area, ek->private_key };
	return credential_open(&key, name_bytes(&t->keys[SOFTTPM_AK].name), in, out, ret_size);
}

/* --- statements ----------------------------------------------------------------------------------------- */

/* What every statement has. The TPM is always in its second boot after a year of running. */
static struct statement statement_of(const struct softtpm *t, enum statement_type type)
{
	return (struct statement){
		.magic = STATEMENT_MAGIC,
		.type = (uint16_t)type,
		.signer = name_bytes(&t->keys[SOFTTPM_AK].qualified_name),
		.clock_ms = UINT64_C(365) * 86400 * 1000,
		.reset_count = 2,
		.restart_count = 1,
		.safe = 1,
		.firmware = t->firmware,
	};
}

struct statement softtpm_certify(const struct softtpm *t, struct bytes extra_data)
{
	const struct softtpm_key *device = &t->keys[SOFTTPM_DEVICE];
	struct statement s = statement_of(t, STATEMENT_CERTIFY);
	s.extra_data = extra_data;
	s.name = name_bytes(&device->name);
	s.qualified_name = name_bytes(&device->qualified_name);
	return s;
}

fault softtpm_list_pcrs(const struct softtpm *t, const struct pcr_selection *s, struct bytes_list *ret)
{
	struct bytes_list list = { 0 };
	NEED(s->n == 1 && s->banks[0].hash == ALG_SHA256, PCRSEL);
	for (size_t i = 0; i < PCR_COUNT; i++)
		if (s->banks[0].bits >> i & 1)
			NEED(bytes_list_put(&list, BYTES_OF(t->pcrs[i])), PCRSEL);
	*ret = list;
	return NULL;
}

fault softtpm_quote(const struct softtpm *t, const struct pcr_selection *s, struct arena *arena,
		    struct statement *ret)
{
	struct bytes_list values;
	uint8_t digest[ALG_DIGEST_MAX];
	TRY(softtpm_list_pcrs(t, s, &values));
	TRY(pcr_digest(ALG_SHA256, &values, digest));
	struct statement made = statement_of(t, STATEMENT_QUOTE);
	made.selection = *s;
	made.pcr_digest = arena_copy(arena, bytes_of(digest, SOFTTPM_PCR_SIZE));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = made;
	return NULL;
}

/* Ecdsa-Sig-Value as TPMT_SIGNATURE. */
static fault write_signature(struct bytes der, struct wr *w)
{
	struct rd r = rd_of(der);
	struct rd pair = der_enter(&r, DER_SEQUENCE);
	struct signature s = { .scheme = ALG_ECDSA, .hash = ALG_SHA256 };
	s.a = der_magnitude(&pair);
	s.b = der_magnitude(&pair);
	NEED(is_rd_done(&pair), BUG);
	signature_write(&s, w);
	return NULL;
}

fault softtpm_sign(const struct softtpm *t, const struct statement *s, struct arena *arena,
		   struct softtpm_statement *ret)
{
	uint8_t octets[TRIP_STRUCTURE_MAX], der[SOFTKEY_SIGNATURE_MAX], signature[TRIP_STRUCTURE_MAX];
	struct wr w = wr_of(octets, sizeof(octets)), d = wr_of(der, sizeof(der));
	struct wr tpm = wr_of(signature, sizeof(signature));
	statement_write(s, &w);
	TRY(softkey_sign(t->keys[SOFTTPM_AK].private_key, wr_done(&w), &d));
	TRY(write_signature(wr_done(&d), &tpm));
	NEED(!w.bad && !tpm.bad, BUG);
	ret->octets = arena_copy(arena, wr_done(&w));
	ret->signature = arena_copy(arena, wr_done(&tpm));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	return NULL;
}
