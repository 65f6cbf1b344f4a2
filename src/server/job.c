#include "server/job.h"

#include <stdlib.h>

#include "base/heap.h"

#define JOB_QUEUE_MAX 2048
#define JOB_BATCH_MAX 256
#define JOB_ARENA (4 << 20) /* pages that are not touched cost nothing */
#define JOB_IDLE_MAX 64

struct jobs {
	struct job *first, **last;
	struct job *running; /* the batch in progress */
	struct job *idle;    /* with their arenas, for the next */
	size_t n, idle_n;
};

struct jobs *jobs_new(void)
{
	struct jobs *jobs = heap_need(calloc(1, sizeof(*jobs)));
	jobs->last = &jobs->first;
	return jobs;
}

static void list_free(struct job *j)
{
	while (j) {
		struct job *next = j->next;
		arena_done(&j->arena);
		free(j);
		j = next;
	}
}

void jobs_free(struct jobs *jobs)
{
	if (!jobs)
		return;
	list_free(jobs->first);
	list_free(jobs->idle);
	free(jobs);
}

static struct job *job_new(struct jobs *jobs)
{
	struct job *j = jobs->idle;
	if (j) {
		struct arena arena = j->arena;
		jobs->idle = j->next;
		jobs->idle_n--;
		*j = (struct job){ .arena = arena };
		arena_reset(&j->arena);
		return j;
	}
	j = calloc(1, sizeof(*j));
	if (!j)
		abort();
	arena_init(&j->arena, JOB_ARENA);
	return j;
}

static void job_done(struct jobs *jobs, struct job *j)
{
	if (jobs->idle_n >= JOB_IDLE_MAX) {
		j->next = NULL;
		list_free(j);
		return;
	}
	j->next = jobs->idle;
	jobs->idle = j;
	jobs->idle_n++;
}

struct job *jobs_put(struct jobs *jobs, const struct job_kind *kind, struct link *link,
		     const struct frame *frame)
{
	if (jobs->n >= JOB_QUEUE_MAX)
		return NULL;
	struct job *j = job_new(jobs);
	j->kind = kind;
	j->link = link;
	if (frame) {
		j->frame = *frame;
		j->frame.body = arena_copy(&j->arena, frame->body);
	}
	*jobs->last = j;
	jobs->last = &j->next;
	jobs->n++;
	return j;
}

void jobs_forget(struct jobs *jobs, const struct link *link)
{
	for (struct job *j = jobs->first; j; j = j->next)
		if (j->link == link)
			j->link = NULL;
	for (struct job *j = jobs->running; j; j = j->next)
		if (j->link == link)
			j->link = NULL;
}

bool is_jobs_empty(const struct jobs *jobs)
{
	return jobs->first == NULL;
}

static fault run_refused(struct core *c, struct job *j, struct store *store, fault why)
{
	if (!j->kind->refused || !is_fault_refusal(why))
		return NULL;
	TRY(store_savepoint(store));
	fault second = j->kind->refused(c, j, why);
	return second ? store_revert(store) : store_release(store);
}

/* One job under its savepoint. The fault returned is the transaction's, not the job's. */
static fault run_one(struct core *c, struct job *j, struct store *store)
{
	TRY(store_savepoint(store));
	fault why = j->kind->run(c, j);
	if (!why && is_arena_full(&j->arena))
		why = FAIL(SYS_MEMORY);
	if (!why)
		return store_release(store);
	j->answer = (struct flow_answer){ .why = why, .detail = j->answer.detail, .reason = j->answer.reason,
					  .retry_after_s = j->answer.retry_after_s };
	TRY(store_revert(store));
	return run_refused(c, j, store, why);
}

static fault run_batch(struct jobs *jobs, struct core *c, struct store *store)
{
	TRY(store_begin(store));
	for (struct job *j = jobs->running; j; j = j->next)
		TRY(run_one(c, j, store));
	return store_commit(store);
}

/* Takes at most JOB_BATCH_MAX jobs off the queue. */
static void take_batch(struct jobs *jobs)
{
	struct job **end = &jobs->first;
	size_t n = 0;
	while (*end && n < JOB_BATCH_MAX) {
		end = &(*end)->next;
		n++;
	}
	jobs->running = jobs->first;
	jobs->first = *end;
	if (!jobs->first)
		jobs->last = &jobs->first;
	*end = NULL;
	jobs->n -= n;
}

fault jobs_run(struct jobs *jobs, struct core *c, struct store *store)
{
	take_batch(jobs);
	fault why = run_batch(jobs, c, store);
	if (why)
		store_rollback(store);
	while (jobs->running) {
		struct job *j = jobs->running;
		if (why)
			j->answer = (struct flow_answer){ .why = FAIL(SYS_STORAGE) };
		j->kind->done(c, j);
		jobs->running = j->next;
		job_done(jobs, j);
	}
	return why;
}
