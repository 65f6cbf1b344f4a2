#include "server/settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/disk.h"
#include "wire/trip.h"

#define SETTINGS_DEFAULT "/etc/assay/assayd.conf"
#define SETTINGS_FILE_MAX 65536

/* Where the certificates of real chips say that their issuers are. */
#define SETTINGS_HOSTS                                                                                       \
	"ftpm.amd.com,pki.infineon.com,pki.nationz.com.cn,secure.globalsign.com,sw-center.st.com,"           \
	"trustedservices.intel.com,tsci.intel.com,upgrades.intel.com,www.microsoft.com,www.nuvoton.com"

#define ROW(key, type, member, min, max, value, sentence) \
	{ key, CONFIG_##type, offsetof(struct settings, member), min, max, value, sentence, NULL }

const struct config_row settings_rows[] = {
	ROW("server.data", PATH, data, 1, SETTINGS_PATH_MAX, "/var/lib/assay",
	    "Folder of keys, database and log."),
	ROW("server.organization", TEXT, organization, 1, 64, "Assay",
	    "Name of the organisation in its CA certificates."),
	ROW("server.names", TEXT, names, 1, SETTINGS_TEXT_MAX, "localhost,127.0.0.1",
	    "DNS names and IP addresses by which devices and people reach the server, separated by commas."),
	ROW("server.url", TEXT, url, 0, SETTINGS_TEXT_MAX, "",
	    "Where CRL and CA certificate are fetched; empty: the first name and the device port."),
	ROW("device.listen", ADDRESS, listen_device, 1, 300, "127.0.0.1:8443",
	    "Address that devices connect to."),
	ROW("device.processes", UINT, nets, 1, 16, "1", "Processes that speak TLS with devices."),
	ROW("device.verifiers", UINT, verifiers, 1, 16, "2", "Processes that judge what devices send."),
	ROW("device.connections", UINT, connections, 8, 60000, "4096", "Most connections of one process."),
	ROW("device.address_connections", UINT, peer_connections, 1, 60000, "1024",
	    "Most connections of one process from one address."),
	ROW("device.body_max", UINT, body_max, 16384, TRIP_BODY_MAX, "1196032", "Most octets of a request."),
	ROW("device.challenge_seconds", UINT, challenge_s, 10, 3600, "300", "Life of a challenge."),
	ROW("device.checkin_seconds", UINT, checkin_s, 1, TRIP_CHECKIN_MAX_S, "3600",
	    "From one check-in of an enrolled device to the next."),
	ROW("device.attest_seconds", UINT, attest_s, 0, 31536000, "28800",
	    "Age of a proof at which a device is told to prove itself again; 0: never."),
	ROW("admin.listen", ADDRESS, listen_admin, 1, 300, "127.0.0.1:8444",
	    "Address that administrators connect to."),
	ROW("admin.session_minutes", UINT, session_minutes, 1, 1440, "30",
	    "How long a session in a browser lives without being used."),
	ROW("admin.session_hours", UINT, session_hours, 1, 168, "12", "How long one lives in any case."),
	ROW("admin.calls", UINT, calls, 0, 1000000, "5000",
	    "Most requests of one token or session at once, and as many in each ten seconds; 0: any number."),
	ROW("admin.sign_ins", UINT, sign_ins, 0, 1000000, "100",
	    "Most attempts to sign in from one address at once, and as many in each ten seconds; 0: any "
	    "number."),
	ROW("admin.passwords", TEXT, passwords, 0, SETTINGS_TEXT_MAX, "",
	    "Names of the accounts that may sign in with a password, separated by commas: where an identity "
	    "provider is the way in, those for emergencies. Empty: all."),
	ROW("admin.two_persons", BOOL, two_persons, 0, 0, "false",
	    "Whether changes of whom is trusted, of restrictions and compliance, of whose place a TPM takes, "
	    "and of who may decide so wait until another person approves them (assay approval). Make the "
	    "accounts first."),
	ROW("ca.certificate_days", UINT, certificate_days, 1, 700, "365",
	    "Life of device and AK certificates."),
	ROW("ca.rate", UINT, ca_rate, 1, 100000000, "100000", "Most certificates in an hour."),
	{ "ca.crl_lists", CONFIG_WORD, offsetof(struct settings, lists), 1, 7, "16",
	  "How many lists of revoked certificates share the certificates; a list holds at most 20000.",
	  "1|2|4|8|16|32|64" },
	ROW("ca.crl_pause_seconds", UINT, crl_pause_s, 1, 3600, "10",
	    "Least time between two lists of the same certificates, however many are revoked."),
	ROW("ca.ocsp_seconds", UINT, answer_s, 60, 604800, "3600",
	    "How long an answer about one certificate (OCSP) is good; it is said again for half of that."),
	ROW("trust.expired_ca", BOOL, expired_ca, 0, 0, "true",
	    "Whether an EK certificate stays good when a CA certificate above it expires; verdicts name it."),
	ROW("trust.crl_required", BOOL, crl_required, 0, 0, "false",
	    "Whether a TPM is refused while the list of revoked certificates that its EK certificate or one "
	    "above it names is not at hand or out of date; if not, verdicts name it."),
	ROW("records.refusals", UINT, refusals, 1, 1000000, "10000", "Most records of refused devices."),
	ROW("records.devices", UINT, devices, 0, 100000000, "0",
	    "Most active devices, beyond which none joins; 0: as many as come."),
	ROW("records.evidence", UINT, evidence, 1, 1000, "3", "Records of evidence kept for each device."),
	ROW("records.diagnostics", UINT, bundles, 1, 100000, "1000",
	    "Of how many devices the diagnostics are kept, a megabyte each at most."),
	ROW("records.issuers", UINT, issuers, 1, 100000, "1000",
	    "Most records of missing CA certificates that wait for a decision."),
	ROW("provisioning.wait_minutes", UINT, wait_minutes, 0, 43200, "90",
	    "How long the user of a pre-provisioned device has to wait after a technician resealed it."),
	ROW("provisioning.life_days", UINT, life_days, 0, 36500, "180",
	    "How long after that the user may enrol it; 0: at any time."),
	ROW("records.failures", UINT, failures, 100, 1000000, "50000",
	    "Most requests of devices kept that came to nothing; assay faults counts them."),
	ROW("records.failure_days", UINT, failure_days, 1, 3650, "30", "How long each of them is kept."),
	ROW("outbreak.devices", UINT, outbreak_devices, 2, 1000000, "10",
	    "So many devices of one maker or issuer with one fault are an outbreak: that is suspected."),
	ROW("outbreak.seconds", UINT, outbreak_s, 10, 86400, "600", "Within how long."),
	ROW("access.gates", TEXT, gates, 0, SETTINGS_HOSTS_MAX, "",
	    "Gates that may hand on a device's certificate and ask whether it may pass (doc/gate.md): "
	    "SHA-256 of the certificates that they show themselves, separated by commas."),
	ROW("fetch.hosts", TEXT, fetch_hosts, 0, SETTINGS_HOSTS_MAX, SETTINGS_HOSTS,
	    "Hosts of TPM makers whose CA certificates and lists are fetched: NAME, NAME:PORT or "
	    "ADDRESS:PORT, separated by commas. A name is asked at public addresses only. Empty: nothing is "
	    "fetched."),
	ROW("fetch.seconds", UINT, fetch_s, 1, 8, "5", "How long one file may take."),
	ROW("fetch.size", UINT, fetch_size, 1024, FRAME_FILE_MAX, "65536", "Most octets of one file."),
	ROW("fetch.crl_size", UINT, crl_size, 1024, FRAME_LIST_MAX, "4194304",
	    "Most octets of one list of revoked certificates."),
	ROW("fetch.crl_seconds", UINT, crl_s, 1, 31536000, "86400",
	    "Most time until such a list is asked for again; earlier when it ends sooner."),
	ROW("fetch.retry_seconds", UINT, fetch_retry_s, 1, 86400, "60",
	    "When a file that was not to be had is asked for again; each time twice as late, up to a day."),
	ROW("webhook.retry_seconds", UINT, webhook_retry_s, 1, 3600, "5",
	    "When a webhook that did not take a notice is asked again; each time twice as late, up to an "
	    "hour."),
	ROW("webhook.days", UINT, webhook_days, 1, 365, "7", "How long a notice waits until it is given up."),
	ROW("fetch.resolver", ADDRESS, fetch_resolver, 0, 300, "",
	    "Name server that is asked for these hosts; empty: the system's."),
	ROW("fetch.tls_anchors", PATH, fetch_anchors, 0, SETTINGS_PATH_MAX, "",
	    "File of CA certificates that makers' HTTPS servers are known by; empty: the system's."),
	ROW("process.uid_first", UINT, uid_first, 0, 4000000000, "61700",
	    "First of seven user ids that the roles change to when started as root; 0: keep the user."),
};

const size_t settings_count = COUNT_OF(settings_rows);

fault settings_get(const char *path, struct settings *ret, char ret_detail[static SETTINGS_DETAIL_MAX])
{
	struct config_error error = { 0 };
	struct arena a;
	struct bytes text = { 0 };
	ret_detail[0] = 0;
	if (!path && access(SETTINGS_DEFAULT, F_OK) != 0)
		return config_init(settings_rows, settings_count, ret);
	path = path ? path : SETTINGS_DEFAULT;
	arena_init(&a, SETTINGS_FILE_MAX + 64);
	fault why = disk_get(path, SETTINGS_FILE_MAX, &a, &text);
	if (why)
		snprintf(ret_detail, SETTINGS_DETAIL_MAX, "%s: %s", path, strerror(errno));
	else
		why = config_parse(settings_rows, settings_count, text, ret, &error);
	if (why && error.sentence[0])
		snprintf(ret_detail, SETTINGS_DETAIL_MAX, "%s: %s", path, error.sentence);
	arena_done(&a);
	return why;
}

char *settings_path(const struct settings *s, const char *file, char out[static SETTINGS_FILE_SIZE])
{
	snprintf(out, SETTINGS_FILE_SIZE, "%s/%s", s->data, file);
	return out;
}

char *settings_address(const struct config_address *a, char out[static SETTINGS_ADDRESS_SIZE])
{
	bool is_v6 = strchr(a->host, ':') != NULL;
	snprintf(out, SETTINGS_ADDRESS_SIZE, is_v6 ? "[%s]:%u" : "%s:%u", a->host, (unsigned)a->port);
	return out;
}

char *settings_url(const struct settings *s, char out[static SETTINGS_URL_SIZE])
{
	size_t first = strcspn(s->names, ",");
	if (s->url[0])
		snprintf(out, SETTINGS_URL_SIZE, "%s", s->url);
	else
		snprintf(out, SETTINGS_URL_SIZE, "https://%.*s:%u", (int)first, s->names,
			 (unsigned)s->listen_device.port);
	return out;
}

uint64_t settings_lists(const struct settings *s)
{
	return UINT64_C(1) << (s->lists - 1);
}

uint32_t settings_uid(const struct settings *s, enum role role)
{
	bool changes = geteuid() == 0 && s->uid_first != 0 && role > ROLE_PARENT;
	return changes ? (uint32_t)(s->uid_first + (uint64_t)(role - ROLE_NET_DEVICE)) : 0;
}
