/*
 * report: the attestation status of every device that came, with the totals.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/resource.h"

extern const struct resource report_resource;

MUST fault report_list(struct session *s);

#endif
