/*
 * office: core's side of an enrolment for tests: a real database, a real ticket key, facts as verify would
 * send them, and a CA that signs nothing but answers.
 */
#ifndef TESTS_FLOW_OFFICE_H
#define TESTS_FLOW_OFFICE_H

#include "test.h"

#include "flow/admission.h"
#include "flow/attempts.h"
#include "flow/blocking.h"
#include "flow/challenge.h"
#include "flow/complying.h"
#include "flow/contacts.h"
#include "flow/filtering.h"
#include "flow/inventory.h"
#include "flow/issuance.h"
#include "flow/profiles.h"
#include "flow/restricting.h"

#define OFFICE_NOW INT64_C(1767225600)

struct office {
	char folder[64];
	struct arena arena;
	struct flow flow;
	struct flow_limits limits;
	struct issuer issuer;
	struct vault_key key, record_key;
	struct inventory_actor admin;
};

/* A test with an office of its own as **state. */
#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, office_setup, office_done)
int office_setup(void **state);
int office_done(void **state);

/* n octets of value v in the arena. */
struct bytes office_octets(struct office *o, uint8_t v, size_t n);

/* Records: a registration by EK hash (all octets ek) or by serial number, of the default profile. */
void office_register_key(struct office *o, uint8_t ek);
void office_register_serial(struct office *o, const char *serial);

/* Blocks Infineon's firmware up to 7.61, mended in 7.62, and keys of all kinds made under it. */
void office_block(struct office *o);
extern const struct blocklist_new office_block_row;

/* firmwareVersion of those first two numbers. */
#define OFFICE_FIRMWARE(major, minor) ((uint64_t)(major) << 48 | (uint64_t)(minor) << 32)

/* A registration by EK hash of a new profile that says this of virtual and unknown TPMs; NULL: nothing. */
void office_register_class(struct office *o, uint8_t ek, const char *virtual, const char *unknown);

/* A single-use token for a profile with attestation off, which is made; its text's id and secret. */
struct office_token {
	struct bytes id, secret;
};
struct office_token office_token(struct office *o);

/* What verify says of a device whose EK hash is all `ek`, whose AK and device key are named after it. */
struct begin_facts office_begin(struct office *o, uint8_t ek, const char *serial);

/* The challenge for those facts; a test fails when it is refused. */
struct challenge_result office_challenge(struct office *o, const struct begin_facts *facts);

/* The first trip as core runs it when there will be no challenge: the refusal is recorded and handed on. */
fault office_begin_refused(struct office *o, const struct begin_facts *facts);

/* The answer of the same device to that challenge, right in every way. */
struct answer_facts office_answer(struct office *o, const struct begin_facts *facts,
				  const struct challenge_result *c);

/* Both trips of a device: what it sent, what it got, and its right answer. */
struct office_trips {
	struct begin_facts begin;
	struct challenge_result challenge;
	struct answer_facts answer;
};
struct office_trips office_trips(struct office *o, uint8_t ek, const char *serial);

/* Both trips of a device without a TPM that shows that token. */
struct office_trips office_token_trips(struct office *o, const struct office_token *t);

/* T1 as core runs it: in a transaction that is kept only when it gives NULL. */
fault office_admit(struct office *o, const struct answer_facts *facts, struct admission *ret);

/* How many rows of the audit have that action. */
size_t office_deeds(struct office *o, const char *action);

/* T2 with certificates of the CA that signs nothing. */
fault office_release(struct office *o, const struct admission *a, struct flow_answer *ret);

#endif
