/*
 * pin: whether a certificate chain proves the server that was asked for, by the hash of its root alone.
 */
#ifndef HTTP_PIN_H
#define HTTP_PIN_H

#include <openssl/x509.h>

#include "base/fault.h"

#define PIN_SIZE 32

struct pin {
	const uint8_t *root; /* SHA-256 of the root certificate's DER */
	const char *host;    /* name or address that the server's certificate must carry */
};

/* Why not. */
struct pin_failure {
	const char *reason;            /* for a person; a constant text */
	int64_t not_before, not_after; /* CERT_E_EXPIRED: of the certificate concerned */
};

/*
 * chain holds leaf and the others the server sent, among them the root. SERVER_UNTRUSTED when the pinned root
 * is not there or leaf does not chain to it as a server of that host (RFC 5280 §6, RFC 9525); the time is not
 * looked at. Fills ret_failure when it gives a fault.
 */
MUST fault pin_check(const struct pin *pin, X509 *leaf, STACK_OF(X509) *chain,
		     struct pin_failure *ret_failure);

/* The pinned root in what a server sent, or NULL; borrowed from chain. */
X509 *pin_find_root(const struct pin *pin, STACK_OF(X509) *chain);

/* For a chain that pin_check accepted: CERT_E_EXPIRED when a certificate is not valid now. */
MUST fault pin_check_time(STACK_OF(X509) *chain, struct pin_failure *ret_failure);

#endif
