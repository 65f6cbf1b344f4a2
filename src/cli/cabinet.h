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
#define CABINET_MEMBER_MAX (4 << 20) /* octets of a file in it */
#define CABINET_TOTAL_MAX (128 << 20)
#define CABINET_MEMBERS_MAX 65535

struct cabinet_member {
	const char *path; /* with '/' between folders, printable, relative, without "." and ".." */
	struct bytes content; /* absent: not wanted, or larger than what is */
};

/*
 * What is to be read of a CAB. Without is_wanted all of it, and a file that is too large refuses the CAB;
 * with it those files whose names, as they stand in the CAB, it admits. It is asked in the fence, so it
 * only computes.
 */
struct cabinet_plan {
	struct bytes file;
	bool (*is_wanted)(const char *name);
};

struct cabinet {
	size_t n;
	struct cabinet_member *v;
};

/*
 * All files, in their order; views live in the arena. ARCHIVE_INVALID, with a sentence in *ret_detail;
 * SYS_MEMORY when the arena is full.
 */
MUST fault cabinet_get(const struct cabinet_plan *plan, struct arena *arena, struct cabinet *ret,
		       const char **ret_detail);

#endif
