/*
 * checkin: an enrolled device says that it is there, and is told when to come again.
 *
 * It is known by the certificate it showed, whose key TLS proved. The certificate must be, octet by octet,
 * one that the records say is in force, or on hold because the device is not compliant, since only one that
 * comes can become it again: neither its own words nor who signed it count for anything here.
 */
#ifndef FLOW_CHECKIN_H
#define FLOW_CHECKIN_H

#include "flow/flow.h"
#include "store/store_device.h"

/*
 * The device whose certificate that is. DEVICE_UNKNOWN when the records have no such certificate of a device
 * key, DEVICE_STALE when it is not in force, DEVICE_RETIRED, DEVICE_QUARANTINED while its TPM claims what is
 * another's.
 */
struct checkin_shown {
	struct bytes serial, hash;
};
MUST fault checkin_find_device(struct flow *f, const struct checkin_shown *shown, struct arena *a,
			       struct store_device **ret, int64_t *ret_expires);

/*
 * The same of a device that comes for a purpose that takes its certificate; NULL of one that comes for
 * another. COMMAND_OVER when it is to recover its key and nobody said so: whoever copied a key out of a file
 * would bind it to a TPM of theirs.
 */
MUST fault checkin_find_shown(struct flow *f, uint64_t purpose, const struct checkin_shown *shown,
			      struct arena *a, struct store_device **ret);

/*
 * Notes the contact, hears what came of earlier orders and answers with those that are open; faults as above.
 * One that is retired is told to forget what it has of us, and heard until it has said that it did.
 */
MUST fault checkin_take(struct flow *f, const struct presence *p, struct arena *a, struct flow_answer *ret);

#endif
