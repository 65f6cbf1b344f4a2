/*
 * notice: a notice to a webhook as a Security Event Token (RFC 8417), which its receiver checks by the JWK
 * Set: doc/webhooks.md.
 *
 *     {"alg":"ES256","typ":"secevent+jwt","kid":"…"}
 *     {"iss":"https://…","aud":"https://receiver…","iat":…,"jti":"UUID","toe":…,
 *      "sub_id":{"format":"opaque","id":"UUID"},
 *      "events":{"urn:assay:event:compliance-changed":{"previous":"compliant","current":"noncompliant",
 *        "reasons":["ATTESTATION_STALE"]},
 *       "https://schemas.openid.net/secevent/caep/event-type/device-compliance-change":{…}}}
 */
#ifndef CERT_NOTICE_H
#define CERT_NOTICE_H

#include "cert/jwt.h"
#include "wire/notice.h"

#define NOTICE_TYPE "secevent+jwt" /* RFC 8417 §2.3 */

/* Appends what is to be signed. BUG when it is not fit to stand in JSON, or longer than JWT_INPUT_MAX. */
MUST fault notice_build(const struct notice *n, const struct jwt_issuer *by, struct wr *w);

#endif
