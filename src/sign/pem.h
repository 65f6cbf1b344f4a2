/*
 * pem: certificates as text (RFC 7468).
 */
#ifndef SIGN_PEM_H
#define SIGN_PEM_H

#include "base/fault.h"
#include "base/wr.h"

#define PEM_TEXT_MAX 16384

/* Appends one certificate as text. BUG when it does not fit. */
MUST fault pem_write_certificate(struct bytes der, struct wr *w);

/* Appends the DER of the first certificate of a file. SYS_FILE, CERT_MALFORMED. */
MUST fault pem_get_certificate(const char *path, struct wr *w);

#endif
