#include "tpm.h"

#include "attest/statement.h"

#define OF(read) ((const TPMS_ATTEST *)(read))

static fault ours(struct bytes in, struct wr *w)
{
	struct statement s;
	TRY(statement_parse(in, &s));
	statement_write(&s, w);
	return NULL;
}

TPM_THEIRS(theirs, TPMS_ATTEST)

static struct bytes name_of(const TPM2B_NAME *name)
{
	return bytes_of(name->name, name->size);
}

static bool is_same_certify(const struct statement *s, const TPMS_CERTIFY_INFO *c)
{
	return is_bytes_equal(s->name, name_of(&c->name)) &&
	       is_bytes_equal(s->qualified_name, name_of(&c->qualifiedName));
}

static bool is_same_quote(const struct statement *s, const TPMS_QUOTE_INFO *q)
{
	if (s->selection.n != q->pcrSelect.count)
		return false;
	for (size_t i = 0; i < s->selection.n; i++) {
		const TPMS_PCR_SELECTION *bank = &q->pcrSelect.pcrSelections[i];
		uint32_t bits = 0;
		for (size_t at = 0; at < bank->sizeofSelect; at++)
			bits |= (uint32_t)bank->pcrSelect[at] << (8 * at);
		if (s->selection.banks[i].hash != bank->hash || s->selection.banks[i].bits != bits)
			return false;
	}
	return is_bytes_equal(s->pcr_digest, bytes_of(q->pcrDigest.buffer, q->pcrDigest.size));
}

static bool is_same_body(const struct statement *s, const TPMS_ATTEST *t)
{
	if (t->type == TPM2_ST_ATTEST_CERTIFY)
		return is_same_certify(s, &t->attested.certify);
	return t->type != TPM2_ST_ATTEST_QUOTE || is_same_quote(s, &t->attested.quote);
}

static bool is_same(struct bytes in, const void *read)
{
	const TPMS_ATTEST *t = read;
	struct statement s;
	return !statement_parse(in, &s) && s.magic == t->magic && s.type == t->type &&
	       is_bytes_equal(s.signer, name_of(&t->qualifiedSigner)) &&
	       is_bytes_equal(s.extra_data, bytes_of(t->extraData.buffer, t->extraData.size)) &&
	       s.clock_ms == t->clockInfo.clock && s.reset_count == t->clockInfo.resetCount &&
	       s.restart_count == t->clockInfo.restartCount && s.safe == t->clockInfo.safe &&
	       s.firmware == t->firmwareVersion && is_same_body(&s, t);
}

/* --- what they let pass -------------------------------------------------------------------------------- */

static bool has_odd_safe(struct bytes in, const void *read)
{
	(void)in;
	return OF(read)->clockInfo.safe > 1;
}

/* Part 2 10.5.2, 10.5.3: nothing, a handle, or an algorithm with its digest. */
static bool is_odd_name(const TPM2B_NAME *name)
{
	uint16_t hash = name->size < 2 ? 0 : (uint16_t)(name->name[0] << 8 | name->name[1]);
	bool is_digest = tpm_hash_size(hash) && name->size == 2 + tpm_hash_size(hash);
	return name->size != 0 && name->size != 4 && !is_digest;
}

static bool has_odd_name(struct bytes in, const void *read)
{
	(void)in;
	const TPMS_CERTIFY_INFO *c = &OF(read)->attested.certify;
	bool is_certify = OF(read)->type == TPM2_ST_ATTEST_CERTIFY;
	return is_odd_name(&OF(read)->qualifiedSigner) ||
	       (is_certify && (is_odd_name(&c->name) || is_odd_name(&c->qualifiedName)));
}

static const TPML_PCR_SELECTION *selection_of(const void *read)
{
	bool is_quote = OF(read)->type == TPM2_ST_ATTEST_QUOTE;
	return is_quote ? &OF(read)->attested.quote.pcrSelect : NULL;
}

static bool is_banks(const TPML_PCR_SELECTION *s, bool (*is_bank)(const TPMS_PCR_SELECTION *bank))
{
	for (size_t i = 0; s && i < s->count; i++)
		if (is_bank(&s->pcrSelections[i]))
			return true;
	return false;
}

static bool is_odd_bank(const TPMS_PCR_SELECTION *bank)
{
	return !tpm_hash_size(bank->hash);
}

static bool is_short_bank(const TPMS_PCR_SELECTION *bank)
{
	return bank->sizeofSelect < 3;
}

static bool is_beyond_bank(const TPMS_PCR_SELECTION *bank)
{
	return bank->sizeofSelect == 4 && bank->pcrSelect[3];
}

static bool has_quote_odd_bank(struct bytes in, const void *read)
{
	(void)in;
	return is_banks(selection_of(read), is_odd_bank);
}

static bool has_quote_short_bank(struct bytes in, const void *read)
{
	(void)in;
	return is_banks(selection_of(read), is_short_bank);
}

static bool has_quote_pcr_beyond(struct bytes in, const void *read)
{
	(void)in;
	return is_banks(selection_of(read), is_beyond_bank);
}

static bool has_quote_many_banks(struct bytes in, const void *read)
{
	(void)in;
	return selection_of(read) && selection_of(read)->count > PCR_BANKS_MAX;
}

static bool has_odd_bank(struct bytes in, const void *read)
{
	(void)in;
	return is_banks(read, is_odd_bank);
}

static bool has_short_bank(struct bytes in, const void *read)
{
	(void)in;
	return is_banks(read, is_short_bank);
}

static bool has_pcr_beyond(struct bytes in, const void *read)
{
	(void)in;
	return is_banks(read, is_beyond_bank);
}

static bool has_many_banks(struct bytes in, const void *read)
{
	(void)in;
	return ((const TPML_PCR_SELECTION *)read)->count > PCR_BANKS_MAX;
}

static const char why_bank[] = "algorithms are not compared with the registry";
static const char why_short[] = "the PC Client profile's 24 PCRs take three octets at least";
static const char why_beyond[] = "the PC Client profile has 24 PCRs";
static const char why_many[] = "no TPM has more than eight banks";

static const struct contest_row lenient[] = {
	{ "a safe that is neither yes nor no", "Part 2 9.2: TPMI_YES_NO is not compared with 0 and 1",
	  has_odd_safe },
	{ "a name that is none", "Part 2 10.5.3: the octets of a name are not looked at", has_odd_name },
	{ "a bank that is no hash", why_bank, has_quote_odd_bank },
	{ "a bitmap of less than three octets", why_short, has_quote_short_bank },
	{ "a PCR above 23", why_beyond, has_quote_pcr_beyond },
	{ "more than eight banks", why_many, has_quote_many_banks },
};

/* --- what we let pass ---------------------------------------------------------------------------------- */

static bool is_other_type(struct bytes in, const void *read)
{
	struct rd r = rd_of(in);
	(void)read;
	rd_be32(&r);
	uint16_t type = rd_be16(&r);
	return type != TPM2_ST_ATTEST_CERTIFY && type != TPM2_ST_ATTEST_QUOTE;
}

/* Anything longer is longer than a TPMT_HA, and then we refuse it too. */
static bool has_long_extra_data(struct bytes in, const void *read)
{
	struct statement s;
	(void)read;
	return !statement_parse(in, &s) && s.extra_data.n > sizeof(TPMU_HA);
}

static const struct contest_row wider[] = {
	{ "extra data of more than 64 octets",
	  "Part 2 10.4.3: TPM2B_DATA holds a TPMT_HA, which is two octets more than their TPMU_HA",
	  has_long_extra_data },
	{ "another type", "refused by name in a check of its own; what follows firmwareVersion is not read",
	  is_other_type },
};

const struct contest tpm_statement = {
	.name = "TPMS_ATTEST",
	.ours = ours,
	.theirs = theirs,
	.is_same = is_same,
	.lenient = lenient,
	.lenient_count = COUNT_OF(lenient),
	.wider = wider,
	.wider_count = COUNT_OF(wider),
};

/* --- a selection by itself ----------------------------------------------------------------------------- */

static fault ours_selection(struct bytes in, struct wr *w)
{
	struct pcr_selection s;
	TRY(pcr_parse(in, &s));
	pcr_write(&s, w);
	return NULL;
}

TPM_THEIRS(theirs_selection, TPML_PCR_SELECTION)

static bool is_same_selection(struct bytes in, const void *read)
{
	struct statement s = { 0 };
	TPMS_QUOTE_INFO q = { .pcrSelect = *(const TPML_PCR_SELECTION *)read };
	return !pcr_parse(in, &s.selection) && is_same_quote(&s, &q);
}

static const struct contest_row lenient_selection[] = {
	{ "a bank that is no hash", why_bank, has_odd_bank },
	{ "a bitmap of less than three octets", why_short, has_short_bank },
	{ "a PCR above 23", why_beyond, has_pcr_beyond },
	{ "more than eight banks", why_many, has_many_banks },
};

const struct contest tpm_selection = {
	.name = "TPML_PCR_SELECTION",
	.ours = ours_selection,
	.theirs = theirs_selection,
	.is_same = is_same_selection,
	.lenient = lenient_selection,
	.lenient_count = COUNT_OF(lenient_selection),
};
