/*
 * member: a device that has enrolled, for tests: the certificate it shows, and its trips for another purpose.
 */
#ifndef TESTS_FLOW_MEMBER_H
#define TESTS_FLOW_MEMBER_H

#include "office.h"

struct member {
	uint8_t ek;
	struct bytes id, serial, hash;
};

/* Both halves of an admission for those facts. */
struct member member_settle(struct office *o, const struct answer_facts *facts);

/* Registers that EK hash and enrols a device with it. */
struct member member_enrolled(struct office *o, uint8_t ek);

/* The device as it is shown after that admission. */
struct member member_shown_by(struct office *o, uint8_t ek, const struct admission *a);

/* What the device sends for that purpose, right in every way. */
struct begin_facts member_begin(struct office *o, const struct member *m, uint64_t purpose);
struct answer_facts member_answer(struct office *o, const struct member *m, uint64_t purpose);

#endif
