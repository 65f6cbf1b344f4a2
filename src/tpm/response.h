/*
 * response: what a TPM's response code means for us (TPM 2.0 Part 2 §6.6).
 *
 * Codes of the TSS's own layers are understood too; a resource manager's are read as the TPM's.
 */
#ifndef TPM_RESPONSE_H
#define TPM_RESPONSE_H

#include "base/fault.h"

/* The fault of a code; NULL for success, TPM_FAILURE for every code that has no row of its own. */
fault response_fault(uint32_t code);

/* True when the TPM asks to send the same command again later: it has not been executed. */
bool is_response_busy(uint32_t code);

/* True when a handle does not exist in the TPM. */
bool is_response_absent(uint32_t code);

/* True when the TPM did not accept what a parameter of the command holds, and nothing else was wrong. */
bool is_response_parameter(uint32_t code);

/* True when a protected structure was altered, or made for another key. */
bool is_response_integrity(uint32_t code);

/* True when the TPM does not make keys of the algorithm, size, curve, scheme or hash of a template. */
bool is_response_unsupported(uint32_t code);

#endif
