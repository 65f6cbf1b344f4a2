/*
 * succession: assayd rollover: a new issuing CA in the place of the present one, and the end of a former one.
 */
#ifndef SERVER_SUCCESSION_H
#define SERVER_SUCCESSION_H

#include "server/settings.h"
#include "sign/rollover.h"

struct succession_order {
	const char *root;       /* the folder with the root's key and passphrase; NULL: in the data folder */
	const char *passphrase; /* file with the passphrase, "-" for standard input; NULL: beside the key */
	bool forget;            /* drop the oldest former CA's key instead */
};

struct succession {
	struct rollover made; /* with forget: generation is which was dropped */
	char certificate[SETTINGS_FILE_SIZE];
};

/*
 * Does it, with nobody else on the data folder. DATA_IN_USE while a server runs on it; ROOT_MISSING; the
 * faults of premises_open, rollover_put and rollover_delete. detail names the file, or is empty.
 */
MUST fault succession_put(const struct settings *s, const struct succession_order *o, struct succession *ret,
			  char detail[static SETTINGS_DETAIL_MAX]);

/*
 * Drops what is of no use any more, and says so in the log: for when a server starts, which has the folder.
 */
MUST fault succession_prune(const struct settings *s);

#endif
