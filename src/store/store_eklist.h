/*
 * store_eklist: lists of revoked certificates that TPM makers publish: where each is, when it is asked for
 * again, and the one in force. What is in it lies in a table of its own: it may be megabytes.
 */
#ifndef STORE_STORE_EKLIST_H
#define STORE_STORE_EKLIST_H

#include "store/record.h"
#include "store/store.h"

/*
 * id is a hash of issuer and address; authority is a certificate of the CA that signs the list, subject its
 * name as text. fault and detail are of the last attempt, tries how many failed since the last that did not.
 * fetched, this_update, next_update, entries and digest are of the list in force; digest is absent without
 * one.
 */
#define STORE_EKLIST_FIELDS(F, of)    \
	F(of, HASH, id, REQ)          \
	F(of, BYTES, authority, REQ)  \
	F(of, TEXT, subject, REQ)     \
	F(of, TEXT, url, REQ)         \
	F(of, TEXT, fault, OPT)       \
	F(of, TEXT, detail, OPT)      \
	F(of, UINT, tries, REQ)       \
	F(of, TIME, next, REQ)        \
	F(of, TIME, fetched, REQ)     \
	F(of, TIME, this_update, REQ) \
	F(of, TIME, next_update, REQ) \
	F(of, UINT, entries, REQ)     \
	F(of, HASH, digest, OPT)      \
	F(of, TIME, created, REQ)
RECORD_STRUCT(store_eklist, STORE_EKLIST_FIELDS)

/* The list in force, as a message (wire/eklist.h). */
#define STORE_EKLIST_BODY_FIELDS(F, of) \
	F(of, HASH, id, REQ)            \
	F(of, BYTES, body, REQ)
RECORD_STRUCT(store_eklist_body, STORE_EKLIST_BODY_FIELDS)

/* Stores the row unless its id is known or there are cap rows already. */
MUST fault store_eklist_put(struct store *s, const struct store_eklist *row, size_t cap);

/* NOT_FOUND when there is no such row. */
MUST fault store_eklist_get(struct store *s, struct bytes id, struct arena *a, struct store_eklist **ret);

/* The one whose next is longest past, or NULL. */
MUST fault store_eklist_find_due(struct store *s, int64_t now, struct arena *a, struct store_eklist **ret);

/* Replaces all fields. NOT_FOUND when there is no such row. */
MUST fault store_eklist_update(struct store *s, const struct store_eklist *row);

/* In order of id. */
MUST fault store_eklist_list(struct store *s, struct store_page page, struct arena *a,
			     struct store_eklist_list *ret);

/* Entries of all lists in force together. */
MUST fault store_eklist_count(struct store *s, uint64_t *ret);

/* Stores what is in the list, in place of what was; NOT_FOUND when there is no row of that id. */
MUST fault store_eklist_put_body(struct store *s, const struct store_eklist_body *row);
MUST fault store_eklist_get_body(struct store *s, struct bytes id, struct arena *a,
				 struct store_eklist_body **ret);

#endif
