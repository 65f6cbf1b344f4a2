#include "attest/statement.h"

#include "attest/name.h"

#define HANDLE_SIZE 4
#define EXTRA_SIZE_MAX 66 /* TPM2B_DATA: as large as a TPMT_HA (TPM 2.0 Part 2 §10.4.3) */

/*
 * A Name: empty, a handle, or a hash with its digest (TPM 2.0 Part 2 §10.5.2, §10.5.3). Anything else is not
 * something a TPM writes.
 */
static bool is_name(struct bytes name)
{
	if (name.n == 0 || name.n == HANDLE_SIZE)
		return true;
	struct rd r = rd_of(name);
	const struct alg_hash *row = alg_hash_find(rd_be16(&r));
	return row && rd_left(&r) == row->size;
}

static fault get_certify(struct rd *r, struct statement *s)
{
	s->name = rd_tpm2b(r, NAME_SIZE_MAX);
	s->qualified_name = rd_tpm2b(r, NAME_SIZE_MAX);
	NEED(!r->bad, PARSE_LEN);
	NEED(is_name(s->name) && is_name(s->qualified_name), PARSE_RANGE);
	return NULL;
}

static fault get_quote(struct rd *r, struct statement *s)
{
	s->selection = pcr_get(r);
	NEED(!r->bad, PARSE_PCRSEL);
	s->pcr_digest = rd_tpm2b(r, ALG_DIGEST_MAX);
	return NULL;
}

static fault get_other(struct rd *r, struct statement *s)
{
	s->other = rd_rest(r);
	return NULL;
}

static void put_certify(struct wr *w, const struct statement *s)
{
	wr_tpm2b(w, s->name);
	wr_tpm2b(w, s->qualified_name);
}

static void put_quote(struct wr *w, const struct statement *s)
{
	pcr_write(&s->selection, w);
	wr_tpm2b(w, s->pcr_digest);
}

static void put_other(struct wr *w, const struct statement *s)
{
	wr_bytes(w, s->other);
}

/* TPMU_ATTEST: the last row is for every type that has no row of its own. */
static const struct kind {
	uint16_t type;
	fault (*get)(struct rd *r, struct statement *s);
	void (*put)(struct wr *w, const struct statement *s);
} kinds[] = {
	{ STATEMENT_CERTIFY, get_certify, put_certify },
	{ STATEMENT_QUOTE, get_quote, put_quote },
	{ 0, get_other, put_other },
};

static const struct kind *kind_of(uint16_t type)
{
	const struct kind *k = kinds;
	while (k->type && k->type != type)
		k++;
	return k;
}

fault statement_parse(struct bytes in, struct statement *ret)
{
	struct rd r = rd_of(in);
	struct statement s = { 0 };
	s.magic = rd_be32(&r);
	s.type = rd_be16(&r);
	s.signer = rd_tpm2b(&r, NAME_SIZE_MAX);
	s.extra_data = rd_tpm2b(&r, EXTRA_SIZE_MAX);
	s.clock_ms = rd_be64(&r);
	s.reset_count = rd_be32(&r);
	s.restart_count = rd_be32(&r);
	s.safe = rd_u8(&r);
	s.firmware = rd_be64(&r);
	NEED(!r.bad, PARSE_LEN);
	NEED(s.safe <= 1 && is_name(s.signer), PARSE_RANGE);
	TRY(kind_of(s.type)->get(&r, &s));
	NEED(!r.bad, PARSE_LEN);
	NEED(is_rd_done(&r), PARSE_TRAILING);
	*ret = s;
	return NULL;
}

void statement_write(const struct statement *s, struct wr *w)
{
	wr_be32(w, s->magic);
	wr_be16(w, s->type);
	wr_tpm2b(w, s->signer);
	wr_tpm2b(w, s->extra_data);
	wr_be64(w, s->clock_ms);
	wr_be32(w, s->reset_count);
	wr_be32(w, s->restart_count);
	wr_u8(w, s->safe);
	wr_be64(w, s->firmware);
	kind_of(s->type)->put(w, s);
}
