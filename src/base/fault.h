/*
 * fault: why something did not happen.
 *
 * A fault is a pointer to one immutable row of fault.def; NULL is success. A row holds the stable code, the
 * Windows HRESULT where one exists, the HTTP status, what happened, what a person should do, and which of
 * Intune's status details says it (detail.def). API, portal, CLI, logs and manual print these words and no
 * others.
 *
 * A fault is not a verdict: "could not check" and "checked and found bad" are kept apart (attest/verdict.h).
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum fault_kind {
	FAULT_BUG = 0, /* our own mistake */
	FAULT_INPUT,   /* malformed, nothing stored */
	FAULT_CHECK,   /* evidence was read and does not prove what it should */
	FAULT_DENIED,  /* proved, but not allowed */
	FAULT_LIMIT,   /* too large, too many, too fast */
	FAULT_SYSTEM,  /* disk, database, TPM, network, another process */
};

/* NONE: no device's attestation ends so. */
enum fault_detail {
	FAULT_DETAIL_NONE = 0,
#define D(id, ...) FAULT_DETAIL_##id,
#include "base/detail.def"
#undef D
	FAULT_DETAIL_COUNT
};

struct fault_detail_row {
	const char *text;   /* Intune's; of NONE it is empty */
	bool retry;         /* Intune advises to attest again once its remedy was heeded */
	const char *remedy; /* Intune's, in our words */
	const char *unlike; /* why the retry of some of its faults is another; NULL: none is */
	const char *absent; /* why no fault has it; NULL: some do */
};

extern const struct fault_detail_row fault_details[FAULT_DETAIL_COUNT];

struct fault_row {
	const char *name;
	enum fault_kind kind;
	int http;
	uint32_t hresult; /* 0: none exists */
	bool retry;       /* the same request may succeed later */
	enum fault_detail detail;
	const char *what;
	const char *remedy;
};

typedef const struct fault_row *fault;

enum fault_code {
#define F(name, ...) FAULT_CODE_##name,
#include "base/fault.def"
#undef F
	FAULT_COUNT
};

extern const struct fault_row fault_rows[FAULT_COUNT];

#define FAIL(name) (&fault_rows[FAULT_CODE_##name])

/* The only control-flow macro: hands a fault to the caller. */
#define TRY(expr)                   \
	do {                        \
		fault f_ = (expr);  \
		if (f_)             \
			return f_;  \
	} while (0)

/* Hands the named fault to the caller unless the condition holds. */
#define NEED(cond, name) TRY((cond) ? NULL : FAIL(name))

/* True when the fault is the asker's, so that a refusal is due; false when the service itself has failed. */
bool is_fault_refusal(fault f);

/* The row's position plus one, for frames between roles of one binary; 0 for NULL. */
uint64_t fault_number(fault f);

/* The row with that number. Returns NULL for 0 and the BUG row for a number that no row has. */
fault fault_by_number(uint64_t number);

/* The row with that code, or NULL. Codes are stored in the database, numbers never. */
fault fault_find(struct bytes code);

#endif
