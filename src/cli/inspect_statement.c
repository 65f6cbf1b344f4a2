#include "cli/inspect_statement.h"

#include "attest/testimony.h"
#include "cli/inspect_key.h"

#define AGAIN_SIZE_MAX 4096

/* --- the judgement -------------------------------------------------------------------------------------- */

static void judge_signature(const struct inspect_statement *s, const struct testimony_kind *kind,
			    struct inspect_finding *f)
{
	const struct testimony_signed given = { s->message, s->signature, s->ak };
	testimony_judge_signature(kind, &given, f->verdict.of);
}

static void judge_signer(const struct inspect_statement *s, const struct testimony_kind *kind,
			 struct inspect_finding *f)
{
	struct name name;
	if (public_name(s->ak, &name) == NULL)
		testimony_judge_signer(kind, &s->said, name_bytes(&name), f->verdict.of);
}

static void require_signature(const struct testimony_kind *kind, struct inspect_finding *f)
{
	inspect_finding_require(f, kind->has_scheme);
	inspect_finding_require(f, kind->has_hash);
	inspect_finding_require(f, kind->has_signature);
}

void inspect_statement_judge_as(const struct inspect_statement *s, enum statement_type type,
				struct inspect_finding *f)
{
	const struct testimony_kind *kind = type == STATEMENT_QUOTE ? &testimony_quote : &testimony_certify;
	inspect_finding_require(f, kind->has_magic);
	inspect_finding_require(f, kind->has_type);
	require_signature(kind, f);
	inspect_finding_require(f, kind->has_signer);
	inspect_finding_list(f, kind->has_binding); /* no conversation is at hand */
	testimony_judge_form(kind, &s->said, f->verdict.of);
	if (!s->ak)
		return;
	inspect_key_judge_ak(s->ak, f);
	judge_signer(s, kind, f);
	if (s->signature)
		judge_signature(s, kind, f);
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
	require_signature(&testimony_certify, f);
	if (in->ak) {
		inspect_key_judge_ak(in->ak, f);
		judge_signature(&s, &testimony_certify, f);
	}
	inspect_statement_put_signature(f, &signature);
	signature_write(&signature, &w);
	inspect_finding_put_digest(f, "reencoded_sha256", wr_done(&w));
	return NULL;
}
