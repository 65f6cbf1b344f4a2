/*
 * cause: why something did not succeed, in the words that a person and a program are told.
 *
 * They come from this program's own table, or from a server's problem document, which may name faults that
 * this program does not know yet.
 */
#ifndef AGENT_CAUSE_H
#define AGENT_CAUSE_H

#include "base/fault.h"
#include "wire/problem.h"

#define CAUSE_TEXT_SIZE 512

struct cause {
	char code[64]; /* empty: there is none */
	char what[CAUSE_TEXT_SIZE];
	char remedy[CAUSE_TEXT_SIZE];
	char detail[CAUSE_TEXT_SIZE];
	char request_id[33];
	uint32_t hresult;
	bool retry;      /* the same request may succeed later */
	uint32_t wait_s; /* the server asked to wait so long */
	bool is_server;  /* the server said it */
};

/* The cause of a fault of this program; detail may be NULL. */
struct cause cause_of(fault why, const char *detail);

/* True for a fault behind which may be the TPM: what it said last (chip_detail) is then the detail. */
bool is_cause_of_tpm(fault f);

/* The cause that a problem document states. */
struct cause cause_of_problem(const struct problem_view *problem, uint32_t wait_s);

#endif
