/*
 * file: small files, read whole.
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

#endif
