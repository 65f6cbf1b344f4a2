/*
 * assay-sim: simulated devices and makers of TPMs, for tests, demonstrations and load. Not installed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/fleet.h"
#include "sim/production.h"

enum exit_code { EXIT_FAULT = 1, EXIT_USAGE = 2 };

/* What swtpm_setup gives its tool first, which has no command. */
#define SWTPM_WORD "--type"

#define OF_CERTIFICATE (OPTION(MAKER) | OPTION(EK) | OPTION(OUT))
#define OF_CRL (OPTION(MAKER) | OPTION(OUT))
#define OF_LIST (OPTION(REVOKE) | OPTION(AGE) | OPTION(LIFE))
#define OF_LABELS (OPTION(MANUFACTURER) | OPTION(MODEL) | OPTION(VERSION))
#define OF_SWTPM (OPTION(TYPE) | OPTION(EK) | OPTION(DIR) | OPTION(CONFIGFILE))
#define OF_SWTPM_UNUSED                                                                                     \
	(OPTION(OPTSFILE) | OPTION(LOGFILE) | OPTION(VMID) | OPTION(SPEC_FAMILY) | OPTION(SPEC_LEVEL) |     \
	 OPTION(SPEC_REVISION) | OPTION(TPM_MANUFACTURER) | OPTION(TPM_MODEL) | OPTION(TPM_VERSION) |       \
	 OPTION(TPM2))
#define OF_SERVER (OPTION(SERVER) | OPTION(CA))
#define OF_KEYS (OPTION(KEYS) | OPTION(KIND) | OPTION(DEVICES))
#define OF_DEVICES                                                                                          \
	(OPTION(MAKER) | OPTION(NO_CERTIFICATE) | OPTION(NO_TPM) | OPTION(SERIAL) | OPTION(NAME) |          \
	 OPTION(ONE_SERIAL) | OPTION(TOKEN) | OPTION(ISSUER_URL) | OPTION(CRL_URL) | OPTION(LEAF_ALONE) |    \
	 OPTION(PARALLEL) | OPTION(PATIENCE) | OPTION(KEEP) | OPTION(TAMPER) | OPTION(JSON) |                \
	 OPTION(KEEP_KEYS) | OPTION(FIRMWARE) | OPTION(PURPOSE) |                 \
	 OPTION(TPM_FAILS) | OF_LABELS)

static const struct command {
	const char *name;
	const char *sentence;
	struct options_plan plan;
	fault (*run)(struct options *o);
} commands[] = {
	{ "maker", "make a maker of test TPMs: root.crt, intermediate.crt and their keys",
	  { OPTION(DIR), OPTION(DIR) | OPTION(NAME) }, production_run_maker },
	{ "ek-certificate", "issue an EK certificate for a key",
	  { OF_CERTIFICATE, OF_CERTIFICATE | OF_LABELS }, production_run_certificate },
	{ "crl", "issue a list of revoked EK certificates",
	  { OF_CRL, OF_CRL | OF_LIST }, production_run_crl },
	{ "swtpm-ca", "issue an EK certificate as create_certs_tool of swtpm_setup.conf(5)",
	  { OF_SWTPM, OF_SWTPM | OF_SWTPM_UNUSED }, production_run_swtpm },
	{ "enroll", "enrol simulated devices",
	  { OF_SERVER, OF_SERVER | OF_KEYS | OF_DEVICES }, fleet_run_enroll },
	{ "registrations", "print the EK hash of each device that `enroll` would enrol with these options",
	  { OPTION(KEYS), OF_KEYS }, fleet_run_registrations },
	{ "tamperings", "print what --tamper can do, and what the server must answer",
	  { 0, 0 }, fleet_run_tamperings },
};

static void print_help(void)
{
	puts("usage: assay-sim COMMAND [OPTIONS]");
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		printf("\n  %s: %s\n", commands[i].name, commands[i].sentence);
		options_print(&commands[i].plan);
	}
	puts("\nWithout a command but with --type it is swtpm-ca: swtpm_setup gives its tool no command.\n"
	     "Exit codes: 0 done, 1 a fault (printed), 2 the command was not understood.");
}

static int print_fault(fault why, const char *detail)
{
	fprintf(stderr, "assay-sim: %s: %s\n", why->name, why->what);
	fprintf(stderr, "           %s\n", detail[0] ? detail : why->remedy);
	return why == FAIL(USAGE) ? EXIT_USAGE : EXIT_FAULT;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct options o;
	bool is_swtpm = argc > 1 && strcmp(argv[1], SWTPM_WORD) == 0;
	const struct command *c = is_swtpm ? find_command("swtpm-ca") : find_command(argc > 1 ? argv[1] : "");
	if (!c) {
		print_help();
		return argc > 1 && strcmp(argv[1], "--help") == 0 ? EXIT_SUCCESS : EXIT_USAGE;
	}
	fault why = options_parse(argv, is_swtpm ? 1 : 2, &c->plan, &o);
	if (!why)
		why = c->run(&o);
	return why ? print_fault(why, o.detail) : EXIT_SUCCESS;
}
