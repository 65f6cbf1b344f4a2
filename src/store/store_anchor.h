/*
 * store_anchor: the CA certificates that may vouch for TPMs.
 */
#ifndef STORE_STORE_ANCHOR_H
#define STORE_STORE_ANCHOR_H

#include "store/record.h"
#include "store/store.h"

/*
 * fingerprint is the SHA-256 of certificate (DER); role is an enum anchors_role, class an enum anchors_class;
 * source says where it came from.
 */
#define STORE_ANCHOR_FIELDS(F, of)     \
	F(of, HASH, fingerprint, REQ)  \
	F(of, BYTES, certificate, REQ) \
	F(of, TEXT, maker, OPT)        \
	F(of, UINT, role, REQ)         \
	F(of, UINT, class, REQ)        \
	F(of, TEXT, subject, REQ)      \
	F(of, TEXT, source, REQ)       \
	F(of, TIME, not_after, REQ)    \
	F(of, TIME, created, REQ)
RECORD_STRUCT(store_anchor, STORE_ANCHOR_FIELDS)

MUST fault store_anchor_put(struct store *s, const struct store_anchor *row);
MUST fault store_anchor_get(struct store *s, struct bytes fingerprint, struct arena *a,
			    struct store_anchor **ret);
MUST fault store_anchor_list(struct store *s, struct store_page page, struct arena *a,
			     struct store_anchor_list *ret);
MUST fault store_anchor_count(struct store *s, uint64_t *ret);
MUST fault store_anchor_delete(struct store *s, struct bytes fingerprint);

#endif
