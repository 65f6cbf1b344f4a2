#include "agent/settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"

#define FILE_MAX 65536

#define TEXT(member, min, value, sentence)                                                       \
	{ #member, CONFIG_TEXT, offsetof(struct settings, member), min,                          \
	  sizeof(((struct settings *)NULL)->member) - 1, value, sentence }
#define UINT(member, min, max, value, sentence) \
	{ #member, CONFIG_UINT, offsetof(struct settings, member), min, max, value, sentence }

const struct config_row settings_rows[] = {
	TEXT(server, 0, "", "Address of the server: https://HOST or https://HOST:PORT."),
	TEXT(ca, 0, "",
	     "SHA-256 of the server's root certificate, 64 hexadecimal digits, as assayd init prints it."),
	TEXT(tcti, 1, "device:/dev/tpmrm0", "The way to the TPM, as tpm2-tss writes it."),
	{ "state", CONFIG_PATH, offsetof(struct settings, state), 1, SETTINGS_TEXT_MAX,
	  "/var/lib/assay-agent",
	  "Folder of keys and certificates; made with mode 0700 when it is missing." },
	TEXT(key_type, 1, "p256",
	     "Kind of the attestation and the device key in the TPM: p256, p384, rsa2048 or rsa3072."),
	TEXT(token, 0, "", "Enrolment token, for devices that nobody registered."),
	TEXT(serial, 0, "", "Serial number to report instead of the firmware's."),
	TEXT(name, 0, "", "Name to report instead of the host name."),
	TEXT(manufacturer, 0, "", "Manufacturer to report instead of the firmware's."),
	TEXT(model, 0, "", "Model to report instead of the firmware's."),
	UINT(attempts, 1, 100, "5", "How often to try when the server cannot be reached or is busy."),
	UINT(pause_ms, 1, 60000, "1000",
	     "First pause between two attempts, in milliseconds; later ones double."),
	UINT(connect_ms, 100, 600000, "10000", "Longest wait for a connection, in milliseconds."),
	UINT(reply_ms, 100, 600000, "60000", "Longest wait for a whole reply, in milliseconds."),
};
const size_t settings_count = COUNT_OF(settings_rows);

static fault read_text(const char *path, uint8_t *out, size_t room, size_t *ret_size)
{
	FILE *f = fopen(path, "re");
	NEED(f, SYS_FILE);
	size_t n = fread(out, 1, room, f);
	bool failed = ferror(f) != 0;
	fclose(f);
	NEED(!failed, SYS_FILE);
	*ret_size = n;
	return NULL;
}

fault settings_get(const char *path, struct settings *ret, char ret_detail[static SETTINGS_DETAIL_MAX])
{
	uint8_t text[FILE_MAX + 1];
	size_t n = 0;
	struct config_error error = { 0 };
	const char *file = path ? path : SETTINGS_FILE;
	errno = 0;
	fault f = read_text(file, text, sizeof(text), &n);
	bool absent = f && !path && errno == ENOENT;
	if (f && !absent) {
		snprintf(ret_detail, SETTINGS_DETAIL_MAX, "%s: %s", file, strerror(errno));
		return f;
	}
	if (n > FILE_MAX) {
		snprintf(ret_detail, SETTINGS_DETAIL_MAX, "%s: the file is longer than %d octets", file,
			 FILE_MAX);
		return FAIL(CONFIG_INVALID);
	}
	f = config_parse(settings_rows, settings_count, bytes_of(text, n), ret, &error);
	secret_done(text, n); /* the token may be in it */
	if (f)
		snprintf(ret_detail, SETTINGS_DETAIL_MAX, "%s: %s", file, error.sentence);
	return f;
}
