/*
 * responder: who answers for the CA whether a certificate is still good (OCSP, RFC 6960); one for each
 * issuing CA in force.
 *
 * Its key is made anew at each start and each week, and is never outside of this process's memory; its
 * certificate is the CA's and says that it may answer and that nobody need ask about it
 * (id-pkix-ocsp-nocheck, RFC 6960 §4.2.2.2). So a leaked key would be good for a fortnight, for answers
 * alone.
 */
#ifndef SIGN_RESPONDER_H
#define SIGN_RESPONDER_H

#include "cert/ocsp.h"
#include "sign/authority.h"

#define RESPONDER_RENEWAL_S (INT64_C(7) * 86400) /* half the life of its certificate (cert/trunk.h) */

/* The longest life of an answer. */
#define RESPONDER_ANSWER_S (INT64_C(7) * 86400)

struct responder;

/* The authority must outlive it. SYS_MEMORY; the faults of authority_sign_responder. */
MUST fault responder_open(struct authority *a, int64_t now, struct responder **ret);
void responder_close(struct responder *r);

/*
 * Appends the answer, an OCSPResponse in DER. SIGNER_REFUSED when it is not of now, is to be good for
 * longer than RESPONDER_ANSWER_S, says good of a serial that the authority has not logged, is of an issuer
 * not in force, and as ocsp_build; SYS_MEMORY when it does not fit.
 */
MUST fault responder_sign(struct responder *r, const struct standing *s, int64_t now, struct wr *w);

#endif
