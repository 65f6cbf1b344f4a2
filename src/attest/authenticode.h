/*
 * authenticode: who signed a CAB, by the signature that stands behind it.
 *
 * The signature is a SignedData (PKCS#7, RFC 2315 §9) over an SpcIndirectDataContent, which holds a digest of
 * the CAB without the fields that say where the signature is ("Windows Authenticode Portable Executable
 * Signature Format"; for CABs the order of octets that public tools agree on). Reading is strict: one
 * signer, SHA-2, DER, and every octet that is neither signed nor looked at has its one value. Left unread are
 * certificates that lead nowhere and attributes that nobody signed: timestamps are among them.
 */
#ifndef ATTEST_AUTHENTICODE_H
#define ATTEST_AUTHENTICODE_H

#include "attest/anchors.h"

struct authenticode_trust {
	const struct bytes *anchors; /* certificates (DER) that a signer must lead to, roots or not */
	size_t anchors_n;
	int64_t now;
};

struct authenticode_signer {
	char subject[ANCHORS_SUBJECT_MAX + 1]; /* as anchors_name_text */
	int64_t not_after;                     /* of its certificate */
};

/*
 * Checks that the CAB is as one signed it who leads to an anchor and whose certificate is for code signing
 * (RFC 5280 §4.2.1.12). The way is judged as of now or, for a signer whose certificate has ended, as of that
 * end: doc/decisions/anchors.md. ret is filled whenever the signer's certificate could be read; otherwise its
 * subject is empty. ARCHIVE_INVALID when the file is no CAB, CAB_UNSIGNED, CAB_SIGNATURE_FORM, CAB_CHANGED,
 * CAB_SIGNATURE, CAB_SIGNER_UNTRUSTED, CAB_SIGNER_TIME, CAB_SIGNER_USAGE; ANCHOR_INVALID for an anchor that
 * is no certificate; SYS_MEMORY.
 */
MUST fault authenticode_check(struct bytes cab, const struct authenticode_trust *trust,
			      struct authenticode_signer *ret);

#endif
