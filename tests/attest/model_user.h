/*
 * model_user: an identity provider in software, for tests: its keys, and tokens that are genuine but for what
 * a test changes.
 */
#ifndef TESTS_ATTEST_MODEL_USER_H
#define TESTS_ATTEST_MODEL_USER_H

#include <openssl/evp.h>

#include "base/arena.h"
#include "wire/idp.h"

#define MODEL_USER_ISSUER "https://id.example"
#define MODEL_USER_OTHER_ISSUER "https://other.example"
#define MODEL_USER_AUDIENCE "assay"
#define MODEL_USER_SERVICE "https://assay.example" /* whom the access tokens of the other are for */
#define MODEL_USER_EC "ec-1"
#define MODEL_USER_RSA "rsa-1"

struct model_idp {
	EVP_PKEY *ec, *rsa;
	uint8_t id[IDP_ID_SIZE], other_id[IDP_ID_SIZE]; /* of the two issuers, which have the same keys */
	uint8_t octets[IDPS_SIZE_MAX];
	struct bytes message; /* `idps`: both, by RS256 and ES256, mfa; the second gives access tokens */
};

void model_idp_init(struct model_idp *i);
void model_idp_done(struct model_idp *i);

/* What a token says. Texts that are NULL and times that are zero are left out. */
struct model_user {
	const char *algorithm, *key_id;
	const char *issuer, *subject, *name, *party;
	const char *audience, *amr, *groups; /* JSON */
	const char *more;                    /* members of the payload, each with a comma before it */
	const char *crit;                    /* JSON, of the header */
	int64_t expires, not_before, issued;
	EVP_PKEY *signer;
};

/* A genuine one, signed by ES256. */
struct model_user model_user_of(const struct model_idp *i, int64_t now);

/*
 * The token in the arena. Without signer its third part is empty; by HS256 the signer's public key is the
 * secret.
 */
struct bytes model_user_token(const struct model_user *u, struct arena *a);

#endif
