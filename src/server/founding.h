/*
 * founding: assayd init: keys, certificates, database and the first administrator's token of a new server.
 */
#ifndef SERVER_FOUNDING_H
#define SERVER_FOUNDING_H

#include "server/settings.h"

#define FOUNDING_ADMIN_TOKEN "admin.token"

struct founding {
	char root_hash[65];                     /* what agents are given as ca */
	char admin_token[SETTINGS_FILE_SIZE];   /* path, mode 0600 */
	char root_passphrase[SETTINGS_FILE_SIZE];
};

/*
 * Makes the data folder. CONFLICT when the server exists already; the faults of hierarchy_init and of the
 * store. After a fault the folder is gone again, or was never there.
 */
MUST fault founding_build(const struct settings *s, struct founding *ret);

#endif
