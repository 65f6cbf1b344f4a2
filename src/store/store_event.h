/*
 * store_event: where to find what happened to a device, in the order in which it did.
 *
 * Nothing is stored here: an event is a row of another table, and stays as long as that row does. Most of
 * them name a device that may be gone.
 */
#ifndef STORE_STORE_EVENT_H
#define STORE_STORE_EVENT_H

#include "store/record.h"
#include "store/store.h"

#define STORE_EVENT_KEY_MAX RECORD_HASH_SIZE

/* Of one cause the earlier kinds come first. The numbers stand in stmt.def and in the tokens of pages. */
enum store_event_kind {
	STORE_EVENT_REGISTERED = 1, /* a registration */
	STORE_EVENT_CLAIMED,        /* a conflict, when it began */
	STORE_EVENT_JUDGED,         /* a verdict */
	STORE_EVENT_DECIDED,        /* a decision */
	STORE_EVENT_ISSUED,         /* a certificate */
	STORE_EVENT_ACTED,          /* a row of the audit */
	STORE_EVENT_REVOKED,        /* a certificate again */
	STORE_EVENT_REFUSED,        /* the refusal that stands */
	STORE_EVENT_KIND_LAST = STORE_EVENT_REFUSED
};

/*
 * key is that of the row in its own table. cause orders what happened in one second: a time-ordered id, of
 * the row itself or of what brought it about.
 */
#define STORE_EVENT_FIELDS(F, of) \
	F(of, TIME, time, REQ)    \
	F(of, ID, cause, REQ)     \
	F(of, UINT, kind, REQ)    \
	F(of, BYTES, key, REQ)
RECORD_STRUCT(store_event, STORE_EVENT_FIELDS)

/* Whose events: each view may be absent, and one that is has none. */
struct store_event_of {
	struct bytes device_id, ek_hash, registration;
};

/* At most limit events behind `after`, which is one of a page before; NULL: from the start. */
struct store_event_page {
	const struct store_event *after;
	size_t limit;
};

MUST fault store_event_list(struct store *s, const struct store_event_of *of,
			    const struct store_event_page *page, struct arena *a,
			    struct store_event_list *ret);

#endif
