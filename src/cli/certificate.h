/*
 * certificate: the commands about issued certificates.
 */
#ifndef CLI_CERTIFICATE_H
#define CLI_CERTIFICATE_H

#include "cli/resource.h"

extern const struct resource certificate_resource;
extern const struct resource certificate_issuer_resource; /* the CAs that sign them */
extern const struct resource certificate_list_resource; /* the lists of revoked ones */

/* All of them, those of the device that --device names, or with --revoked those revoked or held. */
MUST fault certificate_list(struct session *s);
MUST fault certificate_revoke(struct session *s);
MUST fault certificate_count(struct session *s);

#endif
