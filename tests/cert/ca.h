/*
 * ca: a root and an issuing CA in memory, made by the modules under test and signed by OpenSSL.
 */
#ifndef TESTS_CERT_CA_H
#define TESTS_CERT_CA_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cert/issuer.h"
#include "cert/profile.h"
#include "cert/trunk.h"

#define CA_NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define CA_URL "http://ca.example.org"

struct ca {
	EVP_PKEY *root_key;
	EVP_PKEY *key;
	struct bytes root;        /* DER */
	struct bytes certificate; /* DER */
	struct issuer root_issuer;
	struct issuer issuer;
	uint8_t octets[2][TBS_CERTIFICATE_MAX];
};

/* Makes both; ca_done frees their keys. Fails the test when anything goes wrong. */
void ca_init(struct ca *ca);
void ca_done(struct ca *ca);

/* The public half of a P-256 key; ret borrows from point. */
struct spki ca_public(EVP_PKEY *key, uint8_t point[static 65]);

/* Signs tbs with key (SHA-256) and appends the whole. Returns what it appended. */
struct bytes ca_sign(EVP_PKEY *key, struct bytes tbs, struct wr *w);

/* A request for the certificate of key, whose numbers lead into point: valid for a day, all assurance. */
struct issue ca_issue(enum frame_certificate kind, EVP_PKEY *key, uint8_t point[static 65]);

/*
 * OpenSSL's verdict on leaf under root and issuing, at CA_NOW, strictly (X509_V_FLAG_X509_STRICT), for a
 * purpose of X509_PURPOSE_*: an X509_V_* error, X509_V_OK when there is none. The crl may be NULL.
 */
int ca_verify(const struct ca *ca, struct bytes leaf, int purpose, X509_CRL *crl);

#endif
