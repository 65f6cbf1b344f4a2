/*
 * serve_certificate: the endpoints about issued certificates and lists of revoked ones. Internal to api/.
 */
#ifndef API_SERVE_CERTIFICATE_H
#define API_SERVE_CERTIFICATE_H

#include "api/serving.h"

MUST fault serve_certificate_list_revoked(struct serve *s);
MUST fault serve_certificate_list_of_device(struct serve *s);
MUST fault serve_certificate_get(struct serve *s);
MUST fault serve_certificate_revoke(struct serve *s);
MUST fault serve_certificate_hold(struct serve *s);
MUST fault serve_certificate_release(struct serve *s);
MUST fault serve_certificate_count(struct serve *s);
MUST fault serve_certificate_list_issuers(struct serve *s);
MUST fault serve_certificate_lists(struct serve *s);

#endif
