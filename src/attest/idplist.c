#include "attest/idplist.h"

#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "base/heap.h"

struct idplist {
	bool is_put;
	size_t n;
	struct idp v[IDPS_MAX]; /* views of octets */
	uint8_t *octets;        /* the message */
	size_t size;
};

struct idplist *idplist_new(void)
{
	return heap_need(calloc(1, sizeof(struct idplist)));
}

void idplist_free(struct idplist *l)
{
	if (l)
		free(l->octets);
	free(l);
}

static fault parse(struct idplist *l)
{
	struct idps all;
	TRY(message_parse(&idps_message, bytes_of(l->octets, l->size), &all));
	for (l->n = 0; l->n < all.list.n; l->n++)
		TRY(message_parse(&idp_message, all.list.v[l->n], &l->v[l->n]));
	return NULL;
}

fault idplist_put(struct idplist *l, struct bytes message)
{
	struct idplist fresh = { .is_put = true, .size = message.n };
	fresh.octets = heap_need(malloc(message.n + 1));
	if (message.n)
		memcpy(fresh.octets, message.p, message.n);
	if (parse(&fresh)) {
		free(fresh.octets);
		return FAIL(PARSE_FIELD);
	}
	free(l->octets);
	*l = fresh;
	return NULL;
}

void idplist_merge(struct idplist *l, struct idplist *from)
{
	if (from->is_put) {
		free(l->octets);
		*l = *from;
		from->octets = NULL;
	}
	idplist_free(from);
}

const struct idp *idplist_find(const struct idplist *l, struct bytes id)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_bytes_equal(l->v[i].id, id))
			return &l->v[i];
	return NULL;
}

bool idplist_hash(struct bytes message, uint8_t ret[static IDPLIST_HASH_SIZE])
{
	struct idps all;
	if (message_parse(&idps_message, message, &all) || !all.list.n)
		return false;
	/* A digest of nothing in particular must never look like one. */
	if (alg_sha256(message, ret))
		abort();
	return true;
}

void idplist_write(const struct idplist *l, struct wr *w)
{
	uint8_t digest[IDPLIST_HASH_SIZE];
	if (l->n && idplist_hash(bytes_of(l->octets, l->size), digest))
		wr_bytes(w, BYTES_OF(digest));
}
