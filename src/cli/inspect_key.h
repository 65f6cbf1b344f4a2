/*
 * inspect_key: the public areas of keys.
 */
#ifndef CLI_INSPECT_KEY_H
#define CLI_INSPECT_KEY_H

#include "cli/inspect_kind.h"

/*
 * Reads TPMT_PUBLIC, or TPM2B_PUBLIC as TPM2_ReadPublic returns it; faults as public_parse. ret borrows
 * from in, ret->whole is the TPMT_PUBLIC.
 */
MUST fault inspect_key_parse(struct bytes in, struct public *ret);

/* Judges the key as what its attributes say it is: restricted and decrypting an EK, restricted an AK. */
MUST fault inspect_key_judge(const struct inspect_kind_input *in, struct inspect_finding *f);

/* The rows that a public area alone decides for an AK, each needed. */
void inspect_key_judge_ak(const struct public *ak, struct inspect_finding *f);

#endif
