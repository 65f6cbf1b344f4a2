/*
 * issuer: what a certificate says about the CA that signs it.
 *
 * Core and ca both read it from ca/issuing.crt and add the addresses of their configuration, so that they
 * build the same octets. All views are borrowed.
 */
#ifndef CERT_ISSUER_H
#define CERT_ISSUER_H

#include "base/fault.h"

#define ISSUER_KEY_ID_SIZE 20
#define ISSUER_URL_MAX 255

/* Where the CA's files are served, below the server's address. */
#define ISSUER_PATH_CRL "/ca/issuing.crl"
#define ISSUER_PATH_CERTIFICATE "/ca/issuing.crt"
#define ISSUER_PATH_ROOT_CRL "/ca/root.crl"
#define ISSUER_PATH_ROOT "/ca/root.crt"

struct issuer {
	struct bytes name;   /* its subject, a Name in DER */
	struct bytes key_id; /* its subject key identifier */
	struct bytes key;    /* its SubjectPublicKeyInfo in DER */
	int64_t not_before;
	int64_t not_after;
	struct bytes crl_url; /* absent: certificates carry no such extension */
	struct bytes aia_url;
};

/*
 * Reads a CA certificate of ours (RFC 5280 §4.1, DER); the addresses are left absent. The certificate must
 * outlive ret. CERT_MALFORMED when it is not one, has no subject key identifier of 20 octets or is not a
 * CA's.
 */
MUST fault issuer_parse(struct bytes certificate, struct issuer *ret);

#endif
