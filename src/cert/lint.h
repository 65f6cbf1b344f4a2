/*
 * lint: our certificates read back by somebody else's eyes, OpenSSL's.
 *
 * Run at the start of every process that builds certificates: a build whose writer went wrong must not sign.
 */
#ifndef CERT_LINT_H
#define CERT_LINT_H

#include "cert/issuer.h"
#include "wire/frame.h"

/*
 * Parses the certificate (DER; its signature is not asked) with OpenSSL and compares version, algorithm,
 * serial, names, validity, key and each extension, criticality included, with what the request and its issuer
 * say. BUG when anything differs, is missing or is too much.
 */
MUST fault lint_check(struct bytes certificate, const struct issue *i, const struct issuer *by);

/* lint_check of what profile_build makes of every kind, kind of key and assurance under this issuer. */
MUST fault lint_check_all(const struct issuer *by);

#endif
