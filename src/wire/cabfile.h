/*
 * cabfile: files as one CAB ([MS-CAB] 2), which every Windows opens.
 *
 * One folder, not compressed, with checksums: what goes into one is small, and a reader has nothing to
 * unpack.
 */
#ifndef WIRE_CABFILE_H
#define WIRE_CABFILE_H

#include "base/arena.h"
#include "base/fault.h"

#define CABFILE_NAME_MAX 255
#define CABFILE_MEMBERS_MAX 64
#define CABFILE_SIZE_MAX (16 << 20)

struct cabfile_member {
	const char *name; /* printable, and leads nowhere: no '/', '\\' or ':', not "." or ".." */
	struct bytes content;
};

struct cabfile {
	size_t n;
	const struct cabfile_member *v;
	int64_t time; /* of all of them, seconds since 1970 UTC; from 1980 to 2107 */
};

/* ARCHIVE_INVALID when a name, the time or a number is outside of these bounds, or a name comes twice. */
MUST fault cabfile_build(const struct cabfile *c, struct arena *arena, struct bytes *ret);

#endif
