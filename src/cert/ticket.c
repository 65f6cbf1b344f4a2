#include "cert/ticket.h"

#include <openssl/evp.h>

#include "base/rd.h"
#include "base/secret.h"

#define VERSION 1
#define HEAD_SIZE 5 /* version and generation: authenticated, not encrypted */
#define TAG_SIZE 16
#define PLAIN_MAX (TRIP_TICKET_MAX - HEAD_SIZE - TICKET_NONCE_SIZE - TAG_SIZE)

static void free_context(EVP_CIPHER_CTX **c)
{
	EVP_CIPHER_CTX_free(*c);
}

static bool encrypt(const struct ticket_key *key, struct bytes head, struct bytes plain, uint8_t *sealed)
{
	__attribute__((cleanup(free_context))) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	const uint8_t *nonce = sealed + HEAD_SIZE;
	uint8_t *body = sealed + HEAD_SIZE + TICKET_NONCE_SIZE;
	int n = 0, last = 0;
	return c && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->key, nonce) == 1 &&
	       EVP_EncryptUpdate(c, NULL, &n, head.p, (int)head.n) == 1 &&
	       EVP_EncryptUpdate(c, body, &n, plain.p, (int)plain.n) == 1 && n == (int)plain.n &&
	       EVP_EncryptFinal_ex(c, body + n, &last) == 1 && last == 0 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, body + n) == 1;
}

fault ticket_seal(const struct ticket *t, const struct ticket_key *key,
		  const uint8_t nonce[static TICKET_NONCE_SIZE], struct wr *w)
{
	uint8_t plain[PLAIN_MAX], sealed[TRIP_TICKET_MAX];
	struct wr message = wr_of(plain, sizeof(plain));
	message_write(&ticket_message, t, &message);
	NEED(!message.bad, BUG);
	struct wr head = wr_of(sealed, sizeof(sealed));
	wr_u8(&head, VERSION);
	wr_be32(&head, key->generation);
	struct bytes authenticated = wr_done(&head);
	wr_bytes(&head, bytes_of(nonce, TICKET_NONCE_SIZE));
	bool done = encrypt(key, authenticated, wr_done(&message), sealed);
	secret_done(plain, sizeof(plain));
	NEED(done, BUG);
	wr_bytes(w, bytes_of(sealed, head.at + message.at + TAG_SIZE));
	NEED(!w->bad, BUG);
	return NULL;
}

struct sealed {
	struct bytes head; /* version and generation */
	uint32_t generation;
	struct bytes nonce;
	struct bytes body;
	struct bytes tag;
};

static fault split(struct bytes in, struct sealed *ret)
{
	NEED(in.n <= TRIP_TICKET_MAX, TICKET_INVALID);
	struct sealed s = { .head = bytes_slice(in, 0, HEAD_SIZE) };
	struct rd r = rd_of(in);
	rd_need(&r, rd_u8(&r) == VERSION);
	s.generation = rd_be32(&r);
	s.nonce = rd_bytes(&r, TICKET_NONCE_SIZE);
	rd_need(&r, rd_left(&r) > TAG_SIZE);
	s.body = rd_bytes(&r, r.bad ? 0 : rd_left(&r) - TAG_SIZE);
	s.tag = rd_bytes(&r, TAG_SIZE);
	NEED(is_rd_done(&r), TICKET_INVALID);
	*ret = s;
	return NULL;
}

static bool decrypt(const struct ticket_key *key, const struct sealed *s, uint8_t *plain)
{
	__attribute__((cleanup(free_context))) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t tag[TAG_SIZE];
	int n = 0, last = 0;
	return c && bytes_copy(s->tag, tag, sizeof(tag)) &&
	       EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->key, s->nonce.p) == 1 &&
	       EVP_DecryptUpdate(c, NULL, &n, s->head.p, (int)s->head.n) == 1 &&
	       EVP_DecryptUpdate(c, plain, &n, s->body.p, (int)s->body.n) == 1 && n == (int)s->body.n &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
	       EVP_DecryptFinal_ex(c, plain + n, &last) == 1 && last == 0;
}

static const struct ticket_key *key_find(const struct ticket_key *keys, size_t count, uint32_t generation)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].generation == generation)
			return &keys[i];
	return NULL;
}

fault ticket_unseal(struct bytes sealed, const struct ticket_key *keys, size_t count, struct arena *a,
		    struct ticket *ret)
{
	struct sealed s = { 0 };
	struct ticket t = { 0 };
	TRY(split(sealed, &s));
	const struct ticket_key *key = key_find(keys, count, s.generation);
	NEED(key, TICKET_INVALID);
	uint8_t *plain = arena_alloc(a, s.body.n);
	NEED(plain, SYS_MEMORY);
	NEED(decrypt(key, &s, plain), TICKET_INVALID);
	NEED(!message_parse(&ticket_message, bytes_of(plain, s.body.n), &t), TICKET_INVALID);
	*ret = t;
	return NULL;
}
