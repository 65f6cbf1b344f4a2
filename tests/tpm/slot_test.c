/*
 * Whatever command of whatever call fails, nothing stays in the chip: each call is repeated with its first,
 * second, third … command refused, until it comes through.
 */
#include <stdio.h>
#include <string.h>

#include "attest/credential.h"
#include "test.h"
#include "tpm/chip_fixture.h"
#include "tpm/key.h"

#define COMMANDS_MAX 100 /* more than any call sends */

static const char *relay;
static struct chip_fixture fixture;

/* Results of one undisturbed run, which the disturbed ones need as input. */
static struct given {
	struct arena arena;
	struct bytes ak_public;
	struct endorsement ek;
	struct key key;
	struct credential_parcel parcel;
} given;

static struct attestation ak_of(struct chip *chip)
{
	return (struct attestation){ .chip = chip, .unique = { 1 } };
}

static int start(void **state)
{
	(void)state;
	static const uint8_t seed[32] = { 3 };
	struct chip chip;
	struct public ek, key;
	struct name name;
	chip_fixture_start(&fixture, CHIP_FIXTURE_TPM2);
	arena_init(&given.arena, 1 << 16);
	OK(chip_open(&chip, fixture.tcti, CHIP_WAIT_MS));
	const struct attestation ak = ak_of(&chip);
	OK(attestation_get_public(&ak, &given.arena, &given.ak_public));
	OK(endorsement_get(&chip, ENDORSEMENT_P256, &given.arena, &given.ek));
	OK(key_new(&chip, KEYTYPE_P256, &given.arena, &given.key));
	chip_close(&chip);
	OK(public_parse(given.ak_public, &key));
	OK(public_parse(given.ek.public_area, &ek));
	OK(public_name(&key, &name));
	OK(credential_build(&ek, name_bytes(&name), BYTES_OF(seed), BYTES_OF(seed), &given.parcel));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_done(&given.arena);
	chip_fixture_stop(&fixture);
	return 0;
}

/* A call of the folder with its inputs. */
struct call {
	fault (*run)(struct chip *chip, struct arena *arena);
};

static fault get_endorsement(struct chip *chip, struct arena *arena)
{
	struct endorsement e;
	return endorsement_get(chip, ENDORSEMENT_P256, arena, &e);
}

static fault get_public(struct chip *chip, struct arena *arena)
{
	const struct attestation ak = ak_of(chip);
	struct bytes area;
	return attestation_get_public(&ak, arena, &area);
}

static fault get_secret(struct chip *chip, struct arena *arena)
{
	const struct attestation ak = ak_of(chip);
	const struct attestation_challenge challenge = {
		ENDORSEMENT_P256, bytes_of(given.parcel.blob, given.parcel.blob_n),
		bytes_of(given.parcel.encrypted, given.parcel.encrypted_n)
	};
	struct bytes secret;
	return attestation_get_secret(&ak, &challenge, arena, &secret);
}

static fault get_quote(struct chip *chip, struct arena *arena)
{
	const struct attestation ak = ak_of(chip);
	struct attestation_statement said;
	return attestation_get_quote(&ak, BYTES_TEXT("\0\0\0\1\0\x0b\3\xff\0\0"), BYTES_TEXT("x"), arena,
				     &said);
}

static fault new_key(struct chip *chip, struct arena *arena)
{
	struct key key;
	return key_new(chip, KEYTYPE_P256, arena, &key);
}

static fault check_key(struct chip *chip, struct arena *arena)
{
	(void)arena;
	return key_check(chip, &given.key);
}

static fault get_statement(struct chip *chip, struct arena *arena)
{
	const struct attestation ak = ak_of(chip);
	struct attestation_statement said;
	return key_get_statement(&given.key, &ak, BYTES_TEXT("x"), arena, &said);
}

/* One run with the nth command refused; NULL when all went well. */
static fault run_once(struct call call, int nth, const char *code)
{
	char tcti[512];
	struct chip chip;
	struct arena arena;
	snprintf(tcti, sizeof(tcti), "cmd:exec %s %s %d %s 1", relay, fixture.socket, nth, code);
	arena_init(&arena, 1 << 16);
	fault f = chip_open(&chip, tcti, CHIP_WAIT_MS);
	if (!f)
		f = call.run(&chip, &arena);
	if (f)
		CHECK(chip_detail(&chip)[0] != 0);
	chip_close(&chip);
	arena_done(&arena);
	return f;
}

/* Refuses each command in its turn; says how many there were. */
static int run_all(struct call call, fault expected, const char *code)
{
	int nth = 1;
	for (; nth < COMMANDS_MAX; nth++) {
		fault f = run_once(call, nth, code);
		if (!is_chip_fixture_empty(&fixture))
			fail_msg("something stayed in the chip after command %d", nth);
		if (!f)
			break;
		if (f != expected)
			fail_msg("command %d gave %s", nth, f->name);
	}
	CHECK(nth < COMMANDS_MAX);
	return nth - 1;
}

static void nothing_stays_in_the_chip_whichever_command_fails(void **state)
{
	(void)state;
	static const struct call calls[] = { { get_endorsement }, { get_public }, { get_secret },
					     { get_quote },       { new_key },    { check_key },
					     { get_statement } };
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		CHECK(run_all(calls[i], FAIL(TPM_MEMORY), "902") > 2);
}

static void a_lockout_in_the_middle_is_named(void **state)
{
	(void)state;
	CHECK(run_all((struct call){ get_statement }, FAIL(TPM_LOCKOUT), "921") > 4);
}

static void a_command_put_off_once_is_sent_again(void **state)
{
	(void)state;
	for (int nth = 1; nth < 20; nth++)
		OK(run_once((struct call){ get_secret }, nth, "922"));
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_chip_whose_slots_are_taken_says_so(void **state)
{
	(void)state;
	struct chip chip;
	struct arena arena;
	char path[96];
	chip_fixture_path(&fixture, "content", path);
	for (int i = 0; i < 3; i++)
		CHIP_FIXTURE_RUN(&fixture, "tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", path);
	arena_init(&arena, 1 << 16);
	OK(chip_open(&chip, fixture.tcti, CHIP_WAIT_MS));
	REFUSES(TPM_MEMORY, get_statement(&chip, &arena));
	chip_close(&chip);
	arena_done(&arena);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_flushcontext", "-t");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_stays_in_the_chip_whichever_command_fails),
		TEST(a_lockout_in_the_middle_is_named),
		TEST(a_command_put_off_once_is_sent_again),
		TEST(a_chip_whose_slots_are_taken_says_so),
	};
	if (argc != 2)
		return 2;
	relay = argv[1];
	return cmocka_run_group_tests(tests, start, stop);
}
