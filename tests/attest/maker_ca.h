/*
 * maker_ca: the makers of TPMs that tests need.
 *
 * Certificates are written value by value from a plan, so that one can be wrong in exactly one way;
 * signatures are OpenSSL's.
 */
#ifndef TESTS_ATTEST_MAKER_CA_H
#define TESTS_ATTEST_MAKER_CA_H

#include <openssl/evp.h>

#include "base/wr.h"
#include "wire/spki.h"

#define MAKER_CA_SIZE_MAX 4096

/* 2024-01-01, a second of every validity below. */
#define MAKER_CA_NOW INT64_C(1704067200)
#define MAKER_CA_YEAR INT64_C(31536000)

enum maker_ca_slot {
	SLOT_USAGE,
	SLOT_PURPOSES,
	SLOT_ALTERNATIVES,
	SLOT_CONSTRAINTS,
	SLOT_POLICIES,
	SLOT_AUTHORITY,
	SLOT_OTHER,
	SLOT_COUNT
};

enum maker_ca_critical { CRITICAL_ABSENT = 0, CRITICAL_TRUE, CRITICAL_FALSE };

struct maker_ca_extension {
	struct bytes oid;   /* content octets */
	struct bytes value; /* absent: no such extension */
	enum maker_ca_critical critical;
};

/* Everything a certificate says. Views are the caller's. */
struct maker_ca_plan {
	unsigned version; /* 1: no version field */
	struct bytes serial; /* content octets of the INTEGER */
	const char *issuer, *subject; /* common names; NULL: the empty name */
	int64_t not_before, not_after;
	EVP_PKEY *key;
	struct bytes spki; /* instead of the key's, when present */
	EVP_PKEY *signer;
	const EVP_MD *hash;
	struct maker_ca_extension extension[SLOT_COUNT];
};

struct maker_ca {
	EVP_PKEY *root_key, *issuing_key, *ek_rsa, *ek_curve, *other_key;
	uint8_t root_storage[MAKER_CA_SIZE_MAX], issuing_storage[MAKER_CA_SIZE_MAX], labels_storage[256];
	struct bytes root, issuing, labels;
};

#define MAKER_CA_ROOT "Test Maker Root"
#define MAKER_CA_ISSUING "Test Maker Issuing"

/* A root and an issuing CA below it, with fresh keys. */
void maker_ca_init(struct maker_ca *ca);
void maker_ca_done(struct maker_ca *ca);

/* The plan of a CA certificate. */
struct maker_ca_plan maker_ca_plan_ca(const char *issuer, EVP_PKEY *signer, const char *subject,
				      EVP_PKEY *key);

/* The plan of a genuine EK certificate from the issuing CA: Infineon, model "SLB 9999", version "id:0D0C". */
struct maker_ca_plan maker_ca_plan_ek(const struct maker_ca *ca, EVP_PKEY *key);

/* Writes and signs the certificate; the view is into out. */
struct bytes maker_ca_issue(const struct maker_ca_plan *plan, uint8_t out[static MAKER_CA_SIZE_MAX]);

/* One attribute of a subject alternative name: 1 manufacturer, 2 model, 3 version (below 2.23.133.2). */
struct maker_ca_label {
	uint8_t number;
	const char *text;
};

/* A subject alternative name with these attributes, each in an RDN of its own or all in one. */
struct bytes maker_ca_labels(const struct maker_ca_label *labels, size_t count, bool one_rdn, struct wr *w);

/* The key's numbers; views into out, which gets its SubjectPublicKeyInfo. */
struct spki maker_ca_spki(EVP_PKEY *key, struct wr *out);

#endif
