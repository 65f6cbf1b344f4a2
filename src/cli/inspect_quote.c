#include "cli/inspect_quote.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/text.h"
#include "cli/inspect_statement.h"

#define VALUES_SIZE_MAX (PCR_BANKS_MAX * PCR_COUNT * ALG_DIGEST_MAX)

/* A document being read. */
struct document {
	const json_t *root;
	struct arena *arena;
};

static fault read_octets(const struct document *d, const json_t *text, struct bytes *ret)
{
	size_t n = json_string_length(text) / 4 * 3;
	uint8_t *room = json_is_string(text) && n ? arena_alloc(d->arena, n) : NULL;
	struct wr w = wr_of(room, n);
	struct bytes digits = bytes_of(json_string_value(text), json_string_length(text));
	NEED(room && base64_parse(digits, &w), PARSE_FIELD);
	*ret = wr_done(&w);
	return NULL;
}

/* The bank that pcrs belongs to; zero when it is not said. */
static uint16_t read_bank(const struct document *d)
{
	const json_t *member = json_object_get(d->root, "algorithm");
	uint64_t id = 0;
	if (json_is_string(member) && text_uint_parse(bytes_text(json_string_value(member)), UINT16_MAX, &id))
		return (uint16_t)id;
	json_int_t number = json_integer_value(member);
	return number > 0 && number <= UINT16_MAX ? (uint16_t)number : 0;
}

/* The values of a bank by index, or NULL. */
static const json_t *find_bank(const struct document *d, uint16_t bank)
{
	char id[8];
	snprintf(id, sizeof(id), "%u", bank);
	const json_t *values = json_object_get(json_object_get(d->root, "allpcrs"), id);
	if (!values && read_bank(d) == bank)
		values = json_object_get(d->root, "pcrs");
	return values;
}

/* Appends the values of one bank. False when one is missing, one too many, or not of the bank's size. */
static bool has_bank(const struct document *d, const struct pcr_bank *bank, struct wr *w)
{
	const struct alg_hash *hash = alg_hash_find(bank->hash);
	const json_t *values = find_bank(d, bank->hash);
	size_t taken = 0;
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		char index[8];
		struct bytes value;
		if (!(bank->bits >> i & 1))
			continue;
		snprintf(index, sizeof(index), "%u", i);
		if (read_octets(d, json_object_get(values, index), &value) || !hash || value.n != hash->size)
			return false;
		wr_bytes(w, value);
		taken++;
	}
	return taken == json_object_size(values);
}

/* A document of one bank says its values twice at most; a bank that is not quoted must not be there. */
static bool has_values(const struct document *d, const struct pcr_selection *s, struct wr *w)
{
	const json_t *all = json_object_get(d->root, "allpcrs");
	size_t banks = json_object_size(all), rest = json_object_size(json_object_get(d->root, "pcrs"));
	bool is_whole = banks <= s->n && (s->n || !rest);
	for (size_t i = 0; i < s->n; i++)
		is_whole = is_whole && has_bank(d, &s->banks[i], w);
	return is_whole && !w->bad;
}

static fault judge_values(const struct document *d, const struct inspect_statement *s,
			  struct inspect_finding *f)
{
	const struct alg_hash *hash = alg_hash_find(s->ak ? s->ak->scheme_hash : s->signature->hash);
	uint8_t *room = arena_alloc(d->arena, VALUES_SIZE_MAX), digest[ALG_DIGEST_MAX];
	NEED(room, SYS_MEMORY);
	struct wr w = wr_of(room, VALUES_SIZE_MAX);
	bool is_covered = has_values(d, &s->said.selection, &w);
	inspect_finding_judge(f, CHECK_QUOTE_COVERED, is_covered);
	if (!is_covered || !hash || !hash->evp)
		return NULL;
	struct bytes values = wr_done(&w);
	TRY(alg_digest(hash, &values, 1, digest));
	inspect_finding_judge(f, CHECK_QUOTE_DIGEST,
			      is_bytes_equal(s->said.pcr_digest, bytes_of(digest, hash->size)));
	return NULL;
}

/* A quote over no PCR is what nobody asks for; what was asked for otherwise, the document does not say. */
static fault judge(const struct document *d, const struct inspect_statement *s, struct inspect_finding *f)
{
	inspect_finding_require(f, CHECK_QUOTE_PRESENT);
	inspect_finding_judge(f, CHECK_QUOTE_PRESENT, true);
	inspect_statement_judge_as(s, STATEMENT_QUOTE, f);
	inspect_finding_list(f, CHECK_QUOTE_ASKED);
	inspect_finding_require(f, CHECK_QUOTE_COVERED);
	inspect_finding_require(f, CHECK_QUOTE_DIGEST);
	if (s->said.type != STATEMENT_QUOTE)
		return NULL;
	if (pcr_count(&s->said.selection) == 0)
		inspect_finding_judge(f, CHECK_QUOTE_ASKED, false);
	return judge_values(d, s, f);
}

static fault read(const struct document *d, const struct inspect_kind_input *in, struct inspect_finding *f)
{
	struct bytes quote, octets, cookie = { 0 };
	struct signature signature;
	struct inspect_statement s = { .signature = &signature, .ak = in->ak };
	TRY(read_octets(d, json_object_get(d->root, "quote"), &quote));
	TRY(read_octets(d, json_object_get(d->root, "signature"), &octets));
	if (json_object_get(d->root, "cookie"))
		TRY(read_octets(d, json_object_get(d->root, "cookie"), &cookie));
	TRY(statement_parse(quote, &s.said));
	TRY(signature_parse(octets, &signature));
	s.message = quote;
	TRY(judge(d, &s, f));
	inspect_statement_put(f, &s.said);
	inspect_statement_put_signature(f, &signature);
	inspect_finding_put_hex(f, "cookie", cookie);
	return NULL;
}

fault inspect_quote_judge(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	json_error_t error;
	json_auto_t *root = json_loadb((const char *)in->file.p, in->file.n, JSON_REJECT_DUPLICATES, &error);
	NEED(json_is_object(root), PARSE_ENVELOPE);
	const struct document d = { root, in->arena };
	return read(&d, in, f);
}
