#include "tpm/key.h"

#include <string.h>

#include "attest/signature.h"
#include "attest/statement.h"
#include "test.h"
#include "tpm/chip_fixture.h"

static struct chip_fixture fixture;
static const struct attestation ak = { .chip = &fixture.chip, .unique = { 5 } };
static const uint8_t extra[32] = { 1, 2, 3 };

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

static struct key make(void)
{
	struct key key;
	OK(key_new(&fixture.chip, KEYTYPE_P256, &fixture.arena, &key));
	return key;
}

/* Certifies the key and checks all that a server would. */
static void check_statement(const struct key *key)
{
	struct attestation_statement said;
	struct statement statement;
	struct signature signature;
	struct public signer, device;
	struct name name;
	struct bytes area;
	OK(attestation_get_public(&ak, &fixture.arena, &area));
	OK(public_parse(area, &signer));
	OK(public_parse(key->public_area, &device));
	OK(key_get_statement(key, &ak, BYTES_OF(extra), &fixture.arena, &said));
	OK(statement_parse(said.attest, &statement));
	OK(signature_parse(said.signature, &signature));
	OK(signature_check(&signature, &signer, said.attest));
	OK(public_name(&device, &name));
	CHECK(statement.magic == STATEMENT_MAGIC && statement.type == STATEMENT_CERTIFY);
	CHECK(is_bytes_equal(statement.name, name_bytes(&name)));
	CHECK(is_bytes_equal(statement.extra_data, BYTES_OF(extra)));
}

static void a_new_key_signs_anything_and_never_leaves_the_chip(void **state)
{
	(void)state;
	struct public p;
	struct key key = make();
	OK(public_parse(key.public_area, &p));
	CHECK(p.type == ALG_ECC && p.curve == ALG_NIST_P256 && p.scheme == ALG_NULL);
	CHECK(p.attributes == (PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT | PUBLIC_SENSITIVE_DATA_ORIGIN |
			       PUBLIC_USER_WITH_AUTH | PUBLIC_NO_DA | PUBLIC_SIGN));
	CHECK(is_chip_fixture_empty(&fixture));
}

static void two_new_keys_differ(void **state)
{
	(void)state;
	struct key a = make(), b = make();
	CHECK(!is_bytes_equal(a.public_area, b.public_area));
}

static void the_attestation_key_certifies_the_device_key(void **state)
{
	(void)state;
	struct key key = make();
	check_statement(&key);
	CHECK(is_chip_fixture_empty(&fixture));
}

/* Longer RSA keys take their time to make; tests/agent/token_test.py has one. */
static void a_key_of_either_kind_signs_and_leaves_nothing_behind(void **state)
{
	static const enum keytype types[] = { KEYTYPE_P256, KEYTYPE_P384, KEYTYPE_RSA2048 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		const enum keytype type = types[i];
		struct key key;
		struct bytes said;
		struct signature s;
		struct public p;
		OK(key_new(&fixture.chip, type, &fixture.arena, &key));
		OK(key_get_signature(&fixture.chip, &key, BYTES_OF(extra), &fixture.arena, &said));
		OK(signature_parse(said, &s));
		OK(public_parse(key.public_area, &p));
		p.scheme = s.scheme;
		p.scheme_hash = keytype_rows[type].hash;
		OK(signature_check(&s, &p, BYTES_OF(extra)));
		REFUSES(SIG_INVALID, signature_check(&s, &p, bytes_of(extra, sizeof(extra) - 1)));
		CHECK(is_chip_fixture_empty(&fixture));
	}
}

static void a_key_is_loaded_again_from_its_file(void **state)
{
	(void)state;
	uint8_t file[KEY_FILE_MAX];
	struct wr w = wr_of(file, sizeof(file));
	struct key key = make(), again;
	key_write(&key, &w);
	OK(key_parse(wr_done(&w), &again));
	CHECK(again.parent == key.parent);
	CHECK(is_bytes_equal(again.public_area, key.public_area));
	OK(key_check(&fixture.chip, &again));
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_file_cut_short_or_followed_by_anything_is_refused(void **state)
{
	(void)state;
	uint8_t file[KEY_FILE_MAX] = { 0 };
	struct wr w = wr_of(file, sizeof(file));
	struct key key = make(), again;
	key_write(&key, &w);
	size_t n = wr_done(&w).n;
	for (size_t i = 0; i < n; i++)
		REFUSES(DEVICE_KEY, key_parse(bytes_of(file, i), &again));
	REFUSES(DEVICE_KEY, key_parse(bytes_of(file, n + 1), &again));
}

static void a_changed_octet_of_the_file_is_refused_or_visible(void **state)
{
	(void)state;
	uint8_t file[KEY_FILE_MAX], back[KEY_FILE_MAX];
	struct wr w = wr_of(file, sizeof(file));
	struct key key = make();
	key_write(&key, &w);
	size_t n = wr_done(&w).n;
	for (size_t i = 0; i < n; i++) {
		struct key again;
		struct wr r = wr_of(back, sizeof(back));
		file[i] ^= 0x40;
		if (key_parse(bytes_of(file, n), &again) == NULL) {
			key_write(&again, &r);
			CHECK(is_bytes_equal(wr_done(&r), bytes_of(file, n)));
			CHECK(again.parent != key.parent ||
			      !is_bytes_equal(again.public_area, key.public_area) ||
			      !is_bytes_equal(again.private_area, key.private_area));
		}
		file[i] ^= 0x40;
	}
}

static void a_damaged_private_area_is_named(void **state)
{
	(void)state;
	struct key key = make();
	struct bytes copy = arena_copy(&fixture.arena, key.private_area);
	((uint8_t *)(uintptr_t)copy.p)[copy.n / 2] ^= 1;
	key.private_area = copy;
	REFUSES(DEVICE_KEY, key_check(&fixture.chip, &key));
	CHECK(strstr(chip_detail(&fixture.chip), "TPM2_Load") != NULL);
	CHECK(is_chip_fixture_empty(&fixture));
}

/* Makes the chip's SRK persistent, as machines that were set up by other software have it. */
static void persist_srk(void)
{
	char path[96];
	chip_fixture_path(&fixture, "content", path);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_createprimary", "-C", "o", "-G", "rsa2048", "-a",
			 "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt",
			 "-c", path);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_evictcontrol", "-C", "o", "-c", path, "0x81000001");
	CHIP_FIXTURE_RUN(&fixture, "tpm2_flushcontext", "-t");
}

static void a_persistent_storage_key_is_taken_and_its_absence_noticed(void **state)
{
	(void)state;
	struct key before = make();
	CHECK(before.parent == 0x40000001);
	persist_srk();
	struct key after = make();
	CHECK(after.parent == 0x81000001);
	check_statement(&after);
	check_statement(&before);
	CHECK(is_chip_fixture_empty(&fixture));
	CHIP_FIXTURE_RUN(&fixture, "tpm2_evictcontrol", "-C", "o", "-c", "0x81000001");
	REFUSES(DEVICE_KEY, key_check(&fixture.chip, &after));
}

static void clearing_the_chip_ends_the_device_key_but_not_the_attestation_key(void **state)
{
	(void)state;
	struct key key = make();
	struct bytes before, after;
	OK(attestation_get_public(&ak, &fixture.arena, &before));
	CHIP_FIXTURE_RUN(&fixture, "tpm2_clear", "-c", "p");
	REFUSES(DEVICE_KEY, key_check(&fixture.chip, &key));
	OK(attestation_get_public(&ak, &fixture.arena, &after));
	CHECK(is_bytes_equal(before, after));
	CHECK(is_chip_fixture_empty(&fixture));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_key_signs_anything_and_never_leaves_the_chip),
		TEST(two_new_keys_differ),
		TEST(the_attestation_key_certifies_the_device_key),
		TEST(a_key_of_either_kind_signs_and_leaves_nothing_behind),
		TEST(a_key_is_loaded_again_from_its_file),
		TEST(a_file_cut_short_or_followed_by_anything_is_refused),
		TEST(a_changed_octet_of_the_file_is_refused_or_visible),
		TEST(a_damaged_private_area_is_named),
		TEST(a_persistent_storage_key_is_taken_and_its_absence_noticed),
		TEST(clearing_the_chip_ends_the_device_key_but_not_the_attestation_key),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
