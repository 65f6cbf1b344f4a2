/*
 * premises: the data folder, looked at and taken before the first role starts.
 *
 * One server at a time has a data folder; whatever assayd init made must be there and readable. Asked here, a
 * missing file is named to the person at the keyboard; a role could only say that it did not start.
 */
#ifndef SERVER_PREMISES_H
#define SERVER_PREMISES_H

#include "server/settings.h"

struct premises {
	int folder; /* descriptor; holds the lock */
	char detail[SETTINGS_DETAIL_MAX];
};

/*
 * Takes the folder until premises_close or the end of this process. DATA_MISSING when assayd init has not
 * made it or a file of it is gone, DATA_IN_USE when another server has it, SYS_FILE when this user may not
 * read it, CONFIG_INVALID for a list of hosts that is none; detail then names the file or the setting.
 * premises_close may always follow.
 */
MUST fault premises_open(const struct settings *s, struct premises *ret);
void premises_close(struct premises *p);

#endif
