#include "server/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_meta.h"
#include "test.h"

/* The core of these tests: a store and a count of what was done. */
struct core {
	struct store *store;
	struct jobs *jobs;
	char folder[64];
	unsigned done, refused;
	fault last;
};

static int setup(void **state)
{
	struct core *c = calloc(1, sizeof(*c));
	char path[96];
	if (!c)
		return -1;
	*state = c;
	snprintf(c->folder, sizeof(c->folder), "/tmp/assay-job-XXXXXX");
	if (!mkdtemp(c->folder))
		return -1;
	snprintf(path, sizeof(path), "%s/db", c->folder);
	c->jobs = jobs_new();
	return store_open(path, &c->store) ? -1 : 0;
}

static int teardown(void **state)
{
	struct core *c = *state;
	char path[96];
	static const char *const names[] = { "db", "db-wal", "db-shm" };
	store_close(c->store);
	jobs_free(c->jobs);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", c->folder, names[i]);
		unlink(path);
	}
	rmdir(c->folder);
	free(c);
	return 0;
}

static fault put(struct core *c, struct job *j, const char *prefix)
{
	const struct store_meta row = { bytes_text(arena_format(&j->arena, "%s%.*s", prefix,
								(int)j->frame.body.n,
								(const char *)j->frame.body.p)),
					BYTES_TEXT("x") };
	return store_meta_put(c->store, &row);
}

static fault run_good(struct core *c, struct job *j)
{
	return put(c, j, "good.");
}

static fault run_bad(struct core *c, struct job *j)
{
	TRY(put(c, j, "bad."));
	return FAIL(DEVICE_NOT_REGISTERED);
}

static fault run_ill(struct core *c, struct job *j)
{
	TRY(put(c, j, "bad."));
	return FAIL(SYS_BUSY);
}

static fault refused(struct core *c, struct job *j, fault why)
{
	c->refused++;
	CHECK(why == FAIL(DEVICE_NOT_REGISTERED));
	return put(c, j, "refused.");
}

static void done(struct core *c, struct job *j)
{
	c->done++;
	c->last = j->answer.why;
}

static const struct job_kind good = { "good", run_good, refused, done };
static const struct job_kind bad = { "bad", run_bad, refused, done };
static const struct job_kind ill = { "ill", run_ill, refused, done };

static void queue(struct core *c, const struct job_kind *kind, const char *name)
{
	const struct frame f = { .type = FRAME_CALL, .body = bytes_text(name) };
	CHECK(jobs_put(c->jobs, kind, NULL, &f));
}

static bool has_row(struct core *c, const char *name)
{
	uint8_t memory[4096] = { 0 };
	struct arena a = { .p = memory, .n = sizeof(memory) };
	struct store_meta *row = NULL;
	OK(store_meta_find(c->store, bytes_text(name), &a, &row));
	return row != NULL;
}

static void what_one_job_wrote_is_taken_back_alone(void **state)
{
	struct core *c = *state;
	queue(c, &good, "1");
	queue(c, &bad, "2");
	queue(c, &good, "3");
	OK(jobs_run(c->jobs, c, c->store));
	CHECK(c->done == 3 && c->refused == 1);
	CHECK(has_row(c, "good.1") && has_row(c, "good.3"));
	CHECK(!has_row(c, "bad.2") && has_row(c, "refused.2"));
}

static void a_fault_of_the_service_is_no_refusal(void **state)
{
	struct core *c = *state;
	queue(c, &ill, "1");
	OK(jobs_run(c->jobs, c, c->store));
	CHECK(c->done == 1 && c->refused == 0 && c->last == FAIL(SYS_BUSY));
	CHECK(!has_row(c, "bad.1") && !has_row(c, "refused.1"));
}

static void a_commit_that_fails_refuses_every_job_of_its_batch(void **state)
{
	struct core *c = *state;
	queue(c, &good, "1");
	OK(store_begin(c->store)); /* somebody left a transaction open: the batch cannot begin its own */
	CHECK(jobs_run(c->jobs, c, c->store) != NULL);
	CHECK(c->done == 1 && c->last == FAIL(SYS_STORAGE));
	CHECK(!has_row(c, "good.1"));
}

static void the_queue_is_bounded_and_drained_in_order(void **state)
{
	struct core *c = *state;
	unsigned n = 0;
	const struct frame f = { .type = FRAME_CALL, .body = BYTES_TEXT("x") };
	while (n < 5000 && jobs_put(c->jobs, &good, NULL, &f))
		n++;
	CHECK(n > 100 && n < 5000);
	while (!is_jobs_empty(c->jobs))
		OK(jobs_run(c->jobs, c, c->store));
	CHECK(c->done == n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_one_job_wrote_is_taken_back_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fault_of_the_service_is_no_refusal, setup, teardown),
		cmocka_unit_test_setup_teardown(a_commit_that_fails_refuses_every_job_of_its_batch, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_queue_is_bounded_and_drained_in_order, setup, teardown),
	};
	return RUN(tests);
}
