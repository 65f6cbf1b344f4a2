/*
 * eksource: where this TPM's EK certificate comes from: its own memory, its maker's service, or, while that
 * cannot be asked, the copy of an earlier answer.
 */
#ifndef AGENT_EKSOURCE_H
#define AGENT_EKSOURCE_H

#include <stdio.h>

#include "agent/cause.h"
#include "agent/identity.h"
#include "agent/settings.h"
#include "agent/state.h"

enum eksource_place { EKSOURCE_NOWHERE = 0, EKSOURCE_TPM, EKSOURCE_SERVICE, EKSOURCE_COPY, EKSOURCE_COUNT };

/* The EKs that a service is asked for, the preferred one first. */
#define EKSOURCE_KINDS 2

struct eksource_attempt {
	enum endorsement_kind kind; /* of the key asked for */
	struct cause cause;         /* no code: a certificate came */
};

struct eksource {
	enum eksource_place place;
	enum endorsement_kind kind; /* of the key that is certified, unless it is from nowhere */
	const char *service;        /* the address that was asked, of the settings; NULL: none was */
	struct cause cause;         /* why there is none, or why the copy had to serve */
	size_t count;
	struct eksource_attempt attempts[EKSOURCE_KINDS * SETTINGS_EK_ATTEMPTS_MAX];
};

struct eksource_plan {
	const struct settings *settings;
	struct chip *chip;
	struct state *state;
	struct arena *arena; /* of the certificate */
	bool keeps_nothing;  /* no copy is put into the state */
};

/* The https://HOST[:PORT] of a service's address; what follows it there is its path, which may be empty. */
struct eksource_origin {
	char text[SETTINGS_TEXT_MAX + 1];
	const char *path;
};
void eksource_split(const char *address, struct eksource_origin *ret);

/* The fault of a request to such a service that got no answer: by how far it came, or its own. */
fault eksource_fault(enum client_step step, fault why);

/*
 * Finds a certificate for one of the identity's keys, which then is the one to prove, and keeps a copy of
 * what a service answered. The service is asked whatever copy there is, as often as the settings say, each
 * failure on standard error. That there is no certificate is a cause, not a fault. CONFIG_INVALID for
 * settings that cannot be followed, with the cause; AGENT_STATE, SYS_MEMORY, faults as tpm/chip.h.
 */
MUST fault eksource_find(const struct eksource_plan *plan, struct identity *identity, struct eksource *ret);

/* One line for people. */
void eksource_print(const struct eksource *source, FILE *out);

struct json_t;
/* All of it as a JSON object, the caller's. */
struct json_t *eksource_build_json(const struct eksource *source);

#endif
