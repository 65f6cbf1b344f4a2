/*
 * model: a TPM and a device in software, for tests: keys, an EK certificate, statements and signatures that
 * are genuine but for what a test changes on the way.
 *
 * model_make goes through the stages in order and lets the test change the model at one of them, so that
 * all that follows is made, and signed, as it would be after the change.
 */
#ifndef TESTS_ATTEST_MODEL_H
#define TESTS_ATTEST_MODEL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "attest/anchors.h"
#include "attest/evaluate.h"
#include "attest/signature.h"

#define MODEL_NOW INT64_C(1767225600) /* 2026-01-01 */

enum model_stage {
	MODEL_KEYS,       /* keys, certificates, PCR values: nothing depends on them yet */
	MODEL_STATEMENTS, /* certify and quote: not signed yet */
	MODEL_SIGNATURES, /* the two signatures: not encoded yet */
	MODEL_EVIDENCE,   /* the evidence: what is sent */
};

/* One statement with how it is signed. */
struct model_statement {
	struct statement says;
	EVP_PKEY *signer;
	uint16_t scheme; /* zero: RSASSA or ECDSA, as the key is */
	uint16_t hash;
	struct signature signature;
};

struct model {
	struct arena arena;
	struct anchors *anchors; /* trust the model's CA, of class test */
	EVP_PKEY *ca_key, *rsa, *ek_curve, *ak_key, *device_key, *other_key, *p384, *p521, *rsa3072;
	EVP_PKEY *rsa1024, *roca; /* too weak; the second is RSA-2048 as CVE-2017-15361 makes it */
	X509 *ca;
	EVP_PKEY *ek_key;     /* the private half of ek: rsa or ek_curve */
	EVP_PKEY *certified;  /* what the EK certificate is for; NULL: there is none */
	struct public ek, ak, device;
	struct payload payload;
	struct model_statement certify, quote;
	struct evidence evidence;
};

/* A change that a test makes. */
struct model_change {
	enum model_stage stage;
	void (*make)(struct model *m);
};

/* Makes the keys and the CA; costs most of a second. */
void model_init(struct model *m);
void model_done(struct model *m);

/* Makes m->evidence anew, with one change or none (NULL). */
void model_make(struct model *m, const struct model_change *change);

/* Makes the EK another key; for the stage MODEL_KEYS. */
void model_set_ek(struct model *m, EVP_PKEY *key);

/* Gives an EK the attributes and the policy of the H templates instead of those of the L templates. */
void model_set_high(struct model *m, struct public *ek);

/*
 * The public area of a key of the EK's, the AK's and the device key's template, its numbers in the arena.
 * An EK is of the L template where there is one for its size.
 */
struct public model_ek(struct model *m, EVP_PKEY *key);
struct public model_ak(struct model *m, EVP_PKEY *key);
struct public model_device(struct model *m, EVP_PKEY *key);

/* The public area as octets in the arena. */
struct bytes model_encoded(struct model *m, const struct public *p);

/* The EK certificate that the model's CA issues for a key. */
struct bytes model_certificate(struct model *m, EVP_PKEY *key);

/* A TPM's signature of message by an RSA (RSASSA, with pss RSAPSS) or elliptic (ECDSA) key. */
struct signature model_signed_pss(struct model *m, EVP_PKEY *key, uint16_t hash, struct bytes message);
struct signature model_signed(struct model *m, EVP_PKEY *key, uint16_t hash, struct bytes message);

/* Statement and signature as octets in the arena. */
struct bytes model_statement_encoded(struct model *m, const struct statement *s);
struct bytes model_signature_encoded(struct model *m, const struct signature *s);

/* n octets in the arena, each of value v. */
struct bytes model_octets(struct model *m, uint8_t v, size_t n);

#endif
