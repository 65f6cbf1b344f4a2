/*
 * statement: what a TPM says, TPMS_ATTEST, of TPM2_Certify and TPM2_Quote (TPM 2.0 Part 2 §10.12.12).
 *
 * A wrong magic and other types are read too, as far as their layout is known, because they are what
 * attacks look like: that a statement is a TPM's and of the right type is a check (CHECK_CERTIFY_MAGIC and
 * so on), and a reader of this struct must make it.
 */
#ifndef ATTEST_STATEMENT_H
#define ATTEST_STATEMENT_H

#include "attest/pcr.h"

/* TPM_GENERATED_VALUE (TPM 2.0 Part 2 §6.2). */
#define STATEMENT_MAGIC 0xFF544347u

/* TPM_ST_ATTEST_… (TPM 2.0 Part 2 §6.9). */
enum statement_type { STATEMENT_CERTIFY = 0x8017, STATEMENT_QUOTE = 0x8018 };

struct statement {
	uint32_t magic;
	uint16_t type;
	struct bytes signer; /* qualifiedSigner */
	struct bytes extra_data;
	uint64_t clock_ms;
	uint32_t reset_count;
	uint32_t restart_count;
	uint8_t safe; /* TPMI_YES_NO */
	uint64_t firmware;
	struct bytes name, qualified_name;             /* certify */
	struct pcr_selection selection;                /* quote */
	struct bytes pcr_digest;                       /* quote */
	struct bytes other;                            /* any other type: what follows, unread */
};

/*
 * Reads a TPMS_ATTEST; ret borrows from in. PARSE_LEN, PARSE_TRAILING, PARSE_RANGE (safe, the form of a
 * Name), PARSE_PCRSEL.
 */
MUST fault statement_parse(struct bytes in, struct statement *ret);

/* Appends the TPMS_ATTEST. */
void statement_write(const struct statement *s, struct wr *w);

#endif
