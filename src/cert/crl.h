/*
 * crl: the part of a certificate revocation list that is signed (TBSCertList, RFC 5280 §5.1.2).
 */
#ifndef CERT_CRL_H
#define CERT_CRL_H

#include "base/rd.h"
#include "base/wr.h"
#include "cert/issuer.h"
#include "wire/frame.h"

/* CRLReason (RFC 5280 §5.3.1); unspecified is not written. */
enum crl_reason {
	CRL_UNSPECIFIED = 0,
	CRL_KEY_COMPROMISE = 1,
	CRL_CA_COMPROMISE = 2,
	CRL_AFFILIATION_CHANGED = 3,
	CRL_SUPERSEDED = 4,
	CRL_CESSATION = 5,
	CRL_HOLD = 6,
	CRL_PRIVILEGE_WITHDRAWN = 9,
	CRL_AA_COMPROMISE = 10,
};

/* Whether a number is one of them. */
bool is_crl_reason(uint64_t reason);

/* The name that RFC 5280 gives to a reason, and its number; "unknown", and false where there is none. */
const char *crl_reason_word(enum crl_reason reason);
MUST bool crl_reason_find(struct bytes word, enum crl_reason *ret);

/* A row of what a list holds, as core says it to ca: serial of 16 octets, time, reason. */
struct crl_row {
	struct bytes serial;
	int64_t time;
	enum crl_reason reason;
};
void crl_put_row(const struct crl_row *row, struct wr *w);
struct crl_row crl_get_row(struct rd *r);

/*
 * Appends the TBSCertList, version 2 with number and authority key identifier, and with the address of the
 * list where it is one of several (cert/point.h); without rows what they would be is left out.
 * SIGNER_REFUSED when nextUpdate is not after thisUpdate, for a list that cannot be or is another issuer's,
 * and for rows that are not whole, not in ascending order, not of this list, or of a reason that RFC 5280
 * does not know; SYS_MEMORY when it does not fit.
 */
MUST fault crl_build(const struct crl *c, const struct issuer *by, struct wr *w);

/* The SHA-256 of what crl_build writes, which is in w afterwards; the same faults. */
#define CRL_HASH_SIZE 32
MUST fault crl_hash(const struct crl *c, const struct issuer *by, struct wr *w,
		    uint8_t ret[static CRL_HASH_SIZE]);

#endif
