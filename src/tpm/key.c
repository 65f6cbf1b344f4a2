#include "tpm/key.h"

#include <tss2/tss2_mu.h>

#include "attest/alg.h"
#include "tpm/primary.h"
#include "tpm/response.h"
#include "tpm/template.h"
#include "wire/der.h"

/* id-loadablekey, 2.23.133.10.1.3 */
static const uint8_t loadable_key[] = { 0x67, 0x81, 0x05, 0x0A, 0x01, 0x03 };

#define KEY_ATTRIBUTES                                                                             \
	(TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |         \
	 TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA | TPMA_OBJECT_SIGN_ENCRYPT)

/* The SRK, and a session salted with it. */
static fault open_parent(struct slot *srk, struct slot *session, uint32_t handle, uint32_t *ret_handle)
{
	TRY(primary_open_srk(srk, handle, ret_handle));
	return slot_open_session(session, srk->tr);
}

fault key_new(struct chip *chip, enum keytype type, struct arena *arena, struct key *ret)
{
	static const TPM2B_SENSITIVE_CREATE no_sensitive = { .size = 0 };
	static const TPM2B_DATA no_data = { .size = 0 };
	static const TPML_PCR_SELECTION no_pcrs = { .count = 0 };
	SLOT srk = slot_of(chip);
	SLOT session = slot_of(chip);
	OWNED TPM2B_PRIVATE *private_area = NULL;
	OWNED TPM2B_PUBLIC *public_area = NULL;
	struct key key;
	const TPM2B_PUBLIC template = template_build(type, KEY_ATTRIBUTES);
	TRY(open_parent(&srk, &session, 0, &key.parent));
	TSS2_RC rc = Esys_Create(chip->esys, srk.tr, session.tr, ESYS_TR_NONE, ESYS_TR_NONE, &no_sensitive,
				 &template, &no_data, &no_pcrs, &private_area, &public_area, NULL, NULL,
				 NULL);
	TRY(slot_made_fault(chip, "TPM2_Create", rc));
	TRY(slot_get_public(public_area, arena, &key.public_area));
	key.private_area = arena_copy(arena, bytes_of(private_area->buffer, private_area->size));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = key;
	return NULL;
}

/* --- the file ------------------------------------------------------------------------------------------- */

/* An OCTET STRING that holds a TPM2B: a 16-bit length and the octets. */
static void put_sized(struct wr *w, struct bytes inside)
{
	size_t string = der_open(w, DER_OCTET_STRING);
	wr_tpm2b(w, inside);
	der_close(w, string);
}

static struct bytes get_sized(struct rd *r, size_t max)
{
	struct rd string = der_enter(r, DER_OCTET_STRING);
	struct bytes inside = rd_tpm2b(&string, max);
	rd_need(r, is_rd_done(&string) && inside.n > 0);
	return inside;
}

void key_write(const struct key *key, struct wr *w)
{
	size_t sequence = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, BYTES_OF(loadable_key));
	size_t empty_auth = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	der_put_bool(w, true);
	der_close(w, empty_auth);
	der_put_small(w, key->parent);
	put_sized(w, key->public_area);
	put_sized(w, key->private_area);
	der_close(w, sequence);
}

static uint32_t get_parent(struct rd *r)
{
	struct bytes magnitude = der_magnitude(r);
	struct rd number = rd_of(magnitude);
	uint32_t parent = rd_be32(&number);
	rd_need(r, is_rd_done(&number) && (parent == PRIMARY_SRK_HANDLE || parent == TPM2_RH_OWNER));
	return parent;
}

fault key_parse(struct bytes in, struct key *ret)
{
	struct key key;
	struct rd r = rd_of(in);
	struct rd sequence = der_enter(&r, DER_SEQUENCE);
	struct bytes type = der_get(&sequence, DER_OID);
	rd_need(&sequence, is_bytes_equal(type, BYTES_OF(loadable_key)));
	struct rd empty_auth = der_enter(&sequence, DER_CONTEXT_CONSTRUCTED(0));
	bool is_empty = der_bool(&empty_auth);
	rd_need(&sequence, is_rd_done(&empty_auth) && is_empty);
	key.parent = get_parent(&sequence);
	key.public_area = get_sized(&sequence, sizeof(TPMT_PUBLIC));
	key.private_area = get_sized(&sequence, sizeof(((TPM2B_PRIVATE *)NULL)->buffer));
	NEED(is_rd_done(&sequence) && is_rd_done(&r), DEVICE_KEY);
	*ret = key;
	return NULL;
}

/* --- in the TPM ----------------------------------------------------------------------------------------- */

static bool blobs_copy(const struct key *key, TPM2B_PUBLIC *ret_public, TPM2B_PRIVATE *ret_private)
{
	size_t at = 0;
	TSS2_RC rc = Tss2_MU_TPMT_PUBLIC_Unmarshal(key->public_area.p, key->public_area.n, &at,
						   &ret_public->publicArea);
	ret_public->size = 0;
	return rc == TSS2_RC_SUCCESS && at == key->public_area.n &&
	       slot_copy(key->private_area, ret_private->buffer, sizeof(ret_private->buffer),
			 &ret_private->size);
}

/* The key in its slot, and a session that is salted with its parent, which has left its own slot. */
static fault load(struct slot *slot, const struct key *key, struct slot *session)
{
	SLOT srk = slot_of(slot->chip);
	TPM2B_PUBLIC public_area;
	TPM2B_PRIVATE private_area;
	uint32_t ignored;
	NEED(blobs_copy(key, &public_area, &private_area), DEVICE_KEY);
	TRY(open_parent(&srk, session, key->parent, &ignored));
	TSS2_RC rc = Esys_Load(slot->chip->esys, srk.tr, session->tr, ESYS_TR_NONE, ESYS_TR_NONE,
			       &private_area, &public_area, &slot->tr);
	if (rc != TSS2_RC_SUCCESS)
		slot->tr = ESYS_TR_NONE;
	fault f = slot_fault(slot->chip, "TPM2_Load", rc);
	return is_response_parameter(rc) || is_response_integrity(rc) ? FAIL(DEVICE_KEY) : f;
}

fault key_check(struct chip *chip, const struct key *key)
{
	SLOT session = slot_of(chip);
	SLOT slot = slot_of(chip);
	return load(&slot, key, &session);
}

fault key_get_statement(const struct key *key, const struct attestation *ak, struct bytes extra_data,
			struct arena *arena, struct attestation_statement *ret)
{
	static const TPMT_SIG_SCHEME own_scheme = { .scheme = TPM2_ALG_NULL };
	SLOT session = slot_of(ak->chip);
	SLOT device = slot_of(ak->chip);
	SLOT signer = slot_of(ak->chip);
	OWNED TPM2B_ATTEST *attest = NULL;
	OWNED TPMT_SIGNATURE *signature = NULL;
	TPM2B_DATA extra;
	NEED(slot_copy(extra_data, extra.buffer, ATTESTATION_EXTRA_MAX, &extra.size), BUG);
	TRY(load(&device, key, &session));
	TRY(primary_open_ak(&signer, ak, session.tr, NULL));
	/* The object comes first, the signer second; a key's own password is proved by its session. */
	TSS2_RC rc = Esys_Certify(ak->chip->esys, device.tr, signer.tr, ESYS_TR_PASSWORD, session.tr,
				  ESYS_TR_NONE, &extra, &own_scheme, &attest, &signature);
	TRY(slot_fault(ak->chip, "TPM2_Certify", rc));
	return slot_get_statement(attest, signature, arena, ret);
}

fault key_get_digest_signature(struct chip *chip, const struct key *key, struct bytes digest,
			       struct arena *arena, struct bytes *ret)
{
	static const TPMT_TK_HASHCHECK no_ticket = { .tag = TPM2_ST_HASHCHECK, .hierarchy = TPM2_RH_NULL };
	SLOT session = slot_of(chip);
	SLOT slot = slot_of(chip);
	OWNED TPMT_SIGNATURE *signature = NULL;
	TPM2B_DIGEST sized;
	const struct keytype_row *row = keytype_find(key->public_area);
	NEED(row, DEVICE_KEY);
	TPMT_SIG_SCHEME scheme = { .scheme = row->scheme };
	scheme.details.any.hashAlg = row->hash;
	NEED(digest.n == alg_hash_find(row->hash)->size, BUG);
	NEED(slot_copy(digest, sized.buffer, sizeof(sized.buffer), &sized.size), BUG);
	TRY(load(&slot, key, &session));
	TSS2_RC rc = Esys_Sign(chip->esys, slot.tr, session.tr, ESYS_TR_NONE, ESYS_TR_NONE, &sized, &scheme,
			       &no_ticket, &signature);
	TRY(slot_fault(chip, "TPM2_Sign", rc));
	return slot_get_signature(signature, arena, ret);
}

fault key_get_signature(struct chip *chip, const struct key *key, struct bytes message, struct arena *arena,
			struct bytes *ret)
{
	uint8_t digest[ALG_DIGEST_MAX];
	const struct keytype_row *row = keytype_find(key->public_area);
	NEED(row, DEVICE_KEY);
	const struct alg_hash *hash = alg_hash_find(row->hash);
	TRY(alg_digest(hash, &message, 1, digest));
	return key_get_digest_signature(chip, key, bytes_of(digest, hash->size), arena, ret);
}
