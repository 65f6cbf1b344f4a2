#include "agent/account.h"

#include <stdio.h>
#include <string.h>

void account_init(struct account *a, struct state *state, const char *journal, struct outcome *outcome)
{
	*a = (struct account){ .outcome = outcome, .profile_state = "Unknown" };
	event_init(&a->events, state, journal);
}

void account_done(struct account *a)
{
	event_done(&a->events);
}

static void put_cause(struct account *a, enum event_name name, const struct cause *cause)
{
	const struct event event = { name, a->outcome->stage, cause, { NULL, NULL } };
	event_put(&a->events, &event);
}

static void put_event(struct account *a, enum event_name name, const char *first, const char *second)
{
	const struct event event = { name, EVENT_STAGE_NONE, NULL, { first, second } };
	event_put(&a->events, &event);
}

void account_begin(struct account *a)
{
	put_event(a, EVENT_AK_TRIGGERED, NULL, NULL);
}

void account_update_state(struct account *a, const char *to)
{
	if (strcmp(a->profile_state, to) != 0)
		put_event(a, EVENT_STATE_CHANGED, a->profile_state, to);
	a->profile_state = to;
}

void account_put_attempt(struct account *a, unsigned most)
{
	char attempt[16], of[32] = "as many as its time allows";
	snprintf(attempt, sizeof(attempt), "%u", a->outcome->attempts);
	if (most)
		snprintf(of, sizeof(of), "%u", most);
	put_event(a, EVENT_ATTEMPT, attempt, of);
}

/* The keys as server and device see them now, when the server has said how it does. */
static void put_key_state(struct account *a)
{
	const struct outcome *o = a->outcome;
	if (o->server_keys != KEYSTATE_UNSAID)
		put_event(a, EVENT_KEY_STATE, keystate_word(o->server_keys), keystate_word(o->keys));
}

/* What ended an enrolment, from what it was to what it came to. */
static void put_failure(struct account *a, fault f)
{
	const struct cause *cause = &a->outcome->cause;
	bool is_unproved = f == FAIL(TPM_REQUIRED) || f == FAIL(NOT_ATTESTED) || is_cause_of_tpm(f);
	if (is_unproved)
		put_cause(a, EVENT_NOT_CONFIGURED, cause);
	if (cause->is_server && f->kind == FAULT_CHECK)
		put_cause(a, EVENT_IDENTITY_REFUSED, cause);
	if (a->outcome->attempts > 1)
		put_cause(a, EVENT_ATTEMPTS_OVER, cause);
}

/* A technician's part ends without a token: those are for the device that its user has. */
static void put_success(struct account *a)
{
	bool has_token = a->outcome->token != NULL, is_reseal = a->outcome->purpose == TRIP_RESEAL;
	if (a->outcome->purpose == TRIP_ATTEST)
		return;
	put_cause(a, is_reseal ? EVENT_RESEALED : EVENT_ENROLMENT_DONE, NULL);
	if (is_reseal)
		return;
	put_cause(a, has_token ? EVENT_TOKEN_GIVEN : EVENT_TOKEN_REFUSED,
		  has_token ? NULL : &a->outcome->token_cause);
}

void account_put_end(struct account *a, const struct account_device *device, fault f)
{
	bool has_certificate = a->outcome->ek.place != EKSOURCE_NOWHERE, has_tpm = device->has_tpm;
	a->outcome->stage = f ? event_stage_of(&a->outcome->cause, f) : EVENT_STAGE_COMPLETED;
	if (device->is_read && has_tpm)
		put_cause(a, has_certificate ? EVENT_EK_FOUND : EVENT_EK_MISSING, NULL);
	put_key_state(a);
	if (f)
		put_failure(a, f);
	else if (a->outcome->is_attested)
		put_cause(a, EVENT_IDENTITY_CONFIRMED, NULL);
	account_update_state(a, f ? "NotProvisioned" : "Available");
	if (f)
		put_cause(a, EVENT_ENROLMENT_FAILED, &a->outcome->cause);
	else
		put_success(a);
}
