/*
 * enroll: this computer proves itself to the server and keeps the certificates it gets.
 *
 * Its second request is on the disk before it is sent, so that after a crash or a lost reply the same octets
 * are sent again and the same certificates come back; it is removed when there is an answer for good. One
 * that another command left is settled first.
 */
#ifndef AGENT_ENROLL_H
#define AGENT_ENROLL_H

#include "agent/invocation.h"

/* The command enroll, by whoever it is. Gives the exit code. */
int enroll_run(const struct invocation *invocation);

/*
 * The command reseal: the same two trips, after which the device has no certificates and waits for its user.
 */
int enroll_run_reseal(const struct invocation *invocation);

#endif
