/* Published vectors: signatures of Wycheproof, keys of the ROCA detector. */
#include "test.h"

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/keyrule.h"
#include "attest/signature.h"
#include "base/text.h"
#include "corpora.h"
#include "wire/der.h"

#define NUMBER_MAX 2048
#define MESSAGE_MAX 8192

/* --- Wycheproof -------------------------------------------------------------------------------------- */

/* Files by the beginning of their name. ECDH, OAEP and HMAC are of no part of a statement. */
static const struct {
	const char *beginning;
	uint16_t scheme;
} schemes[] = {
	{ "wycheproof/ecdsa_", ALG_ECDSA },
	{ "wycheproof/rsa_signature_", ALG_RSASSA },
	{ "wycheproof/rsa_pss_", ALG_RSAPSS },
};

/* What of a file is judged; the rest is told apart by why a TPM has no such signature. */
struct count {
	size_t files, vectors, acceptable;
	size_t no_hash; /* SHA-224, SHA-512/256: of no TPM */
	size_t no_mask; /* Part 1 B.7: MGF1 is over the scheme's hash */
	size_t no_der;  /* r and s that are no two numbers in DER; a TPM sends them apart */
	size_t salts;   /* invalid for their salt's length alone, which no TPMT_SIGNATURE names */
};

static uint16_t hash_of(const json_t *name)
{
	static const struct {
		const char *name;
		uint16_t id;
	} hashes[] = { { "SHA-1", ALG_SHA1 },
		       { "SHA-256", ALG_SHA256 },
		       { "SHA-384", ALG_SHA384 },
		       { "SHA-512", ALG_SHA512 } };
	for (size_t i = 0; i < COUNT_OF(hashes); i++)
		if (strcmp(json_string_value(name), hashes[i].name) == 0)
			return hashes[i].id;
	return 0;
}

static struct bytes from_hex(const json_t *text, uint8_t *out, size_t size)
{
	struct bytes hex = bytes_text(json_string_value(text));
	CHECK(hex.n / 2 <= size && text_hex_parse(hex, out, hex.n / 2));
	return bytes_of(out, hex.n / 2);
}

/* RSAPublicKey (RFC 8017 A.1.1), since the other form may be id-RSASSA-PSS. */
static void read_rsa(struct bytes der, struct public *ret)
{
	struct rd r = rd_of(der), exponent;
	struct rd numbers = der_enter(&r, DER_SEQUENCE);
	uint8_t four[4];
	ret->type = ALG_RSA;
	ret->a = der_magnitude(&numbers);
	CHECK(alg_pad(der_magnitude(&numbers), sizeof(four), four));
	exponent = rd_of(BYTES_OF(four));
	ret->bits = (uint16_t)(8 * ret->a.n);
	ret->exponent = rd_be32(&exponent);
	CHECK(is_rd_done(&numbers) && is_rd_done(&r));
}

static void read_ecc(struct bytes der, struct public *ret)
{
	static const uint16_t curves[] = {
		[SPKI_P256] = ALG_NIST_P256, [SPKI_P384] = ALG_NIST_P384, [SPKI_P521] = ALG_NIST_P521
	};
	struct rd r = rd_of(der);
	struct spki key = spki_get(&r);
	CHECK(is_rd_done(&r) && key.kind >= SPKI_P256);
	ret->type = ALG_ECC;
	ret->curve = curves[key.kind];
	ret->kdf = ALG_NULL;
	ret->a = key.a;
	ret->b = key.b;
}

/* The group's key as the TPM's public area, octets and all. */
static struct public key_of(const json_t *group, uint16_t scheme, uint16_t hash, struct wr *w)
{
	static uint8_t room[NUMBER_MAX];
	struct public p = { .name_alg = ALG_SHA256,
			    .attributes = PUBLIC_SIGN,
			    .symmetric = ALG_NULL,
			    .scheme = scheme,
			    .scheme_hash = hash };
	if (scheme == ALG_ECDSA)
		read_ecc(from_hex(json_object_get(group, "publicKeyDer"), room, sizeof(room)), &p);
	else
		read_rsa(from_hex(json_object_get(group, "publicKeyAsn"), room, sizeof(room)), &p);
	public_write(&p, w);
	OK(public_parse(wr_done(w), &p));
	return p;
}

/* A TPM sends r and s as numbers: whatever DER does not allow has been refused before. */
static bool has_numbers(struct bytes der, struct signature *s)
{
	struct rd r = rd_of(der);
	struct rd pair = der_enter(&r, DER_SEQUENCE);
	s->a = der_magnitude(&pair);
	s->b = der_magnitude(&pair);
	return is_rd_done(&pair) && is_rd_done(&r);
}

/* As TPMT_SIGNATURE: written, read and checked. */
static bool is_good(const struct signature *s, const struct public *key, struct bytes message)
{
	uint8_t octets[NUMBER_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	struct signature read;
	signature_write(s, &w);
	return !w.bad && !signature_parse(wr_done(&w), &read) && !signature_check(&read, key, message);
}

static void judge(const json_t *vector, struct signature s, const struct public *key, struct count *count)
{
	static uint8_t message[MESSAGE_MAX], octets[MESSAGE_MAX];
	const char *result = json_string_value(json_object_get(vector, "result"));
	const char *comment = json_string_value(json_object_get(vector, "comment"));
	struct bytes text = from_hex(json_object_get(vector, "msg"), message, sizeof(message));
	struct bytes in = from_hex(json_object_get(vector, "sig"), octets, sizeof(octets));
	bool is_carried = s.scheme == ALG_ECDSA ? has_numbers(in, &s) : (s.a = in).n > 0;
	count->no_der += !is_carried;
	count->acceptable += strcmp(result, "acceptable") == 0;
	count->vectors++;
	/* All there are of "acceptable" lack the NULL that RFC 8017 9.2 asks for: refused. */
	bool is_salted = strncmp(comment, "s_len changed", strlen("s_len changed")) == 0;
	bool is_valid = is_salted || strcmp(result, "valid") == 0;
	count->salts += is_salted;
	if ((is_carried && is_good(&s, key, text)) != is_valid)
		fail_msg("vector %lld (%s) is %s", json_integer_value(json_object_get(vector, "tcId")),
			 comment, result);
}

static void judge_group(const json_t *group, uint16_t scheme, struct count *count)
{
	uint8_t area[NUMBER_MAX];
	struct wr w = wr_of(area, sizeof(area));
	const json_t *mask = json_object_get(group, "mgfSha"), *sha = json_object_get(group, "sha");
	const json_t *tests = json_object_get(group, "tests"), *vector;
	uint16_t hash = hash_of(sha);
	size_t i;
	if (!hash || (mask && !json_equal(mask, sha))) {
		*(hash ? &count->no_mask : &count->no_hash) += json_array_size(tests);
		return;
	}
	struct public key = key_of(group, scheme, hash, &w);
	json_array_foreach(tests, i, vector)
		judge(vector, (struct signature){ .scheme = scheme, .hash = hash }, &key, count);
}

static void judge_file(const char *file, void *with)
{
	struct count *count = with;
	char path[1024];
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		size_t at;
		const json_t *group;
		if (strncmp(file, schemes[i].beginning, strlen(schemes[i].beginning)) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", getenv("ASSAY_CORPORA"), file);
		json_t *root = json_load_file(path, 0, NULL);
		CHECK(root);
		json_array_foreach(json_object_get(root, "testGroups"), at, group)
			judge_group(group, schemes[i].scheme, count);
		json_decref(root);
		count->files++;
	}
}

static void signatures_are_judged_as_wycheproof_says(void **state)
{
	(void)state;
	struct count count = { 0 };
	corpora_list("wycheproof", judge_file, &count);
	CHECK(count.files >= 14 && count.vectors > 4000);
	print_message(
		"# %zu of them no numbers in DER, %zu acceptable; out of scope: %zu of a hash and %zu of a "
		"mask that no TPM has\n",
		count.no_der, count.acceptable, count.no_hash, count.no_mask);
	COUNTED("vectors: Wycheproof", count.vectors);
}

/* --- the ROCA detector ------------------------------------------------------------------------------- */

/*
 * README of the corpora: moduli 1 to 3, 8 and 9 and certificates 4 and 5 have the fingerprint. The key of
 * certificate 5 is in three more files (openssl says: the same modulus). The rest has it not.
 */
static const char *const weak[] = { "mod01",  "mod02",  "mod03", "mod08",     "mod09",
				    "cert04", "cert05", "csr05", "privkey05", "pubkey03" };

struct roca_count {
	size_t keys, weak;
};

static bool is_listed_weak(const char *file)
{
	for (size_t i = 0; i < COUNT_OF(weak); i++)
		if (strstr(file, weak[i]))
			return true;
	return false;
}

/* Whoever's key it is, exactly the row of that key says so. */
static void judge_key(const char *file, const BIGNUM *n, struct roca_count *count)
{
	static const struct {
		enum check_id check;
		void (*judge)(const struct public *p, uint8_t outcomes[static CHECK_COUNT]);
	} rows[] = { { CHECK_EK_STRONG, keyrule_judge_ek },
		     { CHECK_AK_STRONG, keyrule_judge_ak },
		     { CHECK_KEY_STRONG, keyrule_judge_device } };
	uint8_t modulus[NUMBER_MAX];
	CHECK(n && BN_num_bytes(n) <= NUMBER_MAX);
	size_t size = (size_t)BN_bn2bin(n, modulus);
	const struct public p = { .type = ALG_RSA,
				  .bits = (uint16_t)(8 * size),
				  .a = bytes_of(modulus, size),
				  .b = BYTES_TEXT("\1\0\1") };
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t outcomes[CHECK_COUNT] = { 0 };
		rows[i].judge(&p, outcomes);
		if ((outcomes[rows[i].check] == FAILED) != is_listed_weak(file))
			fail_msg("%s: %s", file, verdict_checks[rows[i].check].name);
	}
	count->keys++;
	count->weak += is_listed_weak(file);
}

static BIGNUM *number_of_text(BIO *in)
{
	char text[2 * NUMBER_MAX + 3] = { 0 };
	BIGNUM *n = NULL;
	CHECK(BIO_read(in, text, sizeof(text) - 1) > 2 && BN_hex2bn(&n, text + 2) > 0);
	return n;
}

static BIGNUM *number_of_key(EVP_PKEY *key)
{
	BIGNUM *n = NULL;
	CHECK(key && EVP_PKEY_get_bn_param(key, "n", &n) == 1);
	EVP_PKEY_free(key);
	return n;
}

static BIGNUM *number_of_certificate(BIO *in)
{
	X509 *x = PEM_read_bio_X509(in, NULL, NULL, NULL);
	CHECK(x);
	BIGNUM *n = number_of_key(X509_get_pubkey(x));
	X509_free(x);
	return n;
}

static BIGNUM *number_of_request(BIO *in)
{
	X509_REQ *x = PEM_read_bio_X509_REQ(in, NULL, NULL, NULL);
	CHECK(x);
	BIGNUM *n = number_of_key(X509_REQ_get_pubkey(x));
	X509_REQ_free(x);
	return n;
}

static BIGNUM *number_of_public(BIO *in)
{
	return number_of_key(PEM_read_bio_PUBKEY(in, NULL, NULL, NULL));
}

static BIGNUM *number_of_private(BIO *in)
{
	return number_of_key(PEM_read_bio_PrivateKey(in, NULL, NULL, NULL));
}

/* Keys of SSH are in a form that nothing here reads; the same kinds of numbers are in the others. */
static void judge_roca_file(const char *file, void *with)
{
	static const struct {
		const char *word;
		BIGNUM *(*read)(BIO *in);
	} rows[] = { { "_mod", number_of_text },
		     { "_cert", number_of_certificate },
		     { "_csr", number_of_request },
		     { "_pubkey", number_of_public },
		     { "_privkey", number_of_private } };
	uint8_t storage[CORPORA_FILE_MAX];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!strstr(file, rows[i].word))
			continue;
		struct bytes b = corpora_read(file, storage);
		BIO *in = BIO_new_mem_buf(b.p, (int)b.n);
		BIGNUM *n = rows[i].read(in);
		judge_key(file, n, with);
		BN_free(n);
		BIO_free(in);
	}
}

static void keys_with_the_fingerprint_are_told_from_those_without(void **state)
{
	(void)state;
	struct roca_count count = { 0 };
	corpora_list("roca", judge_roca_file, &count);
	CHECK(count.weak == COUNT_OF(weak) && count.keys > 20);
	COUNTED("vectors: ROCA", count.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signatures_are_judged_as_wycheproof_says),
		TEST(keys_with_the_fingerprint_are_told_from_those_without),
	};
	return corpora_run(tests, COUNT_OF(tests), NULL, NULL);
}
