/*
 * inside: a place for models (tests/attest/model.h) to talk to: the server's use cases inside of the test,
 * with a real database and real tickets, from the octets of a device to the closed verdict. Nothing is kept
 * of an answer, so that every conversation finds the same records.
 */
#ifndef TESTS_FLOW_INSIDE_H
#define TESTS_FLOW_INSIDE_H

#include "model.h"
#include "office.h"

struct inside {
	struct office *office;
	struct arena arena; /* of one conversation */
	unsigned conversations;
	char serial[16];
	bool has_registration; /* of an EK hash */
	uint8_t registration[16];
	bool has_device; /* the model's TPM has proved itself before */
	struct bytes server_key_hash, token_id;
	struct verdict verdict; /* of the last message, all zero when it was not judged */
	size_t issues;          /* certificates that the last answer would have got */
};

extern const struct model_place inside_place;

/* Makes the records that every conversation needs, and becomes the model's place. */
void inside_init(struct inside *i, struct model *m);
void inside_done(struct inside *i);

#endif
