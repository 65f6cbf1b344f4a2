#include "sim/fleet.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attest/firmware.h"
#include "base/text.h"
#include "sim/disk.h"
#include "sim/enrolment.h"
#include "sim/keyring.h"
#include "sim/softtpm.h"
#include "sim/tampering.h"

#define ARENA_SIZE 16384

/* One run: what its processes are to do, and what has come of it. */
struct fleet {
	struct enrolment_plan plan;
	struct token token;
	uint8_t pin[32];
	const char *maker, *keys, *keep, *serial, *name;
	enum spki_kind kind;
	uint64_t count, parallel;
	bool is_json, is_one_serial, keeps_keys;
	json_t *rows;
	uint64_t met, unmet; /* devices that fared as they should, and others */
};

/* --- the command line ----------------------------------------------------------------------------------- */

static fault refuse(struct options *o, const char *sentence)
{
	snprintf(o->detail, sizeof(o->detail), "%s", sentence);
	return FAIL(USAGE);
}

static fault read_kind(struct options *o, enum spki_kind *ret)
{
	const char *word = o->v[OPTION_KIND] ? o->v[OPTION_KIND] : "p256";
	bool is_rsa = strcmp(word, "rsa") == 0;
	if (!is_rsa && strcmp(word, "p256") != 0)
		return refuse(o, "--kind is p256 or rsa.");
	*ret = is_rsa ? SPKI_RSA : SPKI_P256;
	return NULL;
}

static fault read_devices(struct options *o, struct fleet *f)
{
	f->keys = o->v[OPTION_KEYS];
	TRY(read_kind(o, &f->kind));
	return options_get_number(o, OPTION_DEVICES, FLEET_DEVICES_MAX, &f->count);
}

static fault read_tampering(struct options *o, struct fleet *f)
{
	if (!o->v[OPTION_TAMPER])
		return NULL;
	f->plan.tampering = tampering_find(o->v[OPTION_TAMPER]);
	return f->plan.tampering ? NULL : refuse(o, "--tamper: there is no tampering of that name.");
}

static fault read_purpose(struct options *o, struct fleet *f)
{
	static const struct {
		const char *word;
		enum trip_purpose purpose;
	} rows[] = { { "enroll", TRIP_ENROLL }, { "provision", TRIP_PROVISION }, { "reseal", TRIP_RESEAL } };
	const char *word = options_get_text(o, OPTION_PURPOSE, "enroll");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(word, rows[i].word) == 0)
			f->plan.purpose = rows[i].purpose;
	return f->plan.purpose ? NULL : refuse(o, "--purpose is enroll, provision or reseal.");
}

static fault read_token(struct options *o, struct fleet *f)
{
	if (!o->v[OPTION_TOKEN])
		return NULL;
	f->plan.token = &f->token;
	return token_parse(bytes_text(o->v[OPTION_TOKEN]), TOKEN_ENROLMENT, &f->token);
}

static fault read_options(struct options *o, struct fleet *f)
{
	uint64_t patience_s = 0;
	f->plan.url = o->v[OPTION_SERVER];
	f->plan.pin = BYTES_OF(f->pin);
	f->plan.no_tpm = o->v[OPTION_NO_TPM];
	f->plan.labels = (struct factory_labels){
		options_get_text(o, OPTION_MANUFACTURER, FACTORY_MANUFACTURER),
		options_get_text(o, OPTION_MODEL, FACTORY_MODEL),
		options_get_text(o, OPTION_VERSION, FACTORY_VERSION),
		o->v[OPTION_ISSUER_URL],
		o->v[OPTION_CRL_URL],
	};
	f->plan.leaf_alone = o->v[OPTION_LEAF_ALONE] != NULL;
	f->plan.firmware = SOFTTPM_FIRMWARE;
	f->keeps_keys = o->v[OPTION_KEEP_KEYS] != NULL;
	f->maker = o->v[OPTION_MAKER];
	f->keep = o->v[OPTION_KEEP];
	f->serial = o->v[OPTION_SERIAL];
	f->name = o->v[OPTION_NAME];
	f->is_json = o->v[OPTION_JSON] != NULL;
	f->is_one_serial = o->v[OPTION_ONE_SERIAL] != NULL;
	if (!text_hex_parse(bytes_text(o->v[OPTION_CA]), f->pin, sizeof(f->pin)))
		return refuse(o, "--ca is 64 hexadecimal digits.");
	if (!f->maker && !o->v[OPTION_NO_CERTIFICATE] && !f->plan.no_tpm)
		return refuse(o, "One of --maker, --no-certificate and --no-tpm is needed.");
	if (f->keeps_keys && !o->v[OPTION_KEYS])
		return refuse(o, "--keep-keys needs a folder: --keys.");
	if (o->v[OPTION_FIRMWARE] && !firmware_parse(bytes_text(o->v[OPTION_FIRMWARE]), 0, &f->plan.firmware))
		return refuse(o, "--firmware is a version, as 7.61.");
	TRY(read_devices(o, f));
	TRY(options_get_number(o, OPTION_PARALLEL, FLEET_PROCESSES_MAX, &f->parallel));
	if (o->v[OPTION_PATIENCE])
		TRY(options_get_number(o, OPTION_PATIENCE, 3600, &patience_s));
	f->plan.patience_s = (uint32_t)patience_s;
	if (o->v[OPTION_TPM_FAILS])
		TRY(options_get_number(o, OPTION_TPM_FAILS, UINT32_MAX, &f->plan.failures));
	TRY(read_tampering(o, f));
	TRY(read_purpose(o, f));
	return read_token(o, f);
}

/* --- one process ---------------------------------------------------------------------------------------- */

/* "TEXT-NUMBER" when there are several devices, TEXT when there is one; NULL when there is no text. */
static const char *numbered(const struct fleet *f, const char *text, uint64_t number,
			    char out[static TRIP_LABEL_MAX + 1])
{
	if (!text || f->count == 1)
		return text;
	snprintf(out, TRIP_LABEL_MAX + 1, "%.40s-%llu", text, (unsigned long long)number);
	return out;
}

static fault take_keys(const struct fleet *f, uint64_t number, struct enrolment_device *device)
{
	const struct keyring_name ek = { "", f->kind, number }, ak = { "ak-", SPKI_P256, number },
				  key = { "device-", SPKI_P256, number };
	if (f->keeps_keys) {
		TRY(keyring_get(f->keys, &ak, &device->ak));
		TRY(keyring_get(f->keys, &key, &device->device_key));
	}
	return keyring_get(f->keys, &ek, &device->ek);
}

static void enrol(const struct fleet *f, uint64_t number, struct enrolment_report *ret)
{
	char serial[TRIP_LABEL_MAX + 1], name[TRIP_LABEL_MAX + 1];
	struct enrolment_device device = {
		.serial = f->is_one_serial ? f->serial : numbered(f, f->serial, number, serial),
		.name = numbered(f, f->name, number, name),
		.keep = f->keep,
		.number = number,
	};
	fault why = f->plan.no_tpm ? NULL : take_keys(f, number, &device);
	if (!why) {
		enrolment_run(&f->plan, &device, ret);
		return;
	}
	EVP_PKEY_free(device.ak);
	EVP_PKEY_free(device.device_key);
	*ret = (struct enrolment_report){ .hresult = why->hresult };
	snprintf(ret->fault, sizeof(ret->fault), "%s", why->name);
}

static fault prepare(struct fleet *f, struct arena *arena, struct factory **factory)
{
	if (f->keep)
		TRY(disk_put_folder(f->keep));
	if (f->maker && !f->plan.no_tpm)
		TRY(factory_open(f->maker, factory));
	f->plan.factory = *factory;
	return enrolment_get_root(&f->plan, arena, &f->plan.root);
}

/* Enrols every parallel-th device and writes a report of each, in one piece, into the pipe. */
static int serve(struct fleet *f, uint64_t first, int pipe_fd)
{
	struct arena arena;
	struct enrolment_report report = { 0 };
	struct factory *factory = NULL;
	arena_init(&arena, ARENA_SIZE);
	fault unready = prepare(f, &arena, &factory);
	bool is_sent = true;
	for (uint64_t i = first; i <= f->count && is_sent; i += f->parallel) {
		if (unready)
			snprintf(report.fault, sizeof(report.fault), "%s", unready->name);
		else
			enrol(f, i, &report);
		is_sent = write(pipe_fd, &report, sizeof(report)) == (ssize_t)sizeof(report);
	}
	factory_close(factory);
	arena_done(&arena);
	return is_sent ? 0 : 1;
}

static fault start(struct fleet *f, int *ret_fd)
{
	int ends[2];
	NEED(pipe(ends) == 0, SYS_START);
	fflush(stdout);
	for (uint64_t i = 1; i <= f->parallel; i++) {
		pid_t pid = fork();
		NEED(pid >= 0, SYS_START);
		if (pid == 0) {
			close(ends[0]);
			_exit(serve(f, i, ends[1]));
		}
	}
	close(ends[1]);
	*ret_fd = ends[0];
	return NULL;
}

/* --- what comes of it ----------------------------------------------------------------------------------- */

static bool is_as_expected(const struct fleet *f, const struct enrolment_report *r)
{
	const struct tampering *t = f->plan.tampering;
	return strcmp(r->fault, t && t->expected ? t->expected->name : "") == 0;
}

static const char *outcome_of(const struct enrolment_report *r)
{
	return r->fault[0] ? "refused" : "enrolled";
}

static json_t *report_json(const struct enrolment_report *r)
{
	json_t *hresult = r->hresult ? json_sprintf("0x%08X", r->hresult) : json_null();
	return json_pack("{ss ss ss ss ss so ss sI sb sI}", "name", r->name, "serialNumber", r->serial,
			 "outcome", outcome_of(r), "fault", r->fault, "detail", r->detail, "hresult", hresult,
			 "deviceId", r->device_id, "assurance", (json_int_t)r->assurance, "attested",
			 (int)r->is_attested, "milliseconds", (json_int_t)r->took_ms);
}

static void note(struct fleet *f, const struct enrolment_report *r)
{
	bool is_met = is_as_expected(f, r);
	f->met += is_met;
	f->unmet += !is_met;
	if (f->is_json)
		json_array_append_new(f->rows, report_json(r));
	else if (f->count == 1 || !is_met)
		printf("%s %s %s %s %s\n", r->name[0] ? r->name : "-", r->serial[0] ? r->serial : "-",
		       outcome_of(r), r->fault, r->detail);
}

/* A report is smaller than PIPE_BUF, so that those of several processes never mix. */
_Static_assert(sizeof(struct enrolment_report) <= 4096, "a report goes through the pipe in one piece");

static fault collect(struct fleet *f, int fd)
{
	struct enrolment_report r;
	ssize_t n;
	while ((n = read(fd, &r, sizeof(r))) == (ssize_t)sizeof(r))
		note(f, &r);
	close(fd);
	while (wait(NULL) > 0)
		;
	NEED(n == 0 && f->met + f->unmet == f->count, SYS_START);
	return NULL;
}

static double seconds_since(const struct timespec *from)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - from->tv_sec) + (double)(now.tv_nsec - from->tv_nsec) / 1e9;
}

static void print_summary(struct fleet *f, double seconds)
{
	if (!f->is_json) {
		printf("%llu of %llu devices fared as expected in %.2f s\n", (unsigned long long)f->met,
		       (unsigned long long)f->count, seconds);
		return;
	}
	json_t *all = json_pack("{sO sI sI sf}", "devices", f->rows, "met", (json_int_t)f->met, "unmet",
				(json_int_t)f->unmet, "seconds", seconds);
	json_dumpf(all, stdout, JSON_INDENT(1));
	puts("");
	json_decref(all);
}

fault fleet_run_enroll(struct options *o)
{
	struct fleet f = { 0 };
	struct timespec from;
	int fd = -1;
	TRY(read_options(o, &f));
	f.rows = json_array();
	clock_gettime(CLOCK_MONOTONIC, &from);
	fault why = start(&f, &fd);
	if (!why)
		why = collect(&f, fd);
	print_summary(&f, seconds_since(&from));
	json_decref(f.rows);
	TRY(why);
	if (f.unmet)
		snprintf(o->detail, sizeof(o->detail), "%llu devices did not fare as expected.",
			 (unsigned long long)f.unmet);
	return f.unmet ? FAIL(STATE_INVALID) : NULL;
}

fault fleet_run_registrations(struct options *o)
{
	struct fleet f = { 0 };
	TRY(read_devices(o, &f));
	for (uint64_t i = 1; i <= f.count; i++) {
		struct softtpm tpm;
		EVP_PKEY *ek = NULL;
		uint8_t hash[32];
		char text[TEXT_HEX_SIZE(sizeof(hash))];
		const struct keyring_name name = { "", f.kind, i };
		TRY(keyring_get(f.keys, &name, &ek));
		TRY(softtpm_init(&tpm, ek));
		fault why = public_hash(&tpm.keys[SOFTTPM_EK].area, hash);
		softtpm_done(&tpm);
		TRY(why);
		puts(text_hex(BYTES_OF(hash), text));
	}
	return NULL;
}

fault fleet_run_tamperings(struct options *o)
{
	(void)o;
	for (size_t i = 0; i < tampering_count; i++) {
		const struct tampering *t = &tampering_rows[i];
		printf("%-22s %-20s %s\n", t->name, t->expected ? t->expected->name : "granted", t->sentence);
	}
	return NULL;
}
