/*
 * leniencies: what was let pass of a device's certificates, as reports name it.
 */
#ifndef REPORT_LENIENCIES_H
#define REPORT_LENIENCIES_H

#include <jansson.h>
#include <stdint.h>

/* The names of a set of attest/leniency.def as an array of strings, in the order of the table. */
json_t *leniencies_list(uint64_t set);

#endif
