/*
 * store_issuer: CA certificates that were missing above EK certificates, and what became of each: one row for
 * administrators to look at, bounded, since strangers can cause one.
 */
#ifndef STORE_STORE_ISSUER_H
#define STORE_STORE_ISSUER_H

#include "store/record.h"
#include "store/store.h"

/* Stored: values are never reused. */
enum store_issuer_state {
	STORE_ISSUER_MISSING = 1, /* not known; fetched when it has a url and next has come */
	STORE_ISSUER_PENDING,     /* fetched, waits for an administrator */
	STORE_ISSUER_APPROVED,
	STORE_ISSUER_REJECTED,
};

/*
 * id is a hash of name (DER) and key_id; subject is the name as text. devices counts the refused devices that
 * lack it, sample is the EK hash of the latest. fault and detail are of the last attempt to fetch it, tries
 * how many there were. signer is the subject of the trusted certificate that signed it, if one did.
 */
#define STORE_ISSUER_FIELDS(F, of)     \
	F(of, HASH, id, REQ)           \
	F(of, BYTES, name, REQ)        \
	F(of, TEXT, subject, REQ)      \
	F(of, BYTES, key_id, OPT)      \
	F(of, TEXT, url, OPT)          \
	F(of, UINT, state, REQ)        \
	F(of, TEXT, fault, OPT)        \
	F(of, TEXT, detail, OPT)       \
	F(of, UINT, tries, REQ)        \
	F(of, TIME, next, REQ)         \
	F(of, BYTES, certificate, OPT) \
	F(of, HASH, fingerprint, OPT)  \
	F(of, TIME, not_after, REQ)    \
	F(of, TEXT, signer, OPT)       \
	F(of, UINT, devices, REQ)      \
	F(of, HASH, sample, OPT)       \
	F(of, TIME, first, REQ)        \
	F(of, TIME, last, REQ)
RECORD_STRUCT(store_issuer, STORE_ISSUER_FIELDS)

/*
 * Notes that a certificate is missing: stores the row or, when its id is known, takes over sample and last,
 * and url where it had none. Then undecided rows with the oldest last go until at most cap (at least 1) are
 * left; the one just noted is never among them.
 */
MUST fault store_issuer_put(struct store *s, const struct store_issuer *row, size_t cap);

/* One more device that lacks it, unless this one was counted already. devices of the row follows. */
MUST fault store_issuer_put_device(struct store *s, struct bytes id, struct bytes ek_hash);

/* NOT_FOUND when there is no such row. */
MUST fault store_issuer_get(struct store *s, struct bytes id, struct arena *a, struct store_issuer **ret);

/* The missing one with a url whose next is longest past, or NULL. */
MUST fault store_issuer_find_due(struct store *s, int64_t now, struct arena *a, struct store_issuer **ret);

/* The latest that the device with that EK lacks, or NULL. */
MUST fault store_issuer_find_by_ek(struct store *s, struct bytes ek_hash, struct arena *a,
				   struct store_issuer **ret);

/* Replaces all fields. NOT_FOUND when there is no such row. */
MUST fault store_issuer_update(struct store *s, const struct store_issuer *row);

/* In order of id. */
MUST fault store_issuer_list(struct store *s, struct store_page page, struct arena *a,
			     struct store_issuer_list *ret);

#endif
