/*
 * examination: what verify does with a device's message: octets in, facts and outcomes out.
 *
 * It runs in the process that holds nothing but the trust snapshot. It parses, judges by attest/evaluate.h,
 * and hands core facts; core believes of them what it can compare with its own.
 */
#ifndef FLOW_EXAMINATION_H
#define FLOW_EXAMINATION_H

#include "attest/evaluate.h"
#include "flow/flow.h"

struct examination {
	const struct request *request;
	const struct anchors *anchors;
	struct bytes snapshot;  /* its digest */
	bool admits_expired_ca; /* attest/ekchain.h */
	bool admits_unlisted;   /* the same */
	struct arena *arena;   /* facts borrow from it, from the request's body and from the anchors */
};

/* Reads and judges the first trip. A fault is malformed input, of which nothing is kept. */
MUST fault examination_begin(const struct examination *x, struct begin_facts *ret);

/* Reads and judges the second trip. */
MUST fault examination_answer(const struct examination *x, struct answer_facts *ret);

/* The same for the trips of a device token: neither asks what is trusted. */
MUST fault examination_token_begin(const struct examination *x, struct token_ask *ret);
MUST fault examination_token_answer(const struct examination *x, struct possession *ret);

/* Reads a check-in. DEVICE_CERT_MISSING without a certificate, DEVICE_UNKNOWN for one that cannot be ours. */
MUST fault examination_checkin(const struct examination *x, struct presence *ret);

/* The same of a bundle of diagnostics, whose CAB is one as far as its header says; ARCHIVE_INVALID. */
MUST fault examination_diagnostics(const struct examination *x, struct diagnostics *ret);

/* Wraps core's secret as the challenge says and gives the finished challenge as octets in the arena. */
MUST fault examination_wrap(const struct credential *c, struct arena *a, struct bytes *ret);

/*
 * Tests the libraries on a CA certificate of ours (DER) and a key known to all, and makes them read
 * whatever they read at first use, before the sandbox closes. BUG when anything comes out wrong.
 */
MUST fault examination_check(struct bytes certificate);

#endif
