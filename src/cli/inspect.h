/*
 * inspect: the verifier offline: what the server would say of a file, by the code the server runs.
 *
 * Nothing but the files named is read, no address is visited. A file is accepted when every check that its
 * kind needs passed, refused when one failed or it cannot be read, and parsed when nothing failed but
 * something was not given that a judgement needs: the attestation key, the signature, the conversation.
 */
#ifndef CLI_INSPECT_H
#define CLI_INSPECT_H

#include "cli/session.h"

/* The exit codes of this command; COMPLAINT_EXIT_USAGE when it could not run. */
enum inspect_exit { INSPECT_EXIT_ACCEPTED = 0, INSPECT_EXIT_REFUSED = 1, INSPECT_EXIT_PARSED = 3 };

/*
 * Prints what is found of each file as text, or with --json as an object, an array for several files. The
 * verb of the command is the kind of file. A file, root or key that cannot be read stops it before anything
 * is printed: SYS_FILE, ANCHOR_INVALID, or what is wrong with the key; USAGE for a time that is none.
 */
MUST fault inspect_run(struct session *s);

#endif
