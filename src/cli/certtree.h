/*
 * certtree: certificate files by the names a person gave: files, and folders with whatever is below them.
 */
#ifndef CLI_CERTTREE_H
#define CLI_CERTTREE_H

#include "cli/complaint.h"

struct certtree_visit {
	/* is_named: the person named this very file. A fault ends the walk and is its own. */
	fault (*file)(const char *path, bool is_named, void *with);
	void *with;
};

/*
 * Visits every file of the NULL-terminated paths, and in folders and those below them what is called like a
 * certificate, by name. SYS_FILE, with the complaint, for what cannot be read.
 */
MUST fault certtree_walk(const char *const *paths, const struct certtree_visit *visit,
			 struct complaint *complaint);

/* True for names that end as certificates' do: .cer, .crt, .der, .pem, .p7b, .p7c. */
bool is_certtree_name(const char *name);

/* The path, or words in its place when it cannot be shown. */
const char *certtree_name(const char *path);

#endif
