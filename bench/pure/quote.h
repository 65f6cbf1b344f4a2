/*
 * quote: judging a quote by a P-256 key over all 24 PCRs, and the bare arithmetic in it.
 */
#ifndef BENCH_QUOTE_H
#define BENCH_QUOTE_H

#include <stdbool.h>

struct quote;

/* Makes a TPM's key and its quote; ends the process when that fails. */
struct quote *quote_new(void);
void quote_free(struct quote *q);

/* All that is asked of a quote by itself: form, magic, type, signature, what it answers, values, digest. */
bool is_quote_good(void *q);

/* One ECDSA verification of the same octets, from the key's numbers on. */
bool is_quote_signed(void *q);

/* Reads the TPMS_ATTEST alone. */
bool is_quote_read(void *q);

/* SHA-256 of the TPMS_ATTEST, with everything fetched before. */
bool is_quote_hashed(void *q);

#endif
