/*
 * secret: comparing and forgetting what nobody else may learn.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/bytes.h"

/* True when both hold the same octets; the time taken depends on the lengths alone. */
MUST bool is_secret_equal(struct bytes a, struct bytes b);

/* Overwrites n octets at p; the compiler may not leave it out. */
void secret_done(void *p, size_t n);

#endif
