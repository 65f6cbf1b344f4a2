/*
 * store_refusal: the latest refusal per EK hash or address, coalesced and capped, since anybody can cause
 * one.
 */
#ifndef STORE_STORE_REFUSAL_H
#define STORE_STORE_REFUSAL_H

#include "store/record.h"
#include "store/store.h"

/*
 * key is the EK hash, or a hash of address, serial and name; trip is 1 or 2; count the refusals since first;
 * evidence is a dossier (wire/dossier.h).
 */
#define STORE_REFUSAL_FIELDS(F, of)    \
	F(of, HASH, key, REQ)          \
	F(of, HASH, ek_hash, OPT)      \
	F(of, TEXT, peer, REQ)         \
	F(of, TEXT, name, OPT)         \
	F(of, TEXT, serial, OPT)       \
	F(of, TEXT, manufacturer, OPT) \
	F(of, TEXT, model, OPT)        \
	F(of, TEXT, os, OPT)           \
	F(of, TEXT, os_version, OPT)   \
	F(of, TEXT, fault, REQ)        \
	F(of, UINT, trip, REQ)         \
	F(of, ID, request_id, REQ)     \
	F(of, TEXT, tpm_maker, OPT)    \
	F(of, UINT, tpm_class, REQ)    \
	F(of, UINT, count, REQ)        \
	F(of, TIME, first, REQ)        \
	F(of, TIME, last, REQ)         \
	F(of, TEXT, detail, OPT)       \
	F(of, UINT, leniencies, REQ)   \
	F(of, BYTES, evidence, OPT)
RECORD_STRUCT(store_refusal, STORE_REFUSAL_FIELDS)

/*
 * Stores the row or, when its key is known, replaces all but first and adds its count. Then the rows with the
 * oldest last go until at most cap (at least 1) are left; the one just put is never among them.
 */
MUST fault store_refusal_put(struct store *s, const struct store_refusal *row, size_t cap);
MUST fault store_refusal_get(struct store *s, struct bytes key, struct arena *a, struct store_refusal **ret);

/* Evidence is left out: it can be large. */
MUST fault store_refusal_list(struct store *s, struct store_page page, struct arena *a,
			      struct store_refusal_list *ret);
MUST fault store_refusal_delete(struct store *s, struct bytes key);

#endif
