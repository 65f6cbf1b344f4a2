/*
 * outcome: how an enrolment ended, or what an enrolled device came for, as text for people or one JSON object
 * for programs.
 */
#ifndef AGENT_OUTCOME_H
#define AGENT_OUTCOME_H

#include "agent/cause.h"
#include "agent/eksource.h"
#include "agent/event.h"
#include "agent/invocation.h"
#include "agent/organization.h"
#include "attest/keystate.h"
#include "base/text.h"
#include "wire/trip.h"

struct outcome {
	enum trip_purpose purpose;
	enum invocation_exit end;
	unsigned attempts;
	char device_id[TEXT_UUID_SIZE]; /* when it is done, or was before */
	char profile[TRIP_LABEL_MAX + 1]; /* this and the next two: when it is done */
	char organization[ORGANIZATION_SIZE]; /* whose server it is; empty when none was reached */
	bool is_attested;
	uint64_t assurance; /* enum trip_assurance */
	enum keystate server_keys;      /* the server's view of this device's keys, */
	enum keystate keys, keys_before; /* and its own, now and when it began */
	const char *token;  /* likewise, when there is one; token_cause otherwise */
	int64_t token_expires;
	struct cause token_cause;
	enum event_stage stage;
	struct cause cause; /* when it is not done */
	struct cause ignored; /* why it went on without its TPM, as its profile says; no code: it did not */
	struct eksource ek; /* of a device with a TPM */
	bool has_skew;
	int64_t skew_s; /* the server's clock minus ours */
};

void outcome_print(const struct outcome *outcome, FILE *out);
void outcome_print_json(const struct outcome *outcome, FILE *out);

#endif
