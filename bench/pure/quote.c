#include "quote.h"

#include <openssl/core_names.h>
#include <stdlib.h>
#include <string.h>

#include "attest/signature.h"
#include "attest/statement.h"
#include "model.h"
#include "wire/der.h"

#define PCRS_ALL 0xFFFFFFu
#define P256_WIDTH 32

struct quote {
	struct model model;
	struct bytes ak, message, signature, expected; /* expected: extraData */
	struct bytes_list values;
	uint8_t point[1 + 2 * P256_WIDTH];
	uint8_t der_storage[80];
	struct bytes der; /* the signature as OpenSSL wants it */
	EVP_MD *sha256;
	EVP_MD_CTX *digest;
};

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void sign(struct quote *q)
{
	struct model *m = &q->model;
	struct statement s = m->quote.says;
	uint8_t digest[ALG_DIGEST_MAX];
	while (q->values.n < PCR_COUNT)
		must(bytes_list_put(&q->values, model_octets(m, (uint8_t)q->values.n, 32)));
	must(!pcr_digest(ALG_SHA256, &q->values, digest));
	s.selection = pcr_of(ALG_SHA256, PCRS_ALL);
	s.pcr_digest = bytes_of(digest, 32);
	q->message = model_statement_encoded(m, &s);
	q->expected = s.extra_data;
	struct signature signature = model_signed(m, m->ak_key, ALG_SHA256, q->message);
	q->signature = model_signature_encoded(m, &signature);
	struct wr w = wr_of(q->der_storage, sizeof(q->der_storage));
	size_t whole = der_open(&w, DER_SEQUENCE);
	der_put_magnitude(&w, signature.a);
	der_put_magnitude(&w, signature.b);
	der_close(&w, whole);
	q->der = wr_done(&w);
}

struct quote *quote_new(void)
{
	struct quote *q = calloc(1, sizeof(*q));
	must(q);
	model_init(&q->model, MODEL_NOW);
	model_make(&q->model, NULL);
	q->ak = q->model.payload.ak_public;
	q->point[0] = 4;
	must(alg_pad(q->model.ak.a, P256_WIDTH, q->point + 1));
	must(alg_pad(q->model.ak.b, P256_WIDTH, q->point + 1 + P256_WIDTH));
	q->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	q->digest = EVP_MD_CTX_new();
	must(q->sha256 && q->digest);
	sign(q);
	return q;
}

void quote_free(struct quote *q)
{
	EVP_MD_CTX_free(q->digest);
	EVP_MD_free(q->sha256);
	model_done(&q->model);
	free(q);
}

bool is_quote_good(void *with)
{
	const struct quote *q = with;
	struct public ak;
	struct statement s;
	struct signature signature;
	uint8_t digest[ALG_DIGEST_MAX];
	return !public_parse(q->ak, &ak) && !statement_parse(q->message, &s) &&
	       !signature_parse(q->signature, &signature) && s.magic == STATEMENT_MAGIC &&
	       s.type == STATEMENT_QUOTE && !signature_check(&signature, &ak, q->message) &&
	       is_bytes_equal(s.extra_data, q->expected) && is_pcr_covered(&s.selection, &q->values) &&
	       !pcr_digest(ak.scheme_hash, &q->values, digest) &&
	       is_bytes_equal(s.pcr_digest, bytes_of(digest, 32));
}

static EVP_PKEY *key_of(const struct quote *q)
{
	char group[] = "P-256";
	void *point = (void *)q->point;
	OSSL_PARAM numbers[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(q->point)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	must(ctx && EVP_PKEY_fromdata_init(ctx) == 1);
	must(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, numbers) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

bool is_quote_signed(void *with)
{
	const struct quote *q = with;
	EVP_PKEY *key = key_of(q);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool is_good = EVP_DigestVerifyInit(ctx, NULL, q->sha256, NULL, key) == 1 &&
		       EVP_DigestVerify(ctx, q->der.p, q->der.n, q->message.p, q->message.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return is_good;
}

bool is_quote_read(void *with)
{
	const struct quote *q = with;
	struct statement s;
	return !statement_parse(q->message, &s);
}

bool is_quote_hashed(void *with)
{
	const struct quote *q = with;
	uint8_t digest[EVP_MAX_MD_SIZE];
	return EVP_DigestInit_ex2(q->digest, q->sha256, NULL) == 1 &&
	       EVP_DigestUpdate(q->digest, q->message.p, q->message.n) == 1 &&
	       EVP_DigestFinal_ex(q->digest, digest, NULL) == 1;
}
