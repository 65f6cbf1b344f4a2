/*
 * wording: what administrators say of a record: what is absent stays as it was, an empty text takes it away.
 */
#ifndef FLOW_WORDING_H
#define FLOW_WORDING_H

#include "base/fault.h"

/* A number of at most max; taken away it is 0. PARSE_FIELD. */
MUST fault wording_read_number(struct bytes text, uint64_t max, uint64_t *ret);

/* 1 for the word yes, 0 for no; taken away it is 0. PARSE_FIELD. */
MUST fault wording_read_truth(struct bytes word, const char *yes, const char *no, uint64_t *ret);

#endif
