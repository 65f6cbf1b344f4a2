#include "tpm/endorsement.h"

#include "tpm/nv.h"
#include "tpm/primary.h"

/* TCG EK Credential Profile 2.5 §2.2.1.4 and §2.2.1.5.2 */
#define CHAIN_FIRST 0x01C00100u
#define CHAIN_LAST 0x01C001FFu

/* §2.2.1.4: for the certificates of H templates each its index. */
static const struct row {
	const char *name;
	TPM2_HANDLE certificate;
	bool is_high;
} rows[ENDORSEMENT_KIND_COUNT] = {
	[ENDORSEMENT_RSA] = { "RSA-2048", 0x01C00002, false },
	[ENDORSEMENT_P256] = { "P-256", 0x01C0000A, false },
	[ENDORSEMENT_H1] = { "RSA-2048 H-1", 0x01C00012, true },
	[ENDORSEMENT_H2] = { "P-256 H-2", 0x01C00014, true },
	[ENDORSEMENT_H3] = { "P-384", 0x01C00016, true },
	[ENDORSEMENT_H4] = { "P-521", 0x01C00018, true },
	[ENDORSEMENT_H6] = { "RSA-3072", 0x01C0001C, true },
	[ENDORSEMENT_H7] = { "RSA-4096", 0x01C0001E, true },
};

const char *endorsement_name(enum endorsement_kind kind)
{
	return rows[kind].name;
}

fault endorsement_get(struct chip *chip, enum endorsement_kind kind, struct arena *arena,
		      struct endorsement *ret)
{
	SLOT slot = slot_of(chip);
	OWNED TPM2B_PUBLIC *key = NULL;
	struct endorsement e = { 0 };
	TRY(nv_find(chip, rows[kind].certificate, arena, &e.certificate));
	if (e.certificate.p || !rows[kind].is_high) {
		TRY(primary_open_ek(&slot, kind, ESYS_TR_PASSWORD, &key));
		TRY(slot_get_public(key, arena, &e.public_area));
	}
	*ret = e;
	return NULL;
}

fault endorsement_list_chain(struct chip *chip, struct arena *arena, struct bytes_list *ret)
{
	struct nv_list indices;
	struct bytes_list list = { 0 };
	TRY(nv_list(chip, CHAIN_FIRST, CHAIN_LAST, &indices));
	for (size_t i = 0; i < indices.n; i++) {
		struct bytes content;
		TRY(nv_find(chip, indices.v[i], arena, &content));
		if (content.n)
			NEED(bytes_list_put(&list, content), SYS_MEMORY);
	}
	*ret = list;
	return NULL;
}
