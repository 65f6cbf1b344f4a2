#include "agent/identity.h"

#include "attest/public.h"
#include "wire/der.h"

static fault get_key(struct chip *chip, enum endorsement_kind kind, struct arena *arena,
		     struct identity_key *ret)
{
	struct identity_key k = { .is_there = true };
	struct public parsed;
	TRY(endorsement_get(chip, kind, arena, &k.key));
	if (!k.key.public_area.p)
		return NULL;
	TRY(public_parse(k.key.public_area, &parsed));
	TRY(public_hash(&parsed, k.hash));
	*ret = k;
	return NULL;
}

/* Keys in the order in which they are preferred. */
static const enum endorsement_kind preference[] = {
	ENDORSEMENT_P256, ENDORSEMENT_RSA, ENDORSEMENT_H2, ENDORSEMENT_H3,
	ENDORSEMENT_H4,   ENDORSEMENT_H1,  ENDORSEMENT_H6, ENDORSEMENT_H7,
};

static enum endorsement_kind choose(const struct identity *identity)
{
	for (size_t i = 0; i < COUNT_OF(preference); i++)
		if (identity->keys[preference[i]].key.certificate.p)
			return preference[i];
	return identity->keys[preference[0]].is_there ? preference[0] : preference[1];
}

/* What the index with that place of the whole holds from there on. */
static struct bytes rest_of_index(const struct bytes_list *contents, size_t place)
{
	for (size_t i = 0; i < contents->n; i++) {
		struct bytes content = contents->v[i];
		if (place < content.n)
			return bytes_slice(content, place, content.n - place);
		place -= content.n;
	}
	return (struct bytes){ 0 };
}

/* An index may be larger than what is in it. */
static void skip_padding(const struct bytes_list *contents, struct rd *r)
{
	while (rd_left(r)) {
		struct bytes rest = rest_of_index(contents, r->at);
		if (!is_bytes_uniform(rest, 0x00) && !is_bytes_uniform(rest, 0xFF))
			return;
		rd_bytes(r, rest.n);
	}
}

void identity_split(const struct bytes_list *contents, size_t max, struct arena *arena,
		    struct bytes_list *list)
{
	size_t size = 0, at = 0;
	for (size_t i = 0; i < contents->n; i++)
		size += contents->v[i].n;
	uint8_t *all = arena_alloc(arena, size);
	if (!all)
		return;
	struct wr w = wr_of(all, size);
	for (size_t i = 0; i < contents->n; i++)
		wr_bytes(&w, contents->v[i]);
	struct rd r = rd_of(wr_done(&w));
	skip_padding(contents, &r);
	for (; at < max && is_der_next(&r, DER_SEQUENCE); at++) {
		struct der certificate = der_any(&r);
		if (r.bad || certificate.whole.n > TRIP_CERT_MAX || !bytes_list_put(list, certificate.whole))
			return;
		skip_padding(contents, &r);
	}
}

fault identity_get(struct chip *chip, struct arena *arena, struct identity *ret)
{
	struct identity identity = { 0 };
	struct bytes_list contents;
	fault last = NULL;
	for (enum endorsement_kind kind = 0; kind < ENDORSEMENT_KIND_COUNT; kind++) {
		fault f = get_key(chip, kind, arena, &identity.keys[kind]);
		/* Any answer without a meaning of its own too: the TPM does not do this kind. */
		TRY(f == FAIL(TPM_KEY_TYPE) || f == FAIL(TPM_FAILURE) ? NULL : f);
		last = f ? f : last;
	}
	identity.best = choose(&identity);
	const struct identity_key *best = &identity.keys[identity.best];
	TRY(best->is_there ? NULL : last);
	if (best->key.certificate.p) {
		NEED(bytes_list_put(&identity.chain, best->key.certificate), BUG);
		TRY(endorsement_list_chain(chip, arena, &contents));
		identity_split(&contents, TRIP_CHAIN_MAX - 1, arena, &identity.chain);
	}
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = identity;
	return NULL;
}

void identity_put_certificate(struct identity *identity, enum endorsement_kind kind, struct bytes certificate)
{
	identity->keys[kind].key.certificate = certificate;
	identity->best = kind;
	identity->chain = (struct bytes_list){ .n = 1, .v = { certificate } };
}

struct bytes_list identity_hashes(const struct identity *identity)
{
	struct bytes_list list = { 0 };
	const struct identity_key *best = &identity->keys[identity->best];
	list.v[list.n++] = BYTES_OF(best->hash);
	for (size_t i = 0; i < COUNT_OF(identity->keys); i++)
		if (i != identity->best && identity->keys[i].is_there)
			list.v[list.n++] = BYTES_OF(identity->keys[i].hash);
	return list;
}
