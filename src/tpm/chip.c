#include "tpm/chip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wr.h"
#include "tpm/line.h"
#include "tpm/slot.h"

/* TPM_PT_FAMILY_INDICATOR of a TPM 2.0: "2.0" and NUL (TPM 2.0 Part 2 §6.13). */
#define FAMILY_TWO 0x322E3000u

/*
 * TCTIs that lead through a node of the file system, so that a missing one and a forbidden one can be told
 * apart.
 */
static const char *const node_forms[] = { "device:", "swtpm:path=" };

static fault check_node(struct chip *chip, const char *tcti)
{
	for (size_t i = 0; i < COUNT_OF(node_forms); i++) {
		size_t n = strlen(node_forms[i]);
		if (strncmp(tcti, node_forms[i], n) != 0 || access(tcti + n, R_OK | W_OK) == 0)
			continue;
		int why = errno;
		snprintf(chip->detail, sizeof(chip->detail), "%.100s: %s", tcti + n, strerror(why));
		return why == EACCES || why == EPERM ? FAIL(TPM_PERMISSION) : FAIL(TPM_MISSING);
	}
	return NULL;
}

/* TPM_PT_FIXED properties by their number: zero for one that the TPM does not report. */
static uint32_t property(const TPMS_CAPABILITY_DATA *fixed, uint32_t number)
{
	const TPML_TAGGED_TPM_PROPERTY *all = &fixed->data.tpmProperties;
	for (uint32_t i = 0; i < all->count; i++)
		if (all->tpmProperty[i].property == number)
			return all->tpmProperty[i].value;
	return 0;
}

static fault get_fixed(struct chip *chip, TPMS_CAPABILITY_DATA **ret)
{
	TPMI_YES_NO more;
	TSS2_RC rc = Esys_GetCapability(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
					TPM2_CAP_TPM_PROPERTIES, TPM2_PT_FIXED, TPM2_MAX_TPM_PROPERTIES,
					&more, ret);
	return slot_fault(chip, "TPM2_GetCapability", rc);
}

/*
 * Properties are text in words of four octets, padded with NUL or blanks; what cannot be shown becomes '?'.
 */
static void write_words(const uint32_t *words, size_t count, char out[static CHIP_WORD_SIZE])
{
	struct wr w = wr_of((uint8_t *)out, CHIP_WORD_SIZE - 1);
	for (size_t i = 0; i < count; i++)
		wr_be32(&w, words[i]);
	size_t n = strnlen(out, w.at);
	for (size_t i = 0; i < n; i++)
		if (out[i] < ' ' || out[i] > '~')
			out[i] = '?';
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = 0;
}

fault chip_get_properties(struct chip *chip, struct chip_properties *ret)
{
	OWNED TPMS_CAPABILITY_DATA *fixed = NULL;
	struct chip_properties p = { 0 };
	uint32_t vendor[4];
	TRY(get_fixed(chip, &fixed));
	uint32_t manufacturer = property(fixed, TPM2_PT_MANUFACTURER);
	for (uint32_t i = 0; i < COUNT_OF(vendor); i++)
		vendor[i] = property(fixed, TPM2_PT_VENDOR_STRING_1 + i);
	write_words(&manufacturer, 1, p.manufacturer);
	write_words(vendor, COUNT_OF(vendor), p.vendor);
	p.firmware = (uint64_t)property(fixed, TPM2_PT_FIRMWARE_VERSION_1) << 32;
	p.firmware |= property(fixed, TPM2_PT_FIRMWARE_VERSION_2);
	p.revision = (uint16_t)property(fixed, TPM2_PT_REVISION);
	*ret = p;
	return NULL;
}

static fault check_version(struct chip *chip)
{
	OWNED TPMS_CAPABILITY_DATA *fixed = NULL;
	TRY(get_fixed(chip, &fixed));
	if (property(fixed, TPM2_PT_FAMILY_INDICATOR) == FAMILY_TWO)
		return NULL;
	snprintf(chip->detail, sizeof(chip->detail), "the chip says it is of another family than 2.0");
	return FAIL(TPM_VERSION);
}

fault chip_open(struct chip *chip, const char *tcti)
{
	*chip = (struct chip){ 0 };
	/*
	 * The TSS prints to stderr by itself; what matters of it is in our faults. A caller may ask for more.
	 */
	setenv("TSS2_LOG", "all+NONE", 0);
	TRY(check_node(chip, tcti));
	uint32_t rc = line_open(tcti, &chip->line);
	if (rc != TSS2_RC_SUCCESS) {
		snprintf(chip->detail, sizeof(chip->detail), "opening %.80s: code 0x%08X", tcti,
			 (unsigned)rc);
		return FAIL(TPM_MISSING);
	}
	TRY(slot_fault(chip, "initialisation", Esys_Initialize(&chip->esys, line_tcti(chip->line), NULL)));
	return check_version(chip);
}

void chip_close(struct chip *chip)
{
	if (chip->esys)
		Esys_Finalize(&chip->esys);
	line_close(chip->line);
	chip->line = NULL;
}

const char *chip_detail(const struct chip *chip)
{
	return chip->detail;
}
