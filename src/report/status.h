/*
 * status: what the device attestation report says of a device, in Intune's words (TpmAttestationStatus).
 */
#ifndef REPORT_STATUS_H
#define REPORT_STATUS_H

#include "base/fault.h"

struct status {
	const char *word;   /* Completed, Failed, Not started */
	const char *detail; /* Intune's status detail where one fits, else the fault's sentence; or "" */
	bool retry;         /* attesting again is advised, once the remedy was heeded */
};

/* An attested device; an enrolled one that is not (why may be NULL); one refused, or proved to be amiss. */
struct status status_of_attested(void);
struct status status_of_unattested(fault why);
struct status status_of_failed(fault why);

#endif
