/*
 * chip: a TPM 2.0 and the way to it.
 *
 * The only folder that knows tpm2-tss. A caller holds one open chip; every call of this folder loads what it
 * needs, one thing at a time, and leaves neither an object nor a session behind, whatever happens: a TPM has
 * three slots for each (TPM 2.0 Part 1 §37.2) and without a resource manager a lost one stays lost.
 *
 * Faults of every call of this folder: TPM_FAILURE (any answer without a row of its own), TPM_LOCKOUT,
 * TPM_HIERARCHY, TPM_AUTH, TPM_BUSY, TPM_MEMORY, TPM_DRIVER (the way to the TPM broke, or what came was no
 * response), ATTEST_TIMEOUT (nothing came in time; later calls do not wait again); chip_detail then has the
 * command and the raw response code, or how long was waited.
 */
#ifndef TPM_CHIP_H
#define TPM_CHIP_H

#include "base/fault.h"

#define CHIP_DETAIL_SIZE 160
#define CHIP_WORD_SIZE 17

struct ESYS_CONTEXT;
struct line;

/* Owns the connection from chip_open to chip_close; storage of the caller. */
struct chip {
	struct ESYS_CONTEXT *esys;
	struct line *line;
	int wait_ms;
	char detail[CHIP_DETAIL_SIZE];
};

/*
 * What a TPM says about itself; nothing of it is signed (TPM 2.0 Part 2 §6.13, TPM_PT_MANUFACTURER and
 * others).
 */
struct chip_properties {
	char manufacturer[CHIP_WORD_SIZE]; /* four characters of the TCG vendor registry, "IBM" */
	char vendor[CHIP_WORD_SIZE];       /* up to sixteen characters, often a model */
	uint64_t firmware;
	uint16_t revision; /* of the specification, times 100 */
	uint32_t errata;   /* the day they are of: year * 1000 + day of the year; 0 when it is none */
};

/*
 * Connects to the TPM that tcti names, as in "device:/dev/tpmrm0" or "swtpm:path=/run/tpm". TPM_MISSING when
 * there is nothing at that address, TPM_PERMISSION when this user may not use it, TPM_DRIVER when there is a
 * device node but no working TPM behind it, TPM_VERSION when what answers is not a TPM 2.0. No answer, then
 * or later, may take longer than wait_ms. The detail is set in either case; chip_close may always be called
 * afterwards.
 */
MUST fault chip_open(struct chip *chip, const char *tcti, int wait_ms);
void chip_close(struct chip *chip);

/* What went wrong last: one line of printable text, empty when nothing did. Lives as long as the chip. */
const char *chip_detail(const struct chip *chip);

MUST fault chip_get_properties(struct chip *chip, struct chip_properties *ret);

/* What of a TPM may be switched off or locked (TPM 2.0 Part 2 §8.6, §8.7). */
struct chip_health {
	bool has_storage;     /* the owner hierarchy is enabled */
	bool has_endorsement; /* the endorsement hierarchy is enabled */
	bool is_locked;       /* after failed authorisations */
	bool has_own_seed;    /* it made its endorsement seed itself: its maker may not know its EKs */
	uint32_t failed_tries, tries_max; /* failed authorisations that count, and how many lock it */
	uint32_t forget_s;                /* one of them is forgotten after so long (Part 1 §19.11) */
};
MUST fault chip_get_health(struct chip *chip, struct chip_health *ret);

/*
 * NULL when the TPM found nothing wrong with itself (TPM2_GetTestResult, TPM 2.0 Part 3 §10.4); tests that
 * are still to be made are nothing wrong. TPM_FAILURE, with the result, in failure mode.
 */
MUST fault chip_check_self_test(struct chip *chip);

#endif
