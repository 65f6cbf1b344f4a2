/*
 * actor: the roles of a small server that only relays, for tests of parent.
 *
 * Whoever connects to net gets one line: "signed" when his request went net → verify → core → ca and all the
 * way back, "busy" when a link on the way is down.
 */
#ifndef TESTS_PROC_ACTOR_H
#define TESTS_PROC_ACTOR_H

#include "proc/role.h"

#define ACTOR_VERIFIES 2
#define ACTOR_UID(role) (60020U + (unsigned)(role))
#define ACTOR_RECYCLE_AFTER 5

/* argv[1] is the data folder, argv[2] one of these. */
#define ACTOR_PLAIN "plain"
#define ACTOR_REFUSE "refuse"   /* ca refuses its start with KEY_FILE */
#define ACTOR_DIE "die"         /* core ends in its start without a word */
#define ACTOR_STUCK "stuck"     /* net does not stop when told to */
#define ACTOR_HOLD "hold"       /* ca answers nothing before SIGUSR2 */
#define ACTOR_RECYCLE "recycle" /* verify 0 ends cleanly after ACTOR_RECYCLE_AFTER requests */
#define ACTOR_BABBLE "babble"   /* verify 0 sends core a frame that only core may send */
#define ACTOR_FLOOD "flood"     /* verify 0, once asked, sends parent words without end */
#define ACTOR_SLANDER "slander" /* ca, whenever asked, reports verify 0, to which it has no link */

/* The whole life of one role; returns the exit code. */
int actor_run(struct role_id id, char **argv);

#endif
