#include "cert/token.h"

#include <stdio.h>

#include <openssl/sha.h>

#include "base/secret.h"
#include "base/text.h"
#include "base/wr.h"

#define LABEL "assay token v1"
#define ID_AT 8 /* behind "assay-e-" */
#define ID_DIGITS (2 * (size_t)TOKEN_ID_SIZE)
#define SECRET_AT (ID_AT + ID_DIGITS + 1)
#define SECRET_DIGITS (2 * (size_t)TOKEN_SECRET_SIZE)

static const char letters[] = {
	[TOKEN_ENROLMENT] = 'e', [TOKEN_ADMIN] = 'a', [TOKEN_SESSION] = 's', [TOKEN_LINK] = 'l',
	[TOKEN_BEGUN] = 'b',
};

static enum token_kind kind_of(uint8_t letter)
{
	for (size_t i = TOKEN_ENROLMENT; i < COUNT_OF(letters); i++)
		if (letters[i] == (char)letter)
			return (enum token_kind)i;
	return (enum token_kind)0;
}

static fault parse(struct bytes text, struct token *ret)
{
	NEED(text.n == TOKEN_TEXT_SIZE - 1, TOK_INVALID);
	ret->kind = kind_of(text.p[6]);
	NEED(ret->kind, TOK_INVALID);
	struct bytes id = bytes_slice(text, ID_AT, ID_DIGITS);
	struct bytes secret = bytes_slice(text, SECRET_AT, SECRET_DIGITS);
	NEED(text_hex_parse(id, ret->id, sizeof(ret->id)), TOK_INVALID);
	NEED(text_hex_parse(secret, ret->secret, sizeof(ret->secret)), TOK_INVALID);
	/* Written again it must be the same text: one spelling, and every separator in its place. */
	char again[TOKEN_TEXT_SIZE];
	bool same = is_secret_equal(bytes_text(token_write(ret, again)), text);
	secret_done(again, sizeof(again));
	NEED(same, TOK_INVALID);
	return NULL;
}

fault token_parse(struct bytes text, enum token_kind kind, struct token *ret)
{
	struct token t = { 0 };
	fault f = parse(text, &t);
	if (!f && t.kind != kind)
		f = FAIL(TOK_FLOW);
	if (!f)
		*ret = t;
	secret_done(&t, sizeof(t));
	return f;
}

char *token_write(const struct token *t, char out[static TOKEN_TEXT_SIZE])
{
	char id[TEXT_HEX_SIZE(TOKEN_ID_SIZE)], secret[TEXT_HEX_SIZE(TOKEN_SECRET_SIZE)];
	text_hex(BYTES_OF(t->id), id);
	text_hex(BYTES_OF(t->secret), secret);
	snprintf(out, TOKEN_TEXT_SIZE, "assay-%c-%s-%s", letters[t->kind], id, secret);
	secret_done(secret, sizeof(secret));
	return out;
}

fault token_hash(enum token_kind kind, struct bytes id, struct bytes secret,
		 uint8_t ret[static TOKEN_HASH_SIZE])
{
	uint8_t octets[sizeof(LABEL) + TOKEN_ID_SIZE + TOKEN_SECRET_SIZE];
	NEED(id.n == TOKEN_ID_SIZE && secret.n == TOKEN_SECRET_SIZE, TOK_INVALID);
	struct wr w = wr_of(octets, sizeof(octets));
	wr_bytes(&w, BYTES_TEXT(LABEL));
	wr_u8(&w, (uint8_t)kind);
	wr_bytes(&w, id);
	wr_bytes(&w, secret);
	bool hashed = !w.bad && SHA256(octets, w.at, ret);
	secret_done(octets, sizeof(octets));
	NEED(hashed, BUG);
	return NULL;
}
