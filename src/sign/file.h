/*
 * file: small files, whole: read with their mode looked at, written so that they survive a crash.
 */
#ifndef SIGN_FILE_H
#define SIGN_FILE_H

#include <sys/types.h>

#include "base/fault.h"
#include "base/wr.h"

struct file_owner {
	bool set; /* false: whoever runs this */
	uid_t uid;
	gid_t gid;
};

/*
 * Appends the content of the file. SYS_FILE when it cannot be read whole into w; KEY_FILE when it is secret
 * and others than its owner may read or write it.
 */
MUST fault file_get(const char *path, bool secret, struct wr *w);

/* Makes a file at path below the folder dir, which must not have it, with that mode, durable. SYS_FILE. */
MUST fault file_put(int dir, const char *path, struct bytes content, mode_t mode, struct file_owner owner);

/*
 * Gives a folder below the folder dir its mode and owner, and makes its entries durable; for when nothing
 * is made in it any more. SYS_FILE.
 */
MUST fault file_sync_folder(int dir, const char *path, mode_t mode, struct file_owner owner);

#endif
