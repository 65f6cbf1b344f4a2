/*
 * update: makers' CA certificates as they are published, looked at before they are trusted.
 */
#ifndef CLI_UPDATE_H
#define CLI_UPDATE_H

#include "cli/session.h"

/*
 * `roots update`: fetches the CAB, checks who signed it (attest/authenticode.h) or that it is the file that
 * --sha256 names, shows what it would change, asks, and imports it. Nothing is asked when nothing is new.
 * DOWNLOAD_… and SYS_FILE, CAB_…, the faults of difference_build and import_bundle; UNCONFIRMED when
 * there is nobody to ask.
 */
MUST fault update_run(struct session *s);

#endif
