/*
 * ocsp: questions whether a certificate is still good, and their answers (RFC 6960), one certificate at a
 * time, as RFC 5019 has it.
 */
#ifndef CERT_OCSP_H
#define CERT_OCSP_H

#include "base/wr.h"
#include "cert/issuer.h"
#include "wire/frame.h"

/* The hashes by which a question names the issuer. */
enum ocsp_hash { OCSP_SHA1 = 1, OCSP_SHA256 };
#define OCSP_HASH_MAX 32

#define OCSP_REQUEST_MAX 4096
#define OCSP_SIZE_MAX FRAME_ANSWER_MAX /* of an answer with the certificate of who signed it */

/* OCSPResponseStatus (RFC 6960 §4.2.1) of an answer that says nothing of a certificate. */
enum ocsp_status { OCSP_MALFORMED = 1, OCSP_INTERNAL = 2, OCSP_TRY_LATER = 3, OCSP_UNAUTHORIZED = 6 };

enum ocsp_standing { OCSP_GOOD = 1, OCSP_REVOKED, OCSP_UNKNOWN };

/*
 * Reads an OCSPRequest (RFC 6960 §4.1.1, DER) about one certificate into ret, whose views borrow from in and
 * whose request_id is left absent. Who asks and a signature are read and not heeded (RFC 5019 §2.1.1); so are
 * extensions that are not critical, but for the nonce of 1 to 128 octets (RFC 9654 §2.1). PARSE_ENVELOPE for
 * anything else.
 */
MUST fault ocsp_parse(struct bytes in, struct inquiry *ret);

/* True when the question is about a certificate of this issuer. */
bool is_ocsp_of(const struct inquiry *i, const struct issuer *by);

/*
 * Appends the ResponseData (RFC 6960 §4.2.1) of an answer by the responder of that name, a Name in DER.
 * SIGNER_REFUSED for a hash, standing, reason, issuer or times that cannot be; SYS_MEMORY when it does not
 * fit.
 */
MUST fault ocsp_build(const struct standing *s, const struct issuer *by, struct bytes responder,
		      struct wr *w);

/* Appends the OCSPResponse: BasicOCSPResponse as signed octets with the responder's certificate. */
struct ocsp_signed {
	struct bytes data, signature, certificate;
};
void ocsp_write(const struct ocsp_signed *s, struct wr *w);

/*
 * That the OCSPResponse is what ocsp_build and ocsp_write make of s, whoever is its responder and whatever
 * the signature. SIGNER_REFUSED.
 */
MUST fault ocsp_check_signed(struct bytes response, const struct standing *s, const struct issuer *by);

/* Appends an OCSPResponse that is only a status. */
void ocsp_write_status(enum ocsp_status status, struct wr *w);

#endif
