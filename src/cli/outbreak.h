/*
 * outbreak: what is suspected when one fault befalls many devices of one maker or issuer at once.
 */
#ifndef CLI_OUTBREAK_H
#define CLI_OUTBREAK_H

#include <jansson.h>

#include "cli/session.h"

/* All that the server knows, the first first, appended to ret, an array. The faults of session_send. */
MUST fault outbreak_list(struct session *s, json_t *ret);

/* One is written in full while it lasts, and in a line when it is over. */
bool is_outbreak_open(const json_t *outbreak);
void outbreak_write(struct session *s, const json_t *outbreak);

#endif
