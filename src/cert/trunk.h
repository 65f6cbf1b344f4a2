/*
 * trunk: the certificates above and beside the devices': root, issuing CA, TLS servers and OCSP responders.
 *
 * They are made once, by assayd init, but for responders' (sign/responder.h). The issuing certificate is
 * technically constrained: it may end chains for clientAuth, AK and OCSP certificates and pass on the three
 * issuance policies, but never make a server certificate or another CA; server certificates are signed by the
 * root, which is offline afterwards.
 */
#ifndef CERT_TRUNK_H
#define CERT_TRUNK_H

#include "cert/issuer.h"
#include "cert/tbs.h"

enum trunk_kind { TRUNK_ROOT = 1, TRUNK_ISSUING, TRUNK_SERVER, TRUNK_RESPONDER };

/* How long before the present they begin: a slow clock must not trip over the CA. */
#define TRUNK_BACKDATE_S INT64_C(86400)

struct trunk {
	enum trunk_kind kind;
	struct bytes serial;       /* as profile_build_serial makes it */
	struct bytes organization; /* may be absent */
	struct bytes name;         /* common name */
	struct spki key;
	int64_t now;
	const struct bytes_list *dns;       /* server: at least one of both */
	const struct bytes_list *addresses;
};

/*
 * Appends the TBSCertificate; by is read for all but root certificates. Validity is 20 years for the root, 10
 * for the issuing CA, 825 days for servers and a fortnight for responders, never beyond the issuer's.
 * SIGNER_REFUSED for an unknown kind, a bad serial, a key that is not P-256, a server without names.
 */
MUST fault trunk_build(const struct trunk *t, const struct issuer *by, struct wr *w);

#endif
