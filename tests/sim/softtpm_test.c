/* The TPM in software is judged by the library that judges chips. */
#include "sim/softtpm.h"

#include <openssl/evp.h>
#include <string.h>

#include "attest/keyrule.h"
#include "attest/signature.h"
#include "sim/softkey.h"
#include "test.h"

#define PCRS 0x0000FFFFu

struct scene {
	struct arena arena;
	struct softtpm tpm;
};

static void open_scene(struct scene *s, enum spki_kind kind)
{
	EVP_PKEY *ek = NULL;
	arena_init(&s->arena, 65536);
	OK(softkey_new(kind, &ek));
	OK(softtpm_init(&s->tpm, ek));
}

static void close_scene(struct scene *s)
{
	softtpm_done(&s->tpm);
	arena_done(&s->arena);
}

#define SCENE __attribute__((cleanup(close_scene))) struct scene

static const struct public *area(const struct scene *s, enum softtpm_slot slot)
{
	return &s->tpm.keys[slot].area;
}

static struct bytes name_of(const struct scene *s, enum softtpm_slot slot)
{
	return name_bytes(&s->tpm.keys[slot].name);
}

/* Every check that a public area alone decides has passed, and there were some. */
static void all_passed(const uint8_t outcomes[static CHECK_COUNT])
{
	size_t passed = 0;
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		CHECK(outcomes[i] != FAILED);
		passed += outcomes[i] == PASSED;
	}
	CHECK(passed > 3);
}

static void endorsement_keys_are_of_a_tcg_template(void **state)
{
	static const enum spki_kind kinds[] = { SPKI_RSA, SPKI_P256 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		SCENE s;
		uint8_t outcomes[CHECK_COUNT] = { 0 };
		open_scene(&s, kinds[i]);
		keyrule_judge_ek(area(&s, SOFTTPM_EK), outcomes);
		all_passed(outcomes);
	}
}

static void attestation_and_device_key_keep_their_rules(void **state)
{
	SCENE s;
	uint8_t ak[CHECK_COUNT] = { 0 }, device[CHECK_COUNT] = { 0 };
	(void)state;
	open_scene(&s, SPKI_P256);
	keyrule_judge_ak(area(&s, SOFTTPM_AK), ak);
	all_passed(ak);
	keyrule_judge_device(area(&s, SOFTTPM_DEVICE), device);
	all_passed(device);
}

static void other_attributes_make_another_name(void **state)
{
	SCENE s;
	(void)state;
	open_scene(&s, SPKI_P256);
	struct name before = s.tpm.keys[SOFTTPM_AK].name;
	uint32_t attributes = area(&s, SOFTTPM_AK)->attributes & ~(uint32_t)PUBLIC_RESTRICTED;
	OK(softtpm_update_attributes(&s.tpm, SOFTTPM_AK, attributes));
	CHECK(area(&s, SOFTTPM_AK)->attributes == attributes);
	CHECK(!is_bytes_equal(name_bytes(&before), name_of(&s, SOFTTPM_AK)));
}

static void a_key_in_its_place_is_another_key(void **state)
{
	SCENE s;
	(void)state;
	open_scene(&s, SPKI_RSA);
	struct name before = s.tpm.keys[SOFTTPM_EK].name;
	OK(softtpm_update_key(&s.tpm, SOFTTPM_EK));
	CHECK(area(&s, SOFTTPM_EK)->type == ALG_ECC);
	CHECK(!is_bytes_equal(name_bytes(&before), name_of(&s, SOFTTPM_EK)));
}

/* --- credentials ---------------------------------------------------------------------------------------- */

static const uint8_t secret[32] = { 0x5E, 0xC4 };

static fault activate(const struct scene *s, struct bytes name, size_t flipped)
{
	struct credential_parcel parcel;
	uint8_t out[CREDENTIAL_SECRET_MAX];
	size_t n = 0;
	OK(credential_build(area(s, SOFTTPM_EK), name, BYTES_OF(secret), BYTES_OF(secret), &parcel));
	if (flipped < parcel.blob_n)
		parcel.blob[flipped] ^= 1;
	const struct credential_view in = { bytes_of(parcel.blob, parcel.blob_n),
					    bytes_of(parcel.encrypted, parcel.encrypted_n) };
	TRY(softtpm_activate(&s->tpm, in, out, &n));
	CHECK(is_bytes_equal(bytes_of(out, n), BYTES_OF(secret)));
	return NULL;
}

static void a_credential_for_its_keys_opens(void **state)
{
	static const enum spki_kind kinds[] = { SPKI_RSA, SPKI_P256 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		SCENE s;
		open_scene(&s, kinds[i]);
		OK(activate(&s, name_of(&s, SOFTTPM_AK), SIZE_MAX));
	}
}

static void a_credential_for_another_key_does_not_open(void **state)
{
	SCENE s;
	(void)state;
	open_scene(&s, SPKI_P256);
	REFUSES(ACT_SECRET, activate(&s, name_of(&s, SOFTTPM_DEVICE), SIZE_MAX));
}

static void an_altered_credential_does_not_open(void **state)
{
	SCENE s;
	(void)state;
	open_scene(&s, SPKI_P256);
	for (size_t i = 0; i < 60; i++)
		CHECK(activate(&s, name_of(&s, SOFTTPM_AK), i) != NULL);
}

/* --- statements ----------------------------------------------------------------------------------------- */

static void check_signed(const struct scene *s, const struct softtpm_statement *made, struct statement *ret)
{
	struct signature signature;
	OK(statement_parse(made->octets, ret));
	OK(signature_parse(made->signature, &signature));
	OK(signature_check(&signature, area(s, SOFTTPM_AK), made->octets));
	CHECK(ret->magic == STATEMENT_MAGIC && ret->safe == 1);
	CHECK(is_bytes_equal(ret->signer, name_bytes(&s->tpm.keys[SOFTTPM_AK].qualified_name)));
}

static void it_certifies_the_device_key(void **state)
{
	SCENE s;
	struct softtpm_statement made;
	struct statement read;
	(void)state;
	open_scene(&s, SPKI_P256);
	struct statement says = softtpm_certify(&s.tpm, BYTES_OF(secret));
	OK(softtpm_sign(&s.tpm, &says, &s.arena, &made));
	check_signed(&s, &made, &read);
	CHECK(read.type == STATEMENT_CERTIFY);
	CHECK(is_bytes_equal(read.extra_data, BYTES_OF(secret)));
	CHECK(is_bytes_equal(read.name, name_of(&s, SOFTTPM_DEVICE)));
}

static void it_quotes_its_pcrs(void **state)
{
	SCENE s;
	struct softtpm_statement made;
	struct statement says, read;
	struct bytes_list values;
	uint8_t digest[ALG_DIGEST_MAX];
	const struct pcr_selection asked = pcr_of(ALG_SHA256, PCRS);
	(void)state;
	open_scene(&s, SPKI_P256);
	OK(softtpm_quote(&s.tpm, &asked, &s.arena, &says));
	OK(softtpm_sign(&s.tpm, &says, &s.arena, &made));
	check_signed(&s, &made, &read);
	OK(softtpm_list_pcrs(&s.tpm, &asked, &values));
	OK(pcr_digest(ALG_SHA256, &values, digest));
	CHECK(read.type == STATEMENT_QUOTE && is_pcr_equal(&read.selection, &asked));
	CHECK(values.n == 16 && is_pcr_covered(&asked, &values));
	CHECK(is_bytes_equal(read.pcr_digest, bytes_of(digest, 32)));
}

static void it_has_no_pcrs_of_other_banks(void **state)
{
	SCENE s;
	struct bytes_list values;
	const struct pcr_selection sha384 = pcr_of(ALG_SHA384, PCRS);
	(void)state;
	open_scene(&s, SPKI_P256);
	REFUSES(PCRSEL, softtpm_list_pcrs(&s.tpm, &sha384, &values));
}

static void keys_stay_the_same_under_another_firmware(void **state)
{
	SCENE s, later;
	EVP_PKEY *ak = NULL;
	(void)state;
	open_scene(&s, SPKI_P256);
	open_scene(&later, SPKI_P256);
	OK(softkey_new(SPKI_P256, &ak));
	CHECK(EVP_PKEY_up_ref(ak) == 1);
	OK(softtpm_put_key(&s.tpm, SOFTTPM_AK, ak));
	OK(softtpm_put_key(&later.tpm, SOFTTPM_AK, ak));
	later.tpm.firmware = UINT64_C(0x0001003E00000000);
	CHECK(is_bytes_equal(name_of(&s, SOFTTPM_AK), name_of(&later, SOFTTPM_AK)));
	CHECK(softtpm_certify(&s.tpm, BYTES_TEXT("x")).firmware == SOFTTPM_FIRMWARE);
	CHECK(softtpm_certify(&later.tpm, BYTES_TEXT("x")).firmware == later.tpm.firmware);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(endorsement_keys_are_of_a_tcg_template),
		TEST(attestation_and_device_key_keep_their_rules),
		TEST(other_attributes_make_another_name),
		TEST(a_key_in_its_place_is_another_key),
		TEST(a_credential_for_its_keys_opens),
		TEST(a_credential_for_another_key_does_not_open),
		TEST(an_altered_credential_does_not_open),
		TEST(it_certifies_the_device_key),
		TEST(it_quotes_its_pcrs),
		TEST(it_has_no_pcrs_of_other_banks),
		TEST(keys_stay_the_same_under_another_firmware),
	};
	return RUN(tests);
}
