/*
 * store_evidence: what devices sent, kept so that it can be judged again.
 */
#ifndef STORE_STORE_EVIDENCE_H
#define STORE_STORE_EVIDENCE_H

#include "store/record.h"
#include "store/store.h"

/*
 * body is a dossier (wire/dossier.h), digest the SHA-256 of the evidence in it, snapshot the trust snapshot
 * it was judged against.
 */
#define STORE_EVIDENCE_FIELDS(F, of) \
	F(of, HASH, digest, REQ)     \
	F(of, ID, device_id, REQ)    \
	F(of, TIME, created, REQ)    \
	F(of, HASH, snapshot, REQ)   \
	F(of, BYTES, body, OPT)
RECORD_STRUCT(store_evidence, STORE_EVIDENCE_FIELDS)

/* Stores the row, whose body must be present, and deletes the device's oldest above keep (at least 1). */
MUST fault store_evidence_put(struct store *s, const struct store_evidence *row, size_t keep);
MUST fault store_evidence_get(struct store *s, struct bytes digest, struct arena *a,
			      struct store_evidence **ret);

/* Bodies are left out: they can be large. */
MUST fault store_evidence_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
					 struct arena *a, struct store_evidence_list *ret);

#endif
