#include "agent/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "host/descriptor.h"
#include "tpm/keytype.h"

#define FILE_MAX 65536

#define TEXT(member, min, value, sentence)                                                       \
	{ #member, CONFIG_TEXT, offsetof(struct settings, member), min,                          \
	  sizeof(((struct settings *)NULL)->member) - 1, value, sentence, NULL }
#define PATH(member, min, value, sentence)                                                        \
	{ #member, CONFIG_PATH, offsetof(struct settings, member), min, SETTINGS_TEXT_MAX, value, \
	  sentence, NULL }
#define UINT(member, min, max, value, sentence) \
	{ #member, CONFIG_UINT, offsetof(struct settings, member), min, max, value, sentence, NULL }

const struct config_row settings_rows[] = {
	TEXT(server, 0, "", "Address of the server: https://HOST or https://HOST:PORT."),
	TEXT(ca, 0, "",
	     "SHA-256 of the server's root certificate, 64 hexadecimal digits, as assayd init prints it."),
	TEXT(tcti, 1, "device:/dev/tpmrm0", "The way to the TPM, as tpm2-tss writes it."),
	PATH(state, 1, "/var/lib/assay-agent",
	     "Folder of keys and certificates; made with mode 0700 when it is missing."),
	TEXT(key_type, 1, "p256",
	     "Kind of the attestation and the device key in the TPM: " KEYTYPE_WORDS "."),
	TEXT(token, 0, "", "Enrolment token, for devices that nobody registered."),
	TEXT(serial, 0, "", "Serial number to report instead of the firmware's."),
	TEXT(name, 0, "", "Name to report instead of the host name."),
	TEXT(manufacturer, 0, "", "Manufacturer to report instead of the firmware's."),
	TEXT(model, 0, "", "Model to report instead of the firmware's."),
	TEXT(proxy, 0, "",
	     "Proxy for all connections, as http://HOST:PORT; none: no proxy; empty: the one that the "
	     "environment variable https_proxy names."),
	PATH(event_log, 0, "/sys/kernel/security/tpm0/binary_bios_measurements",
	     "The firmware's log of what was started, sent as evidence; empty: none is sent."),
	PATH(journal, 0, "/run/systemd/journal/socket",
	     "Socket of systemd's journal, which is told events besides the file; empty: it is not told."),
	TEXT(ek_service, 1, SETTINGS_AUTO,
	     "Who is asked for the EK certificate when the TPM holds none: intel, amd, none, or auto: the "
	     "maker that the TPM names."),
	TEXT(ek_service_intel, 1, "https://ekop.intel.com/ekcertservice/", "Address of Intel's service."),
	TEXT(ek_service_amd, 1, "https://ftpm.amd.com/pki/aia/", "Address of AMD's service."),
	PATH(ek_service_ca, 0, "",
	     "File of the CA certificates, in PEM, that vouch for such a service; empty: the system's."),
	TEXT(identity_provider, 0, "",
	     "Name of the identity provider where the user of this computer signs in; empty: the only one."),
	PATH(sign_in_ca, 0, "",
	     "File of the CA certificates, in PEM, that vouch for that provider; empty: the system's."),
	UINT(ek_service_attempts, 1, SETTINGS_EK_ATTEMPTS_MAX, "3",
	     "How often to ask such a service for a key when it cannot be reached."),
	UINT(attempts, 1, 100, "5", "How often to try when the server cannot be reached or is busy."),
	UINT(pause_ms, 1, 60000, "1000",
	     "First pause between two attempts, in milliseconds; later ones double."),
	UINT(connect_ms, 100, 600000, "10000", "Longest wait for a connection, in milliseconds."),
	UINT(reply_ms, 100, 600000, "60000", "Longest wait for a whole reply, in milliseconds."),
	UINT(tpm_ms, 100, 600000, "120000",
	     "Longest wait for one answer of the TPM, in milliseconds; some need a minute to make a key."),
};
const size_t settings_count = COUNT_OF(settings_rows);

static bool read_text(const char *path, struct wr *text)
{
	DESCRIPTOR fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd >= 0 && descriptor_get(fd, text);
}

fault settings_get(const char *path, struct settings *ret, char ret_detail[static SETTINGS_DETAIL_MAX])
{
	uint8_t text[FILE_MAX];
	struct wr w = wr_of(text, sizeof(text));
	struct config_error error = { 0 };
	const char *file = path ? path : SETTINGS_FILE;
	if (!read_text(file, &w) && (path || errno != ENOENT)) {
		bool is_long = errno == EFBIG;
		snprintf(ret_detail, SETTINGS_DETAIL_MAX, "%s: %s", file, strerror(errno));
		return is_long ? FAIL(CONFIG_INVALID) : FAIL(SYS_FILE);
	}
	fault f = config_parse(settings_rows, settings_count, wr_done(&w), ret, &error);
	secret_done(text, w.at); /* the token may be in it */
	if (f)
		snprintf(ret_detail, SETTINGS_DETAIL_MAX, "%s: %s", file, error.sentence);
	return f;
}

const char *settings_proxy(const struct settings *settings)
{
	if (!settings->proxy[0])
		return NULL;
	return strcmp(settings->proxy, SETTINGS_NONE) == 0 ? "" : settings->proxy;
}
