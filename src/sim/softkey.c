#include "sim/softkey.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "attest/alg.h"
#include "attest/handle.h"
#include "cert/tbs.h"
#include "sim/disk.h"
#include "wire/der.h"

#define PEM_MAX 4096

fault softkey_new(enum spki_kind kind, EVP_PKEY **ret)
{
	EVP_PKEY *key = kind == SPKI_RSA ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
	NEED(key, SYS_RNG);
	*ret = key;
	return NULL;
}

fault softkey_get(const char *path, EVP_PKEY **ret)
{
	uint8_t text[PEM_MAX];
	struct wr file = wr_of(text, sizeof(text));
	TRY(disk_get(path, &file));
	AUTO(BIO) *bio = BIO_new_mem_buf(text, (int)file.at);
	/* The empty passphrase keeps OpenSSL from asking the terminal for one. */
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"") : NULL;
	ERR_clear_error();
	NEED(key, KEY_FILE);
	*ret = key;
	return NULL;
}

fault softkey_put(EVP_PKEY *key, const char *path)
{
	char *text = NULL;
	AUTO(BIO) *bio = BIO_new(BIO_s_mem());
	NEED(bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1, BUG);
	long n = BIO_get_mem_data(bio, &text);
	return disk_put(path, 0600, bytes_of(text, (size_t)n));
}

static fault get_number(EVP_PKEY *key, const char *which, size_t width, struct arena *arena,
			struct bytes *ret)
{
	BIGNUM *got = NULL;
	NEED(EVP_PKEY_get_bn_param(key, which, &got) == 1, KEY_LINK);
	AUTO(BIGNUM) *number = got;
	size_t n = width ? width : (size_t)BN_num_bytes(number);
	uint8_t *p = arena_alloc(arena, n);
	NEED(p, SYS_MEMORY);
	NEED(BN_bn2binpad(number, p, (int)n) == (int)n, KEY_LINK);
	*ret = bytes_of(p, n);
	return NULL;
}

fault softkey_spki(EVP_PKEY *key, struct arena *arena, struct spki *ret)
{
	struct spki s = { .kind = EVP_PKEY_is_a(key, "RSA") ? SPKI_RSA : SPKI_P256 };
	bool is_rsa = s.kind == SPKI_RSA;
	NEED(is_rsa || (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_bits(key) == 256), KEY_LINK);
	size_t width = spki_width(s.kind);
	TRY(get_number(key, is_rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_X, width, arena, &s.a));
	TRY(get_number(key, is_rsa ? OSSL_PKEY_PARAM_RSA_E : OSSL_PKEY_PARAM_EC_PUB_Y, width, arena, &s.b));
	*ret = s;
	return NULL;
}

fault softkey_sign(EVP_PKEY *key, struct bytes message, struct wr *w)
{
	uint8_t octets[SOFTKEY_SIGNATURE_MAX];
	size_t n = sizeof(octets);
	AUTO(EVP_MD_CTX) *ctx = EVP_MD_CTX_new();
	NEED(ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1, BUG);
	NEED(EVP_DigestSign(ctx, octets, &n, message.p, message.n) == 1, BUG);
	wr_bytes(w, bytes_of(octets, n));
	NEED(!w->bad, BUG);
	return NULL;
}

/* CertificationRequestInfo (RFC 2986 §4.1): version 0, no subject, the key, no attributes. */
static void put_request(const struct spki *key, struct wr *w)
{
	size_t info = der_open(w, DER_SEQUENCE);
	der_put_small(w, 0);
	der_put(w, DER_SEQUENCE, (struct bytes){ 0 });
	spki_write(key, w);
	der_put(w, DER_CONTEXT_CONSTRUCTED(0), (struct bytes){ 0 });
	der_close(w, info);
}

fault softkey_write_request(EVP_PKEY *key, struct wr *w)
{
	_Alignas(max_align_t) uint8_t memory[256];
	uint8_t info[256], octets[SOFTKEY_SIGNATURE_MAX];
	struct arena arena = { .p = memory, .n = sizeof(memory) };
	struct wr unsigned_part = wr_of(info, sizeof(info)), signature = wr_of(octets, sizeof(octets));
	struct spki spki;
	TRY(softkey_spki(key, &arena, &spki));
	NEED(spki.kind == SPKI_P256, KEY_LINK);
	put_request(&spki, &unsigned_part);
	TRY(softkey_sign(key, wr_done(&unsigned_part), &signature));
	tbs_write_signed(wr_done(&unsigned_part), wr_done(&signature), w);
	NEED(!w->bad, BUG);
	return NULL;
}
