/*
 * shelf: certificates that were decoded before, found again by their octets.
 *
 * To decode a certificate costs OpenSSL 3.0 more than to verify its signature, and the same issuing CAs come
 * with every device of a maker. Only what octets say is remembered, never what was found about them: a
 * certificate from the shelf is judged like one that was just decoded. The shelf is small, of a fixed size,
 * and may forget anything at any time.
 */
#ifndef ATTEST_SHELF_H
#define ATTEST_SHELF_H

#include <openssl/x509.h>

#include "base/bytes.h"

struct shelf;

/* An empty shelf. Ends the process when the heap has no room. */
struct shelf *shelf_new(void);
void shelf_free(struct shelf *s);

/* The certificate of exactly these octets, or NULL when it is not there. It stays until the next put. */
X509 *shelf_find(const struct shelf *s, struct bytes der);

/*
 * The same, decoded when it is not there: a reference of the caller's, or NULL when the octets are not
 * exactly one certificate whose extensions can be read.
 */
X509 *shelf_certificate(const struct shelf *s, struct bytes der);

/* Keeps a reference of the certificate that was decoded from these octets, in the place of another. */
void shelf_put(struct shelf *s, struct bytes der, X509 *certificate);

#endif
