/*
 * export: the trusted CA certificates as files, with all that an import needs to make them the same again.
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "cli/session.h"

/*
 * `roots export`. A name that ends in .pem is a file for all; any other a folder, new or empty, with
 * MAKER/RootCA and MAKER/IntermediateCA, a file for each and the table roots.csv. Each stands in PEM behind
 * its label (cli/label.h). SYS_FILE, also for a folder that has something in it, and the faults of roots_get.
 */
MUST fault export_run(struct session *s);

#endif
