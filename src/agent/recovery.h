/*
 * recovery: a key in the TPM for an enrolled device that has it in a file.
 *
 * As InitiateRecovery of Microsoft's DMClient CSP does it with the value 1: only where the key is not in the
 * TPM yet. The value 0, in any case, is the command assay-agent recover. A device that has lost its key has
 * nothing to show any more, and enrols again (agent/presence.c, heal).
 */
#ifndef AGENT_RECOVERY_H
#define AGENT_RECOVERY_H

#include "agent/cause.h"
#include "agent/settings.h"

/*
 * REC_KEY_IN_TPM; the faults of chip_open, devicekey_get and enroll_again. Of a fault *ret is its cause. The
 * state folder must not be held.
 */
MUST fault recovery_run(const struct settings *settings, struct cause *ret);

#endif
