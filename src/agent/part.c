#include "agent/part.h"

#include <errno.h>
#include <openssl/x509.h>
#include <string.h>

#include "agent/eventlog.h"
#include "agent/handle.h"
#include "agent/hardware.h"
#include "agent/pem.h"
#include "agent/screen.h"
#include "attest/firmware.h"
#include "base/hresult.h"

#define SETTINGS_SHOWN_MAX 32768

static const char *truth(bool is_so)
{
	return is_so ? "True" : "False";
}

/* --- TpmHliInfo_Output.txt ------------------------------------------------------------------------------ */

static bool is_of_certificate(const struct cause *cause)
{
	return strcmp(cause->code, FAIL(EK_CERT_MISSING)->name) == 0 ||
	       strncmp(cause->code, "EK_SERVICE_", strlen("EK_SERVICE_")) == 0;
}

/* Either the words that administrators search for, or our own. */
static void print_reason(const struct cause *cause, FILE *out)
{
	char number[HRESULT_TEXT_SIZE] = "";
	if (!cause->code[0])
		return;
	if (is_of_certificate(cause))
		fputs("-NoValidEkCert: No valid EK cert found\n", out);
	else
		fprintf(out, "-%s: %s\n", cause->code, cause->what);
	if (cause->hresult)
		hresult_text(cause->hresult, number);
	screen_print_line(out, "code", cause->code);
	screen_print_line(out, "HRESULT", number);
	screen_print_line(out, "detail", cause->detail);
	screen_print_line(out, "do", cause->remedy);
}

/* Fields and words of tpmtool getdeviceinformation. */
static void print_fields(const struct findings *f, FILE *out)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	const struct readiness *r = f->readiness;
	bool can_attest = readiness_state_of(r, READINESS_ATTESTATION) != READINESS_UNSUPPORTED;
	fprintf(out, "-TPM Present: %s\n", truth(f->device.has_tpm));
	if (f->device.has_tpm) {
		fprintf(out, "-TPM Version: 2.0\n-TPM Manufacturer ID: %s\n-TPM Vendor: %s\n",
			f->about.manufacturer, f->about.vendor);
		fprintf(out, "-TPM Manufacturer Version: %s\n", firmware_text(f->about.firmware, firmware));
		fprintf(out, "-TPM Spec Version: %u.%02u\n", f->about.revision / 100u,
			f->about.revision % 100u);
	}
	fprintf(out, "-Ready For Storage: %s\n",
		truth(readiness_state_of(r, READINESS_STORAGE) == READINESS_READY));
	fprintf(out, "-Ready For Attestation: %s\n",
		truth(readiness_state_of(r, READINESS_ATTESTATION) == READINESS_READY));
	fprintf(out, "-Is Capable For Attestation: %s\n", truth(can_attest));
	if (f->has_health)
		fprintf(out,
			"-Is Locked Out: %s\n-Lockout Counter: %u\n-Max Auth Fail: %u\n-Lockout Interval: "
			"%us\n",
			truth(f->health.is_locked), f->health.failed_tries, f->health.tries_max,
			f->health.forget_s);
}

static void print_information(const struct readiness *r, FILE *out)
{
	uint32_t bits = readiness_information(r);
	for (uint32_t bit = 1; bit; bit <<= 1)
		if ((bits & bit) && readiness_information_name(bit))
			fprintf(out, "-INFORMATION_%s: True\n", readiness_information_name(bit));
}

fault part_tpm(struct findings *f, FILE *out)
{
	const struct readiness *r = f->readiness;
	bool is_told = !f->device.has_tpm || f->device.identity.chain.n;
	const struct cause missing =
		f->ek.cause.code[0] ? f->ek.cause : cause_of(FAIL(EK_CERT_MISSING), NULL);
	print_fields(f, out);
	print_information(r, out);
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++) {
		if (r->of[id].outcome != READINESS_FAILED)
			continue;
		print_reason(&r->of[id].cause, out);
		is_told |= is_of_certificate(&r->of[id].cause);
	}
	if (!is_told)
		print_reason(&missing, out);
	if (f->ek.place || f->ek.service)
		eksource_print(&f->ek, out);
	return NULL;
}

/* --- CertReq_enrollaik_Output.txt ----------------------------------------------------------------------- */

static fault print_certificate(struct findings *f, FILE *out)
{
	struct bytes text = { 0 };
	if (f->state.folder >= 0)
		TRY(state_find(&f->state, STATE_AK_CERTIFICATE, &f->arena, &text));
	if (!text.p) {
		fputs("Certificate: none is kept on this device.\n", out);
		return NULL;
	}
	fputs("Certificate, of the last enrolment:\n", out);
	fwrite(text.p, 1, text.n, out);
	return NULL;
}

fault part_enrolment(struct findings *f, FILE *out)
{
	char number[HRESULT_TEXT_SIZE] = "";
	const struct rehearsal *r = &f->rehearsal;
	const struct cause *cause = &r->cause;
	screen_print_line(out, "server",
			  f->invocation->settings.server[0] ? f->invocation->settings.server : "(none)");
	if (r->url[0])
		fprintf(out, "POST %s\nHTTP status: %d\n", r->url, r->status);
	if (r->has_skew)
		fprintf(out, "Clock: the server's minus this one's is %lld s\n", (long long)r->skew_s);
	if (r->is_challenged)
		fprintf(out,
			"The server accepted what it was shown and sent a challenge%s.\n"
			"No answer was sent: it would enrol this device.\n",
			r->is_solved ? ", which the TPM solved" : "");
	if (cause->code[0]) {
		if (cause->hresult)
			hresult_text(cause->hresult, number);
		fprintf(out, "Certificate Request Processor: %s %s\n", cause->what, number);
		screen_print_line(out, cause->is_server ? "message" : "detail", cause->detail);
		screen_print_line(out, "do", cause->remedy);
		screen_print_line(out, "code", cause->code);
		screen_print_line(out, "request", cause->request_id);
	}
	return print_certificate(f, out);
}

/* --- files that are there ------------------------------------------------------------------------------- */

fault part_readiness(struct findings *f, FILE *out)
{
	readiness_print_json(f->readiness, out);
	return NULL;
}

fault part_events(struct findings *f, FILE *out)
{
	struct bytes text = { 0 };
	TRY(f->state_why);
	TRY(state_find(&f->state, STATE_EVENTS, &f->arena, &text));
	fwrite(text.p, 1, text.n, out);
	return NULL;
}

fault part_boot_log(struct findings *f, FILE *out)
{
	struct bytes log;
	TRY(eventlog_find(f->invocation->settings.event_log, &f->arena, &log));
	snprintf(f->detail, sizeof(f->detail), "%s", f->invocation->settings.event_log);
	NEED(log.p, SYS_FILE);
	fwrite(log.p, 1, log.n, out);
	return NULL;
}

fault part_ek_certificates(struct findings *f, FILE *out)
{
	struct bytes text;
	TRY(f->device_why);
	NEED(f->device.identity.chain.n, EK_CERT_MISSING);
	TRY(pem_build(PEM_CERTIFICATE, &f->device.identity.chain, &f->arena, &text));
	fwrite(text.p, 1, text.n, out);
	return NULL;
}

fault part_hardware(struct findings *f, FILE *out)
{
	return hardware_print_csv(&f->device, out);
}

/* --- Configuration.txt ---------------------------------------------------------------------------------- */

/* An address may hold a name and a password before its host. */
static void drop_user(char *text)
{
	char *at = strrchr(text, '@'), *host = strstr(text, "://");
	if (at)
		memmove(host ? host + 3 : text, at + 1, strlen(at));
}

fault part_settings(struct findings *f, FILE *out)
{
	struct settings shown = f->invocation->settings;
	uint8_t text[SETTINGS_SHOWN_MAX];
	struct wr w = wr_of(text, sizeof(text));
	bool has_token = shown.token[0];
	memset(shown.token, 0, sizeof(shown.token));
	drop_user(shown.proxy);
	drop_user(shown.server);
	drop_user(shown.ek_service_intel);
	drop_user(shown.ek_service_amd);
	config_write(settings_rows, settings_count, &shown, &w);
	NEED(!w.bad, BUG);
	fwrite(text, 1, w.at, out);
	fputs(has_token ? "; A token is set and not shown.\n" : "; No token is set.\n", out);
	return NULL;
}
