/*
 * store_crl: the lists of revoked certificates that we publish, each of a range of serial numbers.
 *
 * A certificate that is revoked, held or released spoils the lists that it belongs into, in the same
 * statement's transaction (store_certificate.h); so a list that is out of date is known as such whatever
 * crashes.
 */
#ifndef STORE_STORE_CRL_H
#define STORE_STORE_CRL_H

#include "store/record.h"
#include "store/store.h"

enum store_crl_state {
	STORE_CRL_RIGHT = 0, /* it holds what the records say */
	STORE_CRL_SPOILED,
	STORE_CRL_ASKED,     /* rows were read for the next one, and nothing has changed since */
};

/*
 * lists and list say which it is of how many (cert/point.h); its serials are above the one and up to the
 * other. number, this_update, next_update and entries are those of der, which is the list in force, 0 and
 * absent before the first. tried is when the next was last asked for, named until when certificates were made
 * that name it, generation whose list it is (sign/lineage.h).
 */
#define STORE_CRL_FIELDS(F, of)       \
	F(of, TEXT, name, REQ)        \
	F(of, UINT, lists, REQ)       \
	F(of, UINT, list, REQ)        \
	F(of, ID, above, REQ)         \
	F(of, ID, upto, REQ)          \
	F(of, UINT, number, REQ)      \
	F(of, TIME, this_update, REQ) \
	F(of, TIME, next_update, REQ) \
	F(of, UINT, entries, REQ)     \
	F(of, UINT, state, REQ)       \
	F(of, TIME, tried, REQ)       \
	F(of, TIME, named, REQ)       \
	F(of, BYTES, der, OPT)        \
	F(of, UINT, generation, REQ)
RECORD_STRUCT(store_crl, STORE_CRL_FIELDS)

/* CONFLICT when the name is taken. */
MUST fault store_crl_put(struct store *s, const struct store_crl *row);
MUST fault store_crl_find(struct store *s, struct bytes name, struct arena *a, struct store_crl **ret);

/* In order of name, without what is in them. */
MUST fault store_crl_list(struct store *s, struct store_page page, struct arena *a,
			  struct store_crl_list *ret);

/*
 * The one that was tried longest ago among those that are due at the time now: never signed, not right, or of
 * renewal_s ago; and not tried for pause_s. NULL when there is none. A clock that was set back makes all due.
 */
struct store_crl_due {
	int64_t now, pause_s, renewal_s;
};
MUST fault store_crl_find_due(struct store *s, const struct store_crl_due *due, struct arena *a,
			      struct store_crl **ret);

/* Notes that rows are read for the next one, at the time now. NOT_FOUND. */
MUST fault store_crl_ask(struct store *s, struct bytes name, int64_t now);

/*
 * Puts the list with number, times, entries and der in force; it is right unless it was spoiled since
 * store_crl_ask. CONFLICT when its number is not greater than that of the list before; NOT_FOUND.
 */
MUST fault store_crl_update(struct store *s, const struct store_crl *row);

/* Certificates name this one at the time now. NOT_FOUND. */
MUST fault store_crl_use(struct store *s, struct bytes name, int64_t now);

/* Removes those that certificates named before the time `before` only, and those of other generations. */
struct store_crl_kept {
	int64_t before;
	uint64_t oldest, latest;
};
MUST fault store_crl_prune(struct store *s, const struct store_crl_kept *kept);

#endif
