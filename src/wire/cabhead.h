/*
 * cabhead: the header of a CAB (Microsoft Cabinet Format, [MS-CAB] 2.1), as far as it says what is where.
 *
 * A signature of Authenticode stands behind the CAB. Where, say 20 octets that the header reserves for it.
 */
#ifndef WIRE_CABHEAD_H
#define WIRE_CABHEAD_H

#include "base/fault.h"

struct cabhead {
	struct bytes cabinet;   /* as long as its header says; 60 octets at least when it is signed */
	struct bytes signature; /* all that stands behind it; absent: not signed */
};

/* True when the octets begin like a CAB. */
bool is_cabhead(struct bytes file);

/* ARCHIVE_INVALID when it is no CAB, cut short, or anything but a signature stands behind it. */
MUST fault cabhead_parse(struct bytes file, struct cabhead *ret);

#endif
