/*
 * purpose: what the two trips are made for, and what each asks of a device and gives it.
 */
#ifndef POLICY_PURPOSE_H
#define POLICY_PURPOSE_H

#include "wire/trip.h"

/*
 * is_managed: whoever comes for it shows the device certificate it has, which says what device it is; its TPM
 * must be proved, whatever its profile says, and whether it may enrol is no question any more. is_issuing:
 * there are certificates in the end. is_same_keys: only for the keys that those in force are for.
 */
struct purpose {
	enum trip_purpose of;
	const char *deed; /* in the audit; NULL: not served by these trips */
	bool is_managed, is_issuing, is_same_keys;
};

/* The row of a purpose; one that is not served has no deed. */
const struct purpose *purpose_find(uint64_t purpose);

#endif
