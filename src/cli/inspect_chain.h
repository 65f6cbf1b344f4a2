/*
 * inspect_chain: certificates of endorsement keys as files hold them.
 */
#ifndef CLI_INSPECT_CHAIN_H
#define CLI_INSPECT_CHAIN_H

#include "attest/ekcert.h"
#include "cli/inspect_kind.h"

/* The file is one certificate as an NV index holds it, or PEM with it and perhaps those above it. */
MUST fault inspect_chain_judge_one(const struct inspect_kind_input *in, struct inspect_finding *f);

/* The file is the certificate and those above it. CHAIN_TOO_LONG for more than are ever read. */
MUST fault inspect_chain_judge(const struct inspect_kind_input *in, struct inspect_finding *f);

/* Facts of an EK certificate, for whoever judged it. */
void inspect_chain_put(struct inspect_finding *f, const struct ekcert *c);

/* Facts of a key: its kind and the identity made of it. */
void inspect_chain_put_key(struct inspect_finding *f, const struct spki *key);

#endif
