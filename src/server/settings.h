/*
 * settings: the configuration of assayd, one table that is also its manual.
 */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include "base/config.h"
#include "proc/role.h"

#define SETTINGS_PATH_MAX 255
#define SETTINGS_TEXT_MAX 255
#define SETTINGS_HOSTS_MAX 900
#define SETTINGS_DETAIL_MAX 512

struct settings {
	char data[SETTINGS_PATH_MAX + 1];
	char organization[SETTINGS_TEXT_MAX + 1];
	char names[SETTINGS_TEXT_MAX + 1];
	char url[SETTINGS_TEXT_MAX + 1];
	struct config_address listen_device;
	struct config_address listen_admin;
	uint64_t nets;
	uint64_t verifiers;
	uint64_t connections;
	uint64_t peer_connections;
	uint64_t body_max;
	uint64_t challenge_s;
	uint64_t checkin_s;
	uint64_t attest_s;
	uint64_t bundles;
	uint64_t session_minutes;
	uint64_t session_hours;
	bool two_persons;
	uint64_t calls;
	uint64_t sign_ins;
	char passwords[SETTINGS_TEXT_MAX + 1];
	uint64_t certificate_days;
	uint64_t ca_rate;
	uint64_t lists; /* which of the row's words, from 1 */
	uint64_t crl_pause_s;
	uint64_t answer_s;
	bool expired_ca;
	bool crl_required;
	uint64_t refusals;
	uint64_t devices;
	uint64_t evidence;
	uint64_t wait_minutes;
	uint64_t life_days;
	char fetch_hosts[SETTINGS_HOSTS_MAX + 1];
	uint64_t fetch_s;
	uint64_t fetch_size;
	uint64_t webhook_retry_s, webhook_days;
	uint64_t fetch_retry_s;
	uint64_t crl_size;
	uint64_t crl_s;
	uint64_t issuers;
	uint64_t failures;
	uint64_t failure_days;
	uint64_t outbreak_devices;
	uint64_t outbreak_s;
	struct config_address fetch_resolver;
	char fetch_anchors[SETTINGS_PATH_MAX + 1];
	char gates[SETTINGS_HOSTS_MAX + 1];
	uint64_t uid_first;
};

extern const struct config_row settings_rows[];
extern const size_t settings_count;

/*
 * Reads the file at path; with path NULL the default file when it exists, else the defaults. CONFIG_INVALID
 * or SYS_FILE with a sentence in ret_detail that names file and line.
 */
MUST fault settings_get(const char *path, struct settings *ret, char ret_detail[static SETTINGS_DETAIL_MAX]);

/* A path inside the data folder, in out. Returns out. SETTINGS_PATH_MAX and 64 more octets. */
#define SETTINGS_FILE_SIZE (SETTINGS_PATH_MAX + 65)
char *settings_path(const struct settings *s, const char *file, char out[static SETTINGS_FILE_SIZE]);

/* "HOST:PORT" as listeners and people read it, in out. Returns out. */
#define SETTINGS_ADDRESS_SIZE (CONFIG_HOST_MAX + 16)
char *settings_address(const struct config_address *a, char out[static SETTINGS_ADDRESS_SIZE]);

#define SETTINGS_URL_SIZE (SETTINGS_ADDRESS_SIZE + 16)
/* Where devices fetch CRL and CA certificate: the configured URL, or the device listener's. Returns out. */
char *settings_url(const struct settings *s, char out[static SETTINGS_URL_SIZE]);

/* How many lists of revoked certificates there are (cert/point.h). */
uint64_t settings_lists(const struct settings *s);

/* The user id of a role when the server was started as root; 0: stay who we are. Each role has its own. */
uint32_t settings_uid(const struct settings *s, enum role role);

#endif
