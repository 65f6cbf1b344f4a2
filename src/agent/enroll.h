/*
 * enroll: this computer proves itself to the server and keeps the certificates it gets.
 *
 * Its second request is on the disk before it is sent, so that after a crash or a lost reply the same octets
 * are sent again and the same certificates come back; it is removed when there is an answer for good. One
 * that another command left is settled first.
 */
#ifndef AGENT_ENROLL_H
#define AGENT_ENROLL_H

#include "agent/cause.h"
#include "agent/invocation.h"
#include "wire/trip.h"

/* The command enroll, by whoever it is. Gives the exit code. */
int enroll_run(const struct invocation *invocation);

/*
 * The command reseal: the same two trips, after which the device has no certificates and waits for its user.
 */
int enroll_run_reseal(const struct invocation *invocation);

/*
 * The commands of a device that is enrolled, and shows the certificate it has: attest proves it again and
 * changes nothing, renew gets new certificates, recover gets those of a device whose key was a file for a key
 * in its TPM.
 */
int enroll_run_attest(const struct invocation *invocation);
int enroll_run_recover(const struct invocation *invocation);
int enroll_run_renew(const struct invocation *invocation);

/* The same, or an enrolment, for whoever prints nothing; of a fault its cause. */
MUST fault enroll_again(const struct invocation *invocation, enum trip_purpose purpose, struct cause *ret);

/*
 * Ends what a command had under way when it was killed; where there is nothing, or no state yet, there is
 * nothing to do. Of a fault its cause.
 */
MUST fault enroll_settle(const struct invocation *invocation, struct cause *ret);

#endif
