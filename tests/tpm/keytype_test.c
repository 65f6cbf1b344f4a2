#include "tpm/keytype.h"

#include "attest/credential.h"
#include "attest/signature.h"
#include "attest/statement.h"
#include "test.h"
#include "tpm/attestation.h"
#include "tpm/chip_fixture.h"
#include "tpm/key.h"

static struct chip_fixture fixture;
static const uint8_t extra[32] = { 4, 5, 6 };

static int start(void **state)
{
	(void)state;
	chip_fixture_start(&fixture, CHIP_FIXTURE_TPM2);
	chip_fixture_open(&fixture);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	chip_fixture_stop(&fixture);
	return 0;
}

/* An AK of one type with its public area. */
struct signer {
	struct attestation ak;
	struct bytes area;
	struct public public;
	struct name name;
};

static struct signer signer_of(enum keytype type)
{
	struct signer s = { .ak = { .chip = &fixture.chip, .type = type, .unique = { 7 } } };
	OK(attestation_get_public(&s.ak, &fixture.arena, &s.area));
	OK(public_parse(s.area, &s.public));
	OK(public_name(&s.public, &s.name));
	return s;
}

static void check_signed(const struct signer *s, const struct attestation_statement *said,
			 struct statement *ret)
{
	struct signature signature;
	OK(statement_parse(said->attest, ret));
	OK(signature_parse(said->signature, &signature));
	OK(signature_check(&signature, &s->public, said->attest));
	CHECK(ret->magic == STATEMENT_MAGIC && is_bytes_equal(ret->extra_data, BYTES_OF(extra)));
}

/* --- words ---------------------------------------------------------------------------------------------- */

static void each_word_names_its_type(void **state)
{
	(void)state;
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		enum keytype got = KEYTYPE_COUNT;
		OK(keytype_parse(bytes_text(keytype_rows[type].name), &got));
		CHECK(got == type);
	}
}

static void any_other_word_is_refused(void **state)
{
	(void)state;
	static const char *const words[] = { "", "p", "P256", "p256 ", "p2560", "rsa", "rsa1024", "ed25519" };
	enum keytype got;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		REFUSES(CONFIG_INVALID, keytype_parse(bytes_text(words[i]), &got));
}

/* --- on a chip ------------------------------------------------------------------------------------------ */

static void each_type_makes_an_attestation_key_of_that_type_alone(void **state)
{
	(void)state;
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		struct signer s = signer_of(type);
		for (enum keytype other = 0; other < KEYTYPE_COUNT; other++)
			CHECK(is_keytype_of(other, s.area) == (other == type));
		CHECK(s.public.scheme_hash == keytype_rows[type].hash && s.public.name_alg == ALG_SHA256);
		CHECK(s.public.attributes & PUBLIC_RESTRICTED);
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

static void the_unique_octets_decide_over_keys_of_each_type(void **state)
{
	(void)state;
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		struct signer a = signer_of(type), b = signer_of(type), c = a;
		CHECK(is_bytes_equal(a.area, b.area));
		c.ak.unique[ATTESTATION_UNIQUE_SIZE - 1] = 1;
		OK(attestation_get_public(&c.ak, &fixture.arena, &c.area));
		CHECK(!is_bytes_equal(a.area, c.area));
	}
}

static void an_attestation_key_of_each_type_is_activated(void **state)
{
	(void)state;
	static const uint8_t secret[32] = { 1, 2 }, seed[CREDENTIAL_SEED_MAX] = { 3 };
	struct endorsement e;
	struct public ek;
	OK(endorsement_get(&fixture.chip, ENDORSEMENT_P256, &fixture.arena, &e));
	OK(public_parse(e.public_area, &ek));
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		struct signer s = signer_of(type);
		struct credential_parcel c;
		struct bytes opened;
		OK(credential_build(&ek, name_bytes(&s.name), BYTES_OF(secret), BYTES_OF(seed), &c));
		const struct attestation_challenge challenge = { ENDORSEMENT_P256, bytes_of(c.blob, c.blob_n),
								 bytes_of(c.encrypted, c.encrypted_n) };
		OK(attestation_get_secret(&s.ak, &challenge, &fixture.arena, &opened));
		CHECK(is_bytes_equal(opened, BYTES_OF(secret)));
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

static void an_attestation_key_of_each_type_certifies_a_device_key_of_the_same(void **state)
{
	(void)state;
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		uint8_t file[KEY_FILE_MAX];
		struct wr w = wr_of(file, sizeof(file));
		struct signer s = signer_of(type);
		struct attestation_statement said;
		struct statement statement;
		struct public device;
		struct key key, again;
		struct name name;
		OK(key_new(&fixture.chip, type, &fixture.arena, &key));
		key_write(&key, &w);
		OK(key_parse(wr_done(&w), &again));
		OK(key_get_statement(&again, &s.ak, BYTES_OF(extra), &fixture.arena, &said));
		check_signed(&s, &said, &statement);
		OK(public_parse(key.public_area, &device));
		OK(public_name(&device, &name));
		CHECK(is_keytype_of(type, key.public_area) && device.scheme == ALG_NULL);
		CHECK(is_bytes_equal(statement.name, name_bytes(&name)));
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

static void an_attestation_key_of_each_type_quotes(void **state)
{
	(void)state;
	const struct bytes selection = BYTES_TEXT("\0\0\0\1\0\x0b\3\xff\0\0");
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		struct signer s = signer_of(type);
		struct attestation_statement said;
		struct statement statement;
		struct bytes_list values;
		uint8_t digest[ALG_DIGEST_MAX];
		size_t size = alg_hash_find(keytype_rows[type].hash)->size;
		OK(attestation_list_pcrs(&fixture.chip, selection, &fixture.arena, &values));
		OK(attestation_get_quote(&s.ak, selection, BYTES_OF(extra), &fixture.arena, &said));
		check_signed(&s, &said, &statement);
		OK(pcr_digest(keytype_rows[type].hash, &values, digest));
		CHECK(is_bytes_equal(statement.pcr_digest, bytes_of(digest, size)));
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_word_names_its_type),
		TEST(any_other_word_is_refused),
		TEST(each_type_makes_an_attestation_key_of_that_type_alone),
		TEST(the_unique_octets_decide_over_keys_of_each_type),
		TEST(an_attestation_key_of_each_type_is_activated),
		TEST(an_attestation_key_of_each_type_certifies_a_device_key_of_the_same),
		TEST(an_attestation_key_of_each_type_quotes),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
