#include "tpm/endorsement.h"

#include <stdio.h>
#include <string.h>

#include "attest/public.h"
#include "test.h"
#include "tpm/chip_fixture.h"

static struct chip_fixture fixture;

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

static struct endorsement get(enum endorsement_kind kind)
{
	struct endorsement e;
	OK(endorsement_get(&fixture.chip, kind, &fixture.arena, &e));
	return e;
}

/* Writes size octets, 0 to 250 and again, into an index that everybody may read. */
static void define_index(const char *index, size_t size)
{
	char path[96], length[24];
	snprintf(length, sizeof(length), "%zu", size);
	FILE *f = fopen(chip_fixture_path(&fixture, "content", path), "w");
	CHECK(f != NULL);
	for (size_t i = 0; i < size; i++)
		CHECK(fputc((int)(i % 251), f) != EOF);
	CHECK(fclose(f) == 0);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_nvdefine", "-C", "o", "-s", length, "-a",
			 "ownerwrite|ownerread|authread|no_da", index);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_nvwrite", "-C", "o", "-i", path, index);
}

static bool is_content(struct bytes b, size_t size)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] != i % 251)
			return false;
	return b.n == size;
}

static void a_new_chip_has_keys_and_no_certificates(void **state)
{
	(void)state;
	for (enum endorsement_kind kind = 0; kind <= ENDORSEMENT_P256; kind++) {
		struct endorsement e = get(kind);
		struct public key;
		OK(public_parse(e.public_area, &key));
		CHECK(key.attributes ==
		      (PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT | PUBLIC_SENSITIVE_DATA_ORIGIN |
		       PUBLIC_ADMIN_WITH_POLICY | PUBLIC_RESTRICTED | PUBLIC_DECRYPT));
		CHECK(e.certificate.p == NULL);
	}
	struct bytes_list chain;
	OK(endorsement_list_chain(&fixture.chip, &fixture.arena, &chain));
	CHECK(chain.n == 0);
	CHECK(is_chip_fixture_empty(&fixture));
}

static void the_kinds_are_what_their_names_say(void **state)
{
	(void)state;
	struct public key;
	OK(public_parse(get(ENDORSEMENT_RSA).public_area, &key));
	CHECK(key.type == ALG_RSA && key.bits == 2048);
	assert_string_equal(endorsement_name(ENDORSEMENT_RSA), "RSA-2048");
	OK(public_parse(get(ENDORSEMENT_P256).public_area, &key));
	CHECK(key.type == ALG_ECC && key.curve == ALG_NIST_P256);
	assert_string_equal(endorsement_name(ENDORSEMENT_P256), "P-256");
}

/* Lets tpm2-tools make the key, persistent at handle, and compares the public area it saw with ours. */
static void compare_with_tools(enum endorsement_kind kind, const char *algorithm, const char *handle)
{
	uint8_t seen[1024];
	char path[96];
	struct public before, other;
	OK(public_parse(get(kind).public_area, &before));
	struct bytes copy = arena_copy(&fixture.arena, before.whole);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_createek", "-G", algorithm, "-c", handle, "-u",
			 chip_fixture_path(&fixture, "public", path));
	FILE *f = fopen(path, "r");
	CHECK(f != NULL);
	size_t n = fread(seen, 1, sizeof(seen), f);
	fclose(f);
	CHECK(n > 2);
	OK(public_parse(bytes_of(seen + 2, n - 2), &other));
	CHECK(is_bytes_equal(other.whole, copy));
	CHECK(is_bytes_equal(get(kind).public_area, copy));
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_key_is_the_one_that_other_software_makes_and_persists(void **state)
{
	(void)state;
	compare_with_tools(ENDORSEMENT_RSA, "rsa", "0x81010001");
	compare_with_tools(ENDORSEMENT_P256, "ecc", "0x81010002");
}

static void a_persistent_key_of_another_template_is_passed_over(void **state)
{
	(void)state;
	struct bytes before = get(ENDORSEMENT_P256).public_area;
	char path[96];
	chip_fixture_path(&fixture, "content", path);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_evictcontrol", "-C", "o", "-c", "0x81010002");
	CHIP_FIXTURE_RUN(&fixture, "tpm2_createprimary", "-C", "e", "-G", "ecc", "-c", path);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_evictcontrol", "-C", "o", "-c", path, "0x81010002");
	CHIP_FIXTURE_RUN(&fixture, "tpm2_flushcontext", "-t");
	CHECK(is_bytes_equal(get(ENDORSEMENT_P256).public_area, before));
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_certificate_is_read_whole_and_as_it_is(void **state)
{
	(void)state;
	define_index("0x01C00002", 1600);
	define_index("0x01C0000A", 512);
	CHECK(is_content(get(ENDORSEMENT_RSA).certificate, 1600));
	CHECK(is_content(get(ENDORSEMENT_P256).certificate, 512));
}

static void the_chain_is_read_in_the_order_of_its_indices(void **state)
{
	(void)state;
	struct bytes_list chain;
	define_index("0x01C001FF", 9);
	define_index("0x01C00100", 513);
	define_index("0x01C00200", 7);
	OK(endorsement_list_chain(&fixture.chip, &fixture.arena, &chain));
	CHECK(chain.n == 2);
	CHECK(is_content(chain.v[0], 513) && is_content(chain.v[1], 9));
}

static void an_index_that_was_never_written_counts_as_absent(void **state)
{
	(void)state;
	struct bytes_list chain;
	CHIP_FIXTURE_RUN(&fixture, "tpm2_nvdefine", "-C", "o", "-s", "16", "-a",
			 "ownerwrite|ownerread|authread|no_da", "0x01C00101");
	OK(endorsement_list_chain(&fixture.chip, &fixture.arena, &chain));
	CHECK(chain.n == 2);
}

static void a_full_arena_is_a_fault_and_leaves_nothing_in_the_chip(void **state)
{
	(void)state;
	struct arena small;
	struct endorsement e;
	arena_init(&small, 64);
	REFUSES(SYS_MEMORY, endorsement_get(&fixture.chip, ENDORSEMENT_RSA, &small, &e));
	arena_done(&small);
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_password_on_the_hierarchy_is_named(void **state)
{
	(void)state;
	struct endorsement e;
	CHIP_FIXTURE_RUN(&fixture, "tpm2_changeauth", "-c", "e", "secret");
	REFUSES(TPM_AUTH, endorsement_get(&fixture.chip, ENDORSEMENT_P256, &fixture.arena, &e));
	CHECK(strstr(chip_detail(&fixture.chip), "TPM2_CreatePrimary") != NULL);
	OK(endorsement_get(&fixture.chip, ENDORSEMENT_RSA, &fixture.arena, &e));
	CHIP_FIXTURE_RUN(&fixture, "tpm2_changeauth", "-c", "e", "-p", "secret");
}

static void a_disabled_hierarchy_is_named(void **state)
{
	(void)state;
	struct endorsement e;
	CHIP_FIXTURE_RUN(&fixture, "tpm2_hierarchycontrol", "-C", "p", "ehEnable", "clear");
	REFUSES(TPM_HIERARCHY, endorsement_get(&fixture.chip, ENDORSEMENT_P256, &fixture.arena, &e));
	CHIP_FIXTURE_RUN(&fixture, "tpm2_hierarchycontrol", "-C", "p", "ehEnable", "set");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_chip_has_keys_and_no_certificates),
		TEST(the_kinds_are_what_their_names_say),
		TEST(a_key_is_the_one_that_other_software_makes_and_persists),
		TEST(a_persistent_key_of_another_template_is_passed_over),
		TEST(a_certificate_is_read_whole_and_as_it_is),
		TEST(the_chain_is_read_in_the_order_of_its_indices),
		TEST(an_index_that_was_never_written_counts_as_absent),
		TEST(a_full_arena_is_a_fault_and_leaves_nothing_in_the_chip),
		TEST(a_password_on_the_hierarchy_is_named),
		TEST(a_disabled_hierarchy_is_named),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
