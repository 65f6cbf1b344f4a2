/*
 * exportfile: in desk: a report as a file, part by part: CSV (RFC 4180, as wire/csvline.h writes it) with a
 * line of names, or a JSON array with an object for each row. Internal to api/.
 *
 * A part has whole rows. The position of the next is the token of the last row's key (wire/selection.h), so
 * that nobody holds anything from one part to the next.
 */
#ifndef API_EXPORTFILE_H
#define API_EXPORTFILE_H

#include "api/serving.h"

MUST fault exportfile_write(struct serve *s);

#endif
