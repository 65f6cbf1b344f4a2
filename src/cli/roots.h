/*
 * roots: the CA certificates of TPM makers that the organisation trusts.
 */
#ifndef CLI_ROOTS_H
#define CLI_ROOTS_H

#include "cli/resource.h"

extern const struct resource roots_resource;

/*
 * Sends the certificates of every file named, and of the certificate files in every folder named, with a line
 * for each. One that the server refuses does not stop the others; the first refusal is the command's.
 */
MUST fault roots_import(struct session *s);

#endif
