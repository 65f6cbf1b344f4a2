/*
 * result: what this server found of a device, as an EAT Attestation Result (draft-fv-rats-ear-05, over
 * RFC 9711) for services that check it by the JWK Set: doc/attestation-result.md.
 *
 *     {"alg":"ES256","typ":"eat+jwt","kid":"…"}
 *     {"eat_profile":"tag:github.com,2023:veraison/ear","iss":"https://…","aud":"attestation-result",
 *      "sub":"UUID","iat":…,"nbf":…,"exp":…,"jti":"UUID",
 *      "ear.verifier-id":{"developer":"Assay","build":"0.1.0"},
 *      "cnf":{"jkt":"…"},
 *      "submods":{"device":{"ear.status":"affirming","ear.trustworthiness-vector":{"instance-identity":2,…},
 *       "assay.attested-at":…,"assay.attestation-age":…,"assay.assurance":["certificate"],
 *       "assay.tpm-class":"discrete","assay.compliance":"compliant","assay.reasons":[]}}}
 */
#ifndef CERT_RESULT_H
#define CERT_RESULT_H

#include "cert/jwt.h"

#define RESULT_TYPE "eat+jwt" /* RFC 9782 */
#define RESULT_AUDIENCE "attestation-result"

/* Values of a trustworthiness vector (draft-ietf-rats-ar4si-09); 0 is no claim. */
enum result_value {
	RESULT_AFFIRMING = 2,
	RESULT_WARNING = 32,
	RESULT_CONTRAINDICATED = 96,
};

/* Appends what is to be signed. BUG when it is not fit to stand in JSON, or longer than JWT_INPUT_MAX. */
MUST fault result_build(const struct result *r, const struct jwt_issuer *by, struct wr *w);

#endif
