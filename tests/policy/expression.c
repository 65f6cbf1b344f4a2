#include "expression.h"

static const char *const texts[] = { "Dell",  "Latitude 7440", "10.0.22631", "7.85.1", "1.2.3.4",
				     "Größe", "a\\b",          "and",        "(",      "null" };
static const char *const versions[] = { "10.0", "10.0.22631", "7.62.3126.0", "0.0.0.1" };

uint32_t expression_random(uint64_t *seed, uint32_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % n;
}

static void put_text(struct wr *w, const char *text)
{
	wr_bytes(w, bytes_text(text));
}

static void put_space(uint64_t *seed, bool is_needed, struct wr *w)
{
	static const char spaces[] = " \t\r\n";
	for (uint32_t n = is_needed + expression_random(seed, 4) / 3; n > 0; n--)
		wr_u8(w, (uint8_t)spaces[expression_random(seed, sizeof(spaces) - 1)]);
}

/* The word with some letters in the other case. */
static void put_word(uint64_t *seed, const char *word, struct wr *w)
{
	for (const char *c = word; *c; c++) {
		bool is_letter = (*c | 0x20) >= 'a' && (*c | 0x20) <= 'z';
		wr_u8(w, (uint8_t)(is_letter && expression_random(seed, 4) == 0 ? *c ^ 0x20 : *c));
	}
}

static struct bytes random_word(uint64_t *seed, const char *words)
{
	struct bytes rest = bytes_text(words), word = bytes_until(&rest, ' ');
	while (rest.p && expression_random(seed, 3))
		word = bytes_until(&rest, ' ');
	return word;
}

static struct bytes random_text(uint64_t *seed, const struct attribute *a, bool is_order)
{
	if (a->words)
		return random_word(seed, a->words);
	if (is_order || a->type == ATTRIBUTE_VERSION)
		return bytes_text(versions[expression_random(seed, COUNT_OF(versions))]);
	return bytes_text(texts[expression_random(seed, COUNT_OF(texts))]);
}

static void put_string(uint64_t *seed, struct bytes text, struct wr *w)
{
	wr_u8(w, '"');
	put_space(seed, false, w);
	wr_bytes(w, text);
	wr_u8(w, '"');
}

static void put_list(uint64_t *seed, const struct attribute *a, struct wr *w)
{
	wr_u8(w, '[');
	for (uint32_t n = 1 + expression_random(seed, 4); n > 0; n--) {
		bool is_empty = expression_random(seed, 5) == 0;
		put_space(seed, false, w);
		put_string(seed, is_empty ? BYTES_TEXT("") : random_text(seed, a, false), w);
		put_space(seed, false, w);
		if (n > 1 || expression_random(seed, 3) == 0)
			wr_u8(w, ',');
	}
	wr_u8(w, ']');
}

static void put_value(uint64_t *seed, const struct attribute *a, enum attribute_operator op, struct wr *w)
{
	bool is_set = op == ATTRIBUTE_IN || op == ATTRIBUTE_NOT_IN;
	bool may_be_null = op == ATTRIBUTE_EQ || op == ATTRIBUTE_NE;
	if (is_set && expression_random(seed, 4))
		put_list(seed, a, w);
	else if (may_be_null && expression_random(seed, 4) == 0)
		put_word(seed, expression_random(seed, 2) ? "$null" : "null", w);
	else
		put_string(seed, random_text(seed, a, is_attribute_order(op)), w);
}

static void put_comparison(uint64_t *seed, struct wr *w)
{
	const struct attribute *a = &attributes[expression_random(seed, ATTRIBUTE_COUNT)];
	enum attribute_operator op;
	do
		op = (enum attribute_operator)expression_random(seed, ATTRIBUTE_OPERATOR_COUNT);
	while (!is_attribute_operator(a, op));
	put_word(seed, "device.", w);
	put_word(seed, a->name, w);
	put_space(seed, true, w);
	put_text(w, expression_random(seed, 3) ? "-" : "");
	put_word(seed, attribute_operator_word(op), w);
	put_space(seed, true, w);
	put_value(seed, a, op, w);
}

static void put_primary(uint64_t *seed, unsigned depth, struct wr *w)
{
	if (depth == 0 || expression_random(seed, 3) == 0) {
		put_comparison(seed, w);
		return;
	}
	wr_u8(w, '(');
	put_space(seed, false, w);
	expression_write(seed, depth - 1, w);
	put_space(seed, false, w);
	wr_u8(w, ')');
}

static void put_all(uint64_t *seed, unsigned depth, struct wr *w)
{
	put_primary(seed, depth, w);
	while (expression_random(seed, 3) == 0) {
		put_space(seed, true, w);
		put_word(seed, "and", w);
		put_space(seed, true, w);
		put_primary(seed, depth, w);
	}
}

void expression_write(uint64_t *seed, unsigned depth, struct wr *w)
{
	put_all(seed, depth, w);
	while (expression_random(seed, 3) == 0) {
		put_space(seed, true, w);
		put_word(seed, "or", w);
		put_space(seed, true, w);
		put_all(seed, depth, w);
	}
}

struct attribute_values expression_device(uint64_t *seed)
{
	struct attribute_values v = { 0 };
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		if (expression_random(seed, 3))
			v.of[i] = random_text(seed, &attributes[i], false);
	return v;
}
