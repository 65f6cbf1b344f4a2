#include "cert/token.h"

#include <string.h>

#include <openssl/sha.h>

#include "test.h"

static struct token sample(enum token_kind kind)
{
	struct token t = { .kind = kind };
	for (size_t i = 0; i < sizeof(t.id); i++)
		t.id[i] = (uint8_t)(0xA0 + i);
	for (size_t i = 0; i < sizeof(t.secret); i++)
		t.secret[i] = (uint8_t)(0xC0 + i);
	return t;
}

static void a_token_reads_back_as_written(void **state)
{
	(void)state;
	static const enum token_kind kinds[] = { TOKEN_ENROLMENT, TOKEN_ADMIN };
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		char text[TOKEN_TEXT_SIZE];
		struct token t = sample(kinds[i]), back = { 0 };
		CHECK(strlen(token_write(&t, text)) == TOKEN_TEXT_SIZE - 1);
		OK(token_parse(bytes_text(text), kinds[i], &back));
		CHECK(memcmp(&t, &back, sizeof(t)) == 0);
	}
}

static void the_text_is_the_documented_one(void **state)
{
	(void)state;
	char text[TOKEN_TEXT_SIZE];
	struct token t = sample(TOKEN_ENROLMENT);
	token_write(&t, text);
	assert_string_equal(text, "assay-e-a0a1a2a3a4a5a6a7a8a9aaabacadaeaf-"
				  "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf");
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	char text[TOKEN_TEXT_SIZE + 1] = { 0 };
	struct token t = sample(TOKEN_ADMIN), back;
	token_write(&t, text);
	for (size_t n = 0; n < TOKEN_TEXT_SIZE - 1; n++)
		REFUSES(TOK_INVALID, token_parse(bytes_of(text, n), TOKEN_ADMIN, &back));
	REFUSES(TOK_INVALID, token_parse(bytes_of(text, TOKEN_TEXT_SIZE), TOKEN_ADMIN, &back));
}

static void every_other_octet_is_refused_or_another_token(void **state)
{
	(void)state;
	char text[TOKEN_TEXT_SIZE];
	struct token t = sample(TOKEN_ADMIN);
	token_write(&t, text);
	for (size_t at = 0; at < TOKEN_TEXT_SIZE - 1; at++) {
		char kept = text[at];
		for (int c = 0; c < 256; c++) {
			struct token back = t;
			text[at] = (char)c;
			fault f = token_parse(bytes_text(text), TOKEN_ADMIN, &back);
			if (text[at] != kept)
				CHECK(f || memcmp(&t, &back, sizeof(t)) != 0);
			if (f)
				CHECK(memcmp(&t, &back, sizeof(t)) == 0);
		}
		text[at] = kept;
	}
}

static void capitals_are_refused(void **state)
{
	(void)state;
	char text[TOKEN_TEXT_SIZE];
	struct token t = sample(TOKEN_ADMIN), back;
	token_write(&t, text);
	text[8] = 'A';
	REFUSES(TOK_INVALID, token_parse(bytes_text(text), TOKEN_ADMIN, &back));
}

static void a_token_of_the_other_kind_is_out_of_scope(void **state)
{
	(void)state;
	char text[TOKEN_TEXT_SIZE];
	struct token t = sample(TOKEN_ENROLMENT), back;
	token_write(&t, text);
	REFUSES(TOK_FLOW, token_parse(bytes_text(text), TOKEN_ADMIN, &back));
}

static void the_hash_covers_kind_id_and_secret(void **state)
{
	(void)state;
	uint8_t first[TOKEN_HASH_SIZE], other[TOKEN_HASH_SIZE], expected[TOKEN_HASH_SIZE];
	struct token t = sample(TOKEN_ENROLMENT);
	uint8_t input[14 + 1 + 16 + 32] = "assay token v1";
	input[14] = TOKEN_ENROLMENT;
	memcpy(input + 15, t.id, 16);
	memcpy(input + 31, t.secret, 32);
	SHA256(input, sizeof(input), expected);
	OK(token_hash(t.kind, BYTES_OF(t.id), BYTES_OF(t.secret), first));
	CHECK(memcmp(first, expected, sizeof(first)) == 0);
	OK(token_hash(TOKEN_ADMIN, BYTES_OF(t.id), BYTES_OF(t.secret), other));
	CHECK(memcmp(first, other, sizeof(first)) != 0);
	t.id[3] ^= 1;
	OK(token_hash(t.kind, BYTES_OF(t.id), BYTES_OF(t.secret), other));
	CHECK(memcmp(first, other, sizeof(first)) != 0);
	t.id[3] ^= 1;
	t.secret[31] ^= 1;
	OK(token_hash(t.kind, BYTES_OF(t.id), BYTES_OF(t.secret), other));
	CHECK(memcmp(first, other, sizeof(first)) != 0);
}

static void ids_and_secrets_of_other_sizes_have_no_hash(void **state)
{
	(void)state;
	uint8_t hash[TOKEN_HASH_SIZE];
	struct token t = sample(TOKEN_ENROLMENT);
	REFUSES(TOK_INVALID, token_hash(t.kind, bytes_of(t.id, 15), BYTES_OF(t.secret), hash));
	REFUSES(TOK_INVALID, token_hash(t.kind, BYTES_OF(t.id), bytes_of(t.secret, 31), hash));
	REFUSES(TOK_INVALID, token_hash(t.kind, (struct bytes){ 0 }, (struct bytes){ 0 }, hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_token_reads_back_as_written),
		TEST(the_text_is_the_documented_one),
		TEST(every_truncation_is_refused),
		TEST(every_other_octet_is_refused_or_another_token),
		TEST(capitals_are_refused),
		TEST(a_token_of_the_other_kind_is_out_of_scope),
		TEST(the_hash_covers_kind_id_and_secret),
		TEST(ids_and_secrets_of_other_sizes_have_no_hash),
	};
	return RUN(tests);
}
