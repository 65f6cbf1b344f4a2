/*
 * keyhash: what names a public key to both ends of a connection: SHA-256 of its SubjectPublicKeyInfo.
 */
#ifndef HTTP_KEYHASH_H
#define HTTP_KEYHASH_H

#include <openssl/x509.h>

#include "base/bytes.h"

#define KEYHASH_SIZE 32

/* Of the certificate's key. Returns false, writing nothing, when the key cannot be encoded. */
MUST bool keyhash_get(const X509 *certificate, uint8_t ret[static KEYHASH_SIZE]);

#endif
