/*
 * roots: the CA certificates of TPM makers that the organisation trusts.
 */
#ifndef CLI_ROOTS_H
#define CLI_ROOTS_H

#include "base/wr.h"
#include "cli/resource.h"

extern const struct resource roots_resource;

/*
 * The record of that fingerprint with its certificate, whose DER is appended to w. REPLY_INVALID when it has
 * none that fits, and the faults of session_send.
 */
MUST fault roots_get(struct session *s, const char *id, struct wr *w, json_t **ret);

#endif
