#include "tpm/endorsement.h"

#include "tpm/nv.h"
#include "tpm/primary.h"

/* TCG EK Credential Profile 2.5 §2.2.1.4 and §2.2.1.5.2 */
#define CHAIN_FIRST 0x01C00100u
#define CHAIN_LAST 0x01C001FFu

static const struct row {
	const char *name;
	TPM2_HANDLE certificate;
} rows[ENDORSEMENT_KIND_COUNT] = {
	[ENDORSEMENT_RSA] = { "RSA-2048", 0x01C00002 },
	[ENDORSEMENT_P256] = { "P-256", 0x01C0000A },
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
	TRY(primary_open_ek(&slot, kind, ESYS_TR_PASSWORD, &key));
	TRY(slot_get_public(key, arena, &e.public_area));
	TRY(nv_find(chip, rows[kind].certificate, arena, &e.certificate));
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
