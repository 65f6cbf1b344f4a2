/*
 * jwt: device tokens (RFC 7519, compact JWS of RFC 7515), as what is to be signed, and the keys they are
 * checked by (RFC 7517).
 *
 *     {"alg":"ES256","typ":"device+jwt","kid":"…"}
 *     {"iss":"https://…","sub":"UUID","iat":…,"nbf":…,"exp":…,"jti":"UUID","attested":true,
 *      "assurance":["certificate"],"cnf":{"jkt":"…"}}
 *
 * sub is the device, cnf the thumbprint (RFC 7638) of its device key: whoever is shown a token asks for a
 * proof of that key too (RFC 7800). assurance has the words of which issuance policies its certificates
 * carry: key (1.3.6.1.4.1.311.21.30), certificate (.31), user (.32).
 *
 * Heads of the audit (doc/audit.md) are signed by the same key under a type of their own, so that neither can
 * be taken for the other, and so are attestation results (cert/result.h):
 *
 *     {"alg":"ES256","typ":"audit-head+jwt","kid":"…"}
 *     {"iss":"https://…","iat":…,"writer":"core","number":…,"hash":"…"}
 */
#ifndef CERT_JWT_H
#define CERT_JWT_H

#include "cert/subject.h"
#include "wire/audit.h"

#define JWT_TYPE "device+jwt"
#define JWT_HEAD_TYPE "audit-head+jwt"
#define JWT_INPUT_MAX 1900 /* octets of what is signed */
#define JWT_THUMBPRINT_SIZE 44 /* characters and NUL */
#define JWT_SIGNATURE_SIZE 64 /* ES256: r and s (RFC 7518 §3.4) */

/* The key's SHA-256 thumbprint in base64url (RFC 7638 §3). KEY_WEAK when subject_check refuses the key. */
MUST fault jwt_thumbprint(const struct subject *key, char ret[static JWT_THUMBPRINT_SIZE]);

/* Who signs: an address without quotes, backslashes and controls, and the thumbprint of a P-256 key. */
struct jwt_issuer {
	struct bytes url;
	char key_id[JWT_THUMBPRINT_SIZE];
};

/* True when the address can stand in a token. */
bool is_jwt_url(struct bytes url);

/*
 * Appends header, dot and payload of the token: what is to be signed. KEY_WEAK as above, BUG when it would be
 * longer than JWT_INPUT_MAX.
 */
MUST fault jwt_build(const struct mint *m, const struct jwt_issuer *by, struct wr *w);

/* The same of a head of the audit. */
MUST fault jwt_build_head(const struct audit_head *h, const struct jwt_issuer *by, struct wr *w);

/* Appends the whole token: what was signed, dot, and the signature. */
void jwt_write(struct bytes input, const uint8_t signature[static JWT_SIGNATURE_SIZE], struct wr *w);

/* Appends the key as a JWK for checking ES256. KEY_WEAK unless it is P-256. */
MUST fault jwt_write_key(const struct subject *key, struct wr *w);

#endif
