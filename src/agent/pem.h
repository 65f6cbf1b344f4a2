/*
 * pem: DER as the text that other software reads (RFC 7468).
 */
#ifndef AGENT_PEM_H
#define AGENT_PEM_H

#include "base/arena.h"
#include "base/fault.h"

#define PEM_CERTIFICATE "CERTIFICATE"

/* One block per item, in the arena. SYS_MEMORY when that is full. */
MUST fault pem_build(const char *label, const struct bytes_list *items, struct arena *arena,
		     struct bytes *ret);

/* The DER of the first block, which must have that label, in the arena. KEY_FILE when it is not so. */
MUST fault pem_parse(struct bytes text, const char *label, struct arena *arena, struct bytes *ret);

#endif
