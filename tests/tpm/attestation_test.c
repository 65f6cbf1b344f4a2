#include "tpm/attestation.h"

#include <stdio.h>
#include <string.h>

#include "attest/credential.h"
#include "attest/signature.h"
#include "attest/statement.h"
#include "test.h"
#include "tpm/chip_fixture.h"

static struct chip_fixture fixture;
static struct attestation ak = { .chip = &fixture.chip, .unique = { 1, 2, 3 } };

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

static struct public ak_public(const struct attestation *key)
{
	struct bytes area;
	struct public p;
	OK(attestation_get_public(key, &fixture.arena, &area));
	OK(public_parse(area, &p));
	return p;
}

static void the_key_is_a_restricted_signing_key_of_this_chip_alone(void **state)
{
	(void)state;
	struct public p = ak_public(&ak);
	CHECK(p.type == ALG_ECC && p.curve == ALG_NIST_P256 && p.name_alg == ALG_SHA256);
	CHECK(p.scheme == ALG_ECDSA && p.scheme_hash == ALG_SHA256 && p.symmetric == ALG_NULL);
	CHECK(p.attributes == (PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT | PUBLIC_SENSITIVE_DATA_ORIGIN |
			       PUBLIC_USER_WITH_AUTH | PUBLIC_NO_DA | PUBLIC_RESTRICTED | PUBLIC_SIGN));
	CHECK(is_chip_fixture_empty(&fixture));
}

static void the_same_unique_octets_give_the_same_key(void **state)
{
	(void)state;
	struct public a = ak_public(&ak), b = ak_public(&ak);
	CHECK(is_bytes_equal(a.whole, b.whole));
}

static void other_unique_octets_give_another_key(void **state)
{
	(void)state;
	struct attestation other = ak;
	other.unique[ATTESTATION_UNIQUE_SIZE - 1] = 1;
	struct public a = ak_public(&ak), b = ak_public(&other);
	CHECK(!is_public_same_key(&a, &b));
}

/* --- activation ----------------------------------------------------------------------------------------- */

static const uint8_t secret[32] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };

/* Wraps the secret for this chip's EK and a key of that Name, as the server does. */
static struct credential_parcel wrap(enum endorsement_kind kind, const struct name *name)
{
	static const uint8_t seed[CREDENTIAL_SEED_MAX] = { 42 };
	struct endorsement e;
	struct public ek;
	struct credential_parcel c;
	OK(endorsement_get(&fixture.chip, kind, &fixture.arena, &e));
	OK(public_parse(e.public_area, &ek));
	OK(credential_build(&ek, name_bytes(name), BYTES_OF(secret), BYTES_OF(seed), &c));
	return c;
}

static struct attestation_challenge challenge_of(enum endorsement_kind kind,
						 const struct credential_parcel *c)
{
	return (struct attestation_challenge){ kind, bytes_of(c->blob, c->blob_n),
					       bytes_of(c->encrypted, c->encrypted_n) };
}

static fault activate(enum endorsement_kind kind, const struct credential_parcel *c, struct bytes *ret)
{
	struct attestation_challenge challenge = challenge_of(kind, c);
	return attestation_get_secret(&ak, &challenge, &fixture.arena, ret);
}

static void the_chip_opens_a_challenge_made_for_it(void **state)
{
	(void)state;
	struct public p = ak_public(&ak);
	struct name name;
	OK(public_name(&p, &name));
	for (enum endorsement_kind kind = 0; kind <= ENDORSEMENT_P256; kind++) {
		struct bytes opened;
		struct credential_parcel c = wrap(kind, &name);
		OK(activate(kind, &c, &opened));
		CHECK(is_bytes_equal(opened, BYTES_OF(secret)));
		CHECK(is_chip_fixture_empty(&fixture));
	}
}

/* An index for a certificate, so that the chip's key of that template is made. */
static void announce(const char *index)
{
	char path[96];
	FILE *f = fopen(chip_fixture_path(&fixture, "content", path), "w");
	CHECK(f && fputc('0', f) == '0' && fclose(f) == 0);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_nvdefine", "-C", "o", "-s", "1", "-a",
			 "ownerwrite|ownerread|authread|no_da", index);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_nvwrite", "-C", "o", "-i", path, index);
}

static void a_challenge_for_a_key_of_each_high_template_is_opened(void **state)
{
	(void)state;
	static const struct {
		enum endorsement_kind kind;
		const char *index;
		bool is_everywhere; /* P-521 and RSA-4096 are beyond many chips, swtpm among them */
	} rows[] = {
		{ ENDORSEMENT_H1, "0x01C00012", true },	 { ENDORSEMENT_H2, "0x01C00014", true },
		{ ENDORSEMENT_H3, "0x01C00016", true },	 { ENDORSEMENT_H4, "0x01C00018", false },
		{ ENDORSEMENT_H6, "0x01C0001C", true },	 { ENDORSEMENT_H7, "0x01C0001E", false },
	};
	struct public p = ak_public(&ak);
	struct name name;
	OK(public_name(&p, &name));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct endorsement e;
		struct bytes opened;
		OK(endorsement_get(&fixture.chip, rows[i].kind, &fixture.arena, &e));
		CHECK(!e.public_area.p && !e.certificate.p);
		announce(rows[i].index);
		fault f = endorsement_get(&fixture.chip, rows[i].kind, &fixture.arena, &e);
		if (f == FAIL(TPM_KEY_TYPE) && !rows[i].is_everywhere) {
			print_message("# this chip makes no %s\n", endorsement_name(rows[i].kind));
			continue;
		}
		OK(f);
		struct credential_parcel c = wrap(rows[i].kind, &name);
		OK(activate(rows[i].kind, &c, &opened));
		CHECK(is_bytes_equal(opened, BYTES_OF(secret)));
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_challenge_for_another_attestation_key_stays_closed(void **state)
{
	(void)state;
	struct attestation other = ak;
	other.unique[0] = 77;
	struct public p = ak_public(&other);
	struct name name;
	struct bytes opened;
	OK(public_name(&p, &name));
	struct credential_parcel c = wrap(ENDORSEMENT_P256, &name);
	REFUSES(ACT_SECRET, activate(ENDORSEMENT_P256, &c, &opened));
	CHECK(strstr(chip_detail(&fixture.chip), "TPM2_ActivateCredential") != NULL);
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_challenge_for_another_endorsement_key_stays_closed(void **state)
{
	(void)state;
	struct public p = ak_public(&ak);
	struct name name;
	struct bytes opened;
	OK(public_name(&p, &name));
	struct credential_parcel c = wrap(ENDORSEMENT_P256, &name);
	REFUSES(ACT_SECRET, activate(ENDORSEMENT_RSA, &c, &opened));
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_challenge_with_any_octet_changed_stays_closed(void **state)
{
	(void)state;
	struct public p = ak_public(&ak);
	struct name name;
	struct bytes opened;
	OK(public_name(&p, &name));
	const struct credential_parcel whole = wrap(ENDORSEMENT_P256, &name);
	for (size_t i = 0; i < whole.blob_n + whole.encrypted_n; i += 7) {
		struct credential_parcel c = whole;
		uint8_t *at = i < c.blob_n ? &c.blob[i] : &c.encrypted[i - c.blob_n];
		*at ^= 0x10;
		REFUSES(ACT_SECRET, activate(ENDORSEMENT_P256, &c, &opened));
	}
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_challenge_that_no_tpm_could_take_stays_closed(void **state)
{
	(void)state;
	static const uint8_t large[4096] = { 0 };
	const struct attestation_challenge empty = { .kind = ENDORSEMENT_P256 };
	const struct attestation_challenge huge = { ENDORSEMENT_P256, BYTES_OF(large), BYTES_OF(large) };
	struct bytes opened;
	REFUSES(ACT_SECRET, attestation_get_secret(&ak, &empty, &fixture.arena, &opened));
	REFUSES(ACT_SECRET, attestation_get_secret(&ak, &huge, &fixture.arena, &opened));
}

static void a_locked_chip_still_proves_itself(void **state)
{
	(void)state;
	struct public p = ak_public(&ak);
	struct name name;
	struct bytes opened;
	OK(public_name(&p, &name));
	CHIP_FIXTURE_RUN(&fixture, "tpm2_dictionarylockout", "-s", "-n", "1", "-t", "10000", "-l", "10000");
	CHIP_FIXTURE_RUN(&fixture, "tpm2_nvdefine", "-C", "o", "-s", "8", "-a", "authread|ownerwrite", "-p",
			 "right", "0x01800001");
	CHECK(CHIP_FIXTURE_STATUS(&fixture, "tpm2_nvread", "-C", "0x01800001", "-P", "wrong", "0x01800001") !=
	      0);
	CHECK(CHIP_FIXTURE_STATUS(&fixture, "tpm2_nvread", "-C", "0x01800001", "-P", "right", "0x01800001") !=
	      0);
	struct credential_parcel c = wrap(ENDORSEMENT_P256, &name);
	OK(activate(ENDORSEMENT_P256, &c, &opened));
	CHIP_FIXTURE_RUN(&fixture, "tpm2_dictionarylockout", "-c");
}

/* --- quotes --------------------------------------------------------------------------------------------- */

static const uint8_t extra[32] = { 0xAB, 0xCD };

static struct bytes selection_of(const struct pcr_selection *s, uint8_t out[static 64])
{
	struct wr w = wr_of(out, 64);
	pcr_write(s, &w);
	return wr_done(&w);
}

/* Quotes and lists the same PCRs and checks all that a server would. */
static void check_quote(const struct pcr_selection *selection)
{
	uint8_t text[64], digest[ALG_DIGEST_MAX];
	struct attestation_statement said;
	struct statement statement;
	struct signature signature;
	struct bytes_list values;
	struct public p = ak_public(&ak);
	struct bytes octets = selection_of(selection, text);
	OK(attestation_list_pcrs(&fixture.chip, octets, &fixture.arena, &values));
	CHECK(is_pcr_covered(selection, &values));
	OK(attestation_get_quote(&ak, octets, BYTES_OF(extra), &fixture.arena, &said));
	OK(statement_parse(said.attest, &statement));
	OK(signature_parse(said.signature, &signature));
	OK(signature_check(&signature, &p, said.attest));
	CHECK(statement.magic == STATEMENT_MAGIC && statement.type == STATEMENT_QUOTE);
	CHECK(is_bytes_equal(statement.extra_data, BYTES_OF(extra)));
	CHECK(is_pcr_equal(&statement.selection, selection));
	OK(pcr_digest(ALG_SHA256, &values, digest));
	CHECK(is_bytes_equal(statement.pcr_digest, bytes_of(digest, 32)));
}

static void a_quote_is_signed_and_covers_the_listed_values(void **state)
{
	(void)state;
	struct pcr_selection some = pcr_of(ALG_SHA256, 0x0000FF), all = pcr_of(ALG_SHA256, 0xFFFFFF);
	CHIP_FIXTURE_RUN(&fixture, "tpm2_pcrextend",
			 "7:sha256=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
	check_quote(&some);
	check_quote(&all);
	CHECK(is_chip_fixture_empty(&fixture));
}

static void a_quote_may_cover_two_banks(void **state)
{
	(void)state;
	struct pcr_selection two = pcr_of(ALG_SHA256, 0x000881);
	struct pcr_selection sha1 = pcr_of(ALG_SHA1, 0x000803);
	two.banks[two.n++] = sha1.banks[0];
	check_quote(&two);
}

static void a_quote_is_signed_by_an_endorsement_primary_with_counters_in_clear(void **state)
{
	(void)state;
	uint8_t text[64];
	struct pcr_selection some = pcr_of(ALG_SHA256, 1);
	struct attestation_statement said;
	struct statement statement;
	struct name name, signer;
	struct public p = ak_public(&ak);
	OK(attestation_get_quote(&ak, selection_of(&some, text), BYTES_OF(extra), &fixture.arena, &said));
	OK(statement_parse(said.attest, &statement));
	OK(public_name(&p, &name));
	OK(name_build_primary(NAME_ENDORSEMENT, name_bytes(&name), &signer));
	CHECK(is_bytes_equal(statement.signer, name_bytes(&signer)));
	CHECK(statement.reset_count < 16 && statement.restart_count == 0);
}

static void a_selection_that_is_none_is_refused(void **state)
{
	(void)state;
	struct attestation_statement said;
	struct bytes_list values;
	struct bytes bad = BYTES_TEXT("\0\0\0\1\0\x0b\3\xff\xff");
	REFUSES(PARSE_PCRSEL, attestation_get_quote(&ak, bad, BYTES_OF(extra), &fixture.arena, &said));
	REFUSES(PARSE_PCRSEL, attestation_list_pcrs(&fixture.chip, bad, &fixture.arena, &values));
}

static void a_bank_that_the_chip_lacks_is_named(void **state)
{
	(void)state;
	uint8_t text[64];
	struct bytes_list values;
	struct pcr_selection foreign = pcr_of(ALG_SHA3_256, 1);
	REFUSES(PCRSEL,
		attestation_list_pcrs(&fixture.chip, selection_of(&foreign, text), &fixture.arena, &values));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_key_is_a_restricted_signing_key_of_this_chip_alone),
		TEST(the_same_unique_octets_give_the_same_key),
		TEST(other_unique_octets_give_another_key),
		TEST(the_chip_opens_a_challenge_made_for_it),
		TEST(a_challenge_for_a_key_of_each_high_template_is_opened),
		TEST(a_challenge_for_another_attestation_key_stays_closed),
		TEST(a_challenge_for_another_endorsement_key_stays_closed),
		TEST(a_challenge_with_any_octet_changed_stays_closed),
		TEST(a_challenge_that_no_tpm_could_take_stays_closed),
		TEST(a_locked_chip_still_proves_itself),
		TEST(a_quote_is_signed_and_covers_the_listed_values),
		TEST(a_quote_may_cover_two_banks),
		TEST(a_quote_is_signed_by_an_endorsement_primary_with_counters_in_clear),
		TEST(a_selection_that_is_none_is_refused),
		TEST(a_bank_that_the_chip_lacks_is_named),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
