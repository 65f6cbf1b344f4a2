#include "model_user.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include "base/base64.h"
#include "test.h"

#define COORDINATE 32
#define SIGNATURE_MAX 512
#define PART_MAX 16384

/* --- the provider --------------------------------------------------------------------------------------- */

static struct bytes number(EVP_PKEY *key, const char *name, size_t width, uint8_t out[static SIGNATURE_MAX])
{
	BIGNUM *n = NULL;
	CHECK(EVP_PKEY_get_bn_param(key, name, &n) == 1);
	int size = width ? (int)width : BN_num_bytes(n);
	CHECK(BN_bn2binpad(n, out, size) == size);
	BN_free(n);
	return bytes_of(out, (size_t)size);
}

static struct bytes key_message(const struct idp_key *k, uint8_t out[static IDP_KEY_MAX])
{
	struct wr w = wr_of(out, IDP_KEY_MAX);
	message_write(&idp_key_message, k, &w);
	return wr_done(&w);
}

static struct bytes provider(const struct idp *one, uint8_t out[static IDP_MAX])
{
	struct wr w = wr_of(out, IDP_MAX);
	message_write(&idp_message, one, &w);
	return wr_done(&w);
}

void model_idp_init(struct model_idp *i)
{
	uint8_t x[SIGNATURE_MAX], y[SIGNATURE_MAX], n[SIGNATURE_MAX], e[SIGNATURE_MAX];
	uint8_t ec[IDP_KEY_MAX], rsa[IDP_KEY_MAX], first[IDP_MAX], second[IDP_MAX];
	i->ec = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	i->rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	CHECK(i->ec && i->rsa);
	const struct idp_key keys[] = {
		{ BYTES_TEXT(MODEL_USER_EC), IDP_P256, IDP_ES256,
		  number(i->ec, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE, x),
		  number(i->ec, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE, y) },
		{ BYTES_TEXT(MODEL_USER_RSA), IDP_RSA, IDP_RS256 | IDP_PS256,
		  number(i->rsa, OSSL_PKEY_PARAM_RSA_N, 0, n), number(i->rsa, OSSL_PKEY_PARAM_RSA_E, 0, e) },
	};
	CHECK(SHA256((const uint8_t *)MODEL_USER_ISSUER, strlen(MODEL_USER_ISSUER), i->id));
	CHECK(SHA256((const uint8_t *)MODEL_USER_OTHER_ISSUER, strlen(MODEL_USER_OTHER_ISSUER), i->other_id));
	struct idp one = { .id = BYTES_OF(i->id),
			   .issuer = BYTES_TEXT(MODEL_USER_ISSUER),
			   .audience = BYTES_TEXT(MODEL_USER_AUDIENCE),
			   .client = BYTES_TEXT(MODEL_USER_AUDIENCE),
			   .algorithms = IDP_RS256 | IDP_ES256,
			   .name_claim = BYTES_TEXT("upn"),
			   .groups_claim = BYTES_TEXT("groups"),
			   .amr = BYTES_TEXT("mfa hwk"),
			   .keys = { 2, { key_message(&keys[0], ec), key_message(&keys[1], rsa) } } };
	struct idps all = { { 2, { provider(&one, first) } } };
	one.id = BYTES_OF(i->other_id);
	one.issuer = BYTES_TEXT(MODEL_USER_OTHER_ISSUER);
	one.audience = BYTES_TEXT(MODEL_USER_SERVICE);
	all.list.v[1] = provider(&one, second);
	struct wr w = wr_of(i->octets, sizeof(i->octets));
	message_write(&idps_message, &all, &w);
	CHECK(!w.bad);
	i->message = wr_done(&w);
}

void model_idp_done(struct model_idp *i)
{
	EVP_PKEY_free(i->ec);
	EVP_PKEY_free(i->rsa);
}

/* --- a token -------------------------------------------------------------------------------------------- */

struct model_user model_user_of(const struct model_idp *i, int64_t now)
{
	return (struct model_user){
		.algorithm = "ES256",
		.key_id = MODEL_USER_EC,
		.issuer = MODEL_USER_ISSUER,
		.subject = "00u1",
		.name = "ada@contoso.example",
		.audience = "\"" MODEL_USER_AUDIENCE "\"",
		.amr = "[\"pwd\",\"mfa\"]",
		.groups = "[\"Engineers\",\"Berlin\"]",
		.expires = now + 3600,
		.not_before = now,
		.issued = now,
		.signer = i->ec,
	};
}

static void put(struct wr *w, const char *name, const char *value, const char *quote)
{
	const char *const parts[] = { w->at > 1 ? ",\"" : "\"", name, "\":", quote, value, quote };
	for (size_t i = 0; value && i < COUNT_OF(parts); i++)
		wr_bytes(w, bytes_text(parts[i]));
}

static void put_time(struct wr *w, const char *name, int64_t at)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)at);
	put(w, name, at ? text : NULL, "");
}

static struct bytes header(const struct model_user *u, struct wr *w)
{
	wr_u8(w, '{');
	put(w, "alg", u->algorithm, "\"");
	put(w, "kid", u->key_id, "\"");
	put(w, "crit", u->crit, "");
	wr_u8(w, '}');
	return wr_done(w);
}

static struct bytes payload(const struct model_user *u, struct wr *w)
{
	wr_u8(w, '{');
	put(w, "iss", u->issuer, "\"");
	put(w, "sub", u->subject, "\"");
	put(w, "upn", u->name, "\"");
	put(w, "azp", u->party, "\"");
	put(w, "aud", u->audience, "");
	put(w, "amr", u->amr, "");
	put(w, "groups", u->groups, "");
	put_time(w, "exp", u->expires);
	put_time(w, "nbf", u->not_before);
	put_time(w, "iat", u->issued);
	wr_bytes(w, bytes_text(u->more));
	wr_u8(w, '}');
	return wr_done(w);
}

static struct bytes sign_hmac(EVP_PKEY *key, struct bytes input, uint8_t out[static SIGNATURE_MAX])
{
	char *secret;
	unsigned n = 0;
	BIO *pem = BIO_new(BIO_s_mem());
	CHECK(pem && PEM_write_bio_PUBKEY(pem, key) == 1);
	int size = (int)BIO_get_mem_data(pem, &secret);
	CHECK(HMAC(EVP_sha256(), secret, size, input.p, input.n, out, &n));
	BIO_free(pem);
	return bytes_of(out, n);
}

/* RFC 7518 §3.4: r and s, not a sequence of them. */
static struct bytes as_numbers(struct bytes der, uint8_t out[static SIGNATURE_MAX])
{
	const uint8_t *p = der.p;
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &p, (long)der.n);
	CHECK(s && BN_bn2binpad(ECDSA_SIG_get0_r(s), out, COORDINATE) == COORDINATE);
	CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(s), out + COORDINATE, COORDINATE) == COORDINATE);
	ECDSA_SIG_free(s);
	return bytes_of(out, (size_t)2 * COORDINATE);
}

static struct bytes sign(const struct model_user *u, struct bytes input, uint8_t out[static SIGNATURE_MAX])
{
	uint8_t signature[SIGNATURE_MAX];
	size_t n = sizeof(signature);
	EVP_PKEY_CTX *way = NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (strcmp(u->algorithm, "HS256") == 0) {
		EVP_MD_CTX_free(ctx);
		return sign_hmac(u->signer, input, out);
	}
	CHECK(ctx && EVP_DigestSignInit(ctx, &way, EVP_sha256(), NULL, u->signer) == 1);
	if (u->algorithm[0] == 'P')
		CHECK(EVP_PKEY_CTX_set_rsa_padding(way, RSA_PKCS1_PSS_PADDING) == 1 &&
		      EVP_PKEY_CTX_set_rsa_pss_saltlen(way, RSA_PSS_SALTLEN_DIGEST) == 1);
	CHECK(EVP_DigestSign(ctx, signature, &n, input.p, input.n) == 1);
	EVP_MD_CTX_free(ctx);
	if (EVP_PKEY_get_base_id(u->signer) == EVP_PKEY_EC)
		return as_numbers(bytes_of(signature, n), out);
	memcpy(out, signature, n);
	return bytes_of(out, n);
}

struct bytes model_user_token(const struct model_user *u, struct arena *a)
{
	uint8_t part[PART_MAX], signature[SIGNATURE_MAX];
	uint8_t *text = arena_alloc(a, (size_t)2 * PART_MAX);
	CHECK(text);
	struct wr w = wr_of(text, (size_t)2 * PART_MAX);
	struct wr first = wr_of(part, sizeof(part));
	base64_write_bare(header(u, &first), &w);
	wr_u8(&w, '.');
	struct wr second = wr_of(part, sizeof(part));
	base64_write_bare(payload(u, &second), &w);
	struct bytes input = wr_done(&w);
	wr_u8(&w, '.');
	if (u->signer)
		base64_write_bare(sign(u, input, signature), &w);
	CHECK(!w.bad);
	return wr_done(&w);
}
