/*
 * cabinet: the files of a CAB (Microsoft Cabinet Format, [MS-CAB]), in memory.
 *
 * libmspack decompresses, in a process of its own that can do nothing but read its memory and write to a pipe
 * (seccomp's strict mode): a CAB comes from outside, and a decompressor is where such files do their harm. A
 * CAB is read whole or refused: cut short or longer than it says, parted over several files, names that lead
 * elsewhere or come twice, more or larger files than a maker's bundle can have.
 */
#ifndef CLI_CABINET_H
#define CLI_CABINET_H

#include "base/arena.h"
#include "base/fault.h"

#define CABINET_SIZE_MAX (64 << 20)  /* octets of a CAB */
#define CABINET_MEMBER_MAX (1 << 20) /* octets of a file in it */
#define CABINET_TOTAL_MAX (128 << 20)
#define CABINET_MEMBERS_MAX 65535

struct cabinet_member {
	const char *path; /* with '/' between folders, printable, relative, without "." and ".." */
	struct bytes content;
};

struct cabinet {
	size_t n;
	struct cabinet_member *v;
};

/*
 * All files, in their order; views live in the arena. ARCHIVE_INVALID, with a sentence in *ret_detail;
 * SYS_MEMORY when the arena is full.
 */
MUST fault cabinet_get(struct bytes file, struct arena *arena, struct cabinet *ret, const char **ret_detail);

#endif
