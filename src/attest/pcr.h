/*
 * pcr: which PCRs a quote covers, and the digest over them (TPM 2.0 Part 2 §10.6.2, §10.9.7, §10.12.4).
 */
#ifndef ATTEST_PCR_H
#define ATTEST_PCR_H

#include "attest/alg.h"

#define PCR_COUNT 24
#define PCR_BANKS_MAX 8

struct pcr_bank {
	uint16_t hash;
	uint8_t size;  /* octets of the bitmap as encoded */
	uint32_t bits; /* bit i: PCR i */
};

/* TPML_PCR_SELECTION */
struct pcr_selection {
	size_t n;
	struct pcr_bank banks[PCR_BANKS_MAX];
};

/*
 * Reads a selection at the cursor, or marks it: an unknown bank, more than PCR_BANKS_MAX, a bitmap of fewer
 * than three or more than four octets, a PCR that does not exist.
 */
struct pcr_selection pcr_get(struct rd *r);

/* Reads in as one selection. PARSE_PCRSEL. */
MUST fault pcr_parse(struct bytes in, struct pcr_selection *ret);

/* Appends a TPML_PCR_SELECTION. */
void pcr_write(const struct pcr_selection *s, struct wr *w);

/* The selection of those PCRs of one bank. */
struct pcr_selection pcr_of(uint16_t hash, uint32_t bits);

/* How many PCR values a selection covers. */
size_t pcr_count(const struct pcr_selection *s);

/* True when both cover the same PCRs of the same banks. A selection that names a bank twice equals none. */
bool is_pcr_equal(const struct pcr_selection *a, const struct pcr_selection *b);

/* True when values holds one value of the bank's size for each PCR of s, in its order. */
bool is_pcr_covered(const struct pcr_selection *s, const struct bytes_list *values);

/* The digest of the values in their order, with the hash of the quoting key's scheme; out as alg_digest's. */
MUST fault pcr_digest(uint16_t hash, const struct bytes_list *values, uint8_t out[static ALG_DIGEST_MAX]);

#endif
