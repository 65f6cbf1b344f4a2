/*
 * serve_file: what anybody may fetch: certificates and lists of the CAs, keys of device tokens, a sign of
 * life. Internal to api/.
 */
#ifndef API_SERVE_FILE_H
#define API_SERVE_FILE_H

#include "api/serving.h"

MUST fault serve_file_crl(struct serve *s);
MUST fault serve_file_crl_part(struct serve *s);
MUST fault serve_file_issuer(struct serve *s);
MUST fault serve_file_later_issuer(struct serve *s);
MUST fault serve_file_root(struct serve *s);
MUST fault serve_file_root_crl(struct serve *s);
MUST fault serve_file_jwks(struct serve *s);
MUST fault serve_file_health(struct serve *s);

#endif
