/*
 * work: the kinds of jobs that core does (server/job.h).
 */
#ifndef SERVER_WORK_H
#define SERVER_WORK_H

#include "server/core.h"

extern const struct job_kind work_begin;  /* trip 1 */
extern const struct job_kind work_answer; /* trip 2 up to T1 */
extern const struct job_kind work_call;   /* anything else that was asked */
extern const struct job_kind work_finish; /* T2 */
extern const struct job_kind work_void;   /* the CA will not sign */
extern const struct job_kind work_resume; /* at start: open intents */
extern const struct job_kind work_checkin;  /* a device is there */
extern const struct job_kind work_bundle;   /* it sends diagnostics */
extern const struct job_kind work_commands; /* the next devices of what many are told */
extern const struct job_kind work_contacts; /* writes when devices were last there */
extern const struct job_kind work_watch;  /* compares what failed of late */
extern const struct job_kind work_appraise; /* are devices still compliant? */
extern const struct job_kind work_prune;  /* forgets replies and used tokens that are kept long enough */

/* What work_finish and work_void are about. */
struct work_ticket {
	uint8_t id[TRIP_ID_SIZE];
	fault why; /* work_void */
};

#endif
