/*
 * firmware: the version of a TPM's firmware.
 *
 * It is four 16-bit numbers: TPM_PT_FIRMWARE_VERSION_1 above TPM_PT_FIRMWARE_VERSION_2 (TPM 2.0 Part 2
 * §6.13), as firmwareVersion of TPMS_ATTEST carries them (§10.12.12). A statement shows them in clear when a
 * key of the endorsement or platform hierarchy signed it (Part 1 §36.7), which our attestation keys are.
 */
#ifndef ATTEST_FIRMWARE_H
#define ATTEST_FIRMWARE_H

#include "base/bytes.h"

#define FIRMWARE_TEXT_SIZE 24

/*
 * Reads one to four decimal numbers with dots between, from the left; those left out become `rest`, which is
 * 0 or 0xFFFF. False, writing nothing, for anything else.
 */
MUST bool firmware_parse(struct bytes text, uint16_t rest, uint64_t *ret);

/*
 * Reads the tpmVersion of an EK certificate (TCG EK Credential Profile 2.5, §3.1.2), where makers write the
 * first two numbers as "id:" and four digits each or, on older chips, two each. The other numbers become 0.
 */
MUST bool firmware_parse_certified(struct bytes text, uint64_t *ret);

/* The version for people: without a second half of zeros, so "7.61" or "11.8.65.3590". Returns out. */
char *firmware_text(uint64_t version, char out[static FIRMWARE_TEXT_SIZE]);

#endif
