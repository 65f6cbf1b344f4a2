/*
 * reader: in desk: answers what only reads the records. core has asked who may.
 */
#ifndef API_READER_H
#define API_READER_H

#include "api/endpoint.h"

/* Runs the row's reader; of the flow it needs the store and the time. The fault returned is why not. */
MUST fault reader_answer(struct flow *f, const struct call *c, struct arena *a, struct flow_answer *ret);

#endif
