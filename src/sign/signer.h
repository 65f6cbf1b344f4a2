/*
 * signer: the key of an issuing CA with its certificate.
 */
#ifndef SIGN_SIGNER_H
#define SIGN_SIGNER_H

#include "cert/issuer.h"
#include "cert/tbs.h"
#include "sign/key.h"

struct signer {
	struct evp_pkey_st *key;
	struct issuer issuer; /* its views lead into certificate */
	uint8_t certificate[TBS_CERTIFICATE_MAX];
};

/* What its certificates name besides the CA; must outlive the signer. */
struct signer_plan {
	const char *folder; /* sign/hierarchy.h made it */
	struct bytes url;
	uint64_t lists;
};

/*
 * Opens the CA of that generation (sign/lineage.h) in memory of the caller, tests that key and certificate
 * belong together and makes a trial signature. KEY_FILE; CONFIG_INVALID for a number of lists that cannot be;
 * BUG when the signature is not good. signer_close may always follow.
 */
MUST fault signer_open(const struct signer_plan *plan, uint64_t generation, struct signer *ret);
void signer_close(struct signer *s);

#endif
