#include "attest/testimony.h"

#include "attest/name.h"

const struct testimony_kind testimony_certify = {
	.type = STATEMENT_CERTIFY,
	.label = BINDING_CERTIFY,
	.has_magic = CHECK_CERTIFY_MAGIC,
	.has_type = CHECK_CERTIFY_TYPE,
	.has_scheme = CHECK_CERTIFY_SCHEME,
	.has_hash = CHECK_CERTIFY_HASH,
	.has_signature = CHECK_CERTIFY_SIGNATURE,
	.has_signer = CHECK_CERTIFY_SIGNER,
	.has_binding = CHECK_CERTIFY_BINDING,
};

const struct testimony_kind testimony_quote = {
	.type = STATEMENT_QUOTE,
	.label = BINDING_QUOTE,
	.has_magic = CHECK_QUOTE_MAGIC,
	.has_type = CHECK_QUOTE_TYPE,
	.has_scheme = CHECK_QUOTE_SCHEME,
	.has_hash = CHECK_QUOTE_HASH,
	.has_signature = CHECK_QUOTE_SIGNATURE,
	.has_signer = CHECK_QUOTE_SIGNER,
	.has_binding = CHECK_QUOTE_BINDING,
};

void testimony_judge_form(const struct testimony_kind *kind, const struct statement *s,
			  uint8_t outcomes[static CHECK_COUNT])
{
	verdict_judge(outcomes, kind->has_magic, s->magic == STATEMENT_MAGIC);
	verdict_judge(outcomes, kind->has_type, s->type == kind->type);
}

void testimony_judge_signature(const struct testimony_kind *kind, const struct testimony_signed *s,
			       uint8_t outcomes[static CHECK_COUNT])
{
	verdict_judge(outcomes, kind->has_scheme, signature_check_scheme(s->signature, s->ak) == NULL);
	if (outcomes[kind->has_scheme] != PASSED)
		return;
	verdict_judge(outcomes, kind->has_hash, signature_check_hash(s->signature, s->ak) == NULL);
	bool is_ready = s->message.p && outcomes[CHECK_AK_POINT] == PASSED;
	if (is_ready && outcomes[kind->has_hash] == PASSED)
		verdict_judge(outcomes, kind->has_signature,
			      signature_check(s->signature, s->ak, s->message) == NULL);
}

void testimony_judge_signer(const struct testimony_kind *kind, const struct statement *s,
			    struct bytes ak_name, uint8_t outcomes[static CHECK_COUNT])
{
	struct name expected;
	if (ak_name.p && name_build_primary(NAME_ENDORSEMENT, ak_name, &expected) == NULL)
		verdict_judge(outcomes, kind->has_signer, is_bytes_equal(s->signer, name_bytes(&expected)));
}
