/*
 * nametemplate: the name that a device gets when it enrols, as its profile writes it.
 *
 * Letters, digits and hyphens stand for themselves, %SERIAL% for the serial number, %RAND:n% for n random
 * digits; each of the two once at most. As in Windows Autopilot a name has at most 15 characters and is not a
 * number alone.
 */
#ifndef POLICY_NAMETEMPLATE_H
#define POLICY_NAMETEMPLATE_H

#include "base/fault.h"
#include "base/wr.h"

#define NAMETEMPLATE_NAME_MAX 15
#define NAMETEMPLATE_PARTS_MAX 5 /* text before, between and after two of the others */

enum nametemplate_kind { NAMETEMPLATE_TEXT = 1, NAMETEMPLATE_SERIAL, NAMETEMPLATE_RANDOM };

struct nametemplate_part {
	enum nametemplate_kind kind;
	struct bytes text; /* TEXT: what stands there */
	size_t digits;     /* RANDOM */
};

struct nametemplate {
	size_t n;
	struct nametemplate_part v[NAMETEMPLATE_PARTS_MAX];
	size_t fixed; /* characters of a name without the serial number's */
};

/*
 * NAME_TEMPLATE_FORM for anything but the form above or a hyphen at either end, NAME_TEMPLATE_LONG when the
 * names would be too long, or no room is left for a serial number, NAME_TEMPLATE_DIGITS when all of them
 * would be numbers. Views are those of text.
 */
MUST fault nametemplate_parse(struct bytes text, struct nametemplate *ret);

/* What the name of one device is made of. */
struct nametemplate_of {
	struct bytes serial; /* may be absent */
	uint64_t random;
};

/*
 * Appends the name. Of a serial number its letters and digits are taken, and the last of those where all are
 * too many. NAME_SERIAL when there are none, NAME_TEMPLATE_DIGITS when the name would be a number.
 */
MUST fault nametemplate_write(const struct nametemplate *t, const struct nametemplate_of *of, struct wr *w);

#endif
