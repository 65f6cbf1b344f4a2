#include "base/hresult.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define FAILURE 0x80000000u /* the bit that says so */
#define DIGITS 8
#define NAME_MIN 8 /* NTE_PERM */

static const struct {
	uint32_t code;
	const char *name;
} rows[] = {
#define H(code, name) { code, #name },
#include "base/hresult.def"
#undef H
};

const char *hresult_name(uint32_t code)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].code == code)
			return rows[i].name;
	return NULL;
}

char *hresult_text(uint32_t code, char out[static HRESULT_TEXT_SIZE])
{
	const char *name = hresult_name(code);
	snprintf(out, HRESULT_TEXT_SIZE, "0x%08x (%d%s%s)", (unsigned)code, (int)(int32_t)code,
		 name ? " " : "", name ? name : "");
	return out;
}

static bool hex_parse(struct bytes digits, uint32_t *ret)
{
	uint8_t octets[DIGITS / 2];
	if (digits.n != DIGITS || !text_hex_parse(digits, octets, sizeof(octets)))
		return false;
	*ret = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
	return *ret >= FAILURE;
}

static bool decimal_parse(struct bytes word, uint32_t *ret)
{
	uint64_t value;
	bool is_negative = word.n > 0 && word.p[0] == '-';
	struct bytes digits = bytes_slice(word, is_negative, word.n - is_negative);
	if (!text_uint_parse(digits, is_negative ? FAILURE : UINT32_MAX, &value) || value == 0)
		return false;
	*ret = is_negative ? (uint32_t)(0 - value) : (uint32_t)value;
	return *ret >= FAILURE;
}

/* Nearly all words are no name, which their first letter or length tells. */
static bool name_parse(struct bytes word, uint32_t *ret)
{
	if (word.n < NAME_MIN || word.p[0] < 'A' || word.p[0] > 'Z')
		return false;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!is_bytes_text(word, rows[i].name))
			continue;
		*ret = rows[i].code;
		return true;
	}
	return false;
}

bool hresult_parse(struct bytes word, uint32_t *ret)
{
	struct bytes rest = bytes_slice(word, 2, word.n < 2 ? 0 : word.n - 2);
	bool has_prefix = word.n > 2 && word.p[0] == '0' && (word.p[1] == 'x' || word.p[1] == 'X');
	bool is_bare = word.n == DIGITS && word.p[0] == '8' && (word.p[1] == '0' || word.p[1] == '1');
	if (has_prefix || is_bare)
		return hex_parse(has_prefix ? rest : word, ret);
	return decimal_parse(word, ret) || name_parse(word, ret);
}
