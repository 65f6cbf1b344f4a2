/*
 * store_enrolment: spent tickets. A ticket is spent by the row's being there, so it is spent once.
 *
 * T1 puts an intent; T2, after the CA signed, issues or voids it. The reply is kept so that a repeated second
 * trip gets the same octets.
 */
#ifndef STORE_STORE_ENROLMENT_H
#define STORE_STORE_ENROLMENT_H

#include "store/record.h"
#include "store/store.h"

enum store_enrolment_state { STORE_ENROLMENT_INTENT = 1, STORE_ENROLMENT_ISSUED, STORE_ENROLMENT_VOID };

/*
 * purpose is enum trip_purpose, certificates how many the ticket is to give, fault why it is void, upn the
 * user whose credential came with it, token the enrolment token that it used.
 */
#define STORE_ENROLMENT_FIELDS(F, of)    \
	F(of, ID, ticket_id, REQ)        \
	F(of, HASH, request_digest, REQ) \
	F(of, ID, device_id, REQ)        \
	F(of, UINT, purpose, REQ)        \
	F(of, UINT, state, REQ)          \
	F(of, TEXT, fault, OPT)          \
	F(of, BYTES, reply, OPT)         \
	F(of, UINT, certificates, REQ)   \
	F(of, TIME, created, REQ)        \
	F(of, TIME, finished, REQ)       \
	F(of, TEXT, upn, OPT)            \
	F(of, ID, request_id, OPT)       \
	F(of, ID, token, OPT)
RECORD_STRUCT(store_enrolment, STORE_ENROLMENT_FIELDS)

/* CONFLICT when the ticket is known already. */
MUST fault store_enrolment_put(struct store *s, const struct store_enrolment *row);
MUST fault store_enrolment_get(struct store *s, struct bytes ticket_id, struct arena *a,
			       struct store_enrolment **ret);
MUST fault store_enrolment_find(struct store *s, struct bytes ticket_id, struct arena *a,
				struct store_enrolment **ret);

/* That of the request that was admitted, or NULL. */
MUST fault store_enrolment_find_request(struct store *s, struct bytes request_id, struct arena *a,
					struct store_enrolment **ret);

/*
 * Writes state, fault, reply and finished of the intent with that ticket_id. NOT_FOUND when there is no such
 * ticket, CONFLICT when it is not an intent any more: what was released stays as it was.
 */
MUST fault store_enrolment_finish(struct store *s, const struct store_enrolment *row);

/* Intents only. */
MUST fault store_enrolment_list_open(struct store *s, struct store_page page, struct arena *a,
				     struct store_enrolment_list *ret);

/* Forgets what finished before that time; intents stay. */
MUST fault store_enrolment_prune(struct store *s, int64_t before, uint64_t *ret_count);

#endif
