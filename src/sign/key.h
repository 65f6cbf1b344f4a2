/*
 * key: a private P-256 key in memory: made, read, written, and signing.
 */
#ifndef SIGN_KEY_H
#define SIGN_KEY_H

#include "base/fault.h"
#include "base/wr.h"
#include "wire/spki.h"

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

#define KEY_POINT_SIZE 65
#define KEY_TEXT_MAX 1024

/* A new random key. SYS_RNG. The caller frees it. */
MUST fault key_new(struct evp_pkey_st **ret);
void key_free(struct evp_pkey_st *key);

/* Reads an unencrypted PEM file that only its owner may read. KEY_FILE when it is not that or not P-256. */
MUST fault key_open(const char *path, struct evp_pkey_st **ret);

/*
 * The same of the root's key, which is encrypted. ROOT_PASSPHRASE when the passphrase does not open it,
 * KEY_FILE as key_open.
 */
MUST fault key_open_root(const char *path, const char *passphrase, struct evp_pkey_st **ret);

/* That it is the key of that SubjectPublicKeyInfo, DER. KEY_FILE. */
MUST fault key_check_public(struct evp_pkey_st *key, struct bytes spki);

/* Appends the key as PKCS#8 in PEM, encrypted (AES-256-CBC, PBKDF2) when there is a passphrase. BUG. */
MUST fault key_write(struct evp_pkey_st *key, const char *passphrase, struct wr *w);

/* The public key of an uncompressed point; borrows its numbers from it. */
struct spki key_public_of(const uint8_t point[static KEY_POINT_SIZE]);

/* The public half; ret borrows its numbers from point. BUG. */
MUST fault key_get_public(struct evp_pkey_st *key, uint8_t point[static KEY_POINT_SIZE], struct spki *ret);

/* Appends tbs with its algorithm and signature: a Certificate or CertificateList in DER. BUG. */
MUST fault key_sign(struct evp_pkey_st *key, struct bytes tbs, struct wr *w);

/* Appends the key's signature of octets, an ECDSA-Sig-Value in DER. BUG, also when it does not fit. */
MUST fault key_sign_octets(struct evp_pkey_st *key, struct bytes octets, struct wr *w);

/* The key's signature of input as r and s, each of 32 octets (RFC 7518 §3.4). BUG. */
#define KEY_SIGNATURE_SIZE 64
MUST fault key_get_signature(struct evp_pkey_st *key, struct bytes input,
			     uint8_t ret[static KEY_SIGNATURE_SIZE]);

/* That the key's signature of these octets verifies, made and checked now. BUG when it does not. */
MUST fault key_check(struct evp_pkey_st *key, struct bytes tbs);

#endif
