/*
 * attempts: failures counted in bounded memory, so that guessing and flooding end early.
 *
 * Counts are per ticket, EK and address, and of wrong passwords per name and address, in tables of fixed
 * size; where one is full its oldest entry is forgotten. Places are salted, so that nobody can aim at an
 * entry. They survive nothing: after a restart counting begins anew. An address of IPv6 stands for its /64,
 * since whoever has one of those has them all.
 */
#ifndef FLOW_ATTEMPTS_H
#define FLOW_ATTEMPTS_H

#include <netinet/in.h>

#include "base/fault.h"

#define ATTEMPTS_WINDOW_S 60
#define ATTEMPTS_PER_EK 20        /* failures of one EK in a window */
#define ATTEMPTS_PER_PEER 500     /* failures of one address: many devices stand behind one */
#define ATTEMPTS_RECORDS_PER_S 50 /* refusals written in a second */

struct attempts;

/* Whoever asks has an address, whatever EK it claims: an EK costs nothing to make up. */
struct attempts_who {
	struct bytes ek_hash; /* absent: none was claimed */
	struct bytes peer;
};

/* What an address is counted as: of IPv6 the network, in ret's octets, else the text itself. */
struct bytes attempts_network(struct bytes peer, struct in6_addr *ret);

/* Ends the process when there is neither memory nor randomness. */
struct attempts *attempts_new(void);
void attempts_free(struct attempts *a);

/*
 * ACT_LOCKED when the EK or the address has failed as often as it may in its window; *ret_retry_s then says
 * how long it stays so.
 */
MUST fault attempts_check(const struct attempts *a, const struct attempts_who *who, int64_t now,
			  uint32_t *ret_retry_s);

/* Counts one failure of both. */
void attempts_put(struct attempts *a, const struct attempts_who *who, int64_t now);

/*
 * Wrong passwords: SIGN_IN_LOCKED when this name, whether there is such an account or not, or this address
 * had as many as it may in their window; counts one; and a right one lets the name begin anew.
 */
#define ATTEMPTS_SIGN_IN_WINDOW_S 900
#define ATTEMPTS_PER_NAME 5
#define ATTEMPTS_SIGN_IN_PER_PEER 50
struct attempts_sign_in {
	struct bytes name_hash, peer;
};
MUST fault attempts_check_sign_in(const struct attempts *a, const struct attempts_sign_in *who,
				  int64_t now, uint32_t *ret_retry_s);
void attempts_put_sign_in(struct attempts *a, const struct attempts_sign_in *who, int64_t now);
void attempts_delete_sign_in(struct attempts *a, struct bytes name_hash);

/*
 * Counts a request of a token or session by its id, or without one of an address. There may be as many as
 * the limit at once and as many more in each window, evenly. CALL_RATE beyond that, *ret_retry_s seconds
 * before there is room for one; a limit of zero is none.
 */
#define ATTEMPTS_CALLS_WINDOW_S 10
struct attempts_call {
	struct bytes id; /* absent: the address counts */
	struct bytes peer;
	uint64_t limit;
};
MUST fault attempts_put_call(struct attempts *a, const struct attempts_call *call, int64_t now,
			     uint32_t *ret_retry_s);

/* Burns a challenge: it failed once and is worth nothing any more. */
void attempts_put_burnt(struct attempts *a, struct bytes ticket_id, int64_t now);
bool is_attempts_burnt(const struct attempts *a, struct bytes ticket_id);

/* True when one more refusal may be written in this second; counts it. */
bool has_attempts_room(struct attempts *a, int64_t now);

#endif
