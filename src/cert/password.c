#include "cert/password.h"

#include <argon2.h>
#include <string.h>

#include "attest/alg.h"
#include "base/secret.h"
#include "base/wr.h"

#define SALT "assay password salt 1:"
#define PROOF "assay password proof 1:"

fault password_check(const struct password *p)
{
	bool has_name = p->name.n > 0 && p->text.n >= p->name.n &&
			memmem(p->text.p, p->text.n, p->name.p, p->name.n);
	NEED(p->text.n >= PASSWORD_MIN && p->text.n <= PASSWORD_MAX, PASSWORD_WEAK);
	NEED(!has_name && !is_bytes_uniform(p->text, p->text.p[0]), PASSWORD_WEAK);
	return NULL;
}

static fault salt_of(const struct password *p, uint8_t ret[static 32])
{
	uint8_t octets[sizeof(SALT) + 32 + PASSWORD_NAME_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	wr_bytes(&w, BYTES_TEXT(SALT));
	wr_tpm2b(&w, p->server);
	wr_bytes(&w, p->name);
	NEED(!w.bad, BUG);
	return alg_sha256(wr_done(&w), ret);
}

fault password_build(const struct password *p, uint8_t ret[static PASSWORD_PROOF_SIZE])
{
	uint8_t salt[32];
	NEED(p->text.n <= PASSWORD_MAX, BUG);
	TRY(salt_of(p, salt));
	int code = argon2id_hash_raw(PASSWORD_PASSES, PASSWORD_MEMORY_KIB, 1, p->text.p, p->text.n, salt,
				     sizeof(salt), ret, PASSWORD_PROOF_SIZE);
	NEED(code != ARGON2_MEMORY_ALLOCATION_ERROR, SYS_MEMORY);
	NEED(code == ARGON2_OK, BUG);
	return NULL;
}

fault password_hash(struct bytes proof, uint8_t ret[static PASSWORD_HASH_SIZE])
{
	uint8_t octets[sizeof(PROOF) + PASSWORD_PROOF_SIZE];
	struct wr w = wr_of(octets, sizeof(octets));
	wr_bytes(&w, BYTES_TEXT(PROOF));
	wr_bytes(&w, proof);
	fault why = w.bad ? FAIL(BUG) : alg_sha256(wr_done(&w), ret);
	secret_done(octets, sizeof(octets));
	return why;
}
