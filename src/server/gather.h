/*
 * gather: core's side of asking others: for one missing CA certificate, list of revoked ones, document of an
 * identity provider or token of an administrator who signs in there at a time, or a webhook to take a notice.
 *
 * Each tick looks for one that is due, marks it as tried in a commit, and only then names its address to
 * fetch. What comes back goes to the administrators' verify unread, and what that says of it becomes the row
 * of flow/missing.h, flow/eklisting.h or flow/provider.h. A notice is signed by ca on its way to fetch, and
 * what comes back is for flow/notifying.h. Kinds take turns. Whoever dies on the way ends this turn; the row
 * has its next.
 */
#ifndef SERVER_GATHER_H
#define SERVER_GATHER_H

#include "proc/link.h"
#include "server/entrance.h"

struct core;
struct gather;

/* Most octets of a file with a certificate, and of one that is a list. */
struct gather_bounds {
	uint64_t file, list;
};

/* Ends the process when there is no memory. */
struct gather *gather_new(struct core *c, const struct gather_bounds *bounds);
void gather_free(struct gather *g);

/* Begins with the next one unless one is under way or fetch is away. */
void gather_tick(struct gather *g);

/*
 * An administrator's errand, which comes before all that is due; whoever waits is answered at its end.
 * SYS_BUSY when there are as many as may be; FETCH_UNREACHABLE when nothing is fetched here (fetch.hosts).
 */
MUST fault gather_put(struct gather *g, const struct authcode_errand *errand,
		      const struct entrance_waiter *waiter);

/* That link is gone: nobody waits there. */
void gather_forget_waiter(struct gather *g, const struct link *link);

/* A FRAME_FETCHED of fetch or a FRAME_EXAMINED of verify. */
void gather_take(struct gather *g, const struct frame *frame);

/* What ca made of the notice that it was asked for under that id, or why it did not. */
void gather_take_token(struct gather *g, uint64_t id, fault why, struct bytes token);

/* That process is gone. */
void gather_forget(struct gather *g, struct role_id peer);

#endif
