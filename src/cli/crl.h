/*
 * crl: the lists of revoked certificates that TPM makers publish, as `assay roots crls` shows them.
 */
#ifndef CLI_CRL_H
#define CLI_CRL_H

#include "cli/resource.h"

extern const struct resource crl_resource;

#endif
