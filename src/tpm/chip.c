#include "tpm/chip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wr.h"
#include "tpm/carrier.h"
#include "tpm/line.h"
#include "tpm/slot.h"

/* TPM_PT_FAMILY_INDICATOR of a TPM 2.0: "2.0" and NUL (TPM 2.0 Part 2 §6.13). */
#define FAMILY_TWO 0x322E3000u

/*
 * TCTIs that lead through a node of the file system, so that a missing one and a forbidden one can be told
 * apart. Opening a device asks its driver; a socket is not to be opened twice.
 */
static const struct node_form {
	const char *prefix;
	bool is_device;
} node_forms[] = { { "device:", true }, { "swtpm:path=", false } };

static const struct node_form *find_form(const char *tcti)
{
	for (size_t i = 0; i < COUNT_OF(node_forms); i++)
		if (strncmp(tcti, node_forms[i].prefix, strlen(node_forms[i].prefix)) == 0)
			return &node_forms[i];
	return NULL;
}

/* Zero, or why the node cannot be used. */
static int node_error(const char *path, bool is_device)
{
	if (access(path, R_OK | W_OK) != 0)
		return errno;
	int fd = is_device ? open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1;
	int why = is_device && fd < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return why;
}

static fault check_node(struct chip *chip, const struct node_form *form, const char *path)
{
	static const struct {
		int error;
		fault why;
	} errors[] = {
		{ EACCES, FAIL(TPM_PERMISSION) }, { EPERM, FAIL(TPM_PERMISSION) },
		{ ENOENT, FAIL(TPM_MISSING) },	  { ENOTDIR, FAIL(TPM_MISSING) },
		{ EBUSY, FAIL(TPM_BUSY) },
	};
	int error = node_error(path, form->is_device);
	if (!error)
		return NULL;
	snprintf(chip->detail, sizeof(chip->detail), "%.100s: %s", path, strerror(error));
	for (size_t i = 0; i < COUNT_OF(errors); i++)
		if (errors[i].error == error)
			return errors[i].why;
	return FAIL(TPM_DRIVER);
}

/* Properties by their number: zero for one that the TPM does not report. */
static uint32_t property(const TPMS_CAPABILITY_DATA *from, uint32_t number)
{
	const TPML_TAGGED_TPM_PROPERTY *all = &from->data.tpmProperties;
	for (uint32_t i = 0; i < all->count; i++)
		if (all->tpmProperty[i].property == number)
			return all->tpmProperty[i].value;
	return 0;
}

/* The properties from first on: TPM2_PT_FIXED or TPM2_PT_VAR. */
static fault get_properties(struct chip *chip, uint32_t first, TPMS_CAPABILITY_DATA **ret)
{
	TPMI_YES_NO more;
	TSS2_RC rc = Esys_GetCapability(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
					TPM2_CAP_TPM_PROPERTIES, first, TPM2_MAX_TPM_PROPERTIES, &more, ret);
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
	TRY(get_properties(chip, TPM2_PT_FIXED, &fixed));
	uint32_t manufacturer = property(fixed, TPM2_PT_MANUFACTURER);
	for (uint32_t i = 0; i < COUNT_OF(vendor); i++)
		vendor[i] = property(fixed, TPM2_PT_VENDOR_STRING_1 + i);
	write_words(&manufacturer, 1, p.manufacturer);
	write_words(vendor, COUNT_OF(vendor), p.vendor);
	p.firmware = (uint64_t)property(fixed, TPM2_PT_FIRMWARE_VERSION_1) << 32;
	p.firmware |= property(fixed, TPM2_PT_FIRMWARE_VERSION_2);
	p.revision = (uint16_t)property(fixed, TPM2_PT_REVISION);
	uint32_t year = property(fixed, TPM2_PT_YEAR), day = property(fixed, TPM2_PT_DAY_OF_YEAR);
	if (year <= 9999 && day >= 1 && day <= 366)
		p.errata = year * 1000 + day;
	*ret = p;
	return NULL;
}

fault chip_get_health(struct chip *chip, struct chip_health *ret)
{
	OWNED TPMS_CAPABILITY_DATA *variable = NULL;
	TRY(get_properties(chip, TPM2_PT_VAR, &variable));
	TPMA_STARTUP_CLEAR enabled = property(variable, TPM2_PT_STARTUP_CLEAR);
	TPMA_PERMANENT permanent = property(variable, TPM2_PT_PERMANENT);
	*ret = (struct chip_health){
		.has_storage = enabled & TPMA_STARTUP_CLEAR_SHENABLE,
		.has_endorsement = enabled & TPMA_STARTUP_CLEAR_EHENABLE,
		.is_locked = permanent & TPMA_PERMANENT_INLOCKOUT,
		.has_own_seed = permanent & TPMA_PERMANENT_TPMGENERATEDEPS,
		.failed_tries = property(variable, TPM2_PT_LOCKOUT_COUNTER),
		.tries_max = property(variable, TPM2_PT_MAX_AUTH_FAIL),
		.forget_s = property(variable, TPM2_PT_LOCKOUT_INTERVAL),
	};
	return NULL;
}

fault chip_check_self_test(struct chip *chip)
{
	static const char command[] = "TPM2_GetTestResult";
	OWNED TPM2B_MAX_BUFFER *report = NULL;
	TPM2_RC result = TPM2_RC_SUCCESS;
	TSS2_RC rc = Esys_GetTestResult(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &report,
					&result);
	TRY(slot_fault(chip, command, rc));
	bool is_well = result == TPM2_RC_NEEDS_TEST || result == TPM2_RC_TESTING;
	return is_well ? NULL : slot_fault(chip, command, result);
}

static fault check_version(struct chip *chip)
{
	OWNED TPMS_CAPABILITY_DATA *fixed = NULL;
	TRY(get_properties(chip, TPM2_PT_FIXED, &fixed));
	if (property(fixed, TPM2_PT_FAMILY_INDICATOR) == FAMILY_TWO)
		return NULL;
	snprintf(chip->detail, sizeof(chip->detail), "the chip says it is of another family than 2.0");
	return FAIL(TPM_VERSION);
}

static fault open_line(struct chip *chip, const char *tcti, bool is_device)
{
	uint32_t rc = line_open(tcti, chip->wait_ms, &chip->line);
	if (rc == TSS2_RC_SUCCESS)
		return NULL;
	if (rc == CARRIER_LATE)
		return slot_fault(chip, "opening the TPM", rc);
	snprintf(chip->detail, sizeof(chip->detail), "opening %.80s: code 0x%08X", tcti, (unsigned)rc);
	return is_device ? FAIL(TPM_DRIVER) : FAIL(TPM_MISSING);
}

fault chip_open(struct chip *chip, const char *tcti, int wait_ms)
{
	*chip = (struct chip){ .wait_ms = wait_ms };
	/*
	 * The TSS prints to stderr by itself; what matters of it is in our faults. A caller may ask for more.
	 */
	setenv("TSS2_LOG", "all+NONE", 0);
	const struct node_form *form = find_form(tcti);
	if (form)
		TRY(check_node(chip, form, tcti + strlen(form->prefix)));
	TRY(open_line(chip, tcti, form && form->is_device));
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
