/*
 * csr: the certificate requests of devices without a TPM (PKCS#10, RFC 2986).
 *
 * A request contributes a public key and the proof that its sender holds the private half, nothing else: one
 * that asks for a subject, a name or any attribute is refused, so that rights cannot come from a device.
 */
#ifndef CERT_CSR_H
#define CERT_CSR_H

#include "attest/verdict.h"
#include "cert/subject.h"
#include "wire/trip.h"

/*
 * Reads one request in DER; the key's numbers borrow from it. The checks, in order: CSR_SIZE above
 * TRIP_CSR_MAX octets; CSR_MALFORMED when it is not a request or something follows it; CSR_FIELD for a
 * subject or an attribute; CSR_SIG for another algorithm than ECDSA or RSA (PKCS#1 v1.5) with SHA-256,
 * SHA-384 or SHA-512, or one of the other kind of key; KEY_WEAK by subject_check; KEY_LINK for numbers that
 * form no key; CSR_POP when the signature does not verify.
 */
MUST fault csr_parse(struct bytes der, struct subject *ret);

/*
 * Fills the rows of subject CSR: the first rule that the request breaks fails its row, and those after it are
 * not run. ret is the key that possession was proved of, all zero when it was not. Other faults of csr_parse
 * are handed on.
 */
MUST fault csr_judge(struct bytes der, uint8_t outcomes[static CHECK_COUNT], struct subject *ret);

#endif
