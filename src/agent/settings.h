/*
 * settings: the agent's configuration, one table that is also its manual.
 */
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include "base/config.h"
#include "cert/token.h"
#include "http/client.h"
#include "wire/trip.h"

#define SETTINGS_FILE "/etc/assay/agent.conf"
#define SETTINGS_TEXT_MAX 255
#define SETTINGS_WORD_MAX 15
#define SETTINGS_DETAIL_MAX 512

#define SETTINGS_AUTO "auto"
#define SETTINGS_NONE "none"
#define SETTINGS_EK_ATTEMPTS_MAX 10

struct settings {
	char server[SETTINGS_TEXT_MAX + 1];
	char ca[2 * CLIENT_PIN_SIZE + 1];
	char tcti[SETTINGS_TEXT_MAX + 1];
	char state[SETTINGS_TEXT_MAX + 1];
	char key_type[SETTINGS_WORD_MAX + 1]; /* a word of tpm/keytype.h */
	char token[TOKEN_TEXT_SIZE]; /* a secret */
	char serial[TRIP_LABEL_MAX + 1]; /* this and the next three: empty when the machine is to be asked */
	char name[TRIP_LABEL_MAX + 1];
	char manufacturer[TRIP_LABEL_MAX + 1];
	char model[TRIP_LABEL_MAX + 1];
	char proxy[SETTINGS_TEXT_MAX + 1];
	char event_log[SETTINGS_TEXT_MAX + 1];
	char journal[SETTINGS_TEXT_MAX + 1];
	char ek_service[SETTINGS_WORD_MAX + 1]; /* SETTINGS_AUTO, SETTINGS_NONE or a word of ekservice.h */
	char ek_service_intel[SETTINGS_TEXT_MAX + 1];
	char ek_service_amd[SETTINGS_TEXT_MAX + 1];
	char ek_service_ca[SETTINGS_TEXT_MAX + 1];
	char identity_provider[TRIP_LABEL_MAX + 1];
	char sign_in_ca[SETTINGS_TEXT_MAX + 1];
	uint64_t ek_service_attempts;
	uint64_t attempts;
	uint64_t pause_ms;
	uint64_t connect_ms;
	uint64_t reply_ms;
	uint64_t tpm_ms;
};

extern const struct config_row settings_rows[];
extern const size_t settings_count;

/*
 * Reads the file at path; with path NULL SETTINGS_FILE when that exists, else the defaults. CONFIG_INVALID or
 * SYS_FILE with a sentence in ret_detail that names file and line.
 */
MUST fault settings_get(const char *path, struct settings *ret, char ret_detail[static SETTINGS_DETAIL_MAX]);

/* The proxy as struct client_plan wants it. */
const char *settings_proxy(const struct settings *settings);

#endif
