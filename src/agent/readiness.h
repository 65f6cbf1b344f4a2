/*
 * readiness: whether this computer can be attested and can keep keys, and what is missing.
 *
 * What Windows shows under "Security processor details", with every prerequisite and its remedy. The rows are
 * readiness.def. Looking changes nothing here, needs no server, and ends in time whatever hangs: it is done
 * by a process of its own, which is given up after READINESS_LIMIT_MS; rows are then as far as it came.
 */
#ifndef AGENT_READINESS_H
#define AGENT_READINESS_H

#include <stdio.h>

#include "agent/cause.h"
#include "agent/invocation.h"
#include "agent/location.h"

#define READINESS_LIMIT_MS 4500
#define READINESS_FACT_SIZE 640

/* Win32_Tpm::IsReadyInformation, as far as it is used. */
enum readiness_information {
	READINESS_TPM_ACTIVATE = 0x20,
	READINESS_TPM_CREATE_EK = 0x80,
	READINESS_EK_CERTIFICATE = 0x40000,
	READINESS_TCG_EVENT_LOG = 0x80000,
	READINESS_NOT_REDUCED = 0x100000,
	READINESS_GENERIC_ERROR = 0x200000,
	READINESS_ATTESTATION_VULNERABILITY = 0x1000000,
};

enum readiness_id {
#define R(name, ...) READINESS_ROW_##name,
#include "agent/readiness.def"
#undef R
	READINESS_ROW_NOTHING, /* needs no other row */
	READINESS_COUNT = READINESS_ROW_NOTHING,
};

/* The headlines, as bits. */
enum readiness_headline {
	READINESS_NONE = 0,
	READINESS_ATTESTATION = 1,
	READINESS_STORAGE = 2,
	READINESS_BOTH = READINESS_ATTESTATION | READINESS_STORAGE,
};

enum readiness_kind { READINESS_REQUIRED, READINESS_EXPECTED, READINESS_INFORMATIONAL, READINESS_KIND_COUNT };

enum readiness_outcome {
	READINESS_NOT_RUN = 0, /* fact says why */
	READINESS_FAILED,
	READINESS_WARNED,
	READINESS_PASSED,
	READINESS_NOT_APPLICABLE,
	READINESS_OUTCOME_COUNT
};

struct readiness_finding {
	enum readiness_outcome outcome;
	char fact[READINESS_FACT_SIZE]; /* what was found, one line; may be empty */
	struct cause cause;             /* of what failed, or is a warning */
};

struct readiness_row {
	const char *word;  /* in JSON */
	const char *title; /* for people */
	enum readiness_headline bears;
	enum readiness_kind kind;
	fault why;
	enum readiness_id needs;
	uint32_t information;
	const char *sentence;
};

extern const struct readiness_row readiness_rows[READINESS_COUNT];

struct readiness {
	struct readiness_finding of[READINESS_COUNT];
	struct location server, service; /* as far as they were tried */
	bool has_skew;
	int64_t skew_s;       /* the server's clock minus ours */
	enum readiness_id at; /* the row that is looked at, or would be next */
};

enum readiness_state { READINESS_UNSUPPORTED = 0, READINESS_UNREADY, READINESS_READY };

/* Looks at every row; NULL without memory. */
struct readiness *readiness_new(const struct invocation *invocation);
void readiness_free(struct readiness *r);

/* What the rows say of a headline. */
enum readiness_state readiness_state_of(const struct readiness *r, enum readiness_headline of);

/* The first failed row that bears on a headline; READINESS_ROW_NOTHING when there is none. */
enum readiness_id readiness_first(const struct readiness *r);

/* IsReadyInformation: zero when nothing is missing. */
uint32_t readiness_information(const struct readiness *r);

/* Words: of such a bit, "EK_CERTIFICATE", or NULL; of an outcome, "passed"; of a headline, "Ready". */
const char *readiness_information_name(uint32_t bit);
const char *readiness_outcome_word(enum readiness_outcome outcome);
const char *readiness_state_text(enum readiness_state state);

/* Completes findings that were given up: what was looked at timed out, what was to follow is not run. */
void readiness_give_up(struct readiness *r);

/* The command's exit code. */
enum invocation_exit readiness_exit(const struct readiness *r);

void readiness_print(const struct readiness *r, FILE *out);
void readiness_print_json(const struct readiness *r, FILE *out);

/* The command check. Gives the exit code. */
int readiness_run(const struct invocation *invocation);

#endif
