/*
 * inquiry: whether one of our certificates is still good, as whoever relies on it asks (OCSP, RFC 6960).
 *
 * verify reads the question, core says what the records do, ca signs that.
 */
#ifndef FLOW_INQUIRY_H
#define FLOW_INQUIRY_H

#include "cert/ocsp.h"
#include "flow/flow.h"

#define INQUIRY_TYPE "application/ocsp-request"

/* True when a request with that target is one: POST, or GET with the question in the path (appendix A.1). */
bool is_inquiry_target(struct bytes target);

/*
 * In verify: the question of a request. PARSE_ENVELOPE when it is none, to be answered by a status
 * (ocsp_write_status); METHOD_UNKNOWN for another method than these two.
 */
MUST fault inquiry_read(const struct request *r, struct arena *a, struct inquiry *ret);

/*
 * In core: what is to be said, for as long as flow_limits.answer_s; views borrow from the question. A serial
 * that this issuer never released is unknown. NOT_FOUND when it is about none of our issuing CAs in force.
 */
MUST fault inquiry_get(struct flow *f, const struct inquiry *i, struct arena *a, struct standing *ret);

#endif
