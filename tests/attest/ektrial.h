/*
 * ektrial: EK certificates before the judge, each from a maker whose root is an anchor for Infineon.
 */
#ifndef TESTS_ATTEST_EKTRIAL_H
#define TESTS_ATTEST_EKTRIAL_H

#include "attest/ekcert.h"
#include "maker_ca.h"

struct ektrial_bench {
	struct maker_ca ca;
	struct anchors *anchors;
	bool admits_expired_ca, admits_unlisted; /* false unless a test says so */
};

/* A judgement in which every row about the EK certificate is required. */
struct ektrial {
	struct verdict verdict;
	struct ekcert found;
	fault why;
};

/* Set-up and tear-down of a group whose state is a bench. */
int ektrial_open(void **state);
int ektrial_close(void **state);

/* Plans of genuine certificates of the bench's RSA and elliptic-curve keys. */
struct maker_ca_plan ektrial_rsa(const struct ektrial_bench *b);
struct maker_ca_plan ektrial_curve(const struct ektrial_bench *b);

struct ektrial ektrial_judge(const struct ekcert_input *in);

/* Of octets, for the RSA key of the bench: a chain, or a leaf below the issuing CA. */
struct ektrial ektrial_chain(const struct ektrial_bench *b, const struct bytes_list *chain);
struct ektrial ektrial_octets(const struct ektrial_bench *b, struct bytes leaf);

/* Of a plan, for its own key, against the bench's anchors or others; views of the leaf are cleared. */
struct ektrial ektrial_plan(const struct ektrial_bench *b, const struct maker_ca_plan *plan);
struct ektrial ektrial_below(const struct ektrial_bench *b, const struct maker_ca_plan *plan,
			     const struct anchors *anchors);

/* True for the rows about the EK certificate. */
bool is_ektrial_row(size_t check);

/* How many rows failed. */
size_t ektrial_failed(const struct ektrial *t);

/* What must have come of it: trust with no row failed, or a refusal by that row, or by it and no other. */
void ektrial_accepted(struct ektrial t);
void ektrial_refused(enum check_id check, struct ektrial t);
void ektrial_refused_alone(enum check_id check, struct ektrial t);

#endif
