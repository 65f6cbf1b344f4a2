/*
 * report: the attestation status of every device that came, with the totals.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/resource.h"

extern const struct resource report_resource; /* the attestation status */
extern const struct resource reports_resource; /* which reports there are */

MUST fault report_list(struct session *s);

/* Another one by its name, with the columns that the server says it has. NOT_FOUND. */
MUST fault report_write(struct session *s);

#endif
