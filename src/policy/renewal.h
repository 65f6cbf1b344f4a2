/*
 * renewal: when a device gets certificates in place of those it has.
 *
 * In the last third of their life, and devices that enrolled together are spread over the first half of it:
 * the other half is for whoever was switched off.
 */
#ifndef POLICY_RENEWAL_H
#define POLICY_RENEWAL_H

#include "base/bytes.h"

/* A certificate's life, and whose it is: an id whose last octets are random. */
struct renewal_of {
	int64_t not_before, not_after;
	struct bytes device_id;
};

/* From that moment on it is to be renewed; always the same for one certificate of one device. */
int64_t renewal_time(const struct renewal_of *of);

#endif
