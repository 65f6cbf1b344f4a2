/*
 * comparison: the first fact in which two devices that should be alike differ.
 *
 * Facts stand in the order of the life of an enrolment: what registered the device, what its profile says,
 * what its TPM is, who vouches for it, what was let pass, each check, the decisions, the certificates. Each
 * side is a device or, by its EK hash, a refusal.
 */
#ifndef CLI_COMPARISON_H
#define CLI_COMPARISON_H

#include "cli/session.h"

/*
 * The command. Prints the first difference and how many more there are; with --json all of them. The result
 * is 0 when they are alike and COMPARISON_DIFFER when not.
 */
#define COMPARISON_DIFFER 4
MUST fault comparison_run(struct session *s);

#endif
