/*
 * crl: the part of a certificate revocation list that is signed (TBSCertList, RFC 5280 §5.1.2).
 */
#ifndef CERT_CRL_H
#define CERT_CRL_H

#include "cert/issuer.h"
#include "base/wr.h"
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

struct crl_entry {
	struct bytes serial;
	int64_t time;
	enum crl_reason reason;
};

struct crl_entries {
	const struct crl_entry *v;
	size_t n;
};

/*
 * Appends the TBSCertList, version 2 with number and authority key identifier; without entries the list is
 * left out. SIGNER_REFUSED when nextUpdate is not after thisUpdate, or for a reason that RFC 5280 does not
 * know; SYS_MEMORY when it does not fit.
 */
MUST fault crl_build(const struct crl *c, const struct issuer *by, struct crl_entries entries, struct wr *w);

#endif
