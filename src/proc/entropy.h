/*
 * entropy: random octets from the kernel.
 */
#ifndef PROC_ENTROPY_H
#define PROC_ENTROPY_H

#include "base/fault.h"

/* Fills n octets at p from the kernel's generator. SYS_RNG when it gives none: p is then all zero. */
MUST fault entropy_fill(void *p, size_t n);

#endif
