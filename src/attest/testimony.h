/*
 * testimony: what a TPM signed, judged by itself: the rows that TPM2_Certify and TPM2_Quote have in common
 * (TPM 2.0 Part 2 §10.12). Whether it answers our challenge is asked elsewhere (attest/evaluate.h).
 */
#ifndef ATTEST_TESTIMONY_H
#define ATTEST_TESTIMONY_H

#include "attest/binding.h"
#include "attest/signature.h"
#include "attest/statement.h"
#include "attest/verdict.h"

/* What a statement of one kind must be, and its rows. */
struct testimony_kind {
	enum statement_type type;
	enum binding_label label;
	enum check_id has_magic, has_type, has_scheme, has_hash, has_signature, has_signer, has_binding;
};

extern const struct testimony_kind testimony_certify, testimony_quote;

/* Fills the rows of magic and type. */
void testimony_judge_form(const struct testimony_kind *kind, const struct statement *s,
			  uint8_t outcomes[static CHECK_COUNT]);

/* A signature with the key that is said to have made it; message absent: nobody knows of what. */
struct testimony_signed {
	struct bytes message;
	const struct signature *signature;
	const struct public *ak;
};

/*
 * Fills the rows of scheme, hash and signature, each only when the one before it passed, and the last only
 * for a key whose row AK_POINT passed.
 */
void testimony_judge_signature(const struct testimony_kind *kind, const struct testimony_signed *s,
			       uint8_t outcomes[static CHECK_COUNT]);

/*
 * Fills the row of the signer: the AK of that Name must be a primary of the endorsement hierarchy, which its
 * Qualified Name shows (TPM 2.0 Part 1 §26.5). Not run for an absent Name.
 */
void testimony_judge_signer(const struct testimony_kind *kind, const struct statement *s,
			    struct bytes ak_name, uint8_t outcomes[static CHECK_COUNT]);

#endif
