/*
 * factory: a maker of test TPMs: a root CA, an intermediate CA, and the EK certificates it issues.
 *
 * All is P-256. The folder holds root.crt and intermediate.crt (PEM) with root.key and intermediate.key (mode
 * 0600). A server trusts such a maker as an anchor of class test, and no source line of it knows this one.
 */
#ifndef SIM_FACTORY_H
#define SIM_FACTORY_H

#include "base/arena.h"
#include "base/fault.h"
#include "wire/spki.h"

#define FACTORY_MANUFACTURER "id:54535430" /* TST0 of the FIDO registry of test makers */
#define FACTORY_MODEL "Test TPM"
#define FACTORY_VERSION "id:00010000"

#define FACTORY_CERTIFICATE_MAX 2048
#define FACTORY_NAME_MAX 64

struct factory;

/* What an EK certificate says of its TPM (TCG EK Credential Profile 2.5, 3.1.2). */
struct factory_labels {
	const char *manufacturer; /* "id:" and 8 hexadecimal digits */
	const char *model;
	const char *version;
	const char *issuer_url; /* where the intermediate certificate is; NULL: where nothing answers */
	const char *crl_url;    /* where its list of revoked certificates is; NULL: it publishes none */
};

#define FACTORY_REVOKED_MAX 64
#define FACTORY_CRL_MAX 8192

/* A list of revoked EK certificates. */
struct factory_crl {
	int64_t this_update, next_update;
	size_t n;
	const uint8_t (*ek_hashes)[32]; /* SHA-256 of their SubjectPublicKeyInfo */
};

/* Makes a maker in an empty or new folder; name goes into its CAs' names. SYS_FILE, SYS_RNG. */
MUST fault factory_put(const char *folder, const char *name);

/* SYS_FILE when a file cannot be read, KEY_FILE when keys and certificates do not belong together. */
MUST fault factory_open(const char *folder, struct factory **ret);
void factory_close(struct factory *f);

/*
 * The EK certificate of that key, in the arena, its serial number following from the key: empty subject,
 * critical subjectAltName with the labels, EKU tcg-kp-EKCertificate, keyEncipherment or keyAgreement.
 * PARSE_FIELD for labels that cannot be shown.
 */
MUST fault factory_build(const struct factory *f, const struct spki *ek, const struct factory_labels *labels,
			 struct arena *arena, struct bytes *ret);

/* The list as the intermediate CA signs it, DER in the arena. SIGNER_REFUSED when its end is no later. */
MUST fault factory_build_crl(const struct factory *f, const struct factory_crl *crl, struct arena *arena,
			     struct bytes *ret);

/* DER of the intermediate certificate; as long as the factory. A device sends it after the EK certificate. */
struct bytes factory_intermediate(const struct factory *f);

#endif
