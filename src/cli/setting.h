/*
 * setting: what is said once for many commands.
 *
 * Each comes from the first of these that says it: option, environment, the user's file
 * (~/.config/assay/assay.conf), the machine's file (/etc/assay/assay.conf).
 */
#ifndef CLI_SETTING_H
#define CLI_SETTING_H

#include "cli/line.h"

#define SETTING_TEXT_MAX 1023

enum setting_id {
	SETTING_SERVER = 0,
	SETTING_CA,
	SETTING_TOKEN_FILE,
	SETTING_ROOTS_FROM,
	SETTING_ROOTS_SIGNER,
	SETTING_COUNT
};

struct setting {
	char value[SETTING_TEXT_MAX + 1]; /* empty: nobody said it */
	char place[SETTING_TEXT_MAX + 1]; /* where it was said or, by nobody, could be: "--ca, ASSAY_CA" */
};

/*
 * All of them. CONFIG_INVALID for a value that is too long or a file with anything else in it, SYS_FILE as
 * file_get.
 */
MUST fault setting_get(const struct line *line, struct complaint *complaint,
		       struct setting ret[static SETTING_COUNT]);

#endif
