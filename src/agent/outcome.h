/*
 * outcome: how an enrolment ended, as text for people or one JSON object for programs.
 */
#ifndef AGENT_OUTCOME_H
#define AGENT_OUTCOME_H

#include "agent/cause.h"
#include "agent/eksource.h"
#include "agent/invocation.h"
#include "base/text.h"

struct outcome {
	enum invocation_exit end;
	unsigned attempts;
	char device_id[TEXT_UUID_SIZE]; /* this and the next two: when it is done */
	bool is_attested;
	uint64_t assurance; /* enum trip_assurance */
	struct cause cause; /* otherwise */
	struct cause ignored; /* why it went on without its TPM, as its profile says; no code: it did not */
	struct eksource ek; /* of a device with a TPM */
	bool has_skew;
	int64_t skew_s; /* the server's clock minus ours */
};

void outcome_print(const struct outcome *outcome, FILE *out);
void outcome_print_json(const struct outcome *outcome, FILE *out);

/* The same for a command that ends with a cause alone: code, what, detail and remedy, on standard error. */
void outcome_print_cause(const struct cause *cause);

#endif
