/*
 * proposal: what the server might judge by, to see what would follow before anything is changed: trusted CA
 * certificates, a blocklist, a policy (policy/rules.h), each from a file.
 */
#ifndef CLI_PROPOSAL_H
#define CLI_PROPOSAL_H

#include "attest/anchors.h"
#include "cli/session.h"
#include "policy/blocklist.h"
#include "policy/rules.h"

/* What is not proposed stays, for each device, as it was judged by. */
struct proposal {
	struct anchors *anchors; /* NULL: not proposed */
	bool has_blocklist, has_rules;
	struct blocklist blocklist;
	struct rules rules;
	struct arena arena; /* of the blocklist */
};

/*
 * The proposal of --roots, --blocklist and --policy. The certificates of --roots stand in place of those that
 * the server trusts or, with --add, beside them. One that the server trusts keeps its maker and class there,
 * any other needs --maker and --class. USAGE when those are missing, belong to nothing, or --roots names no
 * CA certificate; SYS_FILE, and CONFIG_INVALID or the faults of blocklist_parse with the file and its line;
 * the faults of inspect_roots_get and of the server. Nothing is to be freed then.
 */
MUST fault proposal_build(struct session *s, struct proposal *ret);
void proposal_done(struct proposal *p);

#endif
