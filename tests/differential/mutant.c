#include "mutant.h"

#include <string.h>

/* A number below limit; zero when there is none. */
static size_t below(struct mutant *m, size_t limit)
{
	uint64_t v = sample_number(&m->numbers);
	return limit ? (size_t)(v % limit) : 0;
}

/* Makes n octets of room at a place; false when there is no more. */
static bool has_opened(struct mutant *m, size_t at, size_t n)
{
	if (m->n + n > sizeof(m->v))
		return false;
	memmove(m->v + at + n, m->v + at, m->n - at);
	m->n += n;
	return true;
}

static void flip_bit(struct mutant *m, const struct mutant_stock *stock)
{
	(void)stock;
	size_t bit = below(m, 8 * m->n);
	if (m->n)
		m->v[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void set_octet(struct mutant *m, const struct mutant_stock *stock)
{
	(void)stock;
	size_t at = below(m, m->n);
	if (m->n)
		m->v[at] = (uint8_t)sample_number(&m->numbers);
}

/* Most words of a structure are lengths, counts and algorithms. */
static void put_word(struct mutant *m, const struct mutant_stock *stock)
{
	if (m->n < 2)
		return;
	size_t at = below(m, m->n - 1);
	uint16_t word = stock->words[below(m, stock->word_count)];
	m->v[at] = (uint8_t)(word >> 8);
	m->v[at + 1] = (uint8_t)word;
}

/* A length that is wrong by little, with or without the octets it lies about. */
static void edit_length(struct mutant *m, const struct mutant_stock *stock)
{
	(void)stock;
	if (m->n < 2)
		return;
	size_t at = below(m, m->n);
	int by = (int)below(m, 9) - 4;
	m->v[at] = (uint8_t)(m->v[at] + by);
	size_t after = at + 1 + below(m, 4);
	if (below(m, 2) || after > m->n)
		return;
	if (by > 0 && has_opened(m, after, (size_t)by))
		memset(m->v + after, 0, (size_t)by);
	if (by < 0 && after + (size_t)-by <= m->n) {
		memmove(m->v + after, m->v + after + -by, m->n - after - (size_t)-by);
		m->n -= (size_t)-by;
	}
}

static void insert(struct mutant *m, const struct mutant_stock *stock)
{
	(void)stock;
	size_t at = below(m, m->n + 1), n = 1 + below(m, 4);
	uint8_t v = (uint8_t)sample_number(&m->numbers);
	if (has_opened(m, at, n))
		memset(m->v + at, v, n);
}

static void delete (struct mutant *m, const struct mutant_stock *stock)
{
	(void)stock;
	size_t at = below(m, m->n), n = 1 + below(m, 4);
	if (at + n > m->n)
		return;
	memmove(m->v + at, m->v + at + n, m->n - at - n);
	m->n -= n;
}

static void cut(struct mutant *m, const struct mutant_stock *stock)
{
	(void)stock;
	m->n = below(m, m->n + 1);
}

/* The beginning of one and the end of another. */
static void splice(struct mutant *m, const struct mutant_stock *stock)
{
	struct bytes other = stock->seeds[below(m, stock->seed_count)];
	size_t from = below(m, other.n + 1), at = below(m, m->n + 1);
	struct bytes tail = bytes_slice(other, from, other.n - from);
	if (at + tail.n > sizeof(m->v))
		return;
	if (tail.n)
		memcpy(m->v + at, tail.p, tail.n);
	m->n = at + tail.n;
}

/* Gentle ones come oftener: what is badly broken both refuse. */
static void (*const accidents[])(struct mutant *, const struct mutant_stock *) = {
	flip_bit, flip_bit,    flip_bit,    set_octet, put_word, put_word, put_word,
	put_word, edit_length, edit_length, insert,    delete,   cut,      splice,
};

struct bytes mutant_make(struct mutant *m, const struct mutant_stock *stock)
{
	struct bytes seed = stock->seeds[below(m, stock->seed_count)];
	m->n = seed.n < sizeof(m->v) ? seed.n : sizeof(m->v);
	memcpy(m->v, seed.p, m->n);
	size_t more = below(m, 4) ? 0 : below(m, 4);
	for (size_t left = 1 + more; left; left--)
		accidents[below(m, COUNT_OF(accidents))](m, stock);
	return bytes_of(m->v, m->n);
}
