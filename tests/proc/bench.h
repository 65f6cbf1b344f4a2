/*
 * bench: a server of actors (actor.h) that is started, watched, asked and stopped, for tests of parent.
 *
 * A program that uses it executes itself anew as the roles: its main asks child_parse first.
 */
#ifndef TESTS_PROC_BENCH_H
#define TESTS_PROC_BENCH_H

#include <sys/types.h>

#include "proc/parent.h"
#include "proc/status.h"

#define BENCH_PATIENCE_MS 30000
#define BENCH_LOG_SIZE 262144

/* A running server: parent's process, where it writes its status, and its log so far. */
struct server {
	char folder[64], status[96];
	pid_t pid;
	int log;
	uint64_t *ended; /* the number of the fault with which parent ended, in memory that it shares */
	size_t log_size;
	char log_text[BENCH_LOG_SIZE];
};

/* Starts one in a mode of actor.h; of changes, NULL or not, stop_ms and roles are used where they are set. */
struct server *bench_start(const char *mode, const struct parent_plan *changes);

/* The same with no changes, and every role ready. */
struct server *bench_start_ready(const char *mode);

/* Tells it to stop, expects that it does without a fault, and frees it. */
void bench_stop(struct server *s);
void bench_free(struct server *s);

/* The fault with which parent ended, or NULL. */
fault bench_await_end(struct server *s);

/* What parent and roles have logged so far; also keeps the pipe from filling up. */
const char *bench_log(struct server *s);
void bench_await_log(struct server *s, const char *text);

/* A few milliseconds, for loops that wait for a condition. */
void bench_pause(void);

/* The row of status of that role; awaited: once it is ready and another process than that. */
bool bench_find_row(const struct server *s, struct role_id id, struct status_row *ret);
struct status_row bench_await_row(struct server *s, struct role_id id, pid_t other_than);

/* A client of net: its connection, and the line it gets. */
int bench_connect(struct server *s);
const char *bench_read_answer(int fd);

/* Whether a request went all the way and back; awaited: until every pair of links has answered. */
bool is_bench_signed(struct server *s);
void bench_await_service(struct server *s);

#endif
