#include "test.h"

#include "attest/name.h"
#include "base/text.h"

/* SHA-256 and SHA-1 of "abc" (FIPS 180-4 examples). */
#define ABC_256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ABC_1 "a9993e364706816aba3e25717850c26c9cd0d89d"

static void a_name_is_the_hash_and_its_digest(void **state)
{
	(void)state;
	struct name name;
	char text[TEXT_HEX_SIZE(NAME_SIZE_MAX)];
	OK(name_build(ALG_SHA256, BYTES_TEXT("abc"), &name));
	assert_string_equal(text_hex(name_bytes(&name), text), "000b" ABC_256);
	OK(name_build(ALG_SHA1, BYTES_TEXT("abc"), &name));
	assert_string_equal(text_hex(name_bytes(&name), text), "0004" ABC_1);
	OK(name_build(ALG_SHA512, BYTES_TEXT("abc"), &name));
	CHECK(name.n == NAME_SIZE_MAX);
}

static void a_hash_that_is_not_known_gives_no_name(void **state)
{
	(void)state;
	static const uint16_t hashes[] = { ALG_NULL, ALG_SM3_256, ALG_RSA, 0, 0xFFFF };
	struct name name = { .n = 7 };
	for (size_t i = 0; i < COUNT_OF(hashes); i++)
		REFUSES(NAMEALG, name_build(hashes[i], BYTES_TEXT("abc"), &name));
	CHECK(name.n == 7);
}

/* An AK made as endorsement primary in a TPM simulator: its Name, and the Qualified Name it answered with. */
#define AK_NAME "000b9072f6c3a7408b04f6e12d47cd60e228340acb9aaa207a43a61689b0aa9fa911"
#define AK_QUALIFIED "000b391715fb40f66e80ec8789ed5873046e26903232aa37e6865bcbdab88aac86b4"

static void the_qualified_name_of_a_primary_is_the_one_a_tpm_computes(void **state)
{
	(void)state;
	uint8_t name[34];
	struct name qualified;
	char text[TEXT_HEX_SIZE(NAME_SIZE_MAX)];
	CHECK(text_hex_parse(BYTES_TEXT(AK_NAME), name, sizeof(name)));
	OK(name_build_primary(NAME_ENDORSEMENT, BYTES_OF(name), &qualified));
	assert_string_equal(text_hex(name_bytes(&qualified), text), AK_QUALIFIED);
}

static void the_same_key_below_another_hierarchy_has_another_qualified_name(void **state)
{
	(void)state;
	static const uint32_t owner = 0x40000001;
	uint8_t name[34];
	struct name here, there;
	CHECK(text_hex_parse(BYTES_TEXT(AK_NAME), name, sizeof(name)));
	OK(name_build_primary(NAME_ENDORSEMENT, BYTES_OF(name), &here));
	OK(name_build_primary(owner, BYTES_OF(name), &there));
	CHECK(!is_bytes_equal(name_bytes(&here), name_bytes(&there)));
}

static void what_is_no_name_has_no_qualified_name(void **state)
{
	(void)state;
	struct name qualified;
	REFUSES(NAMEALG, name_build_primary(NAME_ENDORSEMENT, (struct bytes){ 0 }, &qualified));
	REFUSES(NAMEALG, name_build_primary(NAME_ENDORSEMENT, BYTES_TEXT("\x00"), &qualified));
	REFUSES(NAMEALG, name_build_primary(NAME_ENDORSEMENT, BYTES_TEXT("\x00\x10"), &qualified));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_the_hash_and_its_digest),
		TEST(a_hash_that_is_not_known_gives_no_name),
		TEST(the_qualified_name_of_a_primary_is_the_one_a_tpm_computes),
		TEST(the_same_key_below_another_hierarchy_has_another_qualified_name),
		TEST(what_is_no_name_has_no_qualified_name),
	};
	return RUN(tests);
}
