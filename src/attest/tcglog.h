/*
 * tcglog: the firmware's log of what was started (TCG PC Client Platform Firmware Profile 1.05 §10), and the
 * PCR values that it leads to.
 *
 * Nothing of a log is signed. What it says is worth as much as the PCR values that it leads to are proved.
 */
#ifndef ATTEST_TCGLOG_H
#define ATTEST_TCGLOG_H

#include "attest/pcr.h"

#define TCGLOG_BANKS_MAX 8

struct tcglog_bank {
	uint16_t hash; /* of alg.h, or none that is known there */
	uint16_t size; /* octets of its digests */
};

struct tcglog {
	bool is_agile;        /* each event has a digest for each bank (§10.2.2), not SHA-1 alone (§10.2.1) */
	struct bytes events;  /* those after the one that says so */
	size_t count;         /* of them */
	uint8_t locality;     /* of TPM2_Startup: where PCR 0 begins (§10.4.5.3) */
	size_t n;
	struct tcglog_bank banks[TCGLOG_BANKS_MAX];
};

/*
 * Reads a whole log; views borrow from in. Zeros or ones up to the end are padding, as some firmware leaves
 * it. PARSE_LEN when it ends inside an event, PARSE_RANGE for a PCR, bank or size that cannot be.
 */
MUST fault tcglog_parse(struct bytes in, struct tcglog *ret);

/* What the events of one bank lead to. */
struct tcglog_values {
	uint32_t touched; /* bit i: PCR i was extended */
	uint8_t v[PCR_COUNT][ALG_DIGEST_MAX];
};

/* Replays a log that tcglog_parse read. PCRSEL when it has no such bank; faults as alg_digest. */
MUST fault tcglog_replay(const struct tcglog *log, uint16_t hash, struct tcglog_values *ret);

#endif
