/*
 * file: small files, read and written whole.
 */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include "base/wr.h"
#include "cli/complaint.h"

enum file_kind {
	FILE_PUBLIC = 1,
	FILE_SECRET, /* refused when anybody but its owner may read it */
};

/*
 * Appends the file's octets. SYS_FILE when it cannot be read whole into w, KEY_FILE for a secret that others
 * may read; the complaint names the file.
 */
MUST fault file_get(const char *path, enum file_kind kind, struct complaint *complaint, struct wr *w);

/*
 * Makes the file, for its owner alone to read, or replaces its content. SYS_FILE; what could not be written
 * whole is removed.
 */
MUST fault file_put(const char *path, struct bytes content, struct complaint *complaint);

#endif
