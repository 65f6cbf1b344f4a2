/*
 * complaint: why a command did not do what it was asked, as the person at the shell is told it.
 *
 *   assay: CODE: what happened.
 *          detail (HRESULT)
 *          remedy (request ID)
 */
#ifndef CLI_COMPLAINT_H
#define CLI_COMPLAINT_H

#include <stdio.h>

#include "wire/problem.h"

#define COMPLAINT_TEXT_SIZE 1280

/* The exit codes of the program. */
enum complaint_exit {
	COMPLAINT_EXIT_DONE = 0,
	COMPLAINT_EXIT_REFUSED = 1,     /* the server said no */
	COMPLAINT_EXIT_USAGE = 2,       /* the server was not asked, or its answer could not be shown */
	COMPLAINT_EXIT_UNREACHABLE = 3, /* no answer of the server that was asked */
};

struct complaint {
	fault why;      /* NULL: none */
	bool is_server; /* the server said it */
	uint32_t hresult;
	char code[128], what[COMPLAINT_TEXT_SIZE], remedy[COMPLAINT_TEXT_SIZE];
	char detail[COMPLAINT_TEXT_SIZE], request_id[33]; /* may be empty */
};

/* Fills ret with the fault's words and a detail, left out when it is not printable, and gives why back. */
__attribute__((format(printf, 3, 4)))
fault complaint_put(struct complaint *ret, fault why, const char *format, ...);

/* The same with what the server said; REASON_UNKNOWN when this program does not know the code. */
fault complaint_put_problem(struct complaint *ret, const struct problem_view *said);

void complaint_write(const struct complaint *c, FILE *out);

enum complaint_exit complaint_exit(const struct complaint *c);

#endif
