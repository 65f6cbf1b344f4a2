/*
 * inspect_webauthn: attestation objects that TPMs of other systems made (WebAuthn Level 2, 8.3).
 */
#ifndef CLI_INSPECT_WEBAUTHN_H
#define CLI_INSPECT_WEBAUTHN_H

#include "cli/inspect_kind.h"

/*
 * Judges the TPM's statement: that the key of the first certificate signed it, with a scheme that an
 * attestation key may have or, where that is allowed, over SHA-1; and that it is about the key sent. What it
 * answers is a digest of client data that the object does not hold, so it is at most parsed.
 */
MUST fault inspect_webauthn_judge(const struct inspect_kind_input *in, struct inspect_finding *f);

#endif
