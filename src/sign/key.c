#include "sign/key.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/secret.h"
#include "cert/tbs.h"
#include "sign/file.h"

#define COORDINATE_SIZE 32

#define OWNED(type) __attribute__((cleanup(free_##type))) type *

static void free_BIO(BIO **p)
{
	BIO_free_all(*p);
}

static void free_EVP_MD_CTX(EVP_MD_CTX **p)
{
	EVP_MD_CTX_free(*p);
}

static void free_ECDSA_SIG(ECDSA_SIG **p)
{
	ECDSA_SIG_free(*p);
}

fault key_new(EVP_PKEY **ret)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	NEED(key, SYS_RNG);
	*ret = key;
	return NULL;
}

void key_free(EVP_PKEY *key)
{
	EVP_PKEY_free(key);
}

/* Without this OpenSSL would ask the terminal for the passphrase of an encrypted key. */
static int give_passphrase(char *out, int size, int writing, void *arg)
{
	const char *passphrase = arg;
	size_t n = passphrase ? strlen(passphrase) : 0;
	(void)writing;
	if (!n || n > (size_t)size)
		return 0;
	memcpy(out, passphrase, n);
	return (int)n;
}

static EVP_PKEY *key_of_text(struct bytes text, const char *passphrase)
{
	OWNED(BIO) bio = BIO_new_mem_buf(text.p, (int)text.n);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, (void *)passphrase) : NULL;
	ERR_clear_error();
	return key;
}

static fault open_text(const char *path, const char *passphrase, EVP_PKEY **ret)
{
	uint8_t text[KEY_TEXT_MAX], point[KEY_POINT_SIZE];
	struct spki public;
	struct wr w = wr_of(text, sizeof(text));
	fault f = file_get(path, true, &w);
	EVP_PKEY *key = f ? NULL : key_of_text(wr_done(&w), passphrase);
	secret_done(text, sizeof(text));
	NEED(!f, KEY_FILE);
	NEED(key || !passphrase, ROOT_PASSPHRASE);
	if (!key || key_get_public(key, point, &public)) {
		key_free(key);
		return FAIL(KEY_FILE);
	}
	*ret = key;
	return NULL;
}

fault key_open(const char *path, EVP_PKEY **ret)
{
	return open_text(path, NULL, ret);
}

fault key_open_root(const char *path, const char *passphrase, EVP_PKEY **ret)
{
	return open_text(path, passphrase, ret);
}

fault key_check_public(EVP_PKEY *key, struct bytes spki)
{
	uint8_t point[KEY_POINT_SIZE], octets[SPKI_SIZE_MAX];
	struct spki public;
	struct wr w = wr_of(octets, sizeof(octets));
	TRY(key_get_public(key, point, &public));
	spki_write(&public, &w);
	NEED(is_bytes_equal(wr_done(&w), spki), KEY_FILE);
	return NULL;
}

fault key_write(EVP_PKEY *key, const char *passphrase, struct wr *w)
{
	OWNED(BIO) bio = BIO_new(BIO_s_secmem());
	const EVP_CIPHER *cipher = passphrase ? EVP_aes_256_cbc() : NULL;
	char *text = NULL;
	NEED(bio, BUG);
	NEED(PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, NULL, 0, NULL, (void *)passphrase) == 1, BUG);
	long n = BIO_get_mem_data(bio, &text);
	NEED(n > 0, BUG);
	wr_bytes(w, bytes_of(text, (size_t)n));
	NEED(!w->bad, BUG);
	return NULL;
}

struct spki key_public_of(const uint8_t point[static KEY_POINT_SIZE])
{
	return (struct spki){ .kind = SPKI_P256,
			      .a = bytes_of(point + 1, COORDINATE_SIZE),
			      .b = bytes_of(point + 1 + COORDINATE_SIZE, COORDINATE_SIZE) };
}

fault key_get_public(EVP_PKEY *key, uint8_t point[static KEY_POINT_SIZE], struct spki *ret)
{
	char group[16] = "";
	size_t n = 0;
	NEED(EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1, BUG);
	NEED(is_bytes_text(bytes_text(group), "prime256v1"), BUG);
	const char *which = OSSL_PKEY_PARAM_PUB_KEY;
	NEED(EVP_PKEY_get_octet_string_param(key, which, point, KEY_POINT_SIZE, &n) == 1, BUG);
	NEED(n == KEY_POINT_SIZE && point[0] == POINT_CONVERSION_UNCOMPRESSED, BUG);
	*ret = key_public_of(point);
	return NULL;
}

fault key_sign_octets(EVP_PKEY *key, struct bytes octets, struct wr *w)
{
	OWNED(EVP_MD_CTX) c = EVP_MD_CTX_new();
	size_t n = w->n - w->at;
	NEED(c && EVP_DigestSignInit_ex(c, NULL, "SHA256", NULL, NULL, key, NULL) == 1, BUG);
	NEED(EVP_DigestSign(c, w->p + w->at, &n, octets.p, octets.n) == 1, BUG);
	w->at += n;
	return NULL;
}

fault key_sign(EVP_PKEY *key, struct bytes tbs, struct wr *w)
{
	uint8_t octets[TBS_SIGNATURE_MAX];
	struct wr signature = wr_of(octets, sizeof(octets));
	TRY(key_sign_octets(key, tbs, &signature));
	tbs_write_signed(tbs, wr_done(&signature), w);
	NEED(!w->bad, BUG);
	return NULL;
}

fault key_get_signature(EVP_PKEY *key, struct bytes input, uint8_t ret[static KEY_SIGNATURE_SIZE])
{
	uint8_t octets[TBS_SIGNATURE_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	TRY(key_sign_octets(key, input, &w));
	const uint8_t *at = octets;
	OWNED(ECDSA_SIG) pair = d2i_ECDSA_SIG(NULL, &at, (long)w.at);
	NEED(pair, BUG);
	NEED(BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret, COORDINATE_SIZE) == COORDINATE_SIZE, BUG);
	NEED(BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret + COORDINATE_SIZE, COORDINATE_SIZE) == COORDINATE_SIZE,
	     BUG);
	return NULL;
}

fault key_check(EVP_PKEY *key, struct bytes tbs)
{
	uint8_t octets[TBS_SIGNATURE_MAX];
	struct wr signature = wr_of(octets, sizeof(octets));
	TRY(key_sign_octets(key, tbs, &signature));
	OWNED(EVP_MD_CTX) c = EVP_MD_CTX_new();
	NEED(c && EVP_DigestVerifyInit_ex(c, NULL, "SHA256", NULL, NULL, key, NULL) == 1, BUG);
	NEED(EVP_DigestVerify(c, octets, signature.at, tbs.p, tbs.n) == 1, BUG);
	return NULL;
}
