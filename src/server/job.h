/*
 * job: the work of one commit of core.
 *
 * Whatever reaches core becomes a job with a copy of its octets. All jobs that came together run in one
 * transaction, each under its own savepoint, and share one commit; only then their answers leave. So an
 * answer is always about something durable, and many devices cost one disk write.
 */
#ifndef SERVER_JOB_H
#define SERVER_JOB_H

#include "base/arena.h"
#include "flow/flow.h"
#include "proc/link.h"

struct core;
struct job;

/* What a kind of job does. Both get the core they belong to. */
struct job_kind {
	const char *name;
	/* Inside the transaction; a fault takes its writes back. */
	fault (*run)(struct core *c, struct job *j);
	/* After a fault of the device's, inside the transaction again; or NULL. */
	fault (*refused)(struct core *c, struct job *j, fault why);
	/* After the commit: send what is to be sent. */
	void (*done)(struct core *c, struct job *j);
};

struct job {
	struct job *next;
	const struct job_kind *kind;
	struct arena arena;   /* owns frame.body and all results */
	struct link *link;    /* who asked; NULL once it has gone */
	struct frame frame;
	struct bytes request_id;
	struct flow_answer answer;
	void *result;         /* of its kind, in the arena */
};

struct jobs;

struct jobs *jobs_new(void);
void jobs_free(struct jobs *jobs);

/* Queues a job for frame, copied. NULL when too many wait. */
struct job *jobs_put(struct jobs *jobs, const struct job_kind *kind, struct link *link,
		     const struct frame *frame);

/* Forgets that the link asked. */
void jobs_forget(struct jobs *jobs, const struct link *link);

bool is_jobs_empty(const struct jobs *jobs);

/*
 * Runs what is queued in one transaction and calls done for each. When the commit fails, every answer becomes
 * SYS_STORAGE. Returns that fault.
 */
fault jobs_run(struct jobs *jobs, struct core *c, struct store *store);

#endif
