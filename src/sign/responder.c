#include "sign/responder.h"

#include <stdlib.h>

#include "sign/key.h"

struct responder {
	struct authority *authority;
	struct evp_pkey_st *key;
	int64_t since;
	struct authority_responder certificate;
};

static fault renew(struct responder *r, int64_t now)
{
	uint8_t point[KEY_POINT_SIZE];
	struct spki public;
	struct evp_pkey_st *key = NULL;
	struct authority_responder certificate;
	TRY(key_new(&key));
	fault f = key_get_public(key, point, &public);
	if (!f)
		f = authority_sign_responder(r->authority, &public, now, &certificate);
	if (f) {
		key_free(key);
		return f;
	}
	key_free(r->key);
	r->key = key;
	r->since = now;
	r->certificate = certificate;
	return NULL;
}

fault responder_open(struct authority *a, int64_t now, struct responder **ret)
{
	struct responder *r = calloc(1, sizeof(*r));
	NEED(r, SYS_MEMORY);
	r->authority = a;
	fault f = renew(r, now);
	if (f) {
		responder_close(r);
		return f;
	}
	*ret = r;
	return NULL;
}

void responder_close(struct responder *r)
{
	if (!r)
		return;
	key_free(r->key);
	free(r);
}

static fault check(const struct responder *r, const struct standing *s, int64_t now)
{
	int64_t skew = (int64_t)s->this_update - now;
	NEED(skew >= -AUTHORITY_SKEW_S && skew <= AUTHORITY_SKEW_S, SIGNER_REFUSED);
	NEED(s->next_update <= s->this_update + RESPONDER_ANSWER_S, SIGNER_REFUSED);
	/* What nobody logged was never signed: whatever core says, it is not good. */
	NEED(s->status != OCSP_GOOD || is_authority_logged(r->authority, s->serial), SIGNER_REFUSED);
	return NULL;
}

fault responder_sign(struct responder *r, const struct standing *s, int64_t now, struct wr *w)
{
	uint8_t data[OCSP_SIZE_MAX], signature[TBS_SIGNATURE_MAX];
	struct wr built = wr_of(data, sizeof(data)), drawn = wr_of(signature, sizeof(signature));
	TRY(check(r, s, now));
	if (now < r->since || now >= r->since + RESPONDER_RENEWAL_S)
		TRY(renew(r, now));
	struct bytes certificate = bytes_of(r->certificate.der, r->certificate.n);
	struct bytes name = bytes_of(r->certificate.name, r->certificate.name_n);
	TRY(ocsp_build(s, authority_issuer(r->authority), name, &built));
	TRY(key_sign_octets(r->key, wr_done(&built), &drawn));
	const struct ocsp_signed whole = { wr_done(&built), wr_done(&drawn), certificate };
	ocsp_write(&whole, w);
	NEED(!w->bad, SYS_MEMORY);
	return NULL;
}
