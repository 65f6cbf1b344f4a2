/*
 * scope: which parts of the server a bearer token is for, as words with blanks between (RFC 6749 §3.3).
 */
#ifndef API_SCOPE_H
#define API_SCOPE_H

#include "api/endpoint.h"

/* SCOPE_UNKNOWN for a word that no row of api/scope.def has. No words at all: anything. */
MUST fault scope_check(struct bytes scope);

/* True when the endpoint is of a part that the scope names, or the scope is absent. */
bool has_scope(struct bytes scope, enum endpoint_id id);

#endif
