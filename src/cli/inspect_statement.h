/*
 * inspect_statement: what a TPM says, and signatures on it.
 */
#ifndef CLI_INSPECT_STATEMENT_H
#define CLI_INSPECT_STATEMENT_H

#include "attest/signature.h"
#include "attest/statement.h"
#include "cli/inspect_kind.h"

/* A statement with what there is to judge it. */
struct inspect_statement {
	struct statement said;
	struct bytes message;              /* the octets it was read from */
	const struct signature *signature; /* NULL: not given */
	const struct public *ak;           /* NULL: not given */
};

/* The file is a TPMS_ATTEST; it is accepted only with both the key and its signature given. */
MUST fault inspect_statement_judge(const struct inspect_kind_input *in, struct inspect_finding *f);

/* The file is a TPMT_SIGNATURE; nobody knows of what, so it is at most parsed. */
MUST fault inspect_statement_judge_signature(const struct inspect_kind_input *in, struct inspect_finding *f);

/* The rows of a TPM2_Quote, or those of a TPM2_Certify; and of the AK when it is given. */
void inspect_statement_judge_as(const struct inspect_statement *s, enum statement_type type,
				struct inspect_finding *f);

/* Facts of a statement and of a signature. */
void inspect_statement_put(struct inspect_finding *f, const struct statement *s);
void inspect_statement_put_signature(struct inspect_finding *f, const struct signature *s);

#endif
