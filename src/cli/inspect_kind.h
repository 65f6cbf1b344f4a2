/*
 * inspect_kind: the kinds of files that can be inspected, and what each is judged by.
 *
 *   ek-cert      the certificate of an EK: DER, also with the header and padding of an NV index, or PEM
 *   chain        the same and those above it: PEM, or DER one after the other as NV indices hold it
 *   public       TPMT_PUBLIC or TPM2B_PUBLIC, judged as EK, AK or device key by its attributes
 *   attest       TPMS_ATTEST
 *   signature    TPMT_SIGNATURE
 *   quote        JSON with quote, signature, algorithm, pcrs in base64
 *   evidence     what the server keeps of an enrolment or refusal (wire/dossier.h)
 *   webauthn     an attestation object of format "tpm" or its statement (wire/attobj.h)
 */
#ifndef CLI_INSPECT_KIND_H
#define CLI_INSPECT_KIND_H

#include "attest/signature.h"
#include "cli/inspect_finding.h"
#include "cli/inspect_roots.h"
#include "policy/rules.h"

/* What one file is judged with. */
struct inspect_kind_input {
	struct bytes file;
	int64_t now;        /* seconds UTC */
	bool is_time_given; /* now is not the clock's */
	enum rules_switch expired_ca; /* of CAs above; evidence says so itself */
	bool allows_sha1; /* in what TPMs of other systems signed */
	const struct public *ak;           /* NULL: not given */
	const struct signature *signature; /* NULL: not given */
	const struct inspect_roots *roots;
	struct arena *arena;
};

struct inspect_kind {
	const char *name;
	/* Fills rows and facts of an empty finding; a fault when the file has not the form of its kind. */
	fault (*judge)(const struct inspect_kind_input *in, struct inspect_finding *f);
};

/* The row of that name, or NULL. */
const struct inspect_kind *inspect_kind_find(const char *name);

#endif
