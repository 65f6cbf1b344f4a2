/*
 * template: the public areas of signing keys before they are made, for this folder alone.
 */
#ifndef TPM_TEMPLATE_H
#define TPM_TEMPLATE_H

#include <tss2/tss2_tpm2_types.h>

#include "tpm/keytype.h"

/*
 * A signing key of that type with those attributes and an empty unique. A restricted one has the scheme of
 * its type, as it must (TPM 2.0 Part 1 §25.2.3); any other none, for TLS chooses hashes itself.
 */
TPM2B_PUBLIC template_build(enum keytype type, TPMA_OBJECT attributes);

#endif
