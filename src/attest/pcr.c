#include "attest/pcr.h"

/* PCR_SELECT_MIN of the PC Client profile, and the octet more that some TPMs write. */
#define BITMAP_MIN 3
#define BITMAP_MAX 4

static struct pcr_bank get_bank(struct rd *r)
{
	struct pcr_bank bank = { .hash = rd_be16(r) };
	bank.size = rd_u8(r);
	rd_need(r, alg_hash_find(bank.hash) && bank.size >= BITMAP_MIN && bank.size <= BITMAP_MAX);
	struct bytes bitmap = rd_bytes(r, bank.size);
	for (size_t i = 0; i < bitmap.n; i++)
		bank.bits |= (uint32_t)bitmap.p[i] << (8 * i);
	rd_need(r, bank.bits >> PCR_COUNT == 0);
	return bank;
}

struct pcr_selection pcr_get(struct rd *r)
{
	struct pcr_selection s = { 0 };
	uint32_t n = rd_be32(r);
	rd_need(r, n <= PCR_BANKS_MAX);
	while (!r->bad && s.n < n)
		s.banks[s.n++] = get_bank(r);
	return s;
}

fault pcr_parse(struct bytes in, struct pcr_selection *ret)
{
	struct rd r = rd_of(in);
	struct pcr_selection s = pcr_get(&r);
	NEED(is_rd_done(&r), PARSE_PCRSEL);
	*ret = s;
	return NULL;
}

void pcr_write(const struct pcr_selection *s, struct wr *w)
{
	wr_be32(w, (uint32_t)s->n);
	for (size_t i = 0; i < s->n; i++) {
		const struct pcr_bank *bank = &s->banks[i];
		wr_be16(w, bank->hash);
		wr_u8(w, bank->size);
		for (size_t at = 0; at < bank->size; at++)
			wr_u8(w, (uint8_t)(bank->bits >> (8 * at)));
	}
}

struct pcr_selection pcr_of(uint16_t hash, uint32_t bits)
{
	struct pcr_bank bank = { .hash = hash, .size = BITMAP_MIN, .bits = bits };
	return (struct pcr_selection){ .n = 1, .banks = { bank } };
}

static size_t bank_count(const struct pcr_bank *bank)
{
	return (size_t)__builtin_popcount(bank->bits);
}

size_t pcr_count(const struct pcr_selection *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += bank_count(&s->banks[i]);
	return n;
}

/* The PCRs of the one bank of that hash; *ret_banks says how many banks there were. */
static uint32_t bits_of(const struct pcr_selection *s, uint16_t hash, size_t *ret_banks)
{
	uint32_t bits = 0;
	*ret_banks = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->banks[i].hash == hash) {
			bits |= s->banks[i].bits;
			++*ret_banks;
		}
	return bits;
}

static bool is_within(const struct pcr_selection *a, const struct pcr_selection *b)
{
	for (size_t i = 0; i < a->n; i++) {
		size_t in_a = 0, in_b = 0;
		uint32_t bits_a = bits_of(a, a->banks[i].hash, &in_a);
		uint32_t bits_b = bits_of(b, a->banks[i].hash, &in_b);
		if (in_a != 1 || bits_a != bits_b)
			return false;
	}
	return true;
}

bool is_pcr_equal(const struct pcr_selection *a, const struct pcr_selection *b)
{
	return is_within(a, b) && is_within(b, a);
}

bool is_pcr_covered(const struct pcr_selection *s, const struct bytes_list *values)
{
	size_t at = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct alg_hash *row = alg_hash_find(s->banks[i].hash);
		for (size_t left = bank_count(&s->banks[i]); left; left--, at++)
			if (!row || at >= values->n || values->v[at].n != row->size)
				return false;
	}
	return at == values->n;
}

fault pcr_digest(uint16_t hash, const struct bytes_list *values, uint8_t out[static ALG_DIGEST_MAX])
{
	return alg_digest(alg_hash_find(hash), values->v, values->n, out);
}
