/*
 * keyrule: which public areas are accepted as endorsement key, attestation key and device key.
 *
 * Each rule is a row: a check of checks.def and what it asks of the public area. Accepted kinds of keys are
 * rows of templates, so that a further algorithm is a further row.
 */
#ifndef ATTEST_KEYRULE_H
#define ATTEST_KEYRULE_H

#include "attest/public.h"
#include "attest/verdict.h"

/*
 * Each fills the outcomes of the checks of its subject that a public area alone decides, all of them,
 * whatever others say: EK_NUMBERS to EK_STRONG; AK_CURVE to AK_ATTRIBUTES; KEY_KIND to KEY_SIGNING.
 */
void keyrule_judge_ek(const struct public *ek, uint8_t outcomes[static CHECK_COUNT]);
void keyrule_judge_ak(const struct public *ak, uint8_t outcomes[static CHECK_COUNT]);
void keyrule_judge_device(const struct public *key, uint8_t outcomes[static CHECK_COUNT]);

#endif
