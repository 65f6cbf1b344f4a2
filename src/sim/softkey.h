/*
 * softkey: private keys in software, in memory and in PEM files.
 *
 * For simulated TPMs and their simulated makers only: whoever reads this memory or these files has the key.
 */
#ifndef SIM_SOFTKEY_H
#define SIM_SOFTKEY_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/wr.h"
#include "wire/spki.h"

#define SOFTKEY_SIGNATURE_MAX 512

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

/* A new RSA-2048 or P-256 key; the caller frees it with EVP_PKEY_free, as after softkey_get. SYS_RNG. */
MUST fault softkey_new(enum spki_kind kind, struct evp_pkey_st **ret);

/* Reads a PEM file. SYS_FILE when it cannot be read, KEY_FILE when it holds no private key. */
MUST fault softkey_get(const char *path, struct evp_pkey_st **ret);

/* Writes a new PEM file of mode 0600. SYS_FILE, also when the file is there already. */
MUST fault softkey_put(struct evp_pkey_st *key, const char *path);

/* The key's public numbers, in the arena, coordinates at full width. KEY_LINK for other kinds of keys. */
MUST fault softkey_spki(struct evp_pkey_st *key, struct arena *arena, struct spki *ret);

/* Appends a signature of message with SHA-256: PKCS#1 v1.5 or Ecdsa-Sig-Value (RFC 3279 §2.2.3). */
MUST fault softkey_sign(struct evp_pkey_st *key, struct bytes message, struct wr *w);

/* Appends a certificate request (RFC 2986) of a P-256 key without subject and attributes, signed by it. */
MUST fault softkey_write_request(struct evp_pkey_st *key, struct wr *w);

#endif
