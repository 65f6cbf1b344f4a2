/*
 * invocation: what the command line asks for, by one table of options that is also the help.
 */
#ifndef AGENT_INVOCATION_H
#define AGENT_INVOCATION_H

#include <stdio.h>

#include "agent/settings.h"

/* Exit codes of every command. */
enum invocation_exit {
	INVOCATION_DONE = 0,
	INVOCATION_REFUSED = 1,     /* by the server, for good */
	INVOCATION_FAILED = 2,      /* usage, configuration, TPM, files: it could not be done */
	INVOCATION_UNREACHABLE = 3, /* the server or the TPM maker's service stayed unreachable or busy */
};

/* Options, as bits: each command has its set. */
enum invocation_option {
	INVOCATION_HELP = 1 << 0,
	INVOCATION_JSON = 1 << 1,
	INVOCATION_CONFIG = 1 << 2,
	INVOCATION_STATE = 1 << 3,
	INVOCATION_TCTI = 1 << 4,
	INVOCATION_TOKEN = 1 << 5,
	INVOCATION_NO_TPM = 1 << 6,
	INVOCATION_KEY_TYPE = 1 << 7,
	INVOCATION_RENEW_KEYS = 1 << 8,
	INVOCATION_CSV = 1 << 9,
	INVOCATION_OFFLINE = 1 << 10,
	INVOCATION_ONCE = 1 << 11,
	INVOCATION_AREA = 1 << 12,
	INVOCATION_CAB = 1 << 13,
	INVOCATION_PREPARE = 1 << 14,
	INVOCATION_FOLLOW = 1 << 15,
	INVOCATION_SIGN_IN = 1 << 16,
	INVOCATION_NEW_AK = 1 << 17,
};

#define INVOCATION_AREAS_MAX 8

struct invocation {
	unsigned set; /* the options given */
	const char *config;
	const char *cab;
	const char *areas[INVOCATION_AREAS_MAX]; /* as often as given; the rest NULL */
	struct settings settings; /* the file's, then the options' */
};

/*
 * Reads options and then the configuration file they name. USAGE for what is not in allowed or no value of
 * its option, CONFIG_INVALID and SYS_FILE as settings_get, CONFIG_INVALID also for an unknown key type in the
 * file; ret_detail has the sentence. With --help no file is read.
 */
MUST fault invocation_parse(const char *const *arguments, unsigned allowed, struct invocation *ret,
			    char ret_detail[static SETTINGS_DETAIL_MAX]);

/* Prints the options of a set, one a line. */
void invocation_print(unsigned set, FILE *out);

#endif
