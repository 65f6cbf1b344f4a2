#include "tpm/nv.h"

#include <string.h>

/*
 * Every TPM reads at least this much at once (TPM 2.0 Part 2 §6.13, TPM_PT_NV_BUFFER_MAX; PC Client Profile).
 */
#define CHUNK 512

fault nv_list(struct chip *chip, TPM2_HANDLE first, TPM2_HANDLE last, struct nv_list *ret)
{
	OWNED TPMS_CAPABILITY_DATA *capability = NULL;
	struct nv_list list = { 0 };
	TPMI_YES_NO more;
	TSS2_RC rc = Esys_GetCapability(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
					TPM2_CAP_HANDLES, first, BYTES_LIST_MAX, &more, &capability);
	TRY(slot_fault(chip, "TPM2_GetCapability", rc));
	const TPML_HANDLE *found = &capability->data.handles;
	for (uint32_t i = 0; i < found->count && list.n < COUNT_OF(list.v); i++)
		if (found->handle[i] >= first && found->handle[i] <= last)
			list.v[list.n++] = found->handle[i];
	*ret = list;
	return NULL;
}

struct content {
	ESYS_TR index;
	ESYS_TR authorisation;
	uint16_t size;
};

/* Reading with the index's own empty password, or the owner's, whichever the index allows. */
static bool is_readable(TPMA_NV attributes, const struct slot *index, ESYS_TR *ret)
{
	if (!(attributes & TPMA_NV_WRITTEN))
		return false;
	*ret = attributes & TPMA_NV_AUTHREAD ? index->tr : ESYS_TR_RH_OWNER;
	return attributes & (TPMA_NV_AUTHREAD | TPMA_NV_OWNERREAD);
}

static fault read_content(struct chip *chip, const struct content *content, uint8_t *out)
{
	for (uint16_t at = 0; at < content->size;) {
		OWNED TPM2B_MAX_NV_BUFFER *part = NULL;
		uint16_t size = (uint16_t)(content->size - at < CHUNK ? content->size - at : CHUNK);
		TSS2_RC rc = Esys_NV_Read(chip->esys, content->authorisation, content->index,
					  ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, size, at, &part);
		TRY(slot_fault(chip, "TPM2_NV_Read", rc));
		NEED(part->size == size, TPM_FAILURE);
		memcpy(out + at, part->buffer, size);
		at = (uint16_t)(at + size);
	}
	return NULL;
}

static fault nothing(struct bytes *ret)
{
	*ret = (struct bytes){ 0 };
	return NULL;
}

fault nv_find(struct chip *chip, TPM2_HANDLE index, struct arena *arena, struct bytes *ret)
{
	SLOT slot = slot_of(chip);
	OWNED TPM2B_NV_PUBLIC *about = NULL;
	struct nv_list defined;
	TRY(nv_list(chip, index, index, &defined));
	if (defined.n == 0)
		return nothing(ret);
	TRY(slot_find(&slot, index, NULL));
	TSS2_RC rc = Esys_NV_ReadPublic(chip->esys, slot.tr, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &about,
					NULL);
	TRY(slot_fault(chip, "TPM2_NV_ReadPublic", rc));
	struct content content = { .index = slot.tr, .size = about->nvPublic.dataSize };
	if (content.size > NV_CONTENT_MAX ||
	    !is_readable(about->nvPublic.attributes, &slot, &content.authorisation))
		return nothing(ret);
	uint8_t *out = arena_alloc(arena, content.size);
	NEED(out, SYS_MEMORY);
	TRY(read_content(chip, &content, out));
	*ret = bytes_of(out, content.size);
	return NULL;
}
