/*
 * faults: what fails at the server, for how many and since when; and what became of one request.
 */
#ifndef CLI_FAULTS_H
#define CLI_FAULTS_H

#include "cli/session.h"

/* With an argument one request (cli/request.h), else what failed. */
MUST fault faults_write(struct session *s);

#endif
