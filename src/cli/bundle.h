/*
 * bundle: certificates by the names a person gave: files, folders and CABs, whatever form each is in.
 */
#ifndef CLI_BUNDLE_H
#define CLI_BUNDLE_H

#include "base/arena.h"
#include "cli/complaint.h"

#define BUNDLE_SOURCE_SIZE 129

/* What is looked through: what a person named, or one CAB that is at hand already. */
struct bundle {
	const char *const *paths; /* NULL-terminated; NULL: the CAB */
	const char *name;         /* what the CAB is called */
	struct bytes cab;
};

/* One file of a bundle. Views live during the call. */
struct bundle_file {
	const char *name; /* as results call it */
	bool is_named;      /* the person named this very file, not a folder or CAB that has it */
	const char *source; /* the file or folder that they came from, by the bundle's name */
	const char *layout; /* the path whose folders may say more (cli/layout.h) */
	struct bytes content;
	const struct complaint *bad; /* why there is no content, or NULL */
};

struct bundle_visit {
	fault (*file)(const struct bundle_file *file, void *with); /* a fault ends the walk and is its own */
	void *with;
};

/*
 * Visits every file of the bundle; in folders and CABs those called like certificates. What cannot be read is
 * visited with the reason. SYS_FILE for folders, SYS_MEMORY.
 */
MUST fault bundle_walk(const struct bundle *bundle, const struct bundle_visit *visit,
		       struct complaint *complaint);

#endif
