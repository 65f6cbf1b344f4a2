#include "agent/invocation.h"

#include <string.h>

#include "agent/screen.h"
#include "tpm/keytype.h"

static const struct row {
	enum invocation_option bit;
	const char *name;
	const char *value; /* NULL: the option takes none */
	const char *key;   /* of the setting that the value replaces, or NULL */
	const char *sentence;
} rows[] = {
	{ INVOCATION_HELP, "--help", NULL, NULL, "Print this and do nothing." },
	{ INVOCATION_JSON, "--json", NULL, NULL, "Print one JSON object instead of text." },
	{ INVOCATION_CSV, "--csv", NULL, NULL, "Print a CSV that assay registration import reads." },
	{ INVOCATION_CONFIG, "--config", "FILE", NULL,
	  "Read this configuration file, not " SETTINGS_FILE "." },
	{ INVOCATION_STATE, "--state", "DIR", "state", "Keep keys and certificates in this folder." },
	{ INVOCATION_TCTI, "--tcti", "TCTI", "tcti", "Use this TPM, as in device:/dev/tpmrm0." },
	{ INVOCATION_TOKEN, "--token", "TOKEN", "token",
	  "Show this enrolment token; the file keeps it from ps(1)." },
	{ INVOCATION_KEY_TYPE, "--key-type", "TYPE", "key_type",
	  "Make keys of this type; assay-agent.conf(5) has the words." },
	{ INVOCATION_RENEW_KEYS, "--renew-keys", NULL, NULL,
	  "Make a new attestation key and a new device key first." },
	{ INVOCATION_AREA, "--area", "AREA", NULL,
	  "Collect this: Autopilot, TPM, or several with ; between." },
	{ INVOCATION_FOLLOW, "--follow", NULL, NULL, "Go on and print what comes, until interrupted." },
	{ INVOCATION_CAB, "--cab", "FILE", NULL, "Write the bundle to this file." },
	{ INVOCATION_OFFLINE, "--offline", NULL, NULL, "Ask nobody over the network." },
	{ INVOCATION_ONCE, "--once", NULL, NULL, "Do it once and end." },
	{ INVOCATION_PREPARE, "--pre-provision", NULL, NULL,
	  "Prepare this computer for its user, as a technician." },
	{ INVOCATION_SIGN_IN, "--sign-in", NULL, NULL,
	  "Let the user of this computer sign in at the identity provider." },
	{ INVOCATION_NEW_AK, "--new-ak", NULL, NULL, "Make a new attestation key first." },
	{ INVOCATION_NO_TPM, "--no-tpm", NULL, NULL,
	  "Enrol as a device without TPM, even when there is one." },
};

struct reader {
	struct invocation *to;
	const char *values[COUNT_OF(rows)];
	unsigned allowed;
	char *detail;
};

static fault refuse(const struct reader *r, const char *what, const char *why)
{
	snprintf(r->detail, SETTINGS_DETAIL_MAX, "%.128s: %s", what, why);
	return FAIL(USAGE);
}

static const struct row *find_row(const struct reader *r, struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if ((rows[i].bit & r->allowed) && is_bytes_text(name, rows[i].name))
			return &rows[i];
	return NULL;
}

/* Areas alone may come several times. */
static fault keep(struct reader *r, const struct row *row, const char *value)
{
	size_t n = 0;
	if (row->bit != INVOCATION_AREA) {
		r->values[row - rows] = value;
		return NULL;
	}
	while (n < INVOCATION_AREAS_MAX && r->to->areas[n])
		n++;
	if (n == INVOCATION_AREAS_MAX)
		return refuse(r, row->name, "it is given too often");
	r->to->areas[n] = value;
	return NULL;
}

/* One option, as --name, --name VALUE or --name=VALUE; advances *at past what it takes. */
static fault read_option(struct reader *r, const char *const **at)
{
	const char *argument = *(*at)++;
	const char *equals = strchr(argument, '=');
	size_t size = equals ? (size_t)(equals - argument) : strlen(argument);
	const struct row *row = find_row(r, bytes_of(argument, size));
	if (!row)
		return refuse(r, argument, "there is no such option here");
	if ((r->to->set & row->bit) && row->bit != INVOCATION_AREA)
		return refuse(r, row->name, "it is given twice");
	r->to->set |= row->bit;
	if (!row->value)
		return equals ? refuse(r, row->name, "it takes no value") : NULL;
	if (!equals && !**at)
		return refuse(r, row->name, "its value is missing");
	return keep(r, row, equals ? equals + 1 : *(*at)++);
}

static fault apply(struct reader *r)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct config_error error;
		if (!r->values[i] || !rows[i].key)
			continue;
		const struct config_row *row =
			config_find(settings_rows, settings_count, bytes_text(rows[i].key));
		NEED(row, BUG);
		if (config_put(row, bytes_text(r->values[i]), &r->to->settings, &error))
			return refuse(r, rows[i].name, error.sentence);
	}
	return NULL;
}

/* Asked of the file's word too, before anything is done with it. */
static fault check_key_type(const struct reader *r)
{
	static const char *const sentence = "it is " KEYTYPE_WORDS;
	enum keytype ignored;
	fault f = keytype_parse(bytes_text(r->to->settings.key_type), &ignored);
	if (f && (r->to->set & INVOCATION_KEY_TYPE))
		return refuse(r, "--key-type", sentence);
	if (f)
		snprintf(r->detail, SETTINGS_DETAIL_MAX, "key_type: %s", sentence);
	return f;
}

static const char *value_of(const struct reader *r, enum invocation_option bit)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].bit == bit)
			return r->values[i];
	return NULL;
}

fault invocation_parse(const char *const *arguments, unsigned allowed, struct invocation *ret,
		       char ret_detail[static SETTINGS_DETAIL_MAX])
{
	struct reader r = { .to = ret, .allowed = allowed, .detail = ret_detail };
	*ret = (struct invocation){ 0 };
	while (*arguments)
		TRY(read_option(&r, &arguments));
	if (ret->set & INVOCATION_HELP)
		return NULL;
	ret->config = value_of(&r, INVOCATION_CONFIG);
	ret->cab = value_of(&r, INVOCATION_CAB);
	TRY(settings_get(ret->config, &ret->settings, ret_detail));
	TRY(apply(&r));
	return check_key_type(&r);
}

void invocation_print(unsigned set, FILE *out)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char left[32];
		snprintf(left, sizeof(left), "%s %s", rows[i].name, rows[i].value ? rows[i].value : "");
		if (rows[i].bit & set)
			screen_print_help(out, left, rows[i].sentence);
	}
}
