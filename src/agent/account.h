/*
 * account: the account that a device gives, in events, of an enrolment and of what it comes for later.
 */
#ifndef AGENT_ACCOUNT_H
#define AGENT_ACCOUNT_H

#include "agent/event.h"
#include "agent/outcome.h"

struct account {
	struct event_book events;
	struct outcome *outcome;
	const char *profile_state; /* the last one told, in the words of event 153 */
};

/* Borrows all it is given. */
void account_init(struct account *a, struct state *state, const char *journal, struct outcome *outcome);
void account_done(struct account *a);

/* It begins with the attestation key. */
void account_begin(struct account *a);

/* The profile's state, when it is another than the last. */
void account_update_state(struct account *a, const char *to);

/* One more attempt, of so many; 0: as many as there is time for. */
void account_put_attempt(struct account *a, unsigned most);

/* What is known of the device in the end. */
struct account_device {
	bool is_read; /* its TPM was */
	bool has_tpm;
};

/* How it ended; NULL: well. Sets the outcome's stage. */
void account_put_end(struct account *a, const struct account_device *device, fault f);

#endif
