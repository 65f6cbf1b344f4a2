#include "test.h"

#include <stdio.h>
#include <string.h>

#include "attest/roca.h"
#include "corpora.h"
#include "ektrial.h"

/* 2023-06-01: every chip below but the TCG's own had been made, and no maker's CA above one had expired. */
#define NOW INT64_C(1685577600)

/* Whose name the CAs of a maker carry. */
static const struct {
	const char *word;
	const char *maker;
	enum anchors_class class;
} owners[] = {
	{ "STMicroelectronics", "STM", ANCHORS_DISCRETE },
	{ "Infineon", "IFX", ANCHORS_DISCRETE },
	{ "Nuvoton", "NTC", ANCHORS_DISCRETE },
	{ "Intel", "INTC", ANCHORS_FIRMWARE },
	{ "Advanced Micro Devices", "AMD", ANCHORS_FIRMWARE },
};

/* What each certificate is; fails: a row that must have failed, CHECK_COUNT for one that is accepted. */
static const struct {
	const char *file;
	enum check_id fails;
	fault why;
	uint32_t leniencies;
} leaves[] = {
	{ "73ffb9ae9dad0439", CHECK_COUNT, NULL, 0 }, /* STM */
	{ "9e62a0df69d2147b", CHECK_COUNT, NULL, 0 },
	{ "234480e4f2361a96", CHECK_COUNT, NULL,
	  LENIENCY_BIT(USAGE_ZEROS) | LENIENCY_BIT(CRL_ABSENT) }, /* Infineon */
	{ "e54a9d6e5f151de0", CHECK_COUNT, NULL, LENIENCY_BIT(USAGE_ZEROS) | LENIENCY_BIT(CRL_ABSENT) },
	{ "54dea27fb2bc8521", CHECK_COUNT, NULL, LENIENCY_BIT(NAME_ORDER) }, /* Nuvoton */
	{ "933cdb174526b0b6", CHECK_COUNT, NULL, LENIENCY_BIT(NAME_ORDER) },
	{ "d54e62ecf7ac0bc5", CHECK_COUNT, NULL,
	  LENIENCY_BIT(CRITICAL_FALSE) | LENIENCY_BIT(CA_FALSE) | LENIENCY_BIT(EC_ENCIPHERMENT) |
		  LENIENCY_BIT(CRL_ABSENT) }, /* Intel */
	{ "07d685f939436e32", CHECK_EK_CERT_TPM2, FAIL(EK_TPM12_CERT), 0 }, /* STM, TPM 1.2 */
	{ "6de7b2a29babdcdd", CHECK_EK_CERT_TPM2, FAIL(EK_TPM12_CERT), 0 },
	{ "3c5e8e09dd6fee66", CHECK_EK_CERT_TPM2, FAIL(EK_TPM12_CERT),
	  LENIENCY_BIT(NAME_ORDER) | LENIENCY_BIT(AUTHORITY_ABSENT) },      /* Nuvoton */
	{ "906dd96ef78cabbd", CHECK_EK_CERT_TPM2, FAIL(EK_TPM12_CERT), 0 }, /* Infineon */
	{ "3a888ace145369fb", CHECK_EK_CERT_CHAIN, FAIL(EK_CHAIN_UNTRUSTED),
	  LENIENCY_BIT(USAGE_ZEROS) }, /* swtpm */
	{ "ba13d3612c80f9c3", CHECK_EK_CERT_CHAIN, FAIL(EK_CHAIN_UNTRUSTED),
	  LENIENCY_BIT(EC_ENCIPHERMENT) }, /* TCG */
	{ "9fdd7997e134b180", CHECK_EK_CERT_CHAIN, FAIL(EK_CHAIN_UNTRUSTED),
	  0 }, /* Google, its CA not at hand */
	{ "7dbdf36e4e897ed2", CHECK_EK_CERT_KU, FAIL(EK_CHAIN_UNTRUSTED), 0 }, /* Google, attestation keys */
	{ "d2ec0b0aa4154b2c", CHECK_EK_CERT_KU, FAIL(EK_CHAIN_UNTRUSTED), 0 },
};

static void put_anchor(const char *file, void *with)
{
	static uint8_t storage[CORPORA_FILE_MAX];
	struct bytes der = corpora_certificate(file, storage);
	for (size_t i = 0; i < COUNT_OF(owners); i++) {
		if (!memmem(der.p, der.n, owners[i].word, strlen(owners[i].word)))
			continue;
		fault why = anchors_put(with, der, bytes_text(owners[i].maker), owners[i].class);
		CHECK(!why || why == FAIL(CONFLICT));
		return;
	}
}

static int open_anchors(void **state)
{
	struct anchors *a = anchors_new();
	corpora_list("ek-ca/guard-oss", put_anchor, a);
	*state = a;
	return 0;
}

static int close_anchors(void **state)
{
	anchors_free(*state);
	return 0;
}

/* Judges a certificate as if its key were the one the device sent. */
static struct ektrial judge(const struct anchors *anchors, struct bytes nv)
{
	struct bytes_list chain = { 1, { nv } };
	struct ekcert_input in = { &chain, NULL, anchors, NOW, false, true, NULL };
	const struct spki key = ektrial_judge(&in).found.leaf.key;
	in.ek = &key;
	return ektrial_judge(&in);
}

static void certificates_of_real_chips_are_judged_rightly(void **state)
{
	for (size_t i = 0; i < COUNT_OF(leaves); i++) {
		char file[64];
		uint8_t storage[CORPORA_FILE_MAX];
		snprintf(file, sizeof(file), "ek-leaf/%s.der", leaves[i].file);
		struct ektrial t = judge(*state, corpora_read(file, storage));
		if (t.why != leaves[i].why)
			fail_msg("%s gave %s", file, t.why ? t.why->name : "no fault");
		CHECK(leaves[i].fails == CHECK_COUNT || t.verdict.of[leaves[i].fails] == FAILED);
		CHECK(t.found.leniencies == leaves[i].leniencies);
		CHECK(t.found.maker && t.found.model.n && t.found.version.n && t.found.has_hash);
		CHECK((t.found.anchor != NULL) == (t.why == NULL));
		CHECK(t.found.leaf.key.kind != SPKI_RSA || !is_roca_modulus(t.found.leaf.key.a));
	}
}

static void the_maker_of_a_real_chip_is_that_of_its_anchor(void **state)
{
	uint8_t storage[CORPORA_FILE_MAX];
	struct ektrial t = judge(*state, corpora_read("ek-leaf/234480e4f2361a96.der", storage));
	OK(t.why);
	CHECK(strcmp(t.found.anchor->maker, "IFX") == 0 && t.found.anchor->class == ANCHORS_DISCRETE);
	CHECK(strcmp(t.found.maker->code, "IFX") == 0);
	CHECK(is_bytes_text(t.found.model, "SLB 9670 TPM2.0") && is_bytes_text(t.found.version, "id:073f"));
}

static void refuse_certificate(const char *file, void *with)
{
	static uint8_t storage[CORPORA_FILE_MAX];
	if (!strstr(file, ".der"))
		return;
	struct ektrial t = judge(with, corpora_read(file, storage));
	CHECK(t.why != NULL);
	CHECK(t.verdict.of[CHECK_EK_CERT_EKU_EK] != PASSED);
}

static void certificates_of_real_attestation_keys_are_refused(void **state)
{
	CHECK(corpora_list("ak-leaf", refuse_certificate, *state) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(certificates_of_real_chips_are_judged_rightly),
		TEST(the_maker_of_a_real_chip_is_that_of_its_anchor),
		TEST(certificates_of_real_attestation_keys_are_refused),
	};
	return corpora_run(tests, COUNT_OF(tests), open_anchors, close_anchors);
}
