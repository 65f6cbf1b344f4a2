#include "tpm/keytype.h"

#include <stdio.h>
#include <string.h>

#include "attest/credential.h"
#include "attest/keyrule.h"
#include "attest/testimony.h"
#include "test.h"
#include "tpm/attestation.h"
#include "tpm/chip_fixture.h"
#include "tpm/key.h"

static struct chip_fixture fixture;
static const uint8_t extra[32] = { 4, 5, 6 };

/* An AK of one type with its public area. */
struct signer {
	fault why; /* the chip has none of this type; nothing else is filled */
	struct attestation ak;
	struct bytes area;
	struct public public;
	struct name name;
};

/* Of each type one, since chips take long over RSA keys. */
static struct signer signers[KEYTYPE_COUNT];

static struct signer signer_of(enum keytype type)
{
	struct signer s = { .ak = { .chip = &fixture.chip, .type = type, .unique = { 7 } } };
	s.why = attestation_get_public(&s.ak, &fixture.arena, &s.area);
	if (s.why)
		return s;
	OK(public_parse(s.area, &s.public));
	OK(public_name(&s.public, &s.name));
	return s;
}

#define EACH_TYPE(type)                                               \
	for (enum keytype type = 0; (type) < KEYTYPE_COUNT; (type)++) \
		if (!signers[type].why)

static int start(void **state)
{
	(void)state;
	chip_fixture_start(&fixture, CHIP_FIXTURE_TPM2);
	chip_fixture_open(&fixture);
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++)
		signers[type] = signer_of(type);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	chip_fixture_stop(&fixture);
	return 0;
}

/* Every row of checks.def that a statement by itself and its signer's public area decide. */
static void check_testimony(const struct signer *s, const struct testimony_kind *kind,
			    const struct attestation_statement *said, struct statement *ret)
{
	uint8_t outcomes[CHECK_COUNT] = { 0 };
	struct signature signature;
	OK(statement_parse(said->attest, ret));
	OK(signature_parse(said->signature, &signature));
	CHECK(is_bytes_equal(ret->extra_data, BYTES_OF(extra)));
	keyrule_judge_ak(&s->public, outcomes);
	testimony_judge_form(kind, ret, outcomes);
	testimony_judge_signature(kind, &(struct testimony_signed){ said->attest, &signature, &s->public },
				  outcomes);
	testimony_judge_signer(kind, ret, name_bytes(&s->name), outcomes);
	const enum check_id passed[] = { kind->has_magic, kind->has_type,      kind->has_scheme,
					 kind->has_hash,  kind->has_signature, kind->has_signer };
	for (size_t i = 0; i < COUNT_OF(passed); i++)
		CHECK(outcomes[passed[i]] == PASSED);
}

/* No row of keyrule failed; those of the other subjects were not run. */
static void check_accepted(void (*judge)(const struct public *, uint8_t *), const struct public *p)
{
	uint8_t outcomes[CHECK_COUNT] = { 0 };
	size_t passed = 0;
	judge(p, outcomes);
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		CHECK(outcomes[i] != FAILED);
		passed += outcomes[i] == PASSED;
	}
	CHECK(passed > 5);
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
	static const char *const words[] = { "",    "p",       "P256",     "p256 ",  "p2560",
					     "rsa", "rsa1024", "p256-pss", "ed25519" };
	enum keytype got;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		REFUSES(CONFIG_INVALID, keytype_parse(bytes_text(words[i]), &got));
}

static void all_words_are_said_to_people(void **state)
{
	(void)state;
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		const char *name = keytype_rows[type].name, *ending = strchrnul(name, '-');
		char word[16];
		snprintf(word, sizeof(word), "%.*s", (int)(ending - name), name);
		CHECK(strstr(KEYTYPE_WORDS, word) && strstr(KEYTYPE_WORDS, ending));
	}
}

/* --- on a chip ------------------------------------------------------------------------------------------ */

static void the_chip_makes_keys_of_each_type_or_says_that_it_does_not(void **state)
{
	struct key key;
	size_t made = 0;
	(void)state;
	for (enum keytype type = 0; type < KEYTYPE_COUNT; type++) {
		if (!signers[type].why) {
			made++;
			continue;
		}
		CHECK(keytype_rows[type].bits == 4096); /* all that swtpm lacks */
		print_message("# this chip makes no %s: tests/attest/evaluate_test.c proves it on a model\n",
			      keytype_rows[type].name);
		REFUSES(TPM_KEY_TYPE, signers[type].why);
		REFUSES(TPM_KEY_TYPE, key_new(&fixture.chip, type, &fixture.arena, &key));
	}
	COUNTED("types of keys made, activated, certified and quoted by a chip", made);
	CHECK(is_chip_fixture_empty(&fixture));
}

static void each_type_makes_an_attestation_key_of_that_type_alone(void **state)
{
	(void)state;
	EACH_TYPE(type) {
		const struct signer *s = &signers[type];
		for (enum keytype other = 0; other < KEYTYPE_COUNT; other++)
			CHECK(is_keytype_of(other, s->area) == (other == type));
		CHECK(s->public.scheme == keytype_rows[type].scheme);
		CHECK(s->public.scheme_hash == keytype_rows[type].hash && s->public.name_alg == ALG_SHA256);
		check_accepted(keyrule_judge_ak, &s->public);
	}
}

/* Where they go in a template differs between RSA and ECC, and nothing else. */
static void the_unique_octets_decide_over_keys_of_both_kinds(void **state)
{
	static const enum keytype types[] = { KEYTYPE_P256, KEYTYPE_RSA2048 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		struct signer again = signer_of(types[i]), other = again;
		CHECK(is_bytes_equal(again.area, signers[types[i]].area));
		other.ak.unique[ATTESTATION_UNIQUE_SIZE - 1] = 1;
		OK(attestation_get_public(&other.ak, &fixture.arena, &other.area));
		CHECK(!is_bytes_equal(again.area, other.area));
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
	EACH_TYPE(type) {
		const struct signer *s = &signers[type];
		struct credential_parcel c;
		struct bytes opened;
		OK(credential_build(&ek, name_bytes(&s->name), BYTES_OF(secret), BYTES_OF(seed), &c));
		const struct attestation_challenge challenge = { ENDORSEMENT_P256, bytes_of(c.blob, c.blob_n),
								 bytes_of(c.encrypted, c.encrypted_n) };
		OK(attestation_get_secret(&s->ak, &challenge, &fixture.arena, &opened));
		CHECK(is_bytes_equal(opened, BYTES_OF(secret)));
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

static void an_attestation_key_of_each_type_certifies_a_device_key_of_the_same(void **state)
{
	(void)state;
	EACH_TYPE(type) {
		uint8_t file[KEY_FILE_MAX];
		struct wr w = wr_of(file, sizeof(file));
		const struct signer *s = &signers[type];
		struct attestation_statement said;
		struct statement statement;
		struct public device;
		struct key key, again;
		struct name name;
		OK(key_new(&fixture.chip, type, &fixture.arena, &key));
		key_write(&key, &w);
		OK(key_parse(wr_done(&w), &again));
		OK(key_get_statement(&again, &s->ak, BYTES_OF(extra), &fixture.arena, &said));
		check_testimony(s, &testimony_certify, &said, &statement);
		OK(public_parse(key.public_area, &device));
		OK(public_name(&device, &name));
		check_accepted(keyrule_judge_device, &device);
		CHECK(is_keytype_of(type, key.public_area) && device.scheme == ALG_NULL);
		CHECK(is_bytes_equal(statement.name, name_bytes(&name)));
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

static void an_attestation_key_of_each_type_quotes(void **state)
{
	(void)state;
	const struct bytes selection = BYTES_TEXT("\0\0\0\1\0\x0b\3\xff\0\0");
	EACH_TYPE(type) {
		const struct signer *s = &signers[type];
		struct attestation_statement said;
		struct statement statement;
		struct bytes_list values;
		uint8_t digest[ALG_DIGEST_MAX];
		size_t size = alg_hash_find(keytype_rows[type].hash)->size;
		OK(attestation_list_pcrs(&fixture.chip, selection, &fixture.arena, &values));
		OK(attestation_get_quote(&s->ak, selection, BYTES_OF(extra), &fixture.arena, &said));
		check_testimony(s, &testimony_quote, &said, &statement);
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
		TEST(all_words_are_said_to_people),
		TEST(the_chip_makes_keys_of_each_type_or_says_that_it_does_not),
		TEST(each_type_makes_an_attestation_key_of_that_type_alone),
		TEST(the_unique_octets_decide_over_keys_of_both_kinds),
		TEST(an_attestation_key_of_each_type_is_activated),
		TEST(an_attestation_key_of_each_type_certifies_a_device_key_of_the_same),
		TEST(an_attestation_key_of_each_type_quotes),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
