#include "cli/inspect_statement.h"

#include "cli/inspect_key.h"

#define AGAIN_SIZE_MAX 4096

/* --- the judgement -------------------------------------------------------------------------------------- */

/* The rows of each kind of statement, as attest/evaluate.h judges them. */
static const struct rows {
	enum statement_type type;
	enum check_id has_magic, has_type, has_scheme, has_hash, has_signature, has_signer, has_binding;
} certify_rows = {
	.type = STATEMENT_CERTIFY,
	.has_magic = CHECK_CERTIFY_MAGIC,
	.has_type = CHECK_CERTIFY_TYPE,
	.has_scheme = CHECK_CERTIFY_SCHEME,
	.has_hash = CHECK_CERTIFY_HASH,
	.has_signature = CHECK_CERTIFY_SIGNATURE,
	.has_signer = CHECK_CERTIFY_SIGNER,
	.has_binding = CHECK_CERTIFY_BINDING,
}, quote_rows = {
	.type = STATEMENT_QUOTE,
	.has_magic = CHECK_QUOTE_MAGIC,
	.has_type = CHECK_QUOTE_TYPE,
	.has_scheme = CHECK_QUOTE_SCHEME,
	.has_hash = CHECK_QUOTE_HASH,
	.has_signature = CHECK_QUOTE_SIGNATURE,
	.has_signer = CHECK_QUOTE_SIGNER,
	.has_binding = CHECK_QUOTE_BINDING,
};

/* Scheme, hash and signature, each of use only when the one before it passed. */
static void judge_signature(const struct inspect_statement *s, const struct rows *rows,
			    struct inspect_finding *f)
{
	bool has_scheme = signature_check_scheme(s->signature, s->ak) == NULL;
	bool has_hash = has_scheme && signature_check_hash(s->signature, s->ak) == NULL;
	inspect_finding_judge(f, rows->has_scheme, has_scheme);
	if (has_scheme)
		inspect_finding_judge(f, rows->has_hash, has_hash);
	if (has_hash && s->message.p)
		inspect_finding_judge(f, rows->has_signature,
				      signature_check(s->signature, s->ak, s->message) == NULL);
}

/* The AK must be a primary of the endorsement hierarchy, which its Qualified Name shows. */
static void judge_signer(const struct inspect_statement *s, const struct rows *rows,
			 struct inspect_finding *f)
{
	struct name name, expected;
	if (public_name(s->ak, &name) || name_build_primary(NAME_ENDORSEMENT, name_bytes(&name), &expected))
		return;
	inspect_finding_judge(f, rows->has_signer, is_bytes_equal(s->said.signer, name_bytes(&expected)));
}

static void require_signature(const struct rows *rows, struct inspect_finding *f)
{
	inspect_finding_require(f, rows->has_scheme);
	inspect_finding_require(f, rows->has_hash);
	inspect_finding_require(f, rows->has_signature);
}

void inspect_statement_judge_as(const struct inspect_statement *s, enum statement_type type,
				struct inspect_finding *f)
{
	const struct rows *rows = type == STATEMENT_QUOTE ? &quote_rows : &certify_rows;
	inspect_finding_require(f, rows->has_magic);
	inspect_finding_require(f, rows->has_type);
	require_signature(rows, f);
	inspect_finding_require(f, rows->has_signer);
	inspect_finding_list(f, rows->has_binding); /* no conversation is at hand */
	inspect_finding_judge(f, rows->has_magic, s->said.magic == STATEMENT_MAGIC);
	inspect_finding_judge(f, rows->has_type, s->said.type == rows->type);
	if (!s->ak)
		return;
	inspect_key_judge_ak(s->ak, f);
	judge_signer(s, rows, f);
	if (s->signature)
		judge_signature(s, rows, f);
}

/* --- facts ---------------------------------------------------------------------------------------------- */

static json_t *list_pcrs(const struct pcr_selection *s)
{
	json_t *list = json_array();
	for (size_t i = 0; i < s->n; i++) {
		const struct alg_hash *hash = alg_hash_find(s->banks[i].hash);
		json_t *bank = json_object(), *pcrs = json_array();
		for (unsigned pcr = 0; pcr < PCR_COUNT; pcr++)
			if (s->banks[i].bits >> pcr & 1)
				json_array_append_new(pcrs, json_integer(pcr));
		json_object_set_new(bank, "hash", json_string(hash ? hash->name : ""));
		json_object_set_new(bank, "pcrs", pcrs);
		json_array_append_new(list, bank);
	}
	return list;
}

static const char *type_word(const struct statement *s)
{
	if (s->type == STATEMENT_CERTIFY)
		return "certify";
	return s->type == STATEMENT_QUOTE ? "quote" : "other";
}

void inspect_statement_put(struct inspect_finding *f, const struct statement *s)
{
	inspect_finding_put_text(f, "type", bytes_text(type_word(s)));
	inspect_finding_put_hex(f, "signer", s->signer);
	inspect_finding_put_hex(f, "extra_data", s->extra_data);
	inspect_finding_put_number(f, "clock_ms", s->clock_ms);
	inspect_finding_put_number(f, "reset_count", s->reset_count);
	inspect_finding_put_number(f, "restart_count", s->restart_count);
	inspect_finding_put(f, "clock_safe", json_boolean(s->safe));
	uint8_t firmware[8];
	struct wr w = wr_of(firmware, sizeof(firmware));
	wr_be64(&w, s->firmware);
	inspect_finding_put_hex(f, "firmware", wr_done(&w));
	if (s->type == STATEMENT_CERTIFY) {
		inspect_finding_put_hex(f, "certified_name", s->name);
		inspect_finding_put_hex(f, "certified_qualified_name", s->qualified_name);
	}
	if (s->type == STATEMENT_QUOTE) {
		inspect_finding_put(f, "selection", list_pcrs(&s->selection));
		inspect_finding_put_hex(f, "pcr_digest", s->pcr_digest);
	}
}

void inspect_statement_put_signature(struct inspect_finding *f, const struct signature *s)
{
	static const struct {
		uint16_t id;
		const char *word;
	} schemes[] = {
		{ ALG_RSASSA, "RSASSA" }, { ALG_RSAPSS, "RSAPSS" }, { ALG_ECDSA, "ECDSA" },
		{ ALG_ECDAA, "ECDAA" },   { ALG_SM2, "SM2" },	    { ALG_ECSCHNORR, "ECSCHNORR" },
	};
	const struct alg_hash *hash = alg_hash_find(s->hash);
	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		if (schemes[i].id == s->scheme)
			inspect_finding_put_text(f, "signature_scheme", bytes_text(schemes[i].word));
	inspect_finding_put_text(f, "signature_hash", bytes_text(hash ? hash->name : NULL));
}

/* --- files ---------------------------------------------------------------------------------------------- */

fault inspect_statement_judge(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	uint8_t again[AGAIN_SIZE_MAX];
	struct wr w = wr_of(again, sizeof(again));
	struct inspect_statement s = { .message = in->file, .signature = in->signature, .ak = in->ak };
	TRY(statement_parse(in->file, &s.said));
	inspect_statement_judge_as(&s, s.said.type, f);
	inspect_statement_put(f, &s.said);
	statement_write(&s.said, &w);
	inspect_finding_put_digest(f, "reencoded_sha256", wr_done(&w));
	return NULL;
}

fault inspect_statement_judge_signature(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	uint8_t again[AGAIN_SIZE_MAX];
	struct wr w = wr_of(again, sizeof(again));
	struct signature signature;
	TRY(signature_parse(in->file, &signature));
	const struct inspect_statement s = { .signature = &signature, .ak = in->ak };
	require_signature(&certify_rows, f);
	if (in->ak) {
		inspect_key_judge_ak(in->ak, f);
		judge_signature(&s, &certify_rows, f);
	}
	inspect_statement_put_signature(f, &signature);
	signature_write(&signature, &w);
	inspect_finding_put_digest(f, "reencoded_sha256", wr_done(&w));
	return NULL;
}
