/*
 * rollover: a new issuing CA under the same root, and the end of a former one.
 *
 * Both are one step each, a name that appears and a key that goes, so that a crash leaves the folder as it
 * was or as it is to be. An authority that is open goes on with what it opened: nobody else may have the
 * folder.
 */
#ifndef SIGN_ROLLOVER_H
#define SIGN_ROLLOVER_H

#include "sign/file.h"
#include "sign/lineage.h"

struct rollover_plan {
	const char *folder;       /* sign/hierarchy.h made it */
	const char *root_key;     /* path of the root's key, */
	const char *passphrase;   /* which opens it */
	const char *organization; /* in the name of the new CA */
	const char *url;          /* as in hierarchy_plan */
	int64_t now;
	struct file_owner owner; /* of what is made */
};

struct rollover {
	uint64_t generation; /* of the new one */
	int64_t not_after;   /* until when it can sign */
	int64_t until;       /* when the one before is of no use any more (lineage_until) */
};

/*
 * Makes the next CA, its key, its certificate and the root's list to go with it, and the present one a former
 * one. CA_FORMERS when there are too many of those; ROOT_PASSPHRASE; KEY_FILE when the root's key cannot be
 * read or is not that of the root's certificate; SIGNER_REFUSED when the root has expired; SYS_FILE, SYS_RNG.
 */
MUST fault rollover_put(const struct rollover_plan *plan, struct rollover *ret);

/* Deletes the key of the oldest former CA, whichever that is. CA_FORMER_NONE, SYS_FILE. */
MUST fault rollover_delete(const char *folder, uint64_t *ret_generation);

/*
 * Deletes the keys of former CAs that are of no use any more at the time now, and what a crash of
 * rollover_put left; how many keys in *ret_count. SYS_FILE; KEY_FILE for a certificate that is none.
 */
MUST fault rollover_prune(const char *folder, int64_t now, uint64_t *ret_count);

#endif
