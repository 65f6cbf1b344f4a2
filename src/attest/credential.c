#include "attest/credential.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <string.h>

#include "attest/handle.h"
#include "base/secret.h"

/* The label of the seed, its NUL included (TPM 2.0 Part 1 §24.3; Annexes B.10.3, C.6.4). */
static const uint8_t identity_label[] = "IDENTITY";

/* Everything both directions derive from the EK's public area. */
struct plan {
	const struct alg_hash *hash;
	const struct alg_curve *curve; /* NULL: RSA */
	const char *cipher;
	size_t key_size; /* octets of the cipher's key */
};

static const struct {
	uint16_t bits;
	const char *cipher;
} ciphers[] = {
	{ 128, "AES-128-CFB" },
	{ 192, "AES-192-CFB" },
	{ 256, "AES-256-CFB" },
};

/* One derivation of KDFa: what for, and how many octets of it. */
struct use {
	const char *label;
	size_t size;
};

static fault plan_of(const struct public *ek, struct plan *ret)
{
	struct plan plan = { .hash = alg_hash_find(ek->name_alg) };
	NEED(plan.hash && plan.hash->evp, NAMEALG);
	plan.curve = ek->type == ALG_ECC ? alg_curve_find(ek->curve) : NULL;
	NEED(ek->type == ALG_RSA || (plan.curve && plan.curve->name), KEY_LINK);
	NEED(ek->symmetric == ALG_AES && ek->symmetric_mode == ALG_CFB, KEY_LINK);
	for (size_t i = 0; i < COUNT_OF(ciphers); i++)
		if (ciphers[i].bits == ek->symmetric_bits)
			plan.cipher = ciphers[i].cipher;
	plan.key_size = ek->symmetric_bits / 8u;
	NEED(plan.cipher && plan.key_size <= plan.hash->size, KEY_LINK);
	*ret = plan;
	return NULL;
}

static fault hmac(const struct alg_hash *hash, struct bytes key, struct bytes text,
		  uint8_t out[static ALG_DIGEST_MAX])
{
	size_t n = 0;
	uint8_t *done = EVP_Q_mac(NULL, "HMAC", NULL, hash->evp, NULL, key.p, key.n, text.p, text.n, out,
				  ALG_DIGEST_MAX, &n);
	NEED(done && n == hash->size, BUG);
	return NULL;
}

/* KDFa in one round: no use needs more octets than a digest has (TPM 2.0 Part 1 §11.4.10.2). */
static fault derive(const struct plan *plan, struct bytes seed, struct use use, struct bytes context,
		    uint8_t out[static ALG_DIGEST_MAX])
{
	uint8_t text[4 + 16 + NAME_SIZE_MAX + 4];
	struct wr w = wr_of(text, sizeof(text));
	wr_be32(&w, 1);
	wr_bytes(&w, bytes_of(use.label, strlen(use.label) + 1));
	wr_bytes(&w, context);
	wr_be32(&w, (uint32_t)(8 * use.size));
	NEED(!w.bad && use.size <= plan->hash->size, BUG);
	return hmac(plan->hash, seed, wr_done(&w), out);
}

/* The cipher over at most a digest and its size, in place, with a zero IV (TPM 2.0 Part 1 §24.4). */
static bool has_ciphered(const struct plan *plan, const uint8_t *key, uint8_t *text, size_t n, bool encrypt)
{
	static const uint8_t iv[16];
	AUTO(EVP_CIPHER_CTX) *ctx = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = EVP_get_cipherbyname(plan->cipher);
	int done = 0;
	return ctx && cipher && EVP_CipherInit_ex(ctx, cipher, NULL, key, iv, encrypt) == 1 &&
	       EVP_CipherUpdate(ctx, text, &done, text, (int)n) == 1 && (size_t)done == n;
}

static fault cipher_identity(const struct plan *plan, struct bytes seed, struct bytes name, struct wr *text,
			     bool encrypt)
{
	uint8_t key[ALG_DIGEST_MAX];
	TRY(derive(plan, seed, (struct use){ "STORAGE", plan->key_size }, name, key));
	bool is_good = has_ciphered(plan, key, text->p, text->at, encrypt);
	secret_done(key, sizeof(key));
	NEED(is_good, BUG);
	return NULL;
}

/* The HMAC that ties the encrypted secret to the Name of the key it is for. */
static fault integrity(const struct plan *plan, struct bytes seed, struct bytes identity, struct bytes name,
		       uint8_t out[static ALG_DIGEST_MAX])
{
	uint8_t key[ALG_DIGEST_MAX], text[2 + CREDENTIAL_SECRET_MAX + NAME_SIZE_MAX];
	struct wr w = wr_of(text, sizeof(text));
	wr_bytes(&w, identity);
	wr_bytes(&w, name);
	NEED(!w.bad, BUG);
	TRY(derive(plan, seed, (struct use){ "INTEGRITY", plan->hash->size }, (struct bytes){ 0 }, key));
	fault f = hmac(plan->hash, bytes_of(key, plan->hash->size), wr_done(&w), out);
	secret_done(key, sizeof(key));
	return f;
}

/* TPMS_ID_OBJECT: the size of the inner part is encrypted with it, so it has none of its own. */
static fault blob_write(const struct plan *plan, struct bytes seed, struct bytes name, struct bytes secret,
			struct wr *w)
{
	uint8_t text[2 + CREDENTIAL_SECRET_MAX], outer[ALG_DIGEST_MAX];
	struct wr identity = wr_of(text, sizeof(text));
	wr_tpm2b(&identity, secret);
	NEED(!identity.bad, BUG);
	TRY(cipher_identity(plan, seed, name, &identity, true));
	TRY(integrity(plan, seed, wr_done(&identity), name, outer));
	wr_tpm2b(w, bytes_of(outer, plan->hash->size));
	wr_bytes(w, wr_done(&identity));
	NEED(!w->bad, BUG);
	return NULL;
}

/* OAEP with the EK's name hash and the label (TPM 2.0 Part 1 §B.4, §B.10.3). OpenSSL frees the label. */
static bool is_oaep_set(EVP_PKEY_CTX *ctx, const struct plan *plan)
{
	const EVP_MD *md = EVP_get_digestbyname(plan->hash->evp);
	if (!md || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md) != 1 || EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) != 1)
		return false;
	void *label = OPENSSL_memdup(identity_label, sizeof(identity_label));
	if (label && EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, label, sizeof(identity_label)) == 1)
		return true;
	OPENSSL_free(label);
	return false;
}

static fault rsa_wrap(const struct plan *plan, EVP_PKEY *ek, struct bytes seed, struct credential_parcel *ret)
{
	AUTO(EVP_PKEY_CTX) *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, ek, NULL);
	size_t n = sizeof(ret->encrypted);
	NEED(ctx && EVP_PKEY_encrypt_init(ctx) == 1 && is_oaep_set(ctx, plan), BUG);
	NEED(EVP_PKEY_encrypt(ctx, ret->encrypted, &n, seed.p, seed.n) == 1, KEY_LINK);
	ret->encrypted_n = n;
	return NULL;
}

static bool has_shared(EVP_PKEY *own, EVP_PKEY *peer, size_t width, uint8_t z[static ALG_COORDINATE_MAX])
{
	AUTO(EVP_PKEY_CTX) *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
	size_t n = ALG_COORDINATE_MAX;
	return ctx && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	       EVP_PKEY_derive(ctx, z, &n) == 1 && n == width;
}

/* The seed both sides agree on: KDFe over Z and the x of both keys (TPM 2.0 Part 1 §11.4.10.3, §C.6.4). */
static fault agree(const struct plan *plan, EVP_PKEY *own, EVP_PKEY *peer, const struct bytes x[static 2],
		   uint8_t seed[static ALG_DIGEST_MAX])
{
	static const uint8_t counter[] = { 0, 0, 0, 1 };
	size_t width = plan->curve->width;
	uint8_t z[ALG_COORDINATE_MAX], u[ALG_COORDINATE_MAX], v[ALG_COORDINATE_MAX];
	NEED(alg_pad(x[0], width, u) && alg_pad(x[1], width, v), KEY_LINK);
	NEED(has_shared(own, peer, width, z), KEY_LINK);
	const struct bytes parts[] = { BYTES_OF(counter), bytes_of(z, width), BYTES_OF(identity_label),
				       bytes_of(u, width), bytes_of(v, width) };
	fault f = alg_digest(plan->hash, parts, COUNT_OF(parts), seed);
	secret_done(z, sizeof(z));
	return f;
}

static fault coordinate(EVP_PKEY *key, const char *which, size_t width,
			uint8_t out[static ALG_COORDINATE_MAX])
{
	AUTO(BIGNUM) *number = NULL;
	NEED(EVP_PKEY_get_bn_param(key, which, &number) == 1, BUG);
	NEED(BN_bn2binpad(number, out, (int)width) == (int)width, BUG);
	return NULL;
}

static fault ecc_wrap(const struct plan *plan, EVP_PKEY *ek, struct bytes ek_x,
		      uint8_t seed[static ALG_DIGEST_MAX], struct credential_parcel *ret)
{
	uint8_t x[ALG_COORDINATE_MAX], y[ALG_COORDINATE_MAX];
	size_t width = plan->curve->width;
	AUTO(EVP_PKEY) *own = EVP_PKEY_Q_keygen(NULL, NULL, "EC", plan->curve->name);
	NEED(own, SYS_RNG);
	TRY(coordinate(own, OSSL_PKEY_PARAM_EC_PUB_X, width, x));
	TRY(coordinate(own, OSSL_PKEY_PARAM_EC_PUB_Y, width, y));
	TRY(agree(plan, own, ek, (struct bytes[]){ bytes_of(x, width), ek_x }, seed));
	struct wr w = wr_of(ret->encrypted, sizeof(ret->encrypted));
	wr_tpm2b(&w, bytes_of(x, width));
	wr_tpm2b(&w, bytes_of(y, width));
	ret->encrypted_n = wr_done(&w).n;
	return NULL;
}

static fault wrap(const struct plan *plan, const struct public *ek, struct bytes given,
		  uint8_t seed[static ALG_DIGEST_MAX], struct credential_parcel *ret)
{
	AUTO(EVP_PKEY) *key = NULL;
	TRY(public_build_key(ek, &key));
	if (plan->curve)
		return ecc_wrap(plan, key, ek->a, seed, ret);
	NEED(given.n >= plan->hash->size, BUG);
	struct bytes used = bytes_of(given.p, plan->hash->size);
	NEED(bytes_copy(used, seed, used.n), BUG);
	return rsa_wrap(plan, key, used, ret);
}

fault credential_build(const struct public *ek, struct bytes name, struct bytes secret, struct bytes seed,
		       struct credential_parcel *ret)
{
	struct plan plan = { 0 };
	TRY(plan_of(ek, &plan));
	NEED(secret.n && secret.n <= plan.hash->size, BUG);
	uint8_t used[ALG_DIGEST_MAX];
	struct credential_parcel c = { 0 };
	fault f = wrap(&plan, ek, seed, used, &c);
	struct wr w = wr_of(c.blob, sizeof(c.blob));
	if (!f)
		f = blob_write(&plan, bytes_of(used, plan.hash->size), name, secret, &w);
	secret_done(used, sizeof(used));
	ERR_clear_error();
	TRY(f);
	c.blob_n = wr_done(&w).n;
	*ret = c;
	return NULL;
}

static fault rsa_unwrap(const struct plan *plan, EVP_PKEY *ek, struct bytes encrypted,
			uint8_t seed[static ALG_DIGEST_MAX])
{
	AUTO(EVP_PKEY_CTX) *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, ek, NULL);
	uint8_t out[ALG_RSA_MAX];
	size_t n = sizeof(out);
	NEED(ctx && EVP_PKEY_decrypt_init(ctx) == 1 && is_oaep_set(ctx, plan), BUG);
	NEED(EVP_PKEY_decrypt(ctx, out, &n, encrypted.p, encrypted.n) == 1, ACT_SECRET);
	bool is_good = bytes_copy(bytes_of(out, n), seed, plan->hash->size);
	secret_done(out, sizeof(out));
	NEED(is_good, ACT_SECRET);
	return NULL;
}

static fault ecc_unwrap(const struct plan *plan, const struct credential_key *key, struct bytes encrypted,
			uint8_t seed[static ALG_DIGEST_MAX])
{
	struct rd r = rd_of(encrypted);
	struct public sender = { .type = ALG_ECC, .curve = key->ek->curve };
	sender.a = rd_tpm2b(&r, plan->curve->width);
	sender.b = rd_tpm2b(&r, plan->curve->width);
	NEED(is_rd_done(&r), ACT_SECRET);
	AUTO(EVP_PKEY) *peer = NULL;
	NEED(public_build_key(&sender, &peer) == NULL, ACT_SECRET);
	return agree(plan, key->private_key, peer, (struct bytes[]){ sender.a, key->ek->a }, seed);
}

static fault blob_open(const struct plan *plan, struct bytes seed, struct bytes name, struct bytes blob,
		       struct wr *text)
{
	uint8_t expected[ALG_DIGEST_MAX];
	struct rd r = rd_of(blob);
	struct bytes outer = rd_tpm2b(&r, plan->hash->size);
	struct bytes identity = rd_rest(&r);
	wr_bytes(text, identity);
	NEED(!r.bad && !text->bad, ACT_SECRET);
	TRY(integrity(plan, seed, identity, name, expected));
	NEED(is_secret_equal(outer, bytes_of(expected, plan->hash->size)), ACT_SECRET);
	return cipher_identity(plan, seed, name, text, false);
}

fault credential_open(const struct credential_key *key, struct bytes name, struct credential_view in,
		      uint8_t out[static CREDENTIAL_SECRET_MAX], size_t *ret_size)
{
	struct plan plan = { 0 };
	TRY(plan_of(key->ek, &plan));
	NEED(name.n <= NAME_SIZE_MAX, ACT_SECRET);
	uint8_t seed[ALG_DIGEST_MAX], text[2 + CREDENTIAL_SECRET_MAX];
	struct wr w = wr_of(text, sizeof(text));
	fault f = plan.curve ? ecc_unwrap(&plan, key, in.encrypted, seed) :
			       rsa_unwrap(&plan, key->private_key, in.encrypted, seed);
	if (!f)
		f = blob_open(&plan, bytes_of(seed, plan.hash->size), name, in.blob, &w);
	struct rd r = rd_of(wr_done(&w));
	struct bytes secret = rd_tpm2b(&r, CREDENTIAL_SECRET_MAX);
	if (!f && (!is_rd_done(&r) || !bytes_copy(secret, out, secret.n)))
		f = FAIL(ACT_SECRET);
	secret_done(seed, sizeof(seed));
	secret_done(text, sizeof(text));
	ERR_clear_error();
	TRY(f);
	*ret_size = secret.n;
	return NULL;
}
