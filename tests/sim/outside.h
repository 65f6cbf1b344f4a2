/*
 * outside: a place for models (tests/attest/model.h) to talk to: a running assayd, over HTTP, with an
 * administrator's token to make devices known.
 */
#ifndef TESTS_SIM_OUTSIDE_H
#define TESTS_SIM_OUTSIDE_H

#include <jansson.h>

#include "http/client.h"
#include "model.h"

struct outside {
	struct client *device, *admin;
	struct arena arena;      /* of one request */
	char authorization[160];
	unsigned conversations;
	char serial[16];
	char registration[64]; /* of an EK hash */
	uint8_t token_id[16], token_secret[32];
	bool keeps_token; /* the next conversation takes the token of the last one */
};

/* Where the server is and who may administer it, as text. */
struct outside_plan {
	const char *device_url, *admin_url, *ca, *token;
};

extern const struct model_place outside_place;

/* Becomes the model's place, after the server has come to trust the model's maker. */
void outside_init(struct outside *o, const struct outside_plan *plan, struct model *m);
void outside_done(struct outside *o);

#endif
