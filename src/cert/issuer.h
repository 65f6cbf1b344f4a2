/*
 * issuer: what a certificate says about the CA that signs it.
 *
 * Core and ca both read it from the certificate (sign/lineage.h) and add what their configuration says, so
 * that they build the same octets. All views are borrowed.
 */
#ifndef CERT_ISSUER_H
#define CERT_ISSUER_H

#include "base/fault.h"

#define ISSUER_KEY_ID_SIZE 20
#define ISSUER_URL_MAX 255
#define ISSUER_ADDRESS_SIZE (ISSUER_URL_MAX + 64)

/*
 * Where the CAs' files are served, below the server's address. The first issuing CA's certificate and its
 * list of all have addresses of their own; those of later ones are among the others (cert/point.h).
 */
#define ISSUER_PATH "/ca/"
#define ISSUER_PATH_LISTS "/ca/crl/"
#define ISSUER_PATH_CERTIFICATE "/ca/issuing.crt"
#define ISSUER_PATH_CERTIFICATES "/ca/crt/"
#define ISSUER_PATH_OCSP "/ca/ocsp"
#define ISSUER_LIST_WHOLE "issuing.crl"
#define ISSUER_PATH_ROOT_CRL "/ca/root.crl"
#define ISSUER_PATH_ROOT "/ca/root.crt"

struct issuer {
	struct bytes certificate; /* DER */
	struct bytes name;   /* its subject, a Name in DER */
	struct bytes key_id; /* its subject key identifier */
	struct bytes key;    /* its SubjectPublicKeyInfo in DER */
	int64_t not_before;
	int64_t not_after;
	struct bytes url; /* the server's, with which all addresses begin; absent: certificates name none */
	uint64_t lists;   /* how many lists of revoked certificates share them (cert/point.h) */
	uint64_t generation; /* which of the server's issuing CAs it is, counted from 0 (sign/lineage.h) */
};

/*
 * Reads a CA certificate of ours (RFC 5280 §4.1, DER); the address is left absent, the lists are one, the
 * generation is the first. The certificate must outlive ret. CERT_MALFORMED when it is not one, has no
 * subject key identifier of 20 octets or is not a CA's.
 */
MUST fault issuer_parse(struct bytes certificate, struct issuer *ret);

/*
 * The address of that file of the issuer's, in out; absent where the issuer has none, empty where it does not
 * fit, which no certificate can carry.
 */
struct bytes issuer_address(const struct issuer *by, const char *path,
			    uint8_t out[static ISSUER_ADDRESS_SIZE]);

#endif
