#include "sign/responder.h"

#include <stdlib.h>

#include "sign/key.h"

/* Who answers for one of the issuing CAs. */
struct delegate {
	uint64_t generation;
	struct evp_pkey_st *key;
	int64_t since;
	struct authority_responder certificate;
};

struct responder {
	struct authority *authority;
	struct lineage lineage;
	struct delegate delegates[LINEAGE_MAX]; /* from the oldest to the present one */
};

static fault renew(struct authority *a, struct delegate *d, int64_t now)
{
	uint8_t point[KEY_POINT_SIZE];
	struct authority_order order = { .generation = d->generation, .now = now };
	struct evp_pkey_st *key = NULL;
	struct authority_responder certificate;
	TRY(key_new(&key));
	fault f = key_get_public(key, point, &order.key);
	if (!f)
		f = authority_sign_responder(a, &order, &certificate);
	if (f) {
		key_free(key);
		return f;
	}
	key_free(d->key);
	d->key = key;
	d->since = now;
	d->certificate = certificate;
	return NULL;
}

static fault open_all(struct responder *r, int64_t now)
{
	for (uint64_t g = r->lineage.oldest; g <= r->lineage.present; g++) {
		struct delegate *d = &r->delegates[g - r->lineage.oldest];
		d->generation = g;
		TRY(renew(r->authority, d, now));
	}
	return NULL;
}

fault responder_open(struct authority *a, int64_t now, struct responder **ret)
{
	struct responder *r = calloc(1, sizeof(*r));
	NEED(r, SYS_MEMORY);
	r->authority = a;
	r->lineage = authority_lineage(a);
	fault f = open_all(r, now);
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
	for (size_t i = 0; i < LINEAGE_MAX; i++)
		key_free(r->delegates[i].key);
	free(r);
}

static fault check(const struct responder *r, const struct standing *s, int64_t now)
{
	int64_t skew = (int64_t)s->this_update - now;
	NEED(skew >= -AUTHORITY_SKEW_S && skew <= AUTHORITY_SKEW_S, SIGNER_REFUSED);
	NEED(s->next_update <= s->this_update + RESPONDER_ANSWER_S, SIGNER_REFUSED);
	NEED(authority_find(r->authority, s->generation) != NULL, SIGNER_REFUSED);
	/* What nobody logged was never signed: whatever core says, it is not good. */
	NEED(s->status != OCSP_GOOD || is_authority_logged(r->authority, s->serial), SIGNER_REFUSED);
	return NULL;
}

fault responder_sign(struct responder *r, const struct standing *s, int64_t now, struct wr *w)
{
	uint8_t data[OCSP_SIZE_MAX], signature[TBS_SIGNATURE_MAX];
	struct wr built = wr_of(data, sizeof(data)), drawn = wr_of(signature, sizeof(signature));
	TRY(check(r, s, now));
	struct delegate *d = &r->delegates[s->generation - r->lineage.oldest];
	if (now < d->since || now >= d->since + RESPONDER_RENEWAL_S)
		TRY(renew(r->authority, d, now));
	struct bytes certificate = bytes_of(d->certificate.der, d->certificate.n);
	struct bytes name = bytes_of(d->certificate.name, d->certificate.name_n);
	TRY(ocsp_build(s, authority_find(r->authority, s->generation), name, &built));
	TRY(key_sign_octets(d->key, wr_done(&built), &drawn));
	const struct ocsp_signed whole = { wr_done(&built), wr_done(&drawn), certificate };
	ocsp_write(&whole, w);
	NEED(!w->bad, SYS_MEMORY);
	return NULL;
}
