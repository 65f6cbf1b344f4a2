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
 * Builds the certificate of this request, parses it with OpenSSL and compares version, serial, names, validity,
 * key and each extension, criticality included, with what was asked. The faults of profile_build, and BUG when
 * what comes back differs.
 */
MUST fault lint_check(const struct issue *i, const struct issuer *by);

/* lint_check over every kind, key kind and assurance under this issuer. */
MUST fault lint_check_all(const struct issuer *by);

#endif
