/*
 * clientcert: the certificate that a client shows in its handshake (RFC 8446 §4.4.2). Private to http/.
 *
 * TLS proves that whoever shows it holds its key. Who issued it, and whether it is in force, is asked of the
 * records by whoever serves the request: a device whose certificate is over is to read that, not an alert.
 */
#ifndef HTTP_CLIENTCERT_H
#define HTTP_CLIENTCERT_H

#include <openssl/ssl.h>

#include "base/bytes.h"

#define CLIENTCERT_MAX 4096 /* octets of one; and of all that are shown with it */

/*
 * From now on that server asks for a certificate and serves clients without one too. A handshake fails with a
 * key of a kind that no device has: checking its signature could cost more than all others.
 */
void clientcert_ask(SSL_CTX *tls);

/* What a client showed, DER, for OPENSSL_free; absent when it showed none. */
struct bytes clientcert_get(SSL *tls);

#endif
