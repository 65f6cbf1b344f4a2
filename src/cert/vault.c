#include "cert/vault.h"

#include <openssl/evp.h>

#include "base/rd.h"

#define VERSION 1
#define HEAD_SIZE 5 /* version and generation: authenticated, not encrypted */
#define TAG_SIZE 16

static void free_context(EVP_CIPHER_CTX **c)
{
	EVP_CIPHER_CTX_free(*c);
}

/* What is authenticated besides: of a known size in front, so that no two have the same octets. */
static bool put_head(EVP_CIPHER_CTX *c, struct bytes head, struct bytes purpose)
{
	int n = 0;
	return EVP_CipherUpdate(c, NULL, &n, head.p, (int)head.n) == 1 &&
	       (!purpose.n || EVP_CipherUpdate(c, NULL, &n, purpose.p, (int)purpose.n) == 1);
}

/* --- sealing -------------------------------------------------------------------------------------------- */

static bool encrypt(const struct vault_key *key, const struct vault_content *in, uint8_t *sealed)
{
	__attribute__((cleanup(free_context))) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t *body = sealed + HEAD_SIZE + VAULT_NONCE_SIZE;
	int n = 0, last = 0;
	return c && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->key, sealed + HEAD_SIZE) == 1 &&
	       put_head(c, bytes_of(sealed, HEAD_SIZE), in->purpose) &&
	       EVP_EncryptUpdate(c, body, &n, in->plain.p, (int)in->plain.n) == 1 && n == (int)in->plain.n &&
	       EVP_EncryptFinal_ex(c, body + n, &last) == 1 && last == 0 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, body + n) == 1;
}

fault vault_seal(const struct vault_content *c, const struct vault_key *key,
		 const uint8_t nonce[static VAULT_NONCE_SIZE], struct wr *w)
{
	size_t size = c->plain.n + VAULT_ROOM;
	NEED(c->plain.n && c->plain.n <= INT32_MAX && c->purpose.n <= VAULT_PURPOSE_MAX, BUG);
	NEED(!w->bad && w->n - w->at >= size, BUG);
	struct wr own = wr_of(w->p + w->at, size);
	wr_u8(&own, VERSION);
	wr_be32(&own, key->generation);
	wr_bytes(&own, bytes_of(nonce, VAULT_NONCE_SIZE));
	NEED(encrypt(key, c, own.p), BUG);
	w->at += size;
	return NULL;
}

/* --- unsealing ------------------------------------------------------------------------------------------ */

struct sealed {
	struct bytes head; /* version and generation */
	uint32_t generation;
	struct bytes nonce;
	struct bytes body;
	struct bytes tag;
};

static fault split(struct bytes in, struct sealed *ret)
{
	struct sealed s = { .head = bytes_slice(in, 0, HEAD_SIZE) };
	struct rd r = rd_of(in);
	rd_need(&r, rd_u8(&r) == VERSION);
	s.generation = rd_be32(&r);
	s.nonce = rd_bytes(&r, VAULT_NONCE_SIZE);
	rd_need(&r, rd_left(&r) > TAG_SIZE && rd_left(&r) <= INT32_MAX);
	s.body = rd_bytes(&r, r.bad ? 0 : rd_left(&r) - TAG_SIZE);
	s.tag = rd_bytes(&r, TAG_SIZE);
	NEED(is_rd_done(&r), TICKET_INVALID);
	*ret = s;
	return NULL;
}

static bool decrypt(const struct vault_key *key, const struct sealed *s, struct bytes purpose, uint8_t *plain)
{
	__attribute__((cleanup(free_context))) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t tag[TAG_SIZE];
	int n = 0, last = 0;
	return c && bytes_copy(s->tag, tag, sizeof(tag)) &&
	       EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->key, s->nonce.p) == 1 &&
	       put_head(c, s->head, purpose) &&
	       EVP_DecryptUpdate(c, plain, &n, s->body.p, (int)s->body.n) == 1 && n == (int)s->body.n &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
	       EVP_DecryptFinal_ex(c, plain + n, &last) == 1 && last == 0;
}

static const struct vault_key *key_find(const struct vault_keys *keys, uint32_t generation)
{
	for (size_t i = 0; i < keys->n; i++)
		if (keys->v[i].generation == generation)
			return &keys->v[i];
	return NULL;
}

fault vault_unseal(struct bytes sealed, const struct vault_keys *keys, struct arena *a,
		   struct vault_content *c)
{
	struct sealed s = { 0 };
	TRY(split(sealed, &s));
	const struct vault_key *key = key_find(keys, s.generation);
	NEED(key, TICKET_INVALID);
	uint8_t *plain = arena_alloc(a, s.body.n);
	NEED(plain, SYS_MEMORY);
	NEED(decrypt(key, &s, c->purpose, plain), TICKET_INVALID);
	c->plain = bytes_of(plain, s.body.n);
	return NULL;
}
