/*
 * identity: the server's certificate, its key, and how the server speaks TLS with them.
 */
#ifndef HTTP_IDENTITY_H
#define HTTP_IDENTITY_H

#include <openssl/ssl.h>

#include "base/fault.h"
#include "http/keyhash.h"

struct identity {
	SSL_CTX *tls;
	uint8_t key_hash[KEYHASH_SIZE];
};

/*
 * Reads the PEM files; identity_close gives back what ret holds. SYS_FILE when a file cannot be read,
 * KEY_FILE when it holds no usable certificate or key or they do not belong together.
 */
MUST fault identity_open(const char *certificate_path, const char *key_path, struct identity *ret);
void identity_close(struct identity *identity);

#endif
