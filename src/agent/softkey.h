/*
 * softkey: the device key of a device without TPM: P-256 by OpenSSL, in a file.
 *
 * Nothing vouches for where such a key lives; the server is told so and its certificates say so.
 */
#ifndef AGENT_SOFTKEY_H
#define AGENT_SOFTKEY_H

#include "base/arena.h"
#include "base/fault.h"

#define SOFTKEY_PEM_LABEL "PRIVATE KEY"

/* A new private key as PKCS#8 DER, in the arena. SYS_RNG when OpenSSL makes none. */
MUST fault softkey_new(struct arena *arena, struct bytes *ret);

/*
 * A certificate request (PKCS#10, RFC 2986) with an empty subject and no attributes, signed by the key; DER,
 * in the arena. KEY_FILE when der is no P-256 key.
 */
MUST fault softkey_build_request(struct bytes der, struct arena *arena, struct bytes *ret);

/* The public half as TPMT_PUBLIC (TPM 2.0 Part 2 §12.2.4), in the arena; faults as above. */
MUST fault softkey_get_public(struct bytes der, struct arena *arena, struct bytes *ret);

/* The key's TPMT_SIGNATURE of a message, ECDSA with SHA-256, in the arena; faults as above. */
MUST fault softkey_get_signature(struct bytes der, struct bytes message, struct arena *arena,
				 struct bytes *ret);

#endif
