#include "cert/password.h"

#include <string.h>

#include "base/text.h"
#include "test.h"

static const uint8_t server[32] = { 1 }, elsewhere[32] = { 2 };

static struct password sample(void)
{
	return (struct password){ BYTES_TEXT("correct horse battery"), BYTES_TEXT("anna"), BYTES_OF(server) };
}

static void the_proof_follows_from_password_name_and_server(void **state)
{
	struct password p[5] = { sample(), sample(), sample(), sample(), sample() };
	uint8_t proofs[5][PASSWORD_PROOF_SIZE];
	(void)state;
	p[1].text = BYTES_TEXT("correct horse batterz");
	p[2].name = BYTES_TEXT("annb");
	p[3].server = BYTES_OF(elsewhere);
	for (size_t i = 0; i < COUNT_OF(p); i++)
		OK(password_build(&p[i], proofs[i]));
	for (size_t i = 1; i < 4; i++)
		CHECK(memcmp(proofs[0], proofs[i], PASSWORD_PROOF_SIZE) != 0);
	CHECK(memcmp(proofs[0], proofs[4], PASSWORD_PROOF_SIZE) == 0);
}

/* OpenSSL 3.2 and later have an Argon2 of their own, which gave this. */
static void the_proof_is_that_of_another_implementation(void **state)
{
	static const char known[] = "8dc07d9c02f5f12279daf9171b259ccfd5710f1e0f817a04b1e6c814d287b586";
	uint8_t proof[PASSWORD_PROOF_SIZE];
	char hex[TEXT_HEX_SIZE(PASSWORD_PROOF_SIZE)];
	const struct password p = sample();
	(void)state;
	OK(password_build(&p, proof));
	assert_string_equal(text_hex(BYTES_OF(proof), hex), known);
}

static void what_is_stored_is_not_the_proof(void **state)
{
	uint8_t proof[PASSWORD_PROOF_SIZE] = { 7 }, other[PASSWORD_PROOF_SIZE] = { 8 };
	uint8_t hashes[3][PASSWORD_HASH_SIZE];
	(void)state;
	OK(password_hash(BYTES_OF(proof), hashes[0]));
	OK(password_hash(BYTES_OF(other), hashes[1]));
	OK(password_hash(BYTES_OF(proof), hashes[2]));
	CHECK(memcmp(hashes[0], proof, PASSWORD_HASH_SIZE) != 0);
	CHECK(memcmp(hashes[0], hashes[1], PASSWORD_HASH_SIZE) != 0);
	CHECK(memcmp(hashes[0], hashes[2], PASSWORD_HASH_SIZE) == 0);
}

static void a_weak_password_is_refused_and_a_strong_one_is_not(void **state)
{
	static const char *const weak[] = { "", "elevenchars", "aaaaaaaaaaaaaaaa", "this is anna's own" };
	struct password p = sample();
	char longest[PASSWORD_MAX + 2];
	(void)state;
	OK(password_check(&p));
	for (size_t i = 0; i < COUNT_OF(weak); i++) {
		p.text = bytes_text(weak[i]);
		REFUSES(PASSWORD_WEAK, password_check(&p));
	}
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = (char)('a' + i % 26);
	p.text = bytes_of(longest, PASSWORD_MAX);
	OK(password_check(&p));
	p.text = bytes_of(longest, PASSWORD_MAX + 1);
	REFUSES(PASSWORD_WEAK, password_check(&p));
	uint8_t proof[PASSWORD_PROOF_SIZE];
	REFUSES(BUG, password_build(&p, proof));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_proof_follows_from_password_name_and_server),
		TEST(the_proof_is_that_of_another_implementation),
		TEST(what_is_stored_is_not_the_proof),
		TEST(a_weak_password_is_refused_and_a_strong_one_is_not),
	};
	return RUN(tests);
}
