/*
 * exportorder: in verify: what an export asks of a report (wire/body.h), as a selection. Internal to api/.
 */
#ifndef API_EXPORTORDER_H
#define API_EXPORTORDER_H

#include "api/read.h"

#define EXPORTORDER_TOP 1000 /* rows of a part */

/* enum frame_format by its word, which is csv when nothing is said; 0: there is none. And the reverse. */
uint64_t exportorder_format(struct bytes word);
const char *exportorder_format_word(uint64_t format);

/*
 * Puts into the call, whose body was read, what the body asks. REPORT_UNKNOWN, the faults of odata_parse, and
 * PARSE_FIELD for another format; the notes name the member.
 */
MUST fault exportorder_read(struct call *c, struct arena *a, struct read_notes *notes);

#endif
